"""Nothing is fetched twice: archives that several days want, and several processes that want the same."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import httpx2
import pytest

from tests.flow.conftest import Bench
from tests.flow.operator import Operator, flat, zip_of
from tests.flow.worlds import BASES, fetcher_over, living
from tieline.flow import House, Job, Outcome, SteppedClock, collect, declare_start, due_days, plans
from tieline.flow.holder import dead, this_process
from tieline.ledger import Gap
from tieline.markettime import day_window

REPORT = "nyiso:P-32"
NOW = datetime(2026, 3, 9, 17, tzinfo=UTC)
LATE = datetime(2026, 5, 1, tzinfo=UTC)
ARCHIVE = "20260301ExternalLimitsFlows_csv.zip"
STAMPS = ("00:00", "00:05")


def member(day: date) -> str:
    return f"{day:%Y%m%d}ExternalLimitsFlows.csv"


def days(first: int, last: int) -> list[date]:
    return [date(2026, 3, number) for number in range(first, last + 1)]


def packed(first: int, last: int) -> bytes:
    return zip_of({member(day): flat(1, STAMPS, f"{day:%m/%d/%Y}") for day in days(first, last)})


@dataclass
class Process:
    """One of several that work over a home at a time, with what it asked."""

    house: House
    operator: Operator
    clock: SteppedClock

    def plans(self, first: int, last: int) -> tuple[Job, ...]:
        wanted = [self.house.report(REPORT)]
        (made,) = plans(self.house, wanted, date(2026, 3, first), date(2026, 3, last), BASES)
        return made.jobs

    def runs(self, jobs: Sequence[Job], planned: datetime, patience: float = 0.0) -> list[Outcome]:
        async def run() -> list[Outcome]:
            async with fetcher_over(self.operator, self.clock) as fetcher:
                return await collect(
                    self.house, fetcher, jobs, concurrency=2, done=lambda one: None,
                    since=planned, patience=patience,
                )  # fmt: skip

        return asyncio.run(run())

    @property
    def asked(self) -> list[str]:
        return [str(one.url).rsplit("/", 1)[-1] for one in self.operator.asked]


def process(bench: Bench, now: datetime, **files: bytes) -> Process:
    clock = SteppedClock(now)
    operator = Operator()
    for name, data in files.items():
        operator.puts(name, data)
    house = replace(living(bench.home, bench, clock), holder=f"elsewhere/{id(operator)}")
    return Process(house, operator, clock)


def read_days(bench: Bench) -> list[date]:
    entries = bench.home.ledger.entries(reports=[REPORT], states=["completed"])
    return sorted(one.day for one in entries if one.day is not None)


def test_days_that_are_gone_one_by_one_share_their_archive(bench: Bench) -> None:
    one = process(bench, NOW)
    one.operator.puts(ARCHIVE, packed(7, 8))
    jobs = one.plans(7, 8)
    assert [job.container for job in jobs] == ["direct", "direct"]
    one.runs(jobs, NOW)
    assert sorted(one.asked) == sorted([*(member(day) for day in days(7, 8)), ARCHIVE])
    assert read_days(bench) == days(7, 8)


def test_what_another_process_has_collected_since_the_plan_is_not_asked_for(bench: Bench) -> None:
    one, other = (process(bench, LATE) for _ in range(2))
    for each in (one, other):
        each.operator.puts(ARCHIVE, packed(1, 20))
    mine, theirs = one.plans(1, 10), other.plans(1, 10)
    one.runs(mine, LATE)
    done = other.runs(theirs, LATE)
    assert (one.asked, other.asked) == ([ARCHIVE], [])
    assert [outcome.result for outcome in done] == ["elsewhere"]
    assert read_days(bench) == days(1, 20), "an archive brings all that it has"


def test_an_archive_that_another_process_has_fetched_answers_for_other_days_too(
    bench: Bench,
) -> None:
    one, other = (process(bench, LATE) for _ in range(2))
    for each in (one, other):
        each.operator.puts(ARCHIVE, packed(1, 10))
    mine, theirs = one.plans(1, 10), other.plans(5, 15)
    one.runs(mine, LATE)
    other.runs(theirs, LATE)
    assert (one.asked, other.asked) == ([ARCHIVE], [])
    assert read_days(bench) == days(1, 10)
    failed = bench.home.ledger.entries(reports=[REPORT], states=["failed"])
    assert sorted(one.day for one in failed if one.day) == days(11, 15)
    noted = [note.of.window for note in bench.house.sidecars.all(report=REPORT)]
    assert len(noted) == 2, "what a rebuild needs stands beside the bytes"


class Slow(Operator):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.came, self.let = threading.Event(), threading.Event()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.came.set()
        await asyncio.to_thread(self.let.wait, 30)
        return await super().handle_async_request(request)


def test_an_archive_is_claimed_whichever_of_its_days_are_wanted(bench: Bench) -> None:
    one, other = (process(bench, LATE) for _ in range(2))
    one.operator = slow = Slow()
    for each in (one, other):
        each.operator.puts(ARCHIVE, packed(1, 20))
    mine, theirs = one.plans(1, 10), other.plans(5, 15)
    running = threading.Thread(target=one.runs, args=(mine, LATE))
    running.start()
    assert slow.came.wait(30)
    done = other.runs(theirs, LATE)
    slow.let.set()
    running.join()
    assert [outcome.result for outcome in done] == ["busy"]
    assert (one.asked, other.asked) == ([ARCHIVE], [])


def test_a_day_waits_for_the_archive_that_brings_it(bench: Bench) -> None:
    """One process reads the month, another one of its days: that day is asked for and stored once."""
    late = NOW + timedelta(days=1)
    one, other = (process(bench, late) for _ in range(2))
    one.operator = slow = Slow()
    for each in (one, other):
        each.operator.puts(ARCHIVE, packed(1, 9))
        for day in days(1, 9):
            each.operator.puts(member(day), flat(1, STAMPS, f"{day:%m/%d/%Y}"))
    mine, theirs = one.plans(1, 9), other.plans(7, 7)
    assert [job.container for job in (*mine[:1], *theirs)] == ["archive", "direct"]
    running = threading.Thread(target=one.runs, args=(mine[:1], late))
    running.start()
    assert slow.came.wait(30)
    assert [outcome.result for outcome in other.runs(theirs, late)] == ["busy"]
    threading.Timer(0.7, slow.let.set).start()
    assert [outcome.result for outcome in other.runs(theirs, late, 30.0)] == ["elsewhere"]
    running.join()
    assert (one.asked, other.asked) == ([ARCHIVE], [])
    entries = bench.home.ledger.entries(reports=[REPORT], day=date(2026, 3, 7))
    assert [entry.counts.new for entry in entries] == [6]


def test_a_start_that_two_declare_at_once_is_declared(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = process(bench, NOW).house
    feed, report = house.report(REPORT)
    ledger = house.ledger
    first: list[str] = []
    asked = ledger.report_sequence

    def sequence(name: str) -> int:
        found = asked(name)
        if not first:
            first.append(name)
            bench.bring(flat(1, STAMPS), "06:00")
        return found

    monkeypatch.setattr(ledger, "report_sequence", sequence)
    declare_start(house, feed, report, date(2026, 2, 1))
    marks = ledger.watermarks(feeds=[feed.id])
    assert any(one.report == REPORT and one.contiguous_utc is not None for one in marks)


def test_days_that_nobody_asked_for_are_asked_for_by_a_running_daemon(bench: Bench) -> None:
    house = process(bench, NOW).house
    feed, report = house.report(REPORT)
    declare_start(house, feed, report, date(2026, 3, 2))
    whole = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(0, 1440, 5)]
    bench.bring(flat(1, whole), "23:00")
    name = member(date(2026, 3, 6))
    bench.bring(flat(1, STAMPS, "03/06/2026"), name=name)
    due = due_days(house.ledger, feed, report, NOW)
    assert set(days(3, 5)) | {date(2026, 3, 7), date(2026, 3, 8)} <= set(due)
    old = due_days(house.ledger, feed, report, NOW + timedelta(days=60))
    assert not set(days(3, 5)) & set(old), "older than holes are probed"


def test_a_mark_ahead_of_the_clock_leaves_no_day_unasked(bench: Bench) -> None:
    """A forecast's days are whole before they come."""
    house = process(bench, NOW).house
    feed, report = house.report(REPORT)
    for ahead in (0, 1, 6):
        later = NOW - timedelta(days=ahead)
        declare_start(house, feed, report, date(2026, 3, 9))
        assert due_days(house.ledger, feed, report, later) == []


def test_a_copy_of_a_machine_is_another_host() -> None:
    host, _, rest = this_process().partition("/")
    name, boot, space = host.split(":")
    gone = f"{name}:{'0' * len(boot)}:{space}/4000000/{rest[-8:]}"
    assert not dead(gone)
    assert dead(f"{host}/4000000/{rest[-8:]}")


def test_a_hole_that_nobody_asked_for_is_asked_for_next(bench: Bench) -> None:
    from tieline.flow import schedule_of

    house = process(bench, NOW).house
    feed, report = house.report(REPORT)
    for day, looked in ((date(2026, 3, 4), NOW), (date(2026, 1, 4), None)):
        start, end = day_window("America/New_York", day)
        gap = Gap(
            feed=feed.id, report=report.name, start_utc=start, end_utc=end,
            cause="not_collected", missing=9, day=day,
        )  # fmt: skip
        ((_, look),) = schedule_of(house.ledger, house.feeds, [gap], NOW)
        assert (look.asked_utc, look.next_utc) == (None, looked)
