"""From days to requests, and which poll falls due when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.flow.conftest import HEADER, Bench, p32
from tests.flow.operator import DAY, scene_of, zip_of
from tests.flow.worlds import BASES
from tieline.feeds import DailyFile
from tieline.flow import Plan, plan, plans
from tieline.flow.daemon import jobs_at, next_slot
from tieline.flow.plan import day_slice, poll_slot
from tieline.markettime import day_window

FILE = "20260302ExternalLimitsFlows.csv"
ONE = timedelta(days=1)


def whole_day(bench: Bench) -> bytes:
    """Every interface at every stamp of DAY."""
    stamps = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(0, 60, 5)]
    _, report = bench.house.report("nyiso:P-32")
    lines = [HEADER] + [
        f"03/02/2026 {stamp},{key},{key},1,1500,-1000"
        for stamp in stamps
        for key in (dict(entity.key)["interface_id"] for entity in report.entities)
    ]
    return ("\r\n".join(lines) + "\r\n").encode()


def planned(
    bench: Bench,
    first: date,
    last: date,
    now: datetime,
    report: str = "nyiso:P-32",
    *,
    again: bool = False,
) -> Plan:
    feed, row = bench.house.report(report)
    return plan(bench.home.ledger, feed, row, first, last, now, BASES, again=again)


def test_young_days_come_directly_old_ones_by_month(bench: Bench) -> None:
    now = datetime(2026, 3, 10, 17, tzinfo=UTC)
    found = planned(bench, date(2025, 12, 30), date(2026, 3, 10), now)
    archives = [job for job in found.jobs if job.container == "archive"]
    direct = [job for job in found.jobs if job.container == "direct"]
    assert [job.url.rsplit("/", 1)[-1] for job in archives] == [
        f"{month}01ExternalLimitsFlows_csv.zip"
        for month in ("202512", "202601", "202602", "202603")
    ][: len(archives)]
    asked = [slice.day for job in found.jobs for slice in job.slices]
    assert sorted(day for day in asked if day) == [
        date(2025, 12, 30) + number * ONE for number in range(71)
    ]
    assert found.jobs[: len(archives)] == tuple(archives)
    assert max(slice.day for job in archives for slice in job.slices if slice.day) < min(
        job.whole.day for job in direct if job.whole.day
    )
    assert archives[0].slices[-1].window.end == archives[1].slices[0].window.start
    assert found.days == 71
    assert found.requests() == len(archives) + len(direct)
    assert found.minutes() > 0
    assert found.bytes() > 0


def test_days_to_come_are_not_asked_for(bench: Bench) -> None:
    now = datetime(2026, 3, 10, 3, 59, tzinfo=UTC)
    found = planned(bench, date(2026, 3, 8), date(2026, 3, 20), now)
    assert [job.whole.day for job in found.jobs] == [date(2026, 3, 8), date(2026, 3, 9)]
    found = planned(bench, date(2026, 3, 8), date(2026, 3, 20), now + timedelta(minutes=1))
    assert found.jobs[-1].whole.day == date(2026, 3, 10)


def test_a_forecast_is_asked_for_when_its_file_can_be_there(bench: Bench) -> None:
    early = datetime(2026, 3, 10, 10, 59, tzinfo=UTC)
    days = (date(2026, 3, 9), date(2026, 3, 10))
    assert len(planned(bench, *days, early, "nyiso:P-7").jobs) == 1
    assert len(planned(bench, *days, early + timedelta(minutes=1), "nyiso:P-7").jobs) == 2


def test_a_static_report_has_no_past(bench: Bench) -> None:
    now = datetime(2026, 3, 10, 10, 57, tzinfo=UTC)
    found = planned(bench, date(2026, 1, 1), date(2026, 3, 1), now, "nyiso:P-32-CURRENT")
    (job,) = found.jobs
    assert (job.container, job.whole.day) == ("static", None)
    assert job.whole.window.start == now.replace(minute=55)


def test_a_settled_day_is_left_out_unless_again(bench: Bench) -> None:
    scene = scene_of(bench, datetime(2026, 3, 3, 10, 59, tzinfo=UTC))
    scene.operator.puts(FILE, p32(("00:00",), lambda stamp, point: 1))
    scene.polls()
    now = scene.clock.now()
    assert planned(bench, DAY, DAY, now).settled == 0
    scene.at(11, 0, date(2026, 3, 3)).polls()
    found = planned(bench, DAY, DAY, now)
    assert (found.settled, found.jobs) == (0, ())
    assert [state.standing for state in found.waiting] == ["waiting"], "it has holes"
    assert len(planned(bench, DAY, DAY, now, again=True).jobs) == 1
    scene.operator.puts(FILE, whole_day(bench))
    scene.at(20, 0, date(2026, 3, 3)).polls()
    feed, report = bench.house.report("nyiso:P-32")
    (found,) = plans(scene.house, [(feed, report)], DAY, DAY, BASES)
    assert (found.settled, found.jobs, found.waiting) == (1, (), ())


def test_a_part_of_a_day_that_was_imported_settles_nothing(bench: Bench) -> None:
    """A file somebody saved at noon is imported weeks later: the rest is still asked for."""
    bench.bring(p32(("00:00", "00:05"), lambda stamp, point: 1))
    assert len(planned(bench, DAY, DAY, datetime.now(UTC)).jobs) == 1


def test_an_imported_day_without_a_hole_is_settled(bench: Bench) -> None:
    bench.bring(whole_day(bench))
    assert planned(bench, DAY, DAY, datetime.now(UTC)).settled == 1


def test_an_archive_settles_its_days(bench: Bench) -> None:
    scene = scene_of(bench, datetime(2026, 4, 20, tzinfo=UTC))
    scene.operator.puts("20260301ExternalLimitsFlows_csv.zip", zip_of({FILE: whole_day(bench)}))
    scene.takes(scene.archive(DAY, DAY))
    found = planned(bench, DAY, DAY + ONE, scene.clock.now())
    assert found.settled == 1
    assert [slice.day for slice in found.jobs[0].slices] == [DAY + ONE]


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 12, 31), 24)]
)
def test_a_days_slice_is_as_long_as_the_day(bench: Bench, day: date, hours: int) -> None:
    _, report = bench.house.report("nyiso:P-32")
    slice = day_slice(report, day)
    assert slice.window.end - slice.window.start == timedelta(hours=hours)
    assert slice.window.end == day_slice(report, day + ONE).window.start


def test_slots_stand_at_multiples_after_midnight(bench: Bench) -> None:
    _, flows = bench.house.report("nyiso:P-32")
    _, hourly = bench.house.report("nyiso:P-58C")
    slot = datetime(2026, 3, 8, 23, 52, tzinfo=UTC)
    found = []
    for _ in range(4):
        slot = next_slot(flows, slot)
        found.append(f"{slot:%d %H:%M:%S}")
    assert found == ["08 23:55:30", "09 00:00:30", "09 00:05:30", "09 00:10:30"]
    assert next_slot(hourly, slot) == datetime(2026, 3, 9, 1, 10, tzinfo=UTC)
    daily = replace(hourly, every=ONE, offset=timedelta(hours=16, minutes=30))
    assert next_slot(daily, slot) == datetime(2026, 3, 9, 16, 30, tzinfo=UTC)
    assert poll_slot(flows, slot).window.start == slot.replace(second=0)


def days_at(bench: Bench, report: str, slot: datetime) -> list[date | None]:
    feed, row = bench.house.report(report)
    return [job.whole.day for job in jobs_at(bench.house, feed, row, slot, BASES)]


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1), date(2026, 12, 31)])
def test_a_closed_day_is_asked_until_it_is_settled(bench: Bench, day: date) -> None:
    end = day_window("America/New_York", day)[1]
    _, row = bench.house.report("nyiso:P-32")
    slot, ages = end, []
    while slot < end + timedelta(hours=12):
        slot = next_slot(row, slot)
        asked = days_at(bench, row.name, slot)
        assert asked[0] == day + ONE
        if day in asked:
            ages.append(slot - end)
    first = [age for age in ages if age < timedelta(minutes=20)]
    assert len(first) == 4
    assert [age // timedelta(hours=1) for age in ages[4:]] == [1, 2, 3, 4, 5, 6]
    assert ages[-1] >= row.settles_after


def test_a_forecast_that_failed_all_day_is_asked_for_again(bench: Bench) -> None:
    scene = scene_of(bench, datetime(2026, 3, 2, 13, tzinfo=UTC))
    scene.operator.puts("20260302isolf.csv", status=500)
    scene.polls(report="nyiso:P-7")
    slot = datetime(2026, 3, 3, 15, 10, tzinfo=UTC)
    assert days_at(bench, "nyiso:P-7", slot) == [date(2026, 3, 3), DAY]


def test_days_that_a_publisher_keeps_no_longer_are_not_asked_for(bench: Bench) -> None:
    feed, report = bench.house.report("nyiso:P-32")
    assert isinstance(report.at, DailyFile)
    short = replace(report, at=replace(report.at, archive=None, kept_days=10))
    now = datetime(2026, 3, 20, 17, tzinfo=UTC)
    found = plan(bench.home.ledger, feed, short, DAY, DAY + 10 * ONE, now, BASES)
    assert found.beyond == tuple(DAY + n * ONE for n in range(8))
    assert found.containers() == {"direct": 3}


def test_an_archive_is_taken_where_it_is_cheaper_than_its_days(bench: Bench) -> None:
    """Six closed days by one archive, today and yesterday directly; of one day only its own file."""
    now = datetime(2026, 3, 8, 17, tzinfo=UTC)
    found = planned(bench, date(2026, 3, 1), date(2026, 3, 8), now)
    assert found.containers() == {"archive": 1, "direct": 3}
    assert [slice.day for slice in found.jobs[0].slices][-1] == date(2026, 3, 5)
    assert found.asks[0].why == "cheaper than 5 daily files"
    assert found.asks[0].estimated
    assert planned(bench, date(2026, 3, 3), date(2026, 3, 3), now).containers() == {"direct": 1}


def test_what_was_seen_decides_what_a_file_weighs(bench: Bench) -> None:
    bench.bring(whole_day(bench))
    now = datetime(2026, 3, 8, 17, tzinfo=UTC)
    (ask,) = planned(bench, date(2026, 3, 7), date(2026, 3, 7), now).asks
    assert (ask.bytes, ask.estimated) == (len(whole_day(bench)), False)
