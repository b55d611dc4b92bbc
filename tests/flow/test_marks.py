"""What is missing of a day, why, and how far a report is complete."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.facades.test_faces import P7
from tests.flow.conftest import HEADER, Bench, p32
from tests.flow.operator import Scene, scene_of
from tieline.flow import declare_start
from tieline.ledger import DayCount, Watermark
from tieline.markettime import day_window
from tieline.watch import GapClosed, GapOpened

DAY = date(2026, 3, 2)
START, END = day_window("America/New_York", DAY)
FILE = "20260302ExternalLimitsFlows.csv"
STEP = timedelta(minutes=5)


@pytest.fixture
def scene(bench: Bench) -> Scene:
    return scene_of(bench)


def whole(scene: Scene, stamps: int, lacks: tuple[int, ...] = (), day: date = DAY) -> bytes:
    """Every expected interface at the first stamps of a day, without some."""
    _, report = scene.house.report("nyiso:P-32")
    keys = [
        dict(one.key)["interface_id"]
        for one in report.entities
        if (one.since is None or one.since <= day) and (one.certain is None or one.certain <= day)
    ]
    lines = [
        f"{day:%m/%d/%Y} {number // 12:02}:{number % 12 * 5:02},{key},{key},1,1500,-1000"
        for number in range(stamps)
        if number not in lacks
        for key in keys
    ]
    return ("\r\n".join([HEADER, *lines]) + "\r\n").encode()


def count(scene: Scene, day: date = DAY, report: str = "nyiso:P-32") -> DayCount:
    return next(one for one in scene.house.ledger.days(report) if one.day == day)


def mark(scene: Scene, report: str = "nyiso:P-32") -> Watermark:
    return next(one for one in scene.house.ledger.watermarks() if one.report == report)


def causes(scene: Scene, day: date = DAY) -> dict[str, int]:
    told: dict[str, int] = {}
    for gap in scene.house.ledger.gaps():
        if gap.day == day:
            told[gap.cause] = told.get(gap.cause, 0) + gap.missing
    return told


def test_received_and_missing_are_what_is_expected(scene: Scene) -> None:
    scene.operator.puts(FILE, whole(scene, 100, lacks=(7, 8, 50)))
    scene.polls()
    told = count(scene)
    assert told.expected is not None
    assert told.received + sum(causes(scene).values()) == told.expected
    assert told.extras == 0
    assert told.hole_utc == START + 7 * STEP
    assert told.high_utc == START + 99 * STEP
    assert mark(scene) == Watermark(
        feed="iso.rt.interface_flow.nyiso",
        report="nyiso:P-32",
        high_utc=START + 99 * STEP,
        contiguous_utc=START + 7 * STEP,
    )


def test_a_hole_is_not_due_then_late_then_missing(scene: Scene) -> None:
    stamps = 12 * 12
    scene.operator.puts(FILE, whole(scene, stamps))
    scene.polls()
    assert set(causes(scene)) == {"not_yet_due"}
    scene.at(17, 30).polls()
    assert set(causes(scene)) == {"late_upstream", "not_yet_due"}
    scene.at(5, 30, date(2026, 3, 3)).polls()
    assert set(causes(scene)) == {"late_upstream"}
    scene.at(11, 0, date(2026, 3, 3)).polls()
    assert set(causes(scene)) == {"missing_upstream"}
    assert count(scene).hole_utc is None
    assert mark(scene).contiguous_utc == END


def test_a_gap_closes_when_its_data_come(scene: Scene) -> None:
    scene.operator.puts(FILE, whole(scene, 288, lacks=(100,)))
    scene.at(6, 0, date(2026, 3, 3)).polls()
    assert len(scene.house.ledger.gaps()) == 1
    assert mark(scene).contiguous_utc == START + 100 * STEP
    assert heard(scene) == [("GapOpened", START + 100 * STEP)]
    scene.at(6, 30, date(2026, 3, 3)).polls()
    assert len(heard(scene)) == 1, "it is the same hole"
    scene.operator.puts(FILE, whole(scene, 288))
    scene.at(7, 0, date(2026, 3, 3)).polls()
    assert scene.house.ledger.gaps() == []
    assert mark(scene).contiguous_utc == END
    told = count(scene)
    assert told.received == told.expected
    assert heard(scene)[1:] == [("GapClosed", START + 100 * STEP)]


def heard(scene: Scene) -> list[tuple[str, datetime]]:
    """Holes that were told to open and to close."""
    return [
        (type(one).__name__, one.start_utc)
        for one in scene.bench.happenings
        if isinstance(one, (GapOpened, GapClosed))
    ]


def test_watermarks_never_fall(scene: Scene) -> None:
    scene.operator.puts(FILE, whole(scene, 288))
    scene.at(6, 0, date(2026, 3, 3)).polls()
    before = mark(scene)
    earlier = DAY - timedelta(days=3)
    name = f"{earlier:%Y%m%d}ExternalLimitsFlows.csv"
    scene.operator.puts(name, whole(scene, 10, day=earlier))
    scene.polls(earlier)
    assert mark(scene) == before
    scene.operator.puts(FILE, whole(scene, 200))
    scene.at(6, 5, date(2026, 3, 3)).polls()
    scene.at(6, 10, date(2026, 3, 3)).polls()
    assert mark(scene) == before


def test_days_one_after_the_other_raise_the_contiguous_mark(scene: Scene) -> None:
    scene.operator.puts(FILE, whole(scene, 288))
    scene.at(6, 0, date(2026, 3, 3)).polls()
    later = DAY + timedelta(days=2)
    name = f"{later:%Y%m%d}ExternalLimitsFlows.csv"
    scene.operator.puts(name, whole(scene, 288, day=later))
    scene.at(6, 0, date(2026, 3, 5)).polls(later)
    assert mark(scene).contiguous_utc == END
    between = DAY + timedelta(days=1)
    scene.operator.puts(f"{between:%Y%m%d}ExternalLimitsFlows.csv", whole(scene, 288, day=between))
    scene.polls(between)
    assert mark(scene).contiguous_utc == day_window("America/New_York", later)[1]


def zonal(scene: Scene, stamps: int, day: date = DAY, lacks: tuple[int, ...] = ()) -> bytes:
    """A P-24A file: every place at the first end labels of a day."""
    _, report = scene.house.report("nyiso:P-24A")
    keys = [dict(one.key)["location_id"] for one in report.entities]
    lines = ['"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)",'
             '"Marginal Cost Congestion ($/MWHr)"']  # fmt: skip
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 the file's own clock
    for number in (one for one in range(1, stamps + 1) if one - 1 not in lacks):
        stamp = midnight + number * STEP
        lines += [f'"{stamp:%m/%d/%Y %H:%M:%S}","{key}",{key},30.00,1.00,0.00' for key in keys]
    return ("\r\n".join(lines) + "\r\n").encode()


def test_a_lost_last_interval_holds_the_mark_at_its_begin(scene: Scene) -> None:
    """The last end label of a day is midnight, the next day's first instant: no way past it."""
    report, name = "nyiso:P-24A", "20260302realtime_zone.csv"
    scene.operator.puts(name, zonal(scene, 287))
    entry = scene.at(6, 0, date(2026, 3, 3)).polls(report=report)
    assert entry.state == "completed", entry.text
    (gap,) = scene.house.ledger.gaps()
    assert (gap.cause, gap.start_utc, gap.end_utc) == ("late_upstream", END - STEP, END)
    assert mark(scene, report).contiguous_utc == END - STEP
    later = DAY + timedelta(days=1)
    scene.operator.puts("20260303realtime_zone.csv", zonal(scene, 288, later))
    scene.at(6, 0, date(2026, 3, 4)).polls(later, report=report)
    assert mark(scene, report).contiguous_utc == END - STEP
    scene.operator.puts(name, zonal(scene, 288))
    scene.polls(report=report)
    assert mark(scene, report).contiguous_utc == day_window("America/New_York", later)[1]


def test_a_hole_of_an_older_ledger_that_lies_by_its_label_is_the_same_one(
    scene: Scene, tmp_path: Path
) -> None:
    """It is neither told to close nor to open, and written by its interval once its day is counted."""
    report, name = "nyiso:P-24A", "20260302realtime_zone.csv"
    (ledger,) = tmp_path.rglob("ledger.sqlite")
    step = STEP // timedelta(microseconds=1)
    for hour, lines in ((6, (100, 287)), (7, (287,))):
        scene.operator.puts(name, zonal(scene, 288, lacks=lines))
        scene.at(hour, 0, date(2026, 3, 3)).polls(report=report)
        written = [START + line * STEP for line in lines]
        assert [gap.start_utc for gap in scene.house.ledger.gaps()] == written
        with closing(sqlite3.connect(ledger)) as older, older:
            older.execute("update gaps set start_us = start_us + ?1, end_us = end_us + ?1", [step])
        scene.bench.happenings.clear()
        scene.at(hour, 30, date(2026, 3, 3)).polls(report=report)
        assert [gap.start_utc for gap in scene.house.ledger.gaps()] == written
        assert heard(scene) == []


def test_an_irregular_day_is_passed_once_it_is_settled(scene: Scene) -> None:
    report, name = "nyiso:P-63", "20260302rtfuelmix.csv"
    lines = ["Time Stamp,Time Zone,Fuel Category,Gen MW"]
    lines += [
        f"03/02/2026 {number // 12:02}:{number % 12 * 5:02}:00,EST,Wind,100"
        for number in range(1, 278)
    ]
    scene.operator.puts(name, ("\r\n".join(lines)).encode())
    scene.at(9, 0, date(2026, 3, 3)).polls(report=report)
    assert mark(scene, report).contiguous_utc == START + timedelta(hours=23, minutes=5)
    scene.at(11, 0, date(2026, 3, 3)).polls(report=report)
    assert count(scene, report=report).expected is None
    assert mark(scene, report).contiguous_utc == END


def test_a_day_that_nobody_could_fetch_is_a_gap(scene: Scene) -> None:
    scene.operator.puts(FILE, status=503)
    scene.polls()
    told = count(scene)
    assert told.received == 0
    assert "fetch_failed" in causes(scene)
    assert mark(scene).contiguous_utc == START


def test_a_replay_counts_as_the_first_reading_did(scene: Scene) -> None:
    from tieline.flow import replay, replayable

    scene.operator.puts(FILE, whole(scene, 288, lacks=(5,)))
    scene.at(11, 0, date(2026, 3, 3)).polls()
    before, gaps = count(scene), scene.house.ledger.gaps()
    feed, report = scene.house.report("nyiso:P-32")
    entries = replayable(scene.house, report, scene.house.ledger.entries()[0].window)
    scene.house = replace(scene.house, now=lambda: datetime(2026, 3, 5, tzinfo=UTC))
    replay(scene.house, feed, report, entries)
    assert count(scene) == before
    assert scene.house.ledger.gaps() == gaps


def test_a_few_stamps_of_a_file_leave_the_rest_missing(bench: Bench) -> None:
    bench.bring(p32(("00:00", "00:05"), lambda stamp, point: 1), "06:00")
    (told,) = bench.home.ledger.days("nyiso:P-32")
    assert told.expected is not None
    missing = sum(gap.missing for gap in bench.home.ledger.gaps())
    assert told.received + missing == told.expected


def test_the_mark_begins_at_the_declared_start_whichever_day_lands_first(scene: Scene) -> None:
    first = DAY - timedelta(days=2)
    feed, report = scene.house.report("nyiso:P-32")
    assert declare_start(scene.house, feed, report, first)
    assert not declare_start(scene.house, feed, report, DAY), "it was said before"
    begin = day_window("America/New_York", first)[0]
    assert mark(scene).contiguous_utc == begin
    for day in (DAY, first + timedelta(days=1)):
        scene.operator.puts(f"{day:%Y%m%d}ExternalLimitsFlows.csv", whole(scene, 288, day=day))
        scene.at(12, 0, date(2026, 3, 3)).polls(day)
        assert mark(scene).contiguous_utc == begin
    assert mark(scene).high_utc is not None
    scene.operator.puts(f"{first:%Y%m%d}ExternalLimitsFlows.csv", whole(scene, 288, day=first))
    scene.polls(first)
    assert mark(scene).contiguous_utc == END


def test_an_irregular_day_that_the_publisher_lacks_is_passed(scene: Scene) -> None:
    report = "nyiso:P-63"
    scene.at(12, 0, date(2026, 3, 3)).polls(report=report)
    (gap,) = scene.house.ledger.gaps()
    assert (gap.cause, gap.missing) == ("missing_upstream", 0)
    assert mark(scene, report).contiguous_utc == END


@pytest.mark.parametrize("forgets", [False, True])
def test_rows_beyond_a_forecasts_days_are_counted_whether_a_process_remembers_or_not(
    scene: Scene, forgets: bool
) -> None:
    """The first version of the file reaches a day further than it should, the others do not."""
    day = date(2026, 3, 10)
    for number, days in enumerate((7, 6, 6)):
        if forgets:
            scene.house.memory.forget("nyiso:P-7")
        lines = [
            f"{day + timedelta(days=ahead):%m/%d/%Y} {hour:02}:00,{','.join([str(number)] * 12)}"
            for ahead in range(days)
            for hour in range(24)
        ]
        scene.operator.puts(f"{day:%Y%m%d}isolf.csv", "\r\n".join([P7, *lines, ""]).encode())
        scene.at(14 + number, day=day).polls(day, report="nyiso:P-7")
        (count,) = scene.house.ledger.days("nyiso:P-7")
        assert (count.received, count.expected, count.extras) == (1728, 1728, 288)
