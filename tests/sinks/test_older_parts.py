"""Parts are older than a column of their dataset: sinks and queries read them as everything else does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.flow.conftest import Bench
from tests.sinks.test_objects import newest, rows_of
from tests.sinks.test_postgres import asked
from tests.sinks.worlds import current, life, stored
from tieline.datasets import INTERFACE_FLOW
from tieline.datasets.rows import published_fields
from tieline.schema import Field
from tieline.schema.shape import schema_of
from tieline.select import Lake, Question, answer, query
from tieline.sinks import follow
from tieline.sinks.objects import ObjectSink, open_bucket
from tieline.sinks.objects.files import Holds
from tieline.sinks.postgres import PostgresSink

DATA = "iso.rt.interface_flow.nyiso"
GAINED = Field("weight", "f64", "A column that no part has.")


def later(bench: Bench) -> Lake:
    """The lake as a version sees it whose dataset has one column more."""
    dataset = replace(INTERFACE_FLOW, values=(*INTERFACE_FLOW.values, GAINED))
    lake = bench.lake()
    feeds = tuple(
        replace(feed, dataset=dataset) if feed.dataset is INTERFACE_FLOW else feed
        for feed in lake.feeds
    )
    return replace(lake, feeds=feeds)


@pytest.mark.parametrize("holds", ["current", "history"])
def test_a_drop_has_a_column_that_its_parts_do_not_have(
    bench: Bench, tmp_path: Path, holds: Holds
) -> None:
    """Both of parts of commits and, behind the end of a life, of merged ones."""
    bucket = open_bucket("drop", (tmp_path / "drops").as_uri())
    list(life(bench))
    list(follow(later(bench), ObjectSink("drop", bucket, "parquet", holds, (DATA,))))
    rows = rows_of(bucket)
    assert rows[GAINED.name].to_list() == [None] * rows.height
    if holds == "history":
        assert rows.height == stored(bench).height
    else:
        assert_frame_equal(newest(rows.drop(GAINED.name)), current(bench, INTERFACE_FLOW))


def test_tables_that_are_there_gain_the_column_and_go_on(bench: Bench, postgres_url: str) -> None:
    commits = life(bench)
    next(commits)
    list(follow(bench.lake(), before := PostgresSink("warehouse", postgres_url, "tieline")))
    before.close()
    list(commits)
    list(follow(later(bench), sink := PostgresSink("warehouse", postgres_url, "tieline")))
    sink.close()
    found = asked(postgres_url, "SELECT * FROM tieline.interface_flow")
    assert {row[GAINED.name] for row in found} == {None}
    assert len(found) == current(bench, INTERFACE_FLOW).height
    assert set(schema_of(published_fields(INTERFACE_FLOW))) < set(found[0])


def test_a_query_has_the_column(bench: Bench) -> None:
    commits = life(bench)
    next(commits)
    lake = later(bench)
    assert query(lake, f"select {GAINED.name} from interface_flow")[GAINED.name].null_count > 0
    list(commits)
    for bare in (bench.lake(), later(bench)):
        told = pl.from_arrow(query(bare, "select * from interface_flow"))
        assert isinstance(told, pl.DataFrame)
        asked_for = answer(bare, Question(dataset=INTERFACE_FLOW.name)).polars()
        assert set(told.columns) >= set(asked_for.columns)
        order = ["stamp_utc", "interface_id"]
        found = told.select(asked_for.columns).sort(order).rows()
        assert found == asked_for.sort(order).rows()
