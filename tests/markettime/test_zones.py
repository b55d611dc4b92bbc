"""Market days tile, and have the length that the clock says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.errors import UnknownZone
from tieline.markettime import (
    day_start,
    day_window,
    hours_in,
    market_day,
    market_day_expr,
    missing_hours,
    repeated_hours,
    zone_of,
)

EASTERN = "America/New_York"
ZONES = (EASTERN, "America/Chicago", "America/Los_Angeles", "America/Edmonton", "Etc/GMT+5")
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def test_unknown_zone_is_named() -> None:
    with pytest.raises(UnknownZone, match="Mars/Olympus"):
        zone_of("Mars/Olympus")


@pytest.mark.parametrize("zone", ZONES)
def test_days_tile_for_twenty_years(zone: str) -> None:
    day, end = date(2015, 1, 1), day_start(zone, date(2015, 1, 1))
    lengths = set()
    while day < date(2036, 1, 1):
        start, following = day_window(zone, day)
        assert start == end
        lengths.add(hours_in(zone, day))
        day, end = day + timedelta(days=1), following
    assert lengths == ({24} if zone.startswith("Etc") else {23, 24, 25})


@settings(deadline=None, derandomize=True)
@given(day=DAYS, zone=st.sampled_from(ZONES))
def test_change_days_are_those_with_repeated_or_missing_hours(day: date, zone: str) -> None:
    assert (hours_in(zone, day) == 25) == (repeated_hours(zone, day) is not None)
    assert (hours_in(zone, day) == 23) == (missing_hours(zone, day) is not None)


def test_change_hours_of_new_york() -> None:
    assert repeated_hours(EASTERN, date(2024, 11, 3)) == (
        datetime(2024, 11, 3, 1),  # noqa: DTZ001
        datetime(2024, 11, 3, 2),  # noqa: DTZ001
    )
    assert missing_hours(EASTERN, date(2024, 3, 10)) == (
        datetime(2024, 3, 10, 2),  # noqa: DTZ001
        datetime(2024, 3, 10, 3),  # noqa: DTZ001
    )


@settings(deadline=None, derandomize=True)
@given(
    instant=st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31)),  # noqa: DTZ001
    zone=st.sampled_from(ZONES),
)
def test_market_day_holds_its_instants_and_agrees_with_the_column(
    instant: datetime, zone: str
) -> None:
    aware = instant.replace(tzinfo=UTC)
    day = market_day(zone, aware)
    start, end = day_window(zone, day)
    assert start <= aware < end
    column = pl.Series("at", [aware], dtype=pl.Datetime("us", "UTC")).to_frame()
    assert column.select(market_day_expr(zone, pl.col("at"))).item() == day
