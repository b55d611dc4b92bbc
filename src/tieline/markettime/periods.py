"""Settlement periods: number and instant of each, on days of 23, 24 and 25 hours.

A period's number counts real time from the start of the market day, so it runs on through a change
of the clock: 1 to 276, 288 or 300 of five minutes. The hour that a publisher prints need not; that
is a matter of its convention.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from tieline.errors import ImpossibleTime, UsageError
from tieline.markettime.clocks import day_start_expr, market_day_expr
from tieline.markettime.zones import day_start, day_window, market_day

LENGTHS = (5, 15, 30, 60)


@dataclass(frozen=True, slots=True)
class Period:
    """One settlement period: half-open between two instants in UTC; numbers begin at 1."""

    day: date
    number: int
    start_utc: datetime
    end_utc: datetime


def periods_in(zone: str, day: date, minutes: int) -> int:
    """How many periods a market day has: 23, 24 or 25 hours' worth. Raises: UsageError."""
    start, end = day_window(zone, day)
    return (end - start) // _length(minutes)


def period_of(zone: str, instant: datetime, minutes: int) -> Period:
    """The period in which an instant lies. Raises: UsageError, UnknownZone."""
    length = _length(minutes)
    day = market_day(zone, instant)
    start = day_start(zone, day)
    passed = (instant - start) // length
    return Period(day, passed + 1, start + passed * length, start + (passed + 1) * length)


def period_at(zone: str, day: date, number: int, minutes: int) -> Period:
    """The period of that number. Raises: ImpossibleTime if the day has none of it; UsageError."""
    count = periods_in(zone, day, minutes)
    if not 1 <= number <= count:
        raise ImpossibleTime(
            f"period {number} of {minutes} minutes does not exist on {day} in {zone}: "
            f"the day has {count}"
        )
    length = _length(minutes)
    start = day_start(zone, day) + (number - 1) * length
    return Period(day, number, start, start + length)


def periods_of(zone: str, day: date, minutes: int) -> tuple[Period, ...]:
    """Every period of a market day, in order."""
    count = periods_in(zone, day, minutes)
    return tuple(period_at(zone, day, number, minutes) for number in range(1, count + 1))


def period_number_expr(zone: str, instant: pl.Expr, minutes: int) -> pl.Expr:
    """`period_of(...).number` of a column of instants in UTC."""
    _length(minutes)
    passed = instant - day_start_expr(zone, market_day_expr(zone, instant))
    return (passed.dt.total_minutes() // minutes).cast(pl.Int32) + 1


def period_start_expr(zone: str, instant: pl.Expr, minutes: int) -> pl.Expr:
    """`period_of(...).start_utc` of a column of instants in UTC."""
    start = day_start_expr(zone, market_day_expr(zone, instant))
    length = _length(minutes)
    return start + ((instant - start).dt.total_minutes() // minutes) * length


def period_starts(zone: str, days: pl.Series, numbers: pl.Series, minutes: int) -> pl.Series:
    """`period_at(...).start_utc` of two columns, in UTC; null stays null.

    Raises: ImpossibleTime with the row (the first is 0), the day and the number; UsageError.
    """
    length = _length(minutes)
    day, number = pl.col("day"), pl.col("number")
    table = pl.DataFrame({"day": days, "number": numbers.cast(pl.Int64)}).with_columns(
        start_utc=day_start_expr(zone, day)
    )
    following = day_start_expr(zone, day + pl.duration(days=1))
    whole = following - pl.col("start_utc")
    stamped = table.with_columns(count=whole.dt.total_minutes() // minutes)
    wrong = stamped.with_row_index("row").filter((number < 1) | (number > pl.col("count")))
    if wrong.height:
        row, on, said, count = wrong.select("row", "day", "number", "count").row(0)
        raise ImpossibleTime(
            f"row {row}: period {said} of {minutes} minutes does not exist on {on} in {zone}: "
            f"the day has {count}; {wrong.height} rows in all"
        )
    return stamped.select(start_utc=pl.col("start_utc") + (number - 1) * length)["start_utc"]


def _length(minutes: int) -> timedelta:
    if minutes not in LENGTHS:
        raise UsageError(f"a settlement period has 5, 15, 30 or 60 minutes, not {minutes}")
    return timedelta(minutes=minutes)
