"""Holes of one forecast: whether it was asked for by the knob or by its key, and whose fault they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import tieline
from tests.facades.test_faces import P7
from tests.flow.conftest import Bench, bench_of
from tieline.assemble import opened, settings_of
from tieline.flow import import_file

FEED = "iso.da.load_forecast.nyiso"
DAY = date(2026, 10, 31)
VINTAGE = "2026-10-31T04:00:00Z"
"""Over the day with 25 hours: 145 hours, of which the file of six days lacks one."""

PLACES = 145 * 12


def issued(
    bench: Bench, day: date, *, at: int = 13, without: tuple[int, int] | None = None
) -> None:
    """The forecast of six days that was issued on a day, fetched at an hour of UTC; without one hour."""
    lines = [
        f"{one:%m/%d/%Y} {hour:02}:00,{','.join(['100'] * 12)}"
        for one in (day + timedelta(days=ahead) for ahead in range(6))
        for hour in ((*range(2), *range(1, 24)) if one == date(2026, 11, 1) else range(24))
        if (one.day, hour) != without
    ]
    fetched = datetime(day.year, day.month, day.day, at, tzinfo=UTC)
    put(bench, day, "\r\n".join([P7, *lines, ""]).encode(), fetched)


def put(bench: Bench, day: date, data: bytes, fetched: datetime) -> None:
    path = bench.folder / f"{day:%Y%m%d}isolf.csv"
    path.write_bytes(data)
    feed, row = bench.house.report("nyiso:P-7")
    import_file(bench.house, feed, row, path, fetched_at=fetched)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with opened(settings_of(tmp_path / "home")) as home:
        made = bench_of(home, tmp_path)
        issued(made, DAY, without=(2, 5))
        yield made


def test_a_hole_is_judged_by_the_file_that_should_have_it(bench: Bench) -> None:
    """And not by whether another day's file was asked for, is due or could be read."""
    home = bench.home.settings.home
    early = tieline.read(FEED, vintage=DAY, as_of="2026-10-31T15:00:00Z", home=home).certificate
    assert [(gap.cause, gap.missing) for gap in early.gaps] == [("late_upstream", 12)]
    put(bench, date(2026, 11, 2), b"<html>x</html>", datetime(2026, 11, 2, 14, tzinfo=UTC))
    assert len(bench.home.ledger.entries(states=["failed"])) == 1
    for asked in ({"vintage": DAY}, {"vintage": VINTAGE}, {"where": {"vintage_utc": VINTAGE}}):
        told = tieline.read(FEED, home=home, **asked).certificate
        assert [(gap.cause, gap.missing) for gap in told.gaps] == [("late_upstream", 12)], asked
        assert (told.expected, told.received) == (PLACES, PLACES - 12)


def test_a_forecast_that_is_whole_is_whole_by_its_key_too(bench: Bench) -> None:
    issued(bench, DAY, at=14)
    home = bench.home.settings.home
    knob = tieline.read(FEED, vintage=VINTAGE, home=home).certificate
    key = tieline.read(FEED, where={"vintage_utc": VINTAGE}, home=home).certificate
    assert (knob.complete, knob.expected, knob.received) == (True, PLACES, PLACES)
    assert (key.complete, key.expected, key.received) == (True, PLACES, PLACES)


def test_a_vintage_that_rows_print_has_no_file_of_its_own(bench: Bench, samples: Path) -> None:
    """One file of a day has every forecast for it: of the day on which one was issued it says nothing."""
    feed, row = bench.house.report("isone:hourlyloadforecast")
    path = samples / "isone" / "api" / "hourlyloadforecast_all_day_20240309.json"
    day = date(2024, 3, 9)
    import_file(
        bench.house, feed, row, path, day=day, fetched_at=datetime(2024, 3, 10, 12, tzinfo=UTC)
    )
    home = bench.home.settings.home
    issues = tieline.read(feed.id, vintage="all", home=home).polars()["vintage_utc"]
    first = issues.min()
    assert isinstance(first, datetime)
    assert first.date() < day
    for asked in ({"vintage": first}, {"vintage": first.date()}, {"where": {"vintage_utc": first}}):
        told = tieline.read(feed.id, "2024-03-09", "2024-03-10", home=home, **asked).certificate
        assert told.gaps == (), asked
