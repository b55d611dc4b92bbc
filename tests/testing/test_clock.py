"""The hand-written clocks agree with the zone database, day by day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tieline.testing import (
    CENTRAL,
    EASTERN,
    EASTERN_STANDARD,
    GREENWICH,
    MOUNTAIN,
    PACIFIC,
    Clock,
    change_days,
    noted_days,
)

ZONES = [
    (EASTERN, "America/New_York"),
    (CENTRAL, "America/Chicago"),
    (MOUNTAIN, "America/Denver"),
    (MOUNTAIN, "America/Edmonton"),
    (PACIFIC, "America/Los_Angeles"),
    (EASTERN_STANDARD, "Etc/GMT+5"),
    (GREENWICH, "UTC"),
]
DAY = timedelta(days=1)
HALF_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(("clock", "zone"), ZONES, ids=[zone for _, zone in ZONES])
def test_every_day_begins_when_the_zone_database_says(clock: Clock, zone: str) -> None:
    day = date(2015, 1, 1)
    while day.year < 2036:
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        assert clock.midnight(day) == midnight
        day += DAY


@pytest.mark.parametrize(("clock", "zone"), ZONES, ids=[zone for _, zone in ZONES])
def test_every_reading_of_a_change_day_is_the_zones(clock: Clock, zone: str) -> None:
    for day in change_days():
        instant, end = clock.bounds(day)
        while instant < end:
            assert clock.wall(instant) == instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            instant += HALF_HOUR


def test_change_days_have_23_and_25_hours_and_stand_alone() -> None:
    hours = [EASTERN.hours(day) for day in change_days()]
    assert hours == [23, 25] * 21
    assert {EASTERN.hours(day + n * DAY) for day in change_days() for n in (-1, 1)} == {24}
    assert {EASTERN_STANDARD.hours(day) for day in change_days()} == {24}


def test_a_reading_of_the_repeated_hour_occurs_twice() -> None:
    start = EASTERN.midnight(date(2026, 11, 1))
    twice = [n for n in range(50) if EASTERN.occurs_twice(start + n * HALF_HOUR)]
    assert twice == [2, 3, 4, 5]
    assert not EASTERN_STANDARD.occurs_twice(start + 2 * HALF_HOUR)


def test_noted_days_hold_changes_leap_days_new_years_and_cutovers() -> None:
    days = noted_days([date(2022, 1, 2)])
    assert set(change_days()) <= set(days)
    assert {date(2016, 2, 29), date(2032, 2, 29), date(2035, 12, 31), date(2022, 1, 2)} <= set(days)
    assert list(days) == sorted(set(days))


def test_a_day_beyond_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="2014"):
        EASTERN.midnight(date(2014, 7, 1))
