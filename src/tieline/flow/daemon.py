"""The daemon: every report polled by its cadence, holes probed again, small parts merged."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tieline.errors import StoreError
from tieline.feeds import DailyFile, Feed, Report
from tieline.fetch import Fetcher
from tieline.flow.clock import Clock, SteppedClock
from tieline.flow.house import House
from tieline.flow.job import Job
from tieline.flow.merging import merge_report
from tieline.flow.plan import direct_job, plan, static_job
from tieline.flow.step import step
from tieline.ledger import Gap
from tieline.markettime import day_window, market_day
from tieline.values import Slice
from tieline.watch import WorkerStumbled

JUST_CLOSED = timedelta(minutes=20)
"""How long after midnight the day that ended is polled as often as the new one."""

PROBED_AGAIN = (
    *("not_yet_due", "late_upstream", "missing_upstream"),
    *("empty_200", "fetch_failed", "quarantined", "lost_by_us"),
)
"""Causes of holes that asking again can close; what was not yet due is so on a closed day."""

PROBE_DAYS = 14
"""Age up to which holes are probed again."""

STORE_WAIT = timedelta(seconds=30)
"""How long to wait after our own disk or ledger failed, before going on."""


LOOKED_BACK = 8
"""Entries of a slice among which its newest poll is looked for, imports standing between."""


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

    async def run(self, since: date) -> None:
        """Catch up from the market day `since`, then poll slot after slot."""
        await self._catch_up(since)
        slot = self.clock.now()
        while self.until is None or slot <= self.until:
            slot = self._next_slot(slot)
            if self.until is not None and slot > self.until:
                return
            await self.clock.sleep_until(slot)
            await self._work(self._round(slot))
            if isinstance(self.clock, SteppedClock):
                continue
            slot = max(slot, self.clock.now() - timedelta(seconds=1))

    async def _catch_up(self, since: date) -> None:
        """Closed days that nobody collected, once, oldest first."""
        now = self.clock.now()
        jobs: list[Job] = []
        for feed, report in self.wanted:
            today = market_day(report.publisher.zone, now)
            if isinstance(report.at, DailyFile) and since < today:
                jobs += plan(
                    self.house.ledger,
                    feed,
                    report,
                    since,
                    today - timedelta(days=1),
                    now,
                    self.bases,
                ).jobs
        await self._work(Round(now, tuple(job for job in jobs if not self._done(job, now))))

    def _next_slot(self, after: datetime) -> datetime:
        """The first poll slot of any report after an instant."""
        return min(next_slot(report, after) for _, report in self.wanted)

    def _round(self, slot: datetime) -> Round:
        jobs: list[Job] = []
        for feed, report in self.wanted:
            if next_slot(report, slot - timedelta(microseconds=1)) == slot:
                jobs += jobs_at(self.house, feed, report, slot, self.bases)
        return Round(slot, tuple(job for job in jobs if not self._done(job, slot)))

    def _done(self, job: Job, slot: datetime) -> bool:
        """Whether a job of this slot was finished before, in this life or an earlier one."""
        return all(self._asked(slice, slot) for slice in job.slices)

    def _asked(self, slice: Slice, slot: datetime) -> bool:
        newest = self.house.ledger.entries(
            reports=[slice.report],
            day=slice.day,
            states=["completed", "failed"],
            limit=LOOKED_BACK,
            newest_first=True,
        )
        return any(one.origin == "collect" and one.fetched_at_utc >= slot for one in newest)

    async def _work(self, round: Round) -> None:
        """Run the jobs of a slot, then merge what has become many small parts.

        A fault of ours ends its job, is told, and lies in the ledger as `lost_by_us`; the other feeds
        go on.
        On a stepped clock they run one after the other, each at its slot's own time, so that what one waits
        for does not move another.
        """
        places = asyncio.Semaphore(1 if isinstance(self.clock, SteppedClock) else self.concurrency)

        async def run(job: Job) -> None:
            async with places:
                await self._one(job, round.at)

        ended = await asyncio.gather(*map(run, round.jobs), return_exceptions=True)
        for job, error in zip(round.jobs, ended, strict=True):
            if isinstance(error, Exception):
                self._tell(job, error)
        for feed, report in sorted({(job.feed.id, job.report.name) for job in round.jobs}):
            await asyncio.to_thread(merge_report, self.house, feed, report)

    async def _one(self, job: Job, at: datetime) -> None:
        """Run one job; what our own disk or ledger refuses is told and waited for."""
        try:
            if isinstance(self.clock, SteppedClock):
                self.fetcher.forget()
                with self.clock.at(at):
                    await step(self.house, self.fetcher, job)
            else:
                await step(self.house, self.fetcher, job)
        except StoreError as error:
            self._tell(job, error)
            await self.clock.sleep(STORE_WAIT.total_seconds())

    def _tell(self, job: Job, error: Exception) -> None:
        self.house.record(
            WorkerStumbled(
                feed=job.feed.id,
                report=job.report.name,
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
    if report.days == 1 and (age < JUST_CLOSED or (age < settled and is_hourly(report, slot))):
        yield direct_job(feed, report, yesterday, bases)
    elif is_hourly(report, slot):
        yield from (
            direct_job(feed, report, day, bases)
            for day in days_to_probe(house.ledger.gaps(feeds=[feed.id]), report, today, slot)
        )


def is_hourly(report: Report, slot: datetime) -> bool:
    """Whether a slot is the report's first in its hour."""
    begun = slot - slot.replace(minute=0, second=0, microsecond=0)
    return begun < min(report.every, timedelta(hours=1))


def days_to_probe(gaps: Sequence[Gap], report: Report, today: date, slot: datetime) -> list[date]:
    """Closed days with holes that asking again may close: hourly at first, later four times a day."""
    days = {
        gap.day
        for gap in gaps
        if gap.report == report.name and gap.day is not None and gap.cause in PROBED_AGAIN
    }
    return sorted(
        day
        for day in days
        if 1 <= (today - day).days <= PROBE_DAYS and ((today - day).days <= 1 or slot.hour % 6 == 0)
    )
