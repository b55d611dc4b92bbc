"""Clock changes: every listed one, the same in Polars, zoneinfo and DuckDB; fast readings."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.errors import UnknownZone
from tieline.markettime import (
    MARKETS,
    agreed_until,
    changes_between,
    changes_in,
    clock_expr,
    day_start,
    day_start_expr,
    day_window,
    daylight_expr,
    hours_in,
    instant_expr,
    instants_of,
    market_day,
    market_day_expr,
    market_of,
    missing_hours,
    readings_of,
    repeated_hours,
    zone_of,
)

LISTED = Path(__file__).parent / "dst_transitions.csv"
"""Zone, day and hours of every change 2015 to 2035, by the rules that held until 2026."""
ALBERTA_STAYS = date(2026, 11, 1)
"""Alberta keeps UTC-06:00 from 2026: its clock was not set back on this day and changes no more
(IANA 2026c, of 2026-07-08)."""
ZONES = sorted({market.zone for market in MARKETS} | {"America/Denver", "UTC"})
YEARS = range(2015, 2036)
HOUR = timedelta(hours=1)


def listed() -> dict[tuple[str, date], int]:
    """Every change in the list that a law has not done away with since."""
    with LISTED.open(encoding="utf-8") as lines:
        rows = {
            (row["zone"], date.fromisoformat(row["date"])): int(row["kind"].removesuffix("h"))
            for row in csv.DictReader(lines)
        }
    assert len(rows) == 210
    return {
        (zone, day): hours
        for (zone, day), hours in rows.items()
        if zone != "America/Edmonton" or day < ALBERTA_STAYS
    }


def days_of(year: int) -> pl.Series:
    return pl.date_range(date(year, 1, 1), date(year, 12, 31), "1d", eager=True).alias("day")


def test_every_listed_change_is_found_and_no_other() -> None:
    zones = sorted({zone for zone, _ in listed()})
    found = {
        (zone, market_day(zone, change.at_utc)): 24 - change.jump // HOUR
        for zone in zones
        for year in YEARS
        for change in changes_in(zone, year)
    }
    assert found == listed()
    assert len(found) == 191


@pytest.mark.parametrize("zone", sorted({zone for zone, _ in listed()}))
def test_polars_and_zoneinfo_and_duckdb_have_the_same_days(zone: str) -> None:
    days = pl.concat([days_of(year) for year in YEARS]).to_frame()
    start, following = (
        day_start_expr(zone, pl.col("day") + pl.duration(days=after)) for after in (0, 1)
    )
    hours = days.with_columns(start=start, hours=(following - start).dt.total_hours())
    if agreed_until(zone) is None:
        plainly = pl.col("day").cast(pl.Datetime("us")).dt.replace_time_zone(zone)
        assert hours["start"].equals(days.select(plainly.dt.convert_time_zone("UTC")).to_series())
    by_polars = {(zone, day): count for day, _, count in hours.filter(pl.col("hours") != 24).rows()}
    by_zoneinfo = {
        (zone, day): count for day in days["day"] if (count := hours_in(zone, day)) != 24
    }
    database = duckdb.connect()
    database.execute("set timezone = 'UTC'")
    database.register("days", days.to_arrow())
    asked = "epoch_us(timezone($zone, {}::timestamp))"
    counted = database.execute(
        f"select day, ({asked.format('(day + 1)')} - {asked.format('day')}) // 3600000000 as hours,"
        f" {asked.format('day')} as start from days",
        {"zone": zone},
    ).fetchall()
    by_duckdb = {(zone, day): count for day, count, _ in counted if count != 24}
    wanted = {key: count for key, count in listed().items() if key[0] == zone}
    assert by_polars == by_zoneinfo == by_duckdb == wanted
    assert hours["start"].to_physical().to_list() == [start for _, _, start in counted]


@pytest.mark.parametrize("market", ["miso", "ieso"])
def test_markets_on_eastern_standard_never_change(market: str) -> None:
    zone = market_of(market).zone
    assert [changes_in(zone, year) for year in YEARS] == [()] * len(YEARS)
    assert day_start(zone, date(2026, 7, 1)) == datetime(2026, 7, 1, 5, tzinfo=UTC)


def test_alberta_has_set_its_clock_for_the_last_time() -> None:
    zone = market_of("aeso").zone
    assert [str(market_day(zone, change.at_utc)) for change in changes_in(zone, 2026)] == [
        "2026-03-08"
    ]
    noon = datetime(2026, 12, 1, 18, tzinfo=UTC)
    column = pl.DataFrame({"at": [noon]}, schema={"at": pl.Datetime("us", "UTC")})
    shown = column.with_columns(local=clock_expr(zone, pl.col("at")))
    assert shown["local"].to_list() == [datetime(2026, 12, 1, 12)]  # noqa: DTZ001
    assert shown.select(instant_expr(zone, pl.col("local"))).to_series().to_list() == [noon]
    assert noon.astimezone(zone_of(zone)).replace(tzinfo=None) == shown["local"][0]
    early, late = readings_of(shown["local"], zone)
    assert early.to_list() == late.to_list() == [noon]


@settings(deadline=None, derandomize=True, max_examples=100)
@given(
    zone=st.sampled_from(ZONES),
    instants=st.lists(
        st.datetimes(
            datetime(2015, 1, 1),  # noqa: DTZ001
            datetime(2040, 1, 1),  # noqa: DTZ001
            timezones=st.just(UTC),
        ),
        min_size=1,
    ),
)
def test_a_column_shows_the_clock_of_zoneinfo(zone: str, instants: list[datetime]) -> None:
    column = pl.DataFrame({"at": instants}, schema={"at": pl.Datetime("us", "UTC")})
    shown = column.select(
        local=clock_expr(zone, pl.col("at")), daylight=daylight_expr(zone, pl.col("at"))
    )
    local = [instant.astimezone(zone_of(zone)) for instant in instants]
    assert shown["local"].to_list() == [one.replace(tzinfo=None) for one in local]
    assert shown["daylight"].to_list() == [bool(one.dst()) for one in local]


def test_a_change_tells_its_readings() -> None:
    spring, autumn = changes_in("America/New_York", 2026)
    assert spring.at_utc == datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert spring.missing == missing_hours("America/New_York", date(2026, 3, 8))
    assert spring.repeated is None
    assert autumn.repeated == repeated_hours("America/New_York", date(2026, 11, 1))
    assert autumn.missing is None
    assert changes_between("America/New_York", spring.at_utc, autumn.at_utc) == (spring,)


def test_an_unknown_zone_is_named() -> None:
    for name in ("America/Gotham", "pjmm", ""):
        with pytest.raises(UnknownZone, match=repr(name)):
            changes_in(name, 2026)
        with pytest.raises(UnknownZone, match=repr(name)):
            readings_of(pl.Series([None], dtype=pl.Datetime("us")), name)
    with pytest.raises(UnknownZone, match="'nyso'"):
        market_of("nyso")


@settings(deadline=None, derandomize=True, max_examples=150)
@given(
    zone=st.sampled_from(ZONES),
    first=st.datetimes(datetime(2014, 6, 1), datetime(2036, 1, 1)),  # noqa: DTZ001
    days=st.integers(0, 9000),
    data=st.data(),
)
def test_fast_readings_are_those_of_zoneinfo(
    zone: str, first: datetime, days: int, data: st.DataObject
) -> None:
    last = first + timedelta(days=days)
    near = [
        edge
        for change in changes_between(zone, first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))
        for edge in (change.repeated or change.missing or ())
    ]
    free = st.datetimes(first, last)
    chosen = st.one_of(
        free,
        st.builds(
            lambda edge, minutes: edge + timedelta(minutes=minutes),
            st.sampled_from(near or [first]),
            st.integers(-90, 90),
        ),
        st.none(),
    )
    readings = data.draw(st.lists(chosen, min_size=1, max_size=12))
    early, late = readings_of(pl.Series("x", readings, dtype=pl.Datetime("us")), zone)
    found = [() if reading is None else instants_of(zone, reading) for reading in readings]
    assert early.to_list() == [instants[0] if instants else None for instants in found]
    assert late.to_list() == [instants[-1] if instants else None for instants in found]


@settings(deadline=None, derandomize=True, max_examples=60)
@given(zone=st.sampled_from(ZONES), year=st.integers(2000, 2050))
def test_days_tile_and_have_23_24_or_25_hours(zone: str, year: int) -> None:
    days = days_of(year).to_list()
    windows = [day_window(zone, day) for day in days]
    assert all(end == start for (_, end), (start, _) in pairwise(windows))
    counts = [hours_in(zone, day) for day in days]
    changed = {market_day(zone, change.at_utc) for change in changes_in(zone, year)}
    assert set(counts) <= {23, 24, 25}
    assert {day for day, count in zip(days, counts, strict=True) if count != 24} == changed
    edges = pl.Series("edge", [start for start, _ in windows])
    one = timedelta(microseconds=1)
    told = edges.to_frame().select(
        at=market_day_expr(zone, pl.col("edge")), before=market_day_expr(zone, pl.col("edge") - one)
    )
    assert told["at"].to_list() == days
    assert told["before"].to_list() == [day - timedelta(days=1) for day in days]
    assert zone_of(zone).key == zone
