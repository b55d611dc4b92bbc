"""Days that nobody may count: before a grid is certain, before a file stands, before a day is settled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.flow.conftest import Bench
from tests.flow.operator import DAY, Scene, flat, scene_of
from tieline.assemble import lake_of
from tieline.flow import due_days
from tieline.markettime import day_window
from tieline.select import Certificate, Question, answer
from tieline.validate import expected

FILE = "20260302ExternalLimitsFlows.csv"
REPORT = "nyiso:P-32"


def certificate(scene: Scene, feed: str, day: date) -> Certificate:
    start, end = day_window("America/New_York", day)
    lake = lake_of(scene.bench.home, scene.clock.now)
    return answer(lake, Question(dataset=feed, start=start, end=end)).certificate


@pytest.mark.parametrize(
    ("report", "feed", "day"),
    [
        ("nyiso:P-2A", "iso.da.lmp.nyiso", date(2018, 5, 8)),
        ("miso:da_expost_lmp", "iso.da.lmp.miso", date(2026, 3, 8)),
    ],
)
def test_a_day_without_a_certain_place_that_was_not_had_is_a_hole(
    bench: Bench, report: str, feed: str, day: date
) -> None:
    start = datetime(day.year, day.month, day.day, 15, tzinfo=UTC) + timedelta(days=2)
    scene = scene_of(bench, start)
    row = scene.house.report(report)
    assert expected(row[1], day) is None
    told = certificate(scene, feed, day)
    assert (told.complete, told.expected, told.received) == (False, None, 0)
    assert [(gap.cause, gap.missing) for gap in told.gaps] == [("not_collected", 0)]
    name = scene.job(day, report).url.rsplit("/", 1)[-1]
    scene.operator.puts(name, b"busy", status=503)
    scene.takes(scene.job(day, report))
    told = certificate(scene, feed, day)
    assert (told.complete, [gap.cause for gap in told.gaps]) == (False, ["fetch_failed"])
    (gap,) = scene.house.ledger.gaps(feeds=[feed])
    assert (gap.cause, gap.missing, gap.day) == ("fetch_failed", 0, day)
    marks = [m.contiguous_utc for m in scene.house.ledger.watermarks(feeds=[feed])]
    assert all(mark is None or mark <= gap.start_utc for mark in marks)
    later = scene.clock.now() + timedelta(hours=1)
    assert day in due_days(scene.house.ledger, *row, later)


def test_what_a_final_file_will_have_is_not_due_before_the_file(bench: Bench) -> None:
    feed = "iso.rt.lmp_hourly.isone"
    scene = scene_of(bench, datetime(2026, 3, 3, 6, tzinfo=UTC))
    for hour, cause in ((6, "not_yet_due"), (17, "not_yet_due"), (21, "not_collected")):
        scene.at(hour, day=date(2026, 3, 3))
        told = certificate(scene, feed, DAY)
        assert {gap.cause for gap in told.gaps} == {cause}, hour
        assert told.expected == told.received + sum(gap.missing for gap in told.gaps)


def test_a_day_that_may_be_corrected_is_asked_for_until_it_is_settled(bench: Bench) -> None:
    scene = scene_of(bench)
    scene.changed(REPORT, settles_after=timedelta(days=5), entities=())
    scene.operator.puts(FILE, flat(1, ("00:00", "00:05")))

    def looked(day: int, hour: int) -> None:
        scene.at(hour, day=date(2026, 3, day)).polls()

    def due(day: int, hour: int) -> bool:
        now = datetime(2026, 3, day, hour, tzinfo=UTC)
        return DAY in due_days(scene.house.ledger, *scene.house.report(REPORT), now)

    looked(3, 6)
    assert not due(4, 4), "the daemon polls yesterday by itself"
    assert due(4, 6)
    looked(4, 6)
    assert not due(4, 18)
    assert due(4, 19)
    looked(7, 6)
    assert due(8, 5), "at the latest when it is settled"
    looked(8, 6)
    assert not due(9, 6)
    assert not due(20, 6)
