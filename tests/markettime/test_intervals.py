"""Labels to intervals, and the stamps of a grid."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.markettime import (
    day_window,
    floor_expr,
    floor_to_grid,
    grid_stamps,
    interval_of,
    with_intervals,
)
from tieline.markettime.intervals import Kind

EASTERN = "America/New_York"
FIVE = timedelta(minutes=5)
HOUR = timedelta(hours=1)
NOON = datetime(2017, 11, 22, 12, tzinfo=UTC)
OFFSETS = st.lists(st.integers(0, 3600), min_size=1, max_size=12)


@settings(deadline=None, derandomize=True)
@given(seconds=st.integers(-(10**9), 10**9), step=st.sampled_from([FIVE, HOUR]))
def test_floor_agrees_with_its_column(seconds: int, step: timedelta) -> None:
    instant = NOON + timedelta(seconds=seconds)
    column = pl.Series("at", [instant], dtype=pl.Datetime("us", "UTC")).to_frame()
    assert column.select(floor_expr(pl.col("at"), step)).item() == floor_to_grid(instant, step)


@settings(deadline=None, derandomize=True)
@given(
    places=OFFSETS,
    keys=st.lists(st.sampled_from("ab"), min_size=12, max_size=12),
    kind=st.sampled_from(["start", "end", "instant"]),
    step=st.sampled_from([FIVE, HOUR, None]),
)
def test_intervals_agree_with_their_twin(
    places: list[int], keys: list[str], kind: Kind, step: timedelta | None
) -> None:
    stamps = [NOON + timedelta(seconds=place) for place in places]
    rows = pl.DataFrame(
        {"key": keys[: len(stamps)], "stamp_utc": stamps},
        schema={"key": pl.String, "stamp_utc": pl.Datetime("us", "UTC")},
    )
    made = with_intervals(rows, kind, step, ("key",))
    for key, stamp, start, end in made.rows():
        own = [moment for other, moment in zip(keys, stamps, strict=False) if other == key]
        assert (start, end) == interval_of(
            kind,
            stamp,
            step,
            previous=max((moment for moment in own if moment < stamp), default=None),
            following=min((moment for moment in own if moment > stamp), default=None),
        )


def test_off_grid_stamps_divide_the_grid() -> None:
    stamps = [NOON + timedelta(seconds=s) for s in (0, 300, 454, 580, 600)]
    rows = pl.DataFrame({"key": ["a"] * 5, "stamp_utc": stamps})
    starts = with_intervals(rows, "start", FIVE, ("key",))
    lengths = (starts["interval_end_utc"] - starts["interval_start_utc"]).dt.total_seconds()
    assert lengths.to_list() == [300, 154, 126, 20, 300]
    ends = with_intervals(rows, "end", FIVE, ("key",))
    lengths = (ends["interval_end_utc"] - ends["interval_start_utc"]).dt.total_seconds()
    assert lengths.to_list() == [300, 300, 154, 126, 20]


@pytest.mark.parametrize(
    ("day", "fives", "hours"),
    [(date(2024, 3, 10), 276, 23), (date(2024, 7, 1), 288, 24), (date(2024, 11, 3), 300, 25)],
)
def test_grid_of_a_day(day: date, fives: int, hours: int) -> None:
    start, end = day_window(EASTERN, day)
    assert grid_stamps(EASTERN, day, HOUR, "start").len() == hours
    begins = grid_stamps(EASTERN, day, FIVE, "start")
    assert (begins.len(), begins[0], begins[-1]) == (fives, start, end - FIVE)
    closes = grid_stamps(EASTERN, day, FIVE, "end")
    assert (closes.len(), closes[0], closes[-1]) == (fives, start + FIVE, end)
    assert grid_stamps(EASTERN, date(2024, 11, 1), HOUR, "start", 6).len() == 145
