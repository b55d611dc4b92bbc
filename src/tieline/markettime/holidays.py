"""NERC holidays by rule, and business days.

The six holidays are the additional off-peak days of the trade. A fixed date on a Sunday is kept on
the Monday; on a Saturday it stays. The rule tells the practice of the lists that NERC approved year by
year. Veterans Day is none of them, nor is any other federal holiday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import polars as pl

from tieline.errors import UsageError

FIRST_YEAR, LAST_YEAR = 2000, 2050
Calendar = Literal["nerc", "exchange"]
_DAY = timedelta(days=1)
_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
_JUNETEENTH_SINCE = 2022


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day that is kept as a holiday, with the holiday's name."""

    day: date
    name: str


@lru_cache(maxsize=64)
def nerc_holidays(year: int) -> tuple[Holiday, ...]:
    """The six NERC holidays of a year on the days on which they are kept, in order.

    Raises: UsageError outside 2000 to 2050.
    """
    _known(year)
    return (
        Holiday(_after_sunday(date(year, 1, 1)), "New Year's Day"),
        Holiday(_last(year, 5, _MONDAY), "Memorial Day"),
        Holiday(_after_sunday(date(year, 7, 4)), "Independence Day"),
        Holiday(_nth(year, 9, _MONDAY, 1), "Labor Day"),
        Holiday(_nth(year, 11, _THURSDAY, 4), "Thanksgiving Day"),
        Holiday(_after_sunday(date(year, 12, 25)), "Christmas Day"),
    )


@lru_cache(maxsize=64)
def exchange_holidays(year: int) -> tuple[Holiday, ...]:
    """Days on which CME and ICE settle no energy, by the usual rule of United States exchanges.

    A Saturday's holiday is kept on the Friday, but New Year's Day, which then is not kept; a Sunday's
    on the Monday. Single closures (mourning, storms) are not in the rule.
    Raises: UsageError outside 2000 to 2050.
    """
    _known(year)
    new_year = date(year, 1, 1)
    found = [
        Holiday(_nth(year, 1, _MONDAY, 3), "Martin Luther King Jr. Day"),
        Holiday(_nth(year, 2, _MONDAY, 3), "Presidents' Day"),
        Holiday(_easter(year) - 2 * _DAY, "Good Friday"),
        Holiday(_last(year, 5, _MONDAY), "Memorial Day"),
        Holiday(_nearest(date(year, 7, 4)), "Independence Day"),
        Holiday(_nth(year, 9, _MONDAY, 1), "Labor Day"),
        Holiday(_nth(year, 11, _THURSDAY, 4), "Thanksgiving Day"),
        Holiday(_nearest(date(year, 12, 25)), "Christmas Day"),
    ]
    if new_year.weekday() != _SATURDAY:
        found.append(Holiday(_after_sunday(new_year), "New Year's Day"))
    if year >= _JUNETEENTH_SINCE:
        found.append(Holiday(_nearest(date(year, 6, 19)), "Juneteenth"))
    return tuple(sorted(found, key=lambda holiday: holiday.day))


def is_nerc_holiday(day: date) -> bool:
    """Whether a market-local day is kept as a NERC holiday. Raises: UsageError, as above."""
    return any(holiday.day == day for holiday in nerc_holidays(day.year))


@lru_cache(maxsize=1)
def every_nerc_day() -> tuple[date, ...]:
    """The NERC holidays of all known years."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return tuple(holiday.day for year in years for holiday in nerc_holidays(year))


def nerc_holiday_expr(day: pl.Expr) -> pl.Expr:
    """`is_nerc_holiday` of a column of days; null outside the known years."""
    listed = pl.Series("nerc", every_nerc_day(), dtype=pl.Date)
    known = day.dt.year().is_between(FIRST_YEAR, LAST_YEAR)
    return pl.when(known).then(day.is_in(listed.implode()))


def is_business_day(day: date, calendar: Calendar = "nerc") -> bool:
    """Whether a day is from Monday to Friday and no holiday of the calendar. Raises: UsageError."""
    return day.weekday() < _SATURDAY and day not in _days_off(day.year, calendar)


def business_day_after(day: date, count: int = 1, calendar: Calendar = "nerc") -> date:
    """The business day that stands `count` after a day; before it where the count is negative.

    Zero gives the day itself if it is one, else the next. Raises: UsageError.
    """
    step = -_DAY if count < 0 else _DAY
    left = abs(count)
    if not left and not is_business_day(day, calendar):
        left = 1
    while left:
        day += step
        left -= is_business_day(day, calendar)
    return day


def business_days(first: date, last: date, calendar: Calendar = "nerc") -> tuple[date, ...]:
    """The business days from the first day to the last, both included. Raises: UsageError."""
    count = (last - first).days + 1
    days = (first + at * _DAY for at in range(count))
    return tuple(day for day in days if is_business_day(day, calendar))


def _days_off(year: int, calendar: Calendar) -> frozenset[date]:
    holidays = {"nerc": nerc_holidays, "exchange": exchange_holidays}.get(calendar)
    if holidays is None:
        raise UsageError(f"no calendar is called {calendar!r}; there are nerc and exchange")
    return frozenset(holiday.day for holiday in holidays(year))


def _known(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UsageError(f"holidays are known from {FIRST_YEAR} to {LAST_YEAR}, not for {year}")


def _after_sunday(day: date) -> date:
    return day + _DAY if day.weekday() == _SUNDAY else day


def _nearest(day: date) -> date:
    return day - _DAY if day.weekday() == _SATURDAY else _after_sunday(day)


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _last(year: int, month: int, weekday: int) -> date:
    fifth = _nth(year, month, weekday, 5)
    return fifth if fifth.month == month else fifth - 7 * _DAY


def _easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computus."""
    golden, century, in_century = year % 19, year // 100, year % 100
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - epact - in_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
