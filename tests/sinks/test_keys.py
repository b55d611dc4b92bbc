"""A dataset whose key became another one: its tables in PostgreSQL are refused, and filled again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.flow.conftest import Bench
from tests.sinks.test_postgres import asked
from tieline.datasets import LOAD
from tieline.datasets import fields as f
from tieline.errors import SinkRefused
from tieline.schema import Dataset
from tieline.select import Lake, Question, answer
from tieline.sinks import follow
from tieline.sinks.postgres import PostgresSink

NAMED = replace(
    LOAD, key=(f.AREA_ID, replace(f.AREA_NAME, nullable=False)), values=(f.AREA_KIND, f.LOAD)
)
NAMELESS = replace(LOAD, values=(f.AREA_KIND, f.LOAD))
AREAS = {"CAPITL": 61757, "CENTRL": 61754}
STAMPS = ("00:05:00", "00:10:00")


def bring(bench: Bench, load: int, at: str) -> None:
    lines = [
        f'"03/02/2026 {stamp}","EST","{name}",{ptid},{load}'
        for stamp in STAMPS
        for name, ptid in AREAS.items()
    ]
    head = '"Time Stamp","Time Zone","Name","PTID","Load"'
    data = "\r\n".join([head, *lines, ""]).encode()
    bench.bring(data, at, report="nyiso:P-58B", name="20260302pal.csv")


def under(bench: Bench, dataset: Dataset) -> Lake:
    """The lake as a version sees it that keeps load under this dataset."""
    lake = bench.lake()
    feeds = (replace(one, dataset=dataset) if one.dataset is LOAD else one for one in lake.feeds)
    return replace(lake, feeds=tuple(feeds))


@pytest.fixture
def opened(postgres_url: str) -> Iterator[PostgresSink]:
    sink = PostgresSink("warehouse", postgres_url, "tieline")
    yield sink
    sink.close()


@pytest.mark.parametrize(
    ("old", "new"),
    [(LOAD, NAMED), (NAMED, LOAD), (NAMED, NAMELESS), (NAMELESS, NAMED)],
    ids=["more columns", "fewer columns", "a column that is gone", "a column that is new"],
)
def test_another_key_is_refused_until_the_sink_is_filled_again(
    bench: Bench, opened: PostgresSink, postgres_url: str, old: Dataset, new: Dataset
) -> None:
    bring(bench, 5, "06:00")
    list(follow(under(bench, old), opened))
    before = asked(postgres_url, "SELECT * FROM tieline.load")
    bring(bench, 7, "09:00")
    opened.close()
    lake = under(bench, new)
    with pytest.raises(SinkRefused, match=r"the key of load.*area_name.*--anew"):
        list(follow(lake, opened))
    assert asked(postgres_url, "SELECT * FROM tieline.load") == before
    opened.wipe()
    for load in (7, 8):
        if load == 8:
            bring(bench, load, "10:00")
        assert [receipt.refused for receipt in follow(lake, opened)] == [{}]
        found = asked(postgres_url, "SELECT area_id, stamp_utc, load_mw FROM tieline.load")
        wanted = answer(lake, Question(dataset="load")).polars()
        key = ["area_id", "stamp_utc"]
        assert sorted(tuple(row.values()) for row in found) == sorted(
            wanted.select(*key, "load_mw").rows()
        )
        assert {row["load_mw"] for row in found} == {float(load)}


def test_an_index_of_the_same_key_stays(
    bench: Bench, opened: PostgresSink, postgres_url: str
) -> None:
    question = "SELECT 'tieline.load_identity'::regclass::oid AS index"
    bring(bench, 5, "06:00")
    list(follow(bench.lake(), opened))
    before = asked(postgres_url, question)
    opened.wipe()
    list(follow(bench.lake(), opened))
    assert asked(postgres_url, question) == before
