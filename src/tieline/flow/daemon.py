"""The daemon: every report polled by its cadence, holes probed again, the lake kept beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import TypeVar

from tieline.errors import LedgerConflict, LedgerUnavailable, StorageFailed, StoreError
from tieline.feeds import DailyFile, Feed, Report
from tieline.fetch import Fetcher
from tieline.flow.clock import Clock, SteppedClock
from tieline.flow.collect import (
    FOLLOWED_SECONDS,
    Places,
    asked_since,
    declare_start,
    plans,
    read_held,
)
from tieline.flow.cost import weight_of
from tieline.flow.house import House
from tieline.flow.housekeeping import Housekeeping
from tieline.flow.job import Job
from tieline.flow.plan import Plan, asks_for, direct_job, static_job
from tieline.flow.probes import NEVER, due_days
from tieline.flow.rebuilding import take_in
from tieline.flow.steady import LOOKED_BACK
from tieline.flow.step import step
from tieline.markettime import day_window, market_day
from tieline.watch import WorkerStumbled

JUST_CLOSED = timedelta(minutes=20)
"""How long after midnight the day that ended is polled as often as the new one."""

PROBED = timedelta(hours=1)
"""How often a report's holes are looked at that is polled less often than that."""

STORE_WAIT = timedelta(seconds=30)
"""How long to wait after our own disk or ledger failed, before going on."""

CAUGHT_UP = timedelta(days=14)
"""How far back a daemon that is not told from when goes to the mark where it was left."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Round:
    """One poll slot and the jobs that fall due in it."""

    at: datetime
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Daemon:
    """Lives by `clock`. `until` ends a simulated life; None goes on for ever."""

    house: House
    fetcher: Fetcher
    clock: Clock
    wanted: tuple[tuple[Feed, Report], ...]
    bases: Mapping[str, str]
    concurrency: int
    until: datetime | None = None
    busy: set[str] = field(default_factory=set, init=False)
    owed: set[str] = field(default_factory=set, init=False)
    places: Places = field(init=False)
    keeping: Housekeeping = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keeping", Housekeeping(self.house))
        object.__setattr__(self, "places", Places(self.concurrency))
        self.owed.update(report.name for _, report in self.wanted)

    async def run(self, since: date, *, declared: bool = True) -> None:
        """Catch up from the market day `since`, then poll slot after slot.

        Where nobody `declared` it, each report goes back to its own mark, so that a pause of some
        days leaves no hole.
        On a stepped clock slots follow one another; else the jobs of a slot run beside the next
        slot's, so that one that hangs holds nobody up.
        """
        await self._catch_up(since, declared=declared)
        async with self.keeping, asyncio.TaskGroup() as group:
            slot = self.clock.now()
            while self.until is None or slot <= self.until:
                # A slot that lies ahead was reached before the clock was set back.
                slot = self._next_slot(min(slot, self.clock.now()))
                if self.until is not None and slot > self.until:
                    return
                await self.clock.sleep_until(slot)
                if isinstance(self.clock, SteppedClock):
                    await self._work(await self._round(slot))
                    continue
                if self.clock.now() < slot:
                    continue
                self._begin(group, await self._round(slot))
                slot = max(slot, self.clock.now() - timedelta(seconds=1))

    def _begin(self, group: asyncio.TaskGroup, round: Round) -> None:
        """Start the jobs of a slot, report by report; an address still asked for is not asked twice."""
        fresh = [job for job in round.jobs if job.url not in self.busy]
        self.busy.update(job.url for job in fresh)
        for _, jobs in groupby(fresh, key=lambda job: (job.feed.id, job.report.name)):
            group.create_task(self._apart(Round(round.at, tuple(jobs))))

    async def _apart(self, round: Round) -> None:
        try:
            await self._work(round)
        finally:
            self.busy.difference_update(job.url for job in round.jobs)

    async def _catch_up(self, since: date, *, declared: bool) -> None:
        """Closed days that nobody collected, once, oldest first; held answers before all others."""
        await self._take_in()
        now = self.clock.now()
        jobs: list[Job] = []
        for feed, report in self.wanted:
            if not isinstance(report.at, DailyFile):
                continue
            begin = partial(self._left, feed, report, since, now, declared=declared)
            for made in await self._patiently(feed, report, begin):
                await asyncio.to_thread(self._reread, made)
                jobs += made.jobs
        held = tuple(job for job in jobs if job.held is not None)
        await self._work(Round(now, held))
        rest = await self._undone([job for job in jobs if job.held is None], now)
        await self._work(Round(now, rest))

    async def _take_in(self) -> None:
        """What was kept and not written down: in an earlier life, or where our storage failed in this
        one. While it fails that is told, and done in a later round. Of a report whose bytes are damaged, or
        cannot be read for a fault of ours, it is told and left to a person."""
        for feed, report in [pair for pair in self.wanted if pair[1].name in self.owed]:
            taking = asyncio.to_thread(take_in, self.house, feed, report)
            (ended,) = await asyncio.gather(taking, return_exceptions=True)
            if isinstance(ended, Exception):
                self._told(feed, report, ended)
            if isinstance(ended, (StorageFailed, LedgerUnavailable, LedgerConflict)):
                return
            self.owed.discard(report.name)

    def _left(
        self, feed: Feed, report: Report, since: date, now: datetime, *, declared: bool
    ) -> list[Plan]:
        """What a report is asked for from where it begins to its last closed day."""
        first = since if declared else self._left_at(report, since, now)
        last = market_day(report.publisher.zone, now) - timedelta(days=1)
        declare_start(self.house, feed, report, first)
        if first > last:
            return []
        return list(plans(self.house, [(feed, report)], first, last, self.bases))

    async def _patiently(self, feed: Feed, report: Report, ask: Callable[[], T]) -> T:
        """What the ledger says; while it cannot be used that is told and waited for."""
        while True:
            try:
                return ask()
            except LedgerUnavailable as error:
                self._told(feed, report, error)
                await self.clock.sleep(STORE_WAIT.total_seconds())

    def _left_at(self, report: Report, since: date, now: datetime) -> date:
        """The market day of a report's contiguous mark, if it lies before `since` and not too far."""
        zone = report.publisher.zone
        marks = [
            m.contiguous_utc for m in self.house.ledger.watermarks() if m.report == report.name
        ]
        left = [market_day(zone, max(mark, now - CAUGHT_UP)) for mark in marks if mark is not None]
        return min([since, *left])

    def _reread(self, made: Plan) -> None:
        """Read again what an older recipe refused; what is damaged is told and left."""
        try:
            read_held(self.house, made)
        except StoreError as error:
            self._told(made.feed, made.report, error)

    def _next_slot(self, after: datetime) -> datetime:
        """The first poll slot of any report after an instant."""
        return min(
            moment
            for _, report in self.wanted
            for moment in (next_slot(report, after), next_probe(report, after))
        )

    async def _round(self, slot: datetime) -> Round:
        await self._take_in()
        jobs: list[Job] = []
        for feed, report in self.wanted:
            due = partial(self._due, feed, report, slot)
            jobs += await self._patiently(feed, report, due)
        return Round(slot, await self._undone(jobs, slot))

    def _due(self, feed: Feed, report: Report, slot: datetime) -> list[Job]:
        before = slot - timedelta(microseconds=1)
        if next_slot(report, before) == slot:
            return list(jobs_at(self.house, feed, report, slot, self.bases))
        if next_probe(report, before) == slot:
            return list(probes_at(self.house, feed, report, slot, self.bases))
        return []

    async def _undone(self, jobs: Sequence[Job], slot: datetime) -> tuple[Job, ...]:
        """Those jobs that nobody has finished."""
        left = []
        for job in jobs:
            done = await self._patiently(job.feed, job.report, partial(self._done, job, slot))
            if not done:
                left.append(job)
        return tuple(left)

    def _done(self, job: Job, slot: datetime) -> bool:
        """Whether a job of this slot was finished before, in this life or an earlier one."""
        return asked_since(self.house, job, slot)

    async def _work(self, round: Round) -> None:
        """Run the jobs of a slot, then let the lake be kept; the next slot does not wait for that.

        A fault of ours ends its job, is told, and lies in the ledger as `lost_by_us`; the other feeds
        go on.
        On a stepped clock they run one after the other, each at its slot's own time, so that what one waits
        for does not move another.
        """
        single = asyncio.Semaphore(1)

        async def run(job: Job) -> None:
            if isinstance(self.clock, SteppedClock):
                async with single:
                    busy = await self._one(job, round.at)
            else:
                async with self.places.of(job.report.publisher):
                    busy = await self._one(job, round.at)
            if busy and job.held is None:
                await self._follow(job, round.at)

        ended = await asyncio.gather(*map(run, round.jobs), return_exceptions=True)
        for job, error in zip(round.jobs, ended, strict=True):
            if isinstance(error, Exception):
                self._tell(job, error)
        self.keeping.begin(job.report.name for job in round.jobs)
        if isinstance(self.clock, SteppedClock):
            await self.keeping.finish()

    async def _follow(self, job: Job, at: datetime) -> None:
        """Wait for the process that works on a job; where it fell silent for a lease, take over."""
        while not await asyncio.to_thread(self._done, job, at):
            await asyncio.sleep(FOLLOWED_SECONDS)
            if not await self._one(job, at):
                return

    async def _one(self, job: Job, at: datetime) -> bool:
        """Run one job; gives whether another process works on it.

        What our own disk or ledger refuses is told and waited for.
        """
        done = None if job.held is not None else lambda: self._done(job, at)
        try:
            if isinstance(self.clock, SteppedClock):
                self.fetcher.forget()
                with self.clock.at(at):
                    outcome = await step(self.house, self.fetcher, job, done=done)
            else:
                outcome = await step(self.house, self.fetcher, job, done=done)
        except StoreError as error:
            self.owed.add(job.report.name)
            self._tell(job, error)
            await self.clock.sleep(STORE_WAIT.total_seconds())
            return False
        return outcome.result == "busy"

    def _tell(self, job: Job, error: Exception) -> None:
        self._told(job.feed, job.report, error)

    def _told(self, feed: Feed, report: Report, error: Exception) -> None:
        self.house.record(
            WorkerStumbled(
                feed=feed.id,
                report=report.name,
                error=type(error).__name__,
                text=str(error),
            )
        )


def next_slot(report: Report, after: datetime) -> datetime:
    """The first poll slot of a report strictly after an instant."""
    midnight = after.replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight + report.offset - report.every
    passed = (after - first) // report.every
    return first + (passed + 1) * report.every


def next_probe(report: Report, after: datetime) -> datetime:
    """The first instant after another at which holes are looked at: hourly, for whom slots are rarer."""
    return next_slot(
        replace(report, every=min(report.every, PROBED), offset=report.offset % PROBED), after
    )


def jobs_at(
    house: House, feed: Feed, report: Report, slot: datetime, bases: Mapping[str, str]
) -> Iterator[Job]:
    """What a report asks for in a slot: the running day, the day that just closed, open holes.

    The closed day is asked at every slot at first, then hourly, the last time when it is settled.
    """
    if not isinstance(report.at, DailyFile):
        yield static_job(feed, report, slot, bases)
        return
    zone = report.publisher.zone
    today = market_day(zone, slot - report.due)
    yield direct_job(feed, report, today, bases)
    yesterday = today - timedelta(days=1)
    age = slot - day_window(zone, yesterday)[1]
    settled = report.settles_after + max(report.every, timedelta(hours=1))
    closing = report.days == 1 and age < settled
    if closing and (age < JUST_CLOSED or is_hourly(report, slot)):
        yield direct_job(feed, report, yesterday, bases)
    if closing and age < JUST_CLOSED:
        return
    due = due_days(house.ledger, feed, report, slot)
    days = [day for day in due if day < today and not (closing and day == yesterday)]
    yield from _jobs_of(house, feed, report, days, slot, bases)


def probes_at(
    house: House, feed: Feed, report: Report, slot: datetime, bases: Mapping[str, str]
) -> Iterator[Job]:
    """What a report asks for between its slots: open holes, and the running day if its poll failed."""
    if not isinstance(report.at, DailyFile):
        return
    today = market_day(report.publisher.zone, slot - report.due)
    newest = house.ledger.entries(
        reports=[report.name], day=today, limit=LOOKED_BACK, newest_first=True
    )
    read = any(one.state == "completed" for one in newest)
    if newest and not read and newest[0].error not in NEVER:
        yield direct_job(feed, report, today, bases)
    days = [day for day in due_days(house.ledger, feed, report, slot) if day < today]
    yield from _jobs_of(house, feed, report, days, slot, bases)


def _jobs_of(
    house: House,
    feed: Feed,
    report: Report,
    days: Sequence[date],
    slot: datetime,
    bases: Mapping[str, str],
) -> Iterator[Job]:
    """The cheapest way to some days."""
    if days:
        weight = weight_of(house.ledger, report)
        for ask in asks_for(feed, report, days, weight, slot, bases):
            yield ask.job


def is_hourly(report: Report, slot: datetime) -> bool:
    """Whether a slot is the report's first in its hour."""
    begun = slot - slot.replace(minute=0, second=0, microsecond=0)
    return begun < min(report.every, timedelta(hours=1))
