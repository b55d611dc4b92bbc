"""Which days are worth proving."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from tieline.testing.clock import FIRST, LAST, SUNDAYS

_DAY = timedelta(days=1)


def change_days(first: int = FIRST, last: int = LAST) -> tuple[date, ...]:
    """The days of 23 and of 25 hours of some years, by hand: two a year."""
    return tuple(
        day
        for year in range(first, last + 1)
        for day in (date(year, 3, SUNDAYS[year][0]), date(year, 11, SUNDAYS[year][1]))
    )


def noted_days(cutovers: Iterable[date] = ()) -> tuple[date, ...]:
    """The full grid, 2015 to 2035: every change day with the days around it, leap days with the days
    around them, the last and first day of each year, and cutovers with the day before each."""
    years = range(FIRST, LAST + 1)
    leap = [date(year, 2, 29) for year in years if year % 4 == 0]
    days = {day + n * _DAY for day in (*change_days(), *leap) for n in (-1, 0, 1)}
    days |= {day for year in years for day in (date(year, 1, 1), date(year, 12, 31))}
    days |= {day + n * _DAY for day in cutovers for n in (-1, 0)}
    return tuple(sorted(day for day in days if FIRST <= day.year <= LAST))
