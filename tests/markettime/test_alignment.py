"""Events beside the moment they were seen, stamps beside the grid, rules beside their day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.errors import ImpossibleTime, UnknownName, UsageError
from tieline.markettime import (
    CUTOVERS,
    Skew,
    align_event,
    align_events,
    cutovers,
    is_late,
    nearest_on_grid,
    nearest_on_grid_expr,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SKEW = Skew(ahead=2 * MINUTE, behind=10 * MINUTE)


def test_an_event_is_never_later_than_it_was_seen() -> None:
    assert align_event(NOON + MINUTE, NOON, SKEW) == NOON
    assert align_event(NOON - MINUTE, NOON, SKEW) == NOON - MINUTE
    with pytest.raises(ImpossibleTime, match=r"12:03.*12:00"):
        align_event(NOON + 3 * MINUTE, NOON, SKEW)
    assert is_late(NOON - 11 * MINUTE, NOON, SKEW)
    assert not is_late(NOON - 11 * MINUTE, NOON, Skew())


def instants(*values: datetime | None) -> pl.Series:
    return pl.Series(values, dtype=pl.Datetime("us", "UTC"))


@settings(deadline=None, derandomize=True)
@given(st.lists(st.none() | st.integers(-3600, 120), min_size=1))
def test_columns_and_single_events_agree(seconds: list[int | None]) -> None:
    stamped = [None if one is None else NOON + timedelta(seconds=one) for one in seconds]
    told = align_events(instants(*stamped), instants(*[NOON] * len(stamped)), SKEW)
    wanted = [None if one is None else align_event(one, NOON, SKEW) for one in stamped]
    assert told["event_utc"].to_list() == wanted
    late = [one is not None and is_late(one, NOON, SKEW) for one in stamped]
    assert told["late"].to_list() == late


def test_the_row_of_an_impossible_event_is_named() -> None:
    with pytest.raises(ImpossibleTime, match="row 1:"):
        align_events(instants(NOON, NOON + 5 * MINUTE), instants(NOON, NOON), SKEW)


@settings(deadline=None, derandomize=True)
@given(st.integers(-400, 400), st.integers(0, 149))
def test_stamps_near_the_grid(seconds: int, tolerance: int) -> None:
    stamp, step, bound = NOON + timedelta(seconds=seconds), 5 * MINUTE, timedelta(seconds=tolerance)
    near = nearest_on_grid(stamp, step, bound)
    column = instants(stamp).alias("at").to_frame()
    assert column.select(nearest_on_grid_expr(pl.col("at"), step, bound)).item() == near
    if near is not None:
        assert abs(near - stamp) <= bound
        assert not (near - NOON) % step


def test_seconds_early_are_the_boundary_and_off_grid_is_none() -> None:
    early = datetime(2026, 6, 1, 2, 59, 55, tzinfo=UTC)
    assert nearest_on_grid(early, 5 * MINUTE, timedelta(seconds=10)) == early + timedelta(seconds=5)
    assert nearest_on_grid(NOON + 2 * MINUTE, 5 * MINUTE, timedelta(seconds=10)) is None
    with pytest.raises(UsageError, match="0:02:30"):
        nearest_on_grid(NOON, 5 * MINUTE, timedelta(seconds=150))


def test_cutovers_are_dated_and_in_order() -> None:
    days = [one.on for one in CUTOVERS]
    assert days == sorted(days)
    assert len(set(CUTOVERS)) == len(CUTOVERS)
    west = [
        one for one in cutovers("spp", date(2026, 4, 1), date(2026, 4, 2)) if one.kind == "market"
    ]
    assert [one.on for one in west] == [date(2026, 4, 1)]
    relabelled = next(one for one in cutovers("miso") if one.kind == "label")
    assert (relabelled.on, relabelled.precision) == (date(2026, 5, 6), "day")
    assert next(one for one in CUTOVERS if one.precision == "month").on.day == 1
    assert cutovers("aeso")
    with pytest.raises(UnknownName, match="'enron'"):
        cutovers("enron")
