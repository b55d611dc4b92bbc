"""The Eastern clock of the emulated market: days, walls and words, in epoch seconds.

The world counts in whole seconds since 1970 UTC; only writers turn them into printed stamps.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from tieline.emulate.noise import Floats, Ints

ZONE = "America/New_York"
_EASTERN = ZoneInfo(ZONE)


def midnight(day: date) -> int:
    """The first second of a market day."""
    return int(datetime.combine(day, time(), _EASTERN).timestamp())


@lru_cache(maxsize=4096)
def bounds(day: date) -> tuple[int, int]:
    """First second of a market day and of the next: 23, 24 or 25 hours apart."""
    return midnight(day), midnight(day + timedelta(days=1))


def day_at(second: int) -> date:
    """The market day to which an instant belongs."""
    return datetime.fromtimestamp(second, _EASTERN).date()


def at_clock(day: date, clock: time) -> int:
    """The instant at which the wall clock shows a time that occurs once on that day."""
    return int(datetime.combine(day, clock, _EASTERN).timestamp())


def wall_clock(second: int) -> datetime:
    """What the wall clock shows, without a zone, as archives carry it."""
    return datetime.fromtimestamp(second, _EASTERN).replace(tzinfo=None)


def instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def zoned(seconds: Ints) -> pl.Series:
    """Instants as a column in Eastern time, for printing."""
    stamps = pl.Series("stamp", seconds * 1_000_000).cast(pl.Datetime("us", "UTC"))
    return stamps.dt.convert_time_zone(ZONE)


def printed(seconds: Ints, pattern: str) -> pl.Series:
    """Instants as wall-clock text."""
    return zoned(seconds).dt.strftime(pattern)


def wall_seconds(seconds: Ints) -> Ints:
    """Wall-clock readings as if they were UTC, for shapes that follow the clock of people."""
    naive = zoned(seconds).dt.replace_time_zone(None).dt.epoch("s")
    return naive.to_numpy().astype(np.int64)


def hour_of_day(wall: Ints) -> Floats:
    hours: Floats = (wall % 86400) / 3600.0
    return hours


def hour_of_week(wall: Ints) -> Floats:
    """Hours since Monday 00:00."""
    hours: Floats = ((wall + 3 * 86400) % (7 * 86400)) / 3600.0
    return hours


def angle_of_year(wall: Ints) -> Floats:
    """Where in the year, as an angle: 0 is about 1 January."""
    angle: Floats = 2 * np.pi * (wall / 86400.0 % 365.2425) / 365.2425
    return angle
