"""When holes are asked for again: growing intervals, bounded, and by cause."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facades.test_faces import P7
from tests.flow.conftest import Bench, p32
from tests.flow.operator import DAY, Scene, scene_of
from tests.flow.worlds import BASES
from tieline.feeds import Probing
from tieline.flow import day_states, due_days, plan
from tieline.flow.daemon import jobs_at, next_probe, next_slot, probes_at
from tieline.markettime import day_window

FILE = "20260302ExternalLimitsFlows.csv"
END = day_window("America/New_York", DAY)[1]
HOUR = timedelta(hours=1)


@pytest.fixture
def scene(bench: Bench) -> Scene:
    return scene_of(bench)


def standing(scene: Scene, day: date = DAY, report: str = "nyiso:P-32") -> tuple[str, object]:
    feed, row = scene.house.report(report)
    state = day_states(scene.house.ledger, feed, row, [day], scene.clock.now())[day]
    return state.standing, state.cause


@given(
    first=st.integers(1, 1000),
    growth=st.floats(0.05, 2.0),
    longest=st.integers(1000, 10_000),
    until=st.integers(1, 50),
)
def test_looks_grow_apart_and_come_to_an_end(
    first: int, growth: float, longest: int, until: int
) -> None:
    minute = timedelta(minutes=1)
    probing = Probing(
        first=first * minute, growth=growth, longest=longest * minute, until=timedelta(days=until)
    )
    closed, at, waits = END, END + 6 * HOUR, []
    while (following := probing.after_look(closed, at)) is not None:
        waits.append(following - at)
        at = following
        assert len(waits) < 100_000
    assert at == closed + timedelta(days=until), "the last look"
    *grown, last = waits
    assert grown == sorted(grown)
    assert all(first * minute <= wait <= longest * minute for wait in grown)
    assert last <= longest * minute


def test_failures_wait_longer_each_time(scene: Scene) -> None:
    probing = Probing()
    waits = [probing.after_failures(END, END, count) for count in range(1, 12)]
    found = [at - END for at in waits if at is not None]
    assert found[:4] == [timedelta(minutes=15 * 2**n) for n in range(4)]
    assert max(found) == probing.longest
    until = END + probing.until
    assert probing.after_failures(END, END + timedelta(days=13), 12) == until
    assert probing.after_failures(END, until, 12) is None


def test_a_hole_is_looked_at_about_a_dozen_times_and_then_left(scene: Scene) -> None:
    scene.operator.puts(FILE, p32(("00:00",), lambda stamp, point: 1))
    scene.at(6, 0, date(2026, 3, 3)).polls()
    feed, report = scene.house.report("nyiso:P-32")
    asked = 0
    for hour in range(24 * 16):
        at = END + (6 + hour) * HOUR
        scene.at(at.hour, at.minute, at.date())
        if DAY in due_days(scene.house.ledger, feed, report, at):
            asked += 1
            scene.polls()
    assert 8 <= asked <= 16
    assert standing(scene) == ("given_up", "missing_upstream")


def test_a_file_that_is_put_up_late_within_the_fourteen_days_is_found(scene: Scene) -> None:
    feed, report = scene.house.report("nyiso:P-32")
    end = END + report.probing.until
    late = end - 12 * HOUR
    for hour in range(24 * 15):
        at = END + (6 + hour) * HOUR
        scene.at(at.hour, at.minute, at.date())
        if at >= late:
            scene.operator.puts(FILE, p32(("00:00",), lambda stamp, point: 1))
        if hour == 0 or DAY in due_days(scene.house.ledger, feed, report, at):
            entry = scene.polls()
    assert entry.state == "completed"
    assert end <= entry.fetched_at_utc < end + HOUR
    assert standing(scene) == ("given_up", "missing_upstream")


def test_a_forecast_that_failed_waits_a_little_and_is_asked_for_again(scene: Scene) -> None:
    scene.operator.puts("20260302isolf.csv", status=500)
    scene.at(13, 0, date(2026, 3, 3)).polls(report="nyiso:P-7")
    feed, report = scene.house.report("nyiso:P-7")
    assert standing(scene, report="nyiso:P-7") == ("waiting", "fetch_failed")
    assert due_days(scene.house.ledger, feed, report, scene.clock.now()) == []
    assert due_days(scene.house.ledger, feed, report, scene.clock.now() + HOUR) == [DAY]


def test_a_file_that_moved_away_is_left_to_a_person(scene: Scene) -> None:
    scene.operator.puts(FILE, status=410)
    assert scene.at(12, 0, date(2026, 3, 3)).polls().error == "Gone"
    assert standing(scene)[0] == "given_up"


def test_somebody_who_asks_for_a_day_that_could_not_be_fetched_asks_at_once(scene: Scene) -> None:
    feed, report = scene.house.report("nyiso:P-32")

    def asked() -> int:
        now = scene.clock.now()
        return plan(scene.house.ledger, feed, report, DAY, DAY, now, BASES).requests()

    scene.operator.puts(FILE, status=503)
    scene.at(12, 0, date(2026, 3, 3)).polls()
    assert (standing(scene)[0], asked()) == ("waiting", 1)
    scene.operator.puts(FILE, b"<html><body>maintenance</body></html>")
    scene.polls()
    assert (standing(scene), asked()) == (("waiting", "quarantined"), 0)
    scene.at(20, 0, date(2026, 3, 3))
    assert (standing(scene)[0], asked()) == ("due", 1)


def test_an_irregular_day_that_failed_is_asked_for_again(scene: Scene) -> None:
    scene.operator.puts("20260302rtfuelmix.csv", status=503)
    scene.at(12, 0, date(2026, 3, 3)).polls(report="nyiso:P-63")
    (gap,) = scene.house.ledger.gaps()
    assert (gap.cause, gap.missing, gap.day) == ("fetch_failed", 0, DAY)
    feed, report = scene.house.report("nyiso:P-63")
    assert due_days(scene.house.ledger, feed, report, scene.clock.now() + HOUR) == [DAY]


def test_a_daily_report_that_failed_is_looked_at_hourly(bench: Bench) -> None:
    scene = scene_of(bench, datetime(2026, 3, 2, 16, 30, tzinfo=UTC))
    feed, hourly = scene.house.report("nyiso:P-7")
    daily = replace(hourly, every=timedelta(days=1), offset=timedelta(hours=16, minutes=30))
    slot = next_slot(daily, scene.clock.now())
    assert slot == datetime(2026, 3, 3, 16, 30, tzinfo=UTC)
    probe = next_probe(daily, scene.clock.now())
    assert probe == datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
    assert next_probe(hourly, scene.clock.now()) == next_slot(hourly, scene.clock.now())
    assert list(probes_at(scene.house, feed, daily, probe, BASES)) == []
    scene.operator.puts("20260302isolf.csv", status=500)
    scene.polls(report="nyiso:P-7")
    (job,) = probes_at(scene.house, feed, daily, probe, BASES)
    assert job.whole.day == DAY
    first = next(jobs_at(scene.house, feed, daily, slot, BASES))
    assert first.whole.day == date(2026, 3, 3)


def test_a_hole_in_the_days_after_a_forecasts_own_is_asked_for_again(scene: Scene) -> None:
    """Its file of six days lacks an hour of the third; the hole is the file's, and so is its schedule."""
    lines = [
        f"{DAY + timedelta(days=ahead):%m/%d/%Y} {hour:02}:00,{','.join(['100'] * 12)}"
        for ahead in range(6)
        for hour in range(24)
        if (ahead, hour) != (3, 5)
    ]
    scene.operator.puts(f"{DAY:%Y%m%d}isolf.csv", "\r\n".join([P7, *lines, ""]).encode())
    scene.at(14).polls(report="nyiso:P-7")
    scene.at(14, day=DAY + timedelta(days=1)).polls(report="nyiso:P-7")
    (gap,) = scene.house.ledger.gaps(feeds=["iso.da.load_forecast.nyiso"])
    assert (gap.day, gap.missing) == (DAY, 12)
    assert gap.start_utc > day_window("America/New_York", DAY + timedelta(days=2))[1]
    assert standing(scene, report="nyiso:P-7") == ("waiting", "missing_upstream")
    scene.at(14, day=DAY + timedelta(days=2))
    feed, row = scene.house.report("nyiso:P-7")
    assert due_days(scene.house.ledger, feed, row, scene.clock.now()) == [DAY]
