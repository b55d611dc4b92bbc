"""Blocks of hours and holidays: the field's own table, and each market's own definition."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.errors import UnknownName, UnknownZone, UsageError
from tieline.markettime import (
    BLOCKS,
    DEFINITIONS,
    block_hours,
    business_day_after,
    business_days,
    exchange_holidays,
    in_block,
    in_block_expr,
    is_business_day,
    is_nerc_holiday,
    month_hours,
    nerc_holiday_expr,
    nerc_holidays,
    peak_of,
)

NERC = Path(__file__).parent / "nerc_calendar.csv"
"""Observed days and names, 2015 to 2035."""
COLUMNS = ("5x16", "2x16H", "7x8", "7x24", "6x16", "light-load")
TABLE_OF_2026 = (
    (336, 160, 248, 744, 416, 328),
    (320, 128, 224, 672, 384, 288),
    (352, 144, 247, 743, 416, 327),
    (352, 128, 240, 720, 416, 304),
    (320, 176, 248, 744, 400, 344),
    (352, 128, 240, 720, 416, 304),
    (368, 128, 248, 744, 416, 328),
    (336, 160, 248, 744, 416, 328),
    (336, 144, 240, 720, 400, 320),
    (352, 144, 248, 744, 432, 312),
    (320, 160, 241, 721, 384, 337),
    (352, 144, 248, 744, 416, 328),
)
"""Hours of each month in Eastern prevailing time."""
YEARS = {
    2024: (4096, 1760, 2928, 8784),
    2025: (4080, 1760, 2920, 8760),
    2026: (4096, 1744, 2920, 8760),
}
INSTANTS = st.datetimes(
    datetime(2000, 1, 2),  # noqa: DTZ001
    datetime(2050, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@pytest.mark.parametrize("month", range(1, 13))
def test_the_table_of_2026(month: int) -> None:
    eastern = peak_of("pjm")
    counted = tuple(month_hours(block, eastern, 2026, month) for block in COLUMNS)
    assert counted == TABLE_OF_2026[month - 1]


@pytest.mark.parametrize("year", YEARS)
def test_the_totals_of_a_year(year: int) -> None:
    eastern = peak_of("nyiso")
    counted = [
        block_hours(block, eastern, date(year, 1, 1), date(year, 12, 31)) for block in COLUMNS[:4]
    ]
    assert tuple(counted) == YEARS[year]


def test_the_nerc_list() -> None:
    with NERC.open(encoding="utf-8") as lines:
        wanted = [(row["date"], row["name"]) for row in csv.DictReader(lines)]
    found = [(str(one.day), one.name) for year in range(2015, 2036) for one in nerc_holidays(year)]
    assert found == wanted
    assert len(found) == 126


@pytest.mark.parametrize("year", range(2000, 2051))
def test_six_holidays_a_year_never_on_a_sunday(year: int) -> None:
    days = [one.day for one in nerc_holidays(year)]
    assert len(days) == 6
    assert days == sorted(days)
    assert all(day.year == year and day.isoweekday() != 7 for day in days)
    assert not is_nerc_holiday(date(year, 11, 11))


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("2016-12-26", True),
        ("2017-01-02", True),
        ("2021-07-05", True),
        ("2022-12-26", True),
        ("2023-01-02", True),
        ("2020-07-04", True),
        ("2021-12-25", True),
        ("2022-01-01", True),
        ("2021-12-24", False),
        ("2021-12-31", False),
        ("2010-07-05", True),
        ("2010-12-25", True),
        ("2011-01-01", True),
        ("2023-01-01", False),
    ],
)
def test_sunday_moves_and_saturday_stays(day: str, kept: bool) -> None:
    assert is_nerc_holiday(date.fromisoformat(day)) is kept
    column = pl.DataFrame({"day": [date.fromisoformat(day)]})
    assert column.select(nerc_holiday_expr(pl.col("day"))).item() is kept


def test_outside_the_known_years_nothing_is_said() -> None:
    for year in (1999, 2051):
        with pytest.raises(UsageError, match=str(year)):
            nerc_holidays(year)
        with pytest.raises(UsageError, match=str(year)):
            month_hours("5x16", peak_of("pjm"), year, 6)
        column = pl.DataFrame({"at": [datetime(year, 6, 1, tzinfo=UTC)]})
        assert column.select(in_block_expr(pl.col("at"), "5x16", peak_of("pjm"))).item() is None


@settings(deadline=None, derandomize=True, max_examples=100)
@given(
    instants=st.lists(INSTANTS, min_size=1, max_size=10),
    peak=st.sampled_from(DEFINITIONS),
    block=st.sampled_from([*BLOCKS, "on-peak", "off-peak"]),
)
def test_columns_and_single_instants_agree(
    instants: list[datetime], peak: object, block: str
) -> None:
    chosen = next(one for one in DEFINITIONS if one is peak)
    column = pl.DataFrame({"at": instants}, schema={"at": pl.Datetime("us", "UTC")})
    told = column.select(in_block_expr(pl.col("at"), block, chosen)).to_series().to_list()
    assert told == [in_block(instant, block, chosen) for instant in instants]


@settings(deadline=None, derandomize=True, max_examples=100)
@given(instant=INSTANTS, peak=st.sampled_from(DEFINITIONS))
def test_blocks_divide_every_hour(instant: datetime, peak: object) -> None:
    chosen = next(one for one in DEFINITIONS if one is peak)
    inside = {block for block in BLOCKS if in_block(instant, block, chosen)}
    assert "7x24" in inside
    assert len(inside & {"5x16", "2x16H", "7x8"}) == 1
    assert len(inside & {"7x16", "7x8"}) == 1
    assert len(inside & {"5x16", "wrap"}) == 1
    assert len(inside & {"6x16", "light-load"}) == 1
    assert in_block(instant, "on-peak", chosen) != in_block(instant, "off-peak", chosen)


def test_miso_has_two_definitions() -> None:
    contract, tariff = peak_of("miso"), peak_of("MISO-tariff")
    winter = datetime(2026, 1, 15, 12, 30, tzinfo=UTC)
    summer = datetime(2026, 7, 15, 11, 30, tzinfo=UTC)
    assert in_block(winter - timedelta(minutes=60), "5x16", tariff)
    assert not in_block(winter - timedelta(minutes=91), "5x16", tariff)
    assert in_block(winter, "5x16", contract)
    assert not in_block(winter - timedelta(minutes=60), "5x16", contract)
    assert in_block(summer, "5x16", contract)
    assert in_block(summer, "5x16", tariff)
    at = pl.datetime_range(
        datetime(2026, 4, 1, 12, tzinfo=UTC),
        datetime(2026, 10, 30, 12, tzinfo=UTC),
        "1h",
        time_unit="us",
        eager=True,
    )
    same = (
        at.alias("at")
        .to_frame()
        .select(
            contract=in_block_expr(pl.col("at"), "5x16", contract),
            tariff=in_block_expr(pl.col("at"), "5x16", tariff),
        )
    )
    assert same["contract"].to_list() == same["tariff"].to_list()


def test_saturday_is_peak_in_the_west_alone() -> None:
    saturday = datetime(2026, 6, 6, 18, tzinfo=UTC)
    assert in_block(saturday, "on-peak", peak_of("caiso"))
    assert in_block(saturday, "HLH", peak_of("mid-c"))
    assert not in_block(saturday, "on-peak", peak_of("ercot"))
    independence = datetime(2026, 7, 4, 18, tzinfo=UTC)
    assert not in_block(independence, "on-peak", peak_of("caiso"))


def test_unknown_names_are_told() -> None:
    with pytest.raises(UnknownZone, match="'xyz'"):
        peak_of("xyz")
    with pytest.raises(UnknownName, match="'super-peak'"):
        in_block(datetime(2026, 1, 1, tzinfo=UTC), "super-peak", peak_of("caiso"))


def test_business_days() -> None:
    assert not is_business_day(date(2026, 11, 26))
    assert business_day_after(date(2026, 11, 25)) == date(2026, 11, 27)
    assert business_day_after(date(2026, 11, 27), -1) == date(2026, 11, 25)
    assert business_day_after(date(2026, 11, 28), 0) == date(2026, 11, 30)
    assert business_day_after(date(2026, 4, 2), calendar="exchange") == date(2026, 4, 6)
    assert business_day_after(date(2026, 4, 2)) == date(2026, 4, 3)
    assert len(business_days(date(2026, 11, 1), date(2026, 11, 30))) == 20
    assert len(business_days(date(2026, 1, 1), date(2026, 12, 31))) * 16 == YEARS[2026][0]
    assert business_days(date(2026, 11, 2), date(2026, 11, 1)) == ()


def test_days_without_settlement() -> None:
    kept = {str(one.day) for year in (2021, 2022) for one in exchange_holidays(year)}
    assert {"2021-04-02", "2021-12-24", "2022-04-15", "2022-06-20", "2022-12-26"} <= kept
    assert not {"2021-12-31", "2022-01-01", "2021-06-18", "2022-11-11"} & kept
