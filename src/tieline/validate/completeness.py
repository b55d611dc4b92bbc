"""What a market day should have, what it has, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from tieline.feeds import Entity, Report
from tieline.markettime import day_start, grid_stamps

_INSTANT = pl.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True)
class Expected:
    """The grid of a market day: every stamp with every key.

    `keys` has the key columns of the report's entities, and `vintage_utc` for a forecast.
    """

    stamps: pl.Series
    keys: pl.DataFrame

    @property
    def count(self) -> int:
        return self.stamps.len() * self.keys.height

    def rows(self) -> pl.DataFrame:
        """`stamp_utc` and the key columns, by stamp, then in the order of the keys."""
        return self.stamps.to_frame("stamp_utc").join(
            self.keys, how="cross", maintain_order="left_right"
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a market day is there. With a grid: received + missing.height = expected.

    `extras` counts rows that no grid place asks for: off-grid stamps and entities nobody expects.
    Without one `expected` is None, `received` is every row, and nothing is called missing.
    """

    expected: int | None
    received: int
    missing: pl.DataFrame
    extras: int


def expected(
    report: Report,
    day: date,
    seen: pl.DataFrame | None = None,
    *,
    until: datetime | None = None,
) -> Expected | None:
    """The grid that a report promises for a market day; None where no count can be expected.

    That is also so of a day that lists nothing and before which nothing is certain to be listed.

    `seen`: rows or keys that the day lists; they decide on entities that are not certain yet.
    `until`: leave out stamps after this instant, for a day that is still running.
    """
    label = report.label
    if label is None or not label.regular or label.step is None or not report.entities:
        return None
    stamps = grid_stamps(label.zone, day, label.step, label.kind, report.days)
    if until is not None:
        stamps = stamps.filter(stamps <= until)
    names = [name for name, _ in report.entities[0].key]
    listed = set(seen.select(names).unique().rows()) if seen is not None else set()
    keys = [
        tuple(value for _, value in entity.key)
        for entity in report.entities
        if _counts(entity, day, listed)
    ]
    if not keys and any(_stands(entity, day) for entity in report.entities):
        return None
    frame = pl.DataFrame(keys, schema=dict.fromkeys(names, pl.String), orient="row")
    if report.vintage:
        vintage = pl.lit(day_start(label.zone, day), dtype=_INSTANT)
        frame = frame.with_columns(vintage.alias("vintage_utc"))
    return Expected(stamps, frame)


def coverage(
    report: Report, day: date, rows: pl.DataFrame, *, until: datetime | None = None
) -> Coverage:
    """Compare the live rows of a market day, by their identity columns, with the grid."""
    grid = expected(report, day, rows, until=until)
    if grid is None:
        return Coverage(None, rows.height, rows.clear(), 0)
    places = grid.rows()
    names = places.columns
    have = rows.select(names).unique()
    if until is not None:
        have = have.filter(pl.col("stamp_utc") <= until)
    absent = places.join(have, on=names, how="anti", maintain_order="left")
    received = places.height - absent.height
    return Coverage(places.height, received, absent, have.height - received)


def missing(report: Report, day: date, rows: pl.DataFrame) -> pl.DataFrame:
    """Grid places of a market day without a row: `stamp_utc` and the key columns."""
    return coverage(report, day, rows).missing


def _counts(entity: Entity, day: date, listed: set[tuple[object, ...]]) -> bool:
    """Whether an entity is expected on a day."""
    if not _stands(entity, day):
        return False
    if entity.certain is not None and day < entity.certain:
        return tuple(value for _, value in entity.key) in listed
    return True


def _stands(entity: Entity, day: date) -> bool:
    """Whether a day lies in the time in which an entity may be listed."""
    begun = entity.since is None or day >= entity.since
    return begun and (entity.until is None or day < entity.until)
