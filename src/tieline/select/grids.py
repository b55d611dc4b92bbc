"""Grids: the stamps that some market days have, the entities that are expected there, and a quick look
whether all that is expected of one of them is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

import polars as pl

from tieline.feeds import Label, Report
from tieline.markettime import grid_stamps, market_day_expr
from tieline.values import Window

MICROSECOND = timedelta(microseconds=1)
STANDS = (pl.col("since").is_null() | (pl.col("day") >= pl.col("since"))) & (
    pl.col("until").is_null() | (pl.col("day") < pl.col("until"))
)
"""Whether an entity may be listed on a day: of `entities_of` and `day`."""


@lru_cache(8)
def grid_of(label: Label, first: date, days: int) -> pl.DataFrame:
    """Stamps of some market days under a label with a step, their intervals and days.

    Gives: `stamp_utc`, `start_utc`, `end_utc`, `day`. A year of five minutes takes 3 MB.
    """
    assert label.step is not None
    starts = pl.col("stamp_utc") - (label.step if label.kind == "end" else timedelta(0))
    ends = pl.col("stamp_utc") + (label.step if label.kind == "start" else timedelta(0))
    grid = grid_stamps(label.zone, first, label.step, label.kind, days).to_frame()
    return grid.with_columns(start_utc=starts, end_utc=ends).with_columns(
        day=market_day_expr(label.zone, pl.col("start_utc"))
    )


def around(label: Label, first: datetime, last: datetime) -> Window:
    """The time from the begin of one stamp's interval to the end of another's.

    An instant stands for the step that it begins; a stamp without a step just lies within.
    """
    length = label.step or MICROSECOND
    if label.kind == "end":
        return Window(first - length, last)
    return Window(first, last + length)


def is_whole(
    report: Report,
    window: Window,
    days: tuple[date, date],
    received: pl.DataFrame,
    where: Mapping[str, Sequence[object]],
) -> bool:
    """Whether the facts are one entity's, expected all along, at every stamp of a window and no other.

    A quick answer for a long window of one place; where it is no, `expected` and `lacking` know more.
    """
    label = report.label
    assert label is not None
    entities = entities_of(report, where)
    keys = entity_keys(report)
    if entities.height != 1 or received.is_empty():
        return False
    entity = entities.row(0, named=True)
    since = [day for day in (report.since, entity["since"], entity["certain"]) if day is not None]
    until = entity["until"]
    if any(days[0] < day for day in since) or (until is not None and days[1] >= until):
        return False
    if set(received.columns) != {"feed", "stamp_utc", *keys}:
        return False
    if not all(_says(received[name], entity[name]) for name in keys):
        return False
    grid = grid_of(label, days[0], (days[1] - days[0]).days + 1)
    first = grid["start_utc"].search_sorted(window.start, side="left")
    end = grid["start_utc"].search_sorted(window.end, side="left")
    expected_stamps = grid["stamp_utc"].slice(first, end - first)
    return received["stamp_utc"].sort().equals(expected_stamps)


def entity_keys(report: Report) -> list[str]:
    """Key columns that tell the expected entities of a report apart."""
    return [name for name, _ in report.entities[0].key]


def entities_of(report: Report, where: Mapping[str, Sequence[object]]) -> pl.DataFrame:
    """One row an expected entity that `where` lets through: its key columns, since, until, certain."""
    rows = [
        {**dict(e.key), "since": e.since, "until": e.until, "certain": e.certain}
        for e in report.entities
        if all(dict(e.key)[name] in where[name] for name in where if name in dict(e.key))
    ]
    keys: dict[str, pl.DataType] = {name: pl.String() for name, _ in report.entities[0].key}
    dates: dict[str, pl.DataType] = {n: pl.Date() for n in ("since", "until", "certain")}
    return pl.DataFrame(rows, schema={**keys, **dates})


def _says(column: pl.Series, value: object) -> bool:
    return not column.null_count() and column.min() == value and column.max() == value
