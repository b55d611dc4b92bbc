"""From stamps to intervals, and the stamps that a grid expects."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal

import polars as pl

from tieline.markettime.runs import starts_of
from tieline.markettime.zones import day_start

Kind = Literal["start", "end", "instant"]
_MICRO = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 only differences of it are used


def floor_to_grid(instant: datetime, step: timedelta) -> datetime:
    """Grid boundary at or before an instant.

    Boundaries are counted from midnight UTC, which is on the local clock's grid too wherever the
    zone's offset is a multiple of the step.
    """
    past = (instant.replace(tzinfo=None) - _EPOCH) % step
    return instant - past


def floor_expr(instant: pl.Expr, step: timedelta) -> pl.Expr:
    """`floor_to_grid` of a column."""
    return instant.dt.truncate(step)


def interval_of(
    kind: Kind,
    stamp: datetime,
    step: timedelta | None,
    *,
    previous: datetime | None = None,
    following: datetime | None = None,
) -> tuple[datetime, datetime]:
    """The half-open interval that a stamp labels, given the neighbouring labels of its key.

    A start label ends at the next label or grid boundary, whichever is first; an end label begins at
    the previous label or boundary, whichever is later; an instant has no length. Where there is
    neither neighbour nor grid, the interval has no length.
    """
    if kind == "instant":
        return stamp, stamp
    if kind == "start":
        ends = [following] if following else []
        if step:
            ends.append(floor_to_grid(stamp, step) + step)
        return stamp, min(ends, default=stamp)
    begins = [previous] if previous else []
    if step:
        begins.append(floor_to_grid(stamp - _MICRO, step))
    return max(begins, default=stamp), stamp


def with_intervals(
    rows: pl.DataFrame, kind: Kind, step: timedelta | None, key: tuple[str, ...]
) -> pl.DataFrame:
    """Add `interval_start_utc` and `interval_end_utc` to rows that have `stamp_utc` and a key.

    Rows without a stamp get none. Equal stamps of one key are one label.
    """
    stamp = pl.col("stamp_utc")
    if kind == "instant":
        return rows.with_columns(interval_start_utc=stamp, interval_end_utc=stamp)
    neighbour = _neighbours(rows, kind, key) if step is None else _inside(rows, kind, step, key)
    if kind == "start":
        boundary = [floor_expr(stamp, step) + step] if step else []
        far = pl.min_horizontal(neighbour, *boundary)
        return rows.with_columns(interval_start_utc=stamp, interval_end_utc=pl.coalesce(far, stamp))
    boundary = [floor_expr(stamp - _MICRO, step)] if step else []
    near = pl.when(stamp.is_not_null()).then(pl.max_horizontal(neighbour, *boundary))
    return rows.with_columns(interval_start_utc=pl.coalesce(near, stamp), interval_end_utc=stamp)


def _inside(rows: pl.DataFrame, kind: Kind, step: timedelta, key: tuple[str, ...]) -> pl.Series:
    """The neighbouring label of each row's key where it can lie inside the row's grid interval.

    It is null where no two stamps of the table share an interval: there the boundary decides.
    """
    stamp = pl.col("stamp_utc")
    cell = floor_expr(stamp - _MICRO if kind == "end" else stamp, step)
    stamps = rows["stamp_utc"]
    labels = stamps[starts_of(stamps)].unique().drop_nulls().to_frame()
    shared = labels.filter(cell.is_duplicated())["stamp_utc"]
    if shared.len() == 0:
        return pl.Series("neighbour", [None], dtype=rows["stamp_utc"].dtype).new_from_index(
            0, rows.height
        )
    found = rows.select(*dict.fromkeys((*key, "stamp_utc"))).with_row_index("place")
    found = found.filter(stamp.is_in(shared.implode()))
    near = found.select("place", neighbour=_neighbours(found, kind, key))
    whole = pl.Series("neighbour", [None], dtype=rows["stamp_utc"].dtype)
    return whole.new_from_index(0, rows.height).scatter(near["place"], near["neighbour"])


def _neighbours(rows: pl.DataFrame, kind: Kind, key: tuple[str, ...]) -> pl.Series:
    """The next (start) or previous (end) distinct label of each row's key, null where none is."""
    by, stamp = list(key), pl.col("stamp_utc")
    shift = -1 if kind == "start" else 1
    near = rows.select(stamp.shift(shift).over(by)).to_series()
    ahead = near > rows["stamp_utc"] if kind == "start" else near < rows["stamp_utc"]
    holes = near.is_null() & rows["stamp_utc"].is_not_null()
    if rows["stamp_utc"].null_count() == 0 and (ahead | holes).all():
        return near
    labels = (
        rows.select(*by, "stamp_utc")
        .drop_nulls("stamp_utc")
        .unique()
        .sort(*by, "stamp_utc")
        .with_columns(neighbour=stamp.shift(shift).over(by))
    )
    joined = rows.select(*by, "stamp_utc").join(
        labels, on=[*by, "stamp_utc"], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["neighbour"]


def grid_stamps(zone: str, day: date, step: timedelta, kind: Kind, days: int = 1) -> pl.Series:
    """Stamps that a grid expects for some market days: `(start, end]` for end labels, else
    `[start, end)`; 276, 288 or 300 of five minutes, 23, 24 or 25 of an hour."""
    start = day_start(zone, day)
    end = day_start(zone, day + timedelta(days=days))
    if kind == "end":
        start, end = start + step, end + step
    return pl.datetime_range(
        start, end, step, closed="left", time_unit="us", time_zone="UTC", eager=True
    ).alias("stamp_utc")
