"""Readings to instants: columns and their scalar twins agree, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.errors import AmbiguousTime, ImpossibleTime, SourceError
from tieline.markettime import (
    instant_by_known_time,
    instant_by_offset,
    instants_by_row_order,
    instants_of,
    latest_instant,
    local_expr,
    utc_by_known_time,
    utc_by_offset,
    utc_by_row_order,
    zone_of,
)

EASTERN = "America/New_York"
FORMATS = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")


def at(text: str) -> datetime:
    """A naive reading of 2024."""
    return datetime.strptime(f"2024-{text}", "%Y-%m-%d %H:%M")  # noqa: DTZ007


def stamps_of(
    readings: Sequence[datetime | None], keys: Sequence[str] | None = None
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "source_row": pl.Series(range(2, len(readings) + 2), dtype=pl.Int64),
            "text": [str(reading) for reading in readings],
            "local": pl.Series(readings, dtype=pl.Datetime("us")),
            "key": list(keys) if keys is not None else ["a"] * len(readings),
        }
    )


def by_order(
    readings: Sequence[datetime | None], keys: Sequence[str] | None = None, *, hourly: bool = False
) -> list[datetime]:
    return utc_by_row_order(stamps_of(readings, keys), EASTERN, hourly=hourly).to_list()


READINGS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0)
)
NEAR_AUTUMN = st.integers(0, 240).map(
    lambda minutes: at("11-03 00:00") + timedelta(minutes=minutes)
)
NEAR_SPRING = st.integers(0, 240).map(
    lambda minutes: at("03-10 00:00") + timedelta(minutes=minutes)
)
ANY = st.one_of(READINGS, NEAR_AUTUMN, NEAR_SPRING)


@settings(deadline=None, derandomize=True)
@given(instant=READINGS.map(lambda moment: moment.replace(tzinfo=UTC)))
def test_instant_to_reading_to_instant_is_the_identity(instant: datetime) -> None:
    local = instant.astimezone(zone_of(EASTERN))
    offset = local.utcoffset()
    assert offset is not None
    minutes = int(offset.total_seconds() // 60)
    naive = local.replace(tzinfo=None)
    assert instant in instants_of(EASTERN, naive)
    assert instant_by_offset(EASTERN, naive, minutes) == instant
    column = stamps_of([naive]).with_columns(offset_minutes=pl.lit(minutes))
    assert utc_by_offset(column, EASTERN).to_list() == [instant]


@settings(deadline=None, derandomize=True)
@given(reading=ANY, minutes=st.sampled_from([-300, -240]))
def test_offsets_agree_with_their_twin(reading: datetime, minutes: int) -> None:
    column = stamps_of([reading]).with_columns(offset_minutes=pl.lit(minutes))
    try:
        expected = instant_by_offset(EASTERN, reading, minutes)
    except ImpossibleTime:
        with pytest.raises(ImpossibleTime, match="line 2"):
            utc_by_offset(column, EASTERN)
    else:
        assert utc_by_offset(column, EASTERN).to_list() == [expected]


@settings(deadline=None, derandomize=True)
@given(reading=ANY, minutes=st.integers(-200, 4000))
def test_known_time_agrees_with_its_twin(reading: datetime, minutes: int) -> None:
    known = reading.replace(tzinfo=UTC) + timedelta(hours=4, minutes=minutes)
    column = stamps_of([reading])
    try:
        expected = instant_by_known_time(EASTERN, reading, known)
    except SourceError as error:
        with pytest.raises(type(error), match="line 2"):
            utc_by_known_time(column, EASTERN, known)
    else:
        assert utc_by_known_time(column, EASTERN, known).to_list() == [expected]


@settings(deadline=None, derandomize=True)
@given(
    readings=st.lists(st.one_of(NEAR_AUTUMN, NEAR_SPRING), min_size=1, max_size=12),
    hourly=st.booleans(),
)
def test_row_order_of_one_key_agrees_with_its_twin(readings: list[datetime], hourly: bool) -> None:
    try:
        expected = instants_by_row_order(EASTERN, readings, hourly=hourly)
    except SourceError as error:
        with pytest.raises(type(error)):
            by_order(readings, hourly=hourly)
    else:
        assert by_order(readings, hourly=hourly) == expected


def test_known_time_chooses_the_latest_reading_that_is_not_ahead() -> None:
    reading = at("11-03 01:30")
    first = datetime(2024, 11, 3, 5, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert instant_by_known_time(EASTERN, reading, first + timedelta(minutes=1)) == first
    assert instant_by_known_time(EASTERN, reading, second - timedelta(minutes=2)) == second
    assert instant_by_known_time(EASTERN, reading, second + timedelta(minutes=30)) == second
    with pytest.raises(AmbiguousTime):
        instant_by_known_time(EASTERN, reading, second + timedelta(minutes=31))


def five_minutes(start: str, end: str) -> list[datetime]:
    reading, found = at(start), []
    while reading < at(end):
        found.append(reading)
        reading += timedelta(minutes=5)
    return found


AUTUMN = [*five_minutes("11-03 00:00", "11-03 02:00"), *five_minutes("11-03 01:00", "11-03 03:00")]


def test_second_pass_begins_where_the_clock_steps_back() -> None:
    instants = by_order(AUTUMN)
    first = datetime(2024, 11, 3, 4, tzinfo=UTC)
    assert instants == [first + timedelta(minutes=5 * step) for step in range(48)]


def test_off_grid_stamps_belong_to_the_pass_they_stand_in() -> None:
    off = at("11-03 01:02")
    readings = [*AUTUMN[:13], off, *AUTUMN[13:]]
    assert by_order(readings)[13] == datetime(2024, 11, 3, 5, 2, tzinfo=UTC)
    readings = [*AUTUMN[:25], off, *AUTUMN[25:]]
    assert by_order(readings)[25] == datetime(2024, 11, 3, 6, 2, tzinfo=UTC)


def test_equal_stamps_are_a_second_pass_only_in_an_hourly_table() -> None:
    doubled = [at("11-03 00:55"), at("11-03 01:00"), at("11-03 01:00"), at("11-03 01:05")]
    assert [moment.hour for moment in by_order(doubled)] == [4, 5, 5, 5]
    hours = [at("11-03 00:00"), at("11-03 01:00"), at("11-03 01:00"), at("11-03 02:00")]
    assert [moment.hour for moment in by_order(hours, hourly=True)] == [4, 5, 6, 7]


def test_an_hour_that_nothing_follows_is_its_first_pass() -> None:
    assert by_order(AUTUMN[:20])[-1] == datetime(2024, 11, 3, 5, 35, tzinfo=UTC)


def test_an_hour_that_stands_there_once_cannot_be_told() -> None:
    once = [*five_minutes("11-03 00:00", "11-03 03:00")]
    with pytest.raises(AmbiguousTime, match=r"line 14.*stands there once"):
        by_order(once)


def test_rows_in_no_order_cannot_be_told() -> None:
    with pytest.raises(AmbiguousTime, match="order"):
        by_order([*AUTUMN, at("11-03 01:20")])
    with pytest.raises(AmbiguousTime, match="order"):
        by_order(list(reversed(AUTUMN)))


def test_a_table_written_stamp_by_stamp_decides_for_a_key_that_lacks_a_pass() -> None:
    readings, keys = [], []
    for place, reading in enumerate(AUTUMN):
        for key in ("a", "b"):
            if key == "b" and 12 <= place < 24:
                continue
            readings.append(reading)
            keys.append(key)
    instants = by_order(readings, keys)
    of_b = [moment for moment, key in zip(instants, keys, strict=True) if key == "b"]
    assert of_b[12] == datetime(2024, 11, 3, 6, tzinfo=UTC)
    with pytest.raises(AmbiguousTime):
        by_order(
            [*AUTUMN, *(m for m, k in zip(readings, keys, strict=True) if k == "b")],
            ["a"] * 48 + ["b"] * 36,
        )


@pytest.mark.parametrize("lacks", ["A1", "A2", "B1", "B2", "C1", "C2"])
def test_an_hourly_table_of_lists_decides_for_a_key_that_lacks_a_pass(lacks: str) -> None:
    hours = [at("11-03 00:00"), at("11-03 01:00"), at("11-03 01:00"), at("11-03 02:00")]
    rows = [
        (hour, key, n)
        for n, hour in enumerate(hours)
        for key in ("A", "B", "C")
        if f"{key}{n}" != lacks
    ]
    stamps = pl.DataFrame(
        {
            "source_row": range(2, 2 + len(rows)),
            "text": ["x"] * len(rows),
            "local": [hour for hour, _, _ in rows],
            "key": [key for _, key, _ in rows],
        },
        schema_overrides={"local": pl.Datetime("us")},
    )
    found = utc_by_row_order(stamps, EASTERN, hourly=True)
    told = [4, 5, 6, 7]
    assert found.dt.hour().to_list() == [told[n] for _, _, n in rows]
    single = stamps.filter(pl.Series([n != 2 for _, _, n in rows]))
    doubled = pl.concat([single, single.filter(local=hours[1], key="B")]).sort("local", "key")
    for order in (single, doubled, single.sort("local", "key", descending=[False, True])):
        lined = order.with_columns(source_row=pl.int_range(2, 2 + pl.len()))
        with pytest.raises(AmbiguousTime):
            utc_by_row_order(lined, EASTERN, hourly=True)


def test_a_table_written_key_by_key_is_walked_within_each_key() -> None:
    both = by_order([*AUTUMN, *AUTUMN], ["a"] * 48 + ["b"] * 48)
    assert both[:48] == both[48:] == by_order(AUTUMN)
    growing = by_order([*AUTUMN[:20], *AUTUMN[:20]], ["a"] * 20 + ["b"] * 20)
    assert growing[:20] == growing[20:]


def test_two_keys_with_only_the_first_pass_stay_in_it() -> None:
    hour = five_minutes("11-03 01:00", "11-03 02:00")
    both = by_order([*hour, *hour], ["a"] * 12 + ["b"] * 12)
    assert {moment.hour for moment in both} == {5}


def test_skipped_readings_are_refused_with_line_and_text() -> None:
    with pytest.raises(ImpossibleTime, match=r"line 3.*02:30"):
        by_order([at("03-10 01:55"), at("03-10 02:30")])


def test_unreadable_stays_null() -> None:
    assert by_order([None, at("07-01 12:00")]) == [None, datetime(2024, 7, 1, 16, tzinfo=UTC)]
    assert by_order([None, *AUTUMN])[0] is None


def test_both_formats_are_read_in_one_column() -> None:
    texts = pl.DataFrame({"t": ["07/01/2024 12:00", "07/01/2024 12:00:30", "7 July", None]})
    assert texts.select(local_expr("t", FORMATS)).to_series().to_list() == [
        datetime(2024, 7, 1, 12),  # noqa: DTZ001
        datetime(2024, 7, 1, 12, 0, 30),  # noqa: DTZ001
        None,
        None,
    ]


def test_a_year_of_two_digits_is_none() -> None:
    texts = pl.DataFrame({"t": ["07/01/24 12:00", "07/01/0024 12:00:30"]})
    assert texts.select(local_expr("t", FORMATS)).to_series().to_list() == [None, None]


def test_latest_instant_of_repeated_and_skipped_readings() -> None:
    assert latest_instant(EASTERN, at("11-03 01:30")) == datetime(2024, 11, 3, 6, 30, tzinfo=UTC)
    assert latest_instant(EASTERN, at("03-10 02:30")) == datetime(2024, 3, 10, 7, 30, tzinfo=UTC)
