"""A lake that goes through everything a sink must follow, and what the lake says of itself then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import polars as pl

from tests.flow.conftest import Bench, p32
from tieline.datasets import INTERFACE_FLOW, LOAD
from tieline.datasets.rows import published_fields
from tieline.flow import merge_report
from tieline.schema import Dataset
from tieline.schema.shape import schema_of
from tieline.select import Question, answer

STAMPS = ["00:00:00", "00:05:00", "00:10:00"]
NEXT_DAY = date(2026, 3, 3)
IDENTITY = {
    dataset.name: ["feed", *dataset.key_names, "stamp_utc"] for dataset in (INTERFACE_FLOW, LOAD)
}


def flow(base: int) -> Callable[[str, str], object]:
    return lambda stamp, point: base + int(stamp[3:5]) + int(point) % 10


def life(bench: Bench) -> Iterator[str]:
    """Commits one by one, each told what it is; the caller may look at the lake in between."""
    bench.bring(p32(STAMPS[:2], flow(100)), "06:00")
    yield "new rows"
    bench.bring(p32(STAMPS, flow(100)), "07:00")
    yield "more rows"
    bench.bring(p32(STAMPS, flow(500)), "09:00")
    yield "a revision"
    bench.bring(p32(STAMPS, flow(300)), "08:00")
    yield "a late revision, which changes the past and not the present"
    bench.bring(p32(STAMPS[:2], flow(500)), "10:00")
    bench.bring(p32(STAMPS[:2], flow(500)), "10:05")
    yield "a stamp that was taken back, confirmed"
    bench.bring(
        p32(STAMPS, flow(700), day="03/03/2026"),
        "11:00",
        name="20260303ExternalLimitsFlows.csv",
    )
    yield "another day"
    bench.bring(p32(STAMPS, flow(500)), "08:30")
    yield "a late payload that makes stored rows redundant"
    merged = merge_report(bench.house, "iso.rt.interface_flow.nyiso", "nyiso:P-32")
    assert merged
    yield "a merge, which is nothing new"


def current(bench: Bench, dataset: Dataset, at_sequence: int | None = None) -> pl.DataFrame:
    """What `select` says is the latest, without what a sink has besides."""
    found = answer(bench.lake(), Question(dataset=dataset.name, at_sequence=at_sequence))
    return found.polars().sort(IDENTITY[dataset.name])


def shaped(dataset: Dataset, rows: list[dict[str, object]]) -> pl.DataFrame:
    schema = schema_of(published_fields(dataset))
    return pl.DataFrame(rows, schema=schema).sort(IDENTITY[dataset.name])


def stored(bench: Bench, report: str = "nyiso:P-32") -> pl.DataFrame:
    """Every stored row of a report, dead ones too."""
    feed, _ = bench.house.report(report)
    assert feed.dataset is not None
    parts = bench.home.ledger.parts(report=report)
    return bench.house.parts.read(
        feed.dataset, [(part.path, part.sequence or 0) for part in parts]
    ).collect()
