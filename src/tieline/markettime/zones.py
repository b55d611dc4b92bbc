"""Zones and market days: where a day begins and how long it is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from tieline.errors import UnknownZone

_HOUR = timedelta(hours=1)
_NAME = re.compile(r"[\w+-]+(?:/[\w+-]+)*")


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name, by the rules of the locked `tzdata` package.

    The machine's own rules are not asked: they differ from machine to machine, and where a law has
    changed the clock (Alberta in 2026) an old one would move every hour after it.
    Raises: UnknownZone.
    """
    try:
        if not _NAME.fullmatch(name):
            raise ValueError(name)
        rules = resources.files("tzdata.zoneinfo").joinpath(*name.split("/"))
        with rules.open("rb") as lines:
            return ZoneInfo.from_file(lines, key=name)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError) as error:
        raise UnknownZone(
            f"no time zone is called {name!r}; use a name such as America/New_York"
        ) from error


@lru_cache(maxsize=4096)
def day_start(zone: str, day: date) -> datetime:
    """First instant of a market day, in UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone_of(zone))
    return midnight.astimezone(UTC)


def day_window(zone: str, day: date) -> tuple[datetime, datetime]:
    """A market day as a half-open pair of instants in UTC; 23, 24 or 25 hours long."""
    return day_start(zone, day), day_start(zone, day + timedelta(days=1))


def hours_in(zone: str, day: date) -> int:
    """Hours of a market day: 23, 24 or 25."""
    start, end = day_window(zone, day)
    return (end - start) // _HOUR


def market_day(zone: str, instant: datetime) -> date:
    """The market day in which an instant lies."""
    return instant.astimezone(zone_of(zone)).date()


def repeated_hours(zone: str, day: date) -> tuple[datetime, datetime] | None:
    """Wall-clock readings that a market day shows twice, half-open and naive; None on most days."""
    shift = _shift_of(zone, day)
    if shift is None or shift[1] >= timedelta(0):
        return None
    at, change = shift
    after = (at + change).replace(tzinfo=None)
    return after, after - change


def missing_hours(zone: str, day: date) -> tuple[datetime, datetime] | None:
    """Wall-clock readings that a market day never shows, half-open and naive; None on most days."""
    shift = _shift_of(zone, day)
    if shift is None or shift[1] <= timedelta(0):
        return None
    at, change = shift
    before = at.replace(tzinfo=None)
    return before, before + change


def _shift_of(zone: str, day: date) -> tuple[datetime, timedelta] | None:
    """Where the clock changes on a day: the reading just before, and by how much it jumps."""
    start, end = day_window(zone, day)
    clock = zone_of(zone)
    first = start.astimezone(clock).utcoffset() or timedelta(0)
    last = end.astimezone(clock).utcoffset() or timedelta(0)
    if first == last:
        return None
    low, high = start, end
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        middle = middle.replace(second=0, microsecond=0)
        if middle in (low, high):
            break
        if (middle.astimezone(clock).utcoffset() or timedelta(0)) == first:
            low = middle
        else:
            high = middle
    return high + first, last - first
