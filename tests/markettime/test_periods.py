"""Settlement periods: numbers run through every change of the clock, both ways."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.errors import ImpossibleTime, UnknownZone, UsageError
from tieline.markettime import (
    MARKET_NAMES,
    MARKETS,
    clock_of,
    day_start,
    hours_in,
    market_of,
    period_at,
    period_number_expr,
    period_of,
    period_start_expr,
    period_starts,
    periods_in,
    periods_of,
)

ZONES = sorted({market.zone for market in MARKETS})
LENGTHS = (5, 15, 30, 60)
INSTANTS = st.datetimes(
    datetime(2015, 1, 1),  # noqa: DTZ001
    datetime(2036, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        ("2026-03-08", (276, 92, 46, 23)),
        ("2026-11-01", (300, 100, 50, 25)),
        ("2026-06-01", (288, 96, 48, 24)),
    ],
)
def test_periods_of_a_day(day: str, counts: tuple[int, ...]) -> None:
    zone, on = "America/New_York", date.fromisoformat(day)
    assert tuple(periods_in(zone, on, minutes) for minutes in LENGTHS) == counts
    periods = periods_of(zone, on, 5)
    assert [period.number for period in periods] == list(range(1, counts[0] + 1))
    assert all(a.end_utc == b.start_utc for a, b in pairwise(periods))
    assert periods[0].start_utc == day_start(zone, on)
    assert periods[-1].end_utc == day_start(zone, on + timedelta(days=1))
    assert periods_in(market_of("miso").zone, on, 5) == 288


@settings(deadline=None, derandomize=True, max_examples=150)
@given(zone=st.sampled_from(ZONES), instant=INSTANTS, minutes=st.sampled_from(LENGTHS))
def test_instant_to_number_and_back(zone: str, instant: datetime, minutes: int) -> None:
    period = period_of(zone, instant, minutes)
    assert period.start_utc <= instant < period.end_utc
    assert period_at(zone, period.day, period.number, minutes) == period
    column = pl.DataFrame({"at": [instant]}, schema={"at": pl.Datetime("us", "UTC")})
    told = column.select(
        number=period_number_expr(zone, pl.col("at"), minutes),
        start=period_start_expr(zone, pl.col("at"), minutes),
    )
    assert told.row(0) == (period.number, period.start_utc)
    days, numbers = pl.Series([period.day, None]), pl.Series([period.number, 1])
    assert period_starts(zone, days, numbers, minutes).to_list() == [period.start_utc, None]


def test_a_number_that_the_day_has_not() -> None:
    zone, day = "America/New_York", date(2026, 3, 8)
    for number in (0, 277):
        with pytest.raises(ImpossibleTime, match=f"{number}.*2026-03-08.*276"):
            period_at(zone, day, number, 5)
    with pytest.raises(ImpossibleTime, match=r"row 1: period 24.*2026-03-08"):
        period_starts(zone, pl.Series([day, day]), pl.Series([23, 24]), 60)
    with pytest.raises(UsageError, match="7"):
        periods_in(zone, day, 7)


def test_markets_by_name() -> None:
    assert MARKET_NAMES == (
        "caiso", "ercot", "isone", "miso", "nyiso", "pjm", "spp", "ieso", "aeso",
    )  # fmt: skip
    assert market_of("ISO-NE").name == "isone"
    assert clock_of("miso") == clock_of("IESO") == "Etc/GMT+5"
    assert clock_of("America/Denver") == "America/Denver"
    assert hours_in(clock_of("caiso"), date(2026, 11, 1)) == 25
    for name in ("enron", "America/Gotham"):
        with pytest.raises(UnknownZone, match=name):
            clock_of(name)
