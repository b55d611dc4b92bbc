"""A range, one off: plan it, run it with bounded concurrency, resume where it was left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from time import monotonic

from tieline.errors import LedgerConflict
from tieline.feeds import DailyFile, Feed, Publisher, Report
from tieline.fetch import Fetcher
from tieline.flow.answers import Answers
from tieline.flow.cost import days_between
from tieline.flow.held import held_answers
from tieline.flow.house import House
from tieline.flow.job import Job
from tieline.flow.plan import Plan, direct_job, held_urls, plan
from tieline.flow.replay import Replayed, replay
from tieline.flow.steady import BACK, LOOKED_BACK
from tieline.flow.step import Outcome, step
from tieline.ledger import Commit, Watermark
from tieline.markettime import day_window, market_day
from tieline.values import Slice

FOLLOWED_SECONDS = 0.5
"""How often it is looked whether another process has done what it claimed."""


def plans(
    house: House,
    wanted: Sequence[tuple[Feed, Report]],
    first: date,
    last: date,
    bases: Mapping[str, str],
    *,
    again: bool = False,
) -> list[Plan]:
    """One plan for each report; asks the ledger and the notes beside the raw bytes only."""
    now = house.now()
    made = []
    for feed, report in wanted:
        urls = held_urls(report, days_between(first, last), bases)
        held = held_answers(house, report, urls, first) if urls and not again else {}
        made.append(
            plan(house.ledger, feed, report, first, last, now, bases, again=again, held=held)
        )
    return made


def declare_start(house: House, feed: Feed, report: Report, first: date) -> bool:
    """Say from which market day on a report shall be whole, unless that was said before.

    The contiguous mark begins there, whichever day lands first. True if it was said now; where somebody
    else commits at the same moment it is tried again.
    Raises: LedgerUnavailable.
    """
    if not isinstance(report.at, DailyFile) or feed.dataset is None:
        return False
    start = max(first, report.since or first)
    begin = day_window(report.publisher.zone, start)[0]
    mark = Watermark(feed=feed.id, report=report.name, high_utc=None, contiguous_utc=begin)
    while True:
        believed = house.ledger.report_sequence(report.name)
        if any(one.report == report.name for one in house.ledger.watermarks(feeds=[feed.id])):
            return False
        try:
            house.ledger.commit(
                Commit(
                    at_utc=house.now(),
                    kind="check",
                    report=report.name,
                    believed=believed,
                    watermarks=(mark,),
                    run=house.run,
                    version=house.version,
                )
            )
        except LedgerConflict:
            continue
        return True


def read_held(house: House, made: Plan) -> Replayed | None:
    """Read again what an older recipe refused, from the bytes that are kept.

    Raises: as `replay`.
    """
    if not made.reread:
        return None
    return replay(house, made.feed, made.report, made.reread)


class Places:
    """Room for work: so much at once in all, and of each publisher little more than it may be asked.

    A publisher that hangs so leaves room for the others.
    """

    def __init__(self, most: int) -> None:
        self._all = asyncio.Semaphore(most)
        self._of: dict[str, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def of(self, publisher: Publisher) -> AsyncIterator[None]:
        """A place for one job: one more than connections, so that one is read while others come."""
        own = self._of.setdefault(publisher.id, asyncio.Semaphore(publisher.connections + 1))
        async with own, self._all:
            yield


async def collect(
    house: House,
    fetcher: Fetcher,
    jobs: Sequence[Job],
    *,
    concurrency: int,
    done: Callable[[Outcome], None],
    since: datetime | None = None,
    patience: float = 0.0,
) -> list[Outcome]:
    """Run jobs, at most `concurrency` at once; `done` hears of each as it ends.

    They were planned at `since`, default now: what another process has collected from then on is not
    asked for again, and an archive is asked for once, however many jobs want it. A process that works on
    a job now is waited for, for `patience` seconds. Answers that are held come first. Young days that an
    archive turns out to lack are asked for directly. What was finished before an interruption is in the
    ledger, so that planning again leaves it out.
    Raises: StoreError; then no further job is begun.
    """
    places = Places(concurrency)
    planned = house.now() if since is None else since
    answers = Answers(house, planned)

    async def run(job: Job, *, anew: bool = True) -> list[Outcome]:
        asked = partial(asked_since, house, job, planned) if anew and job.held is None else None
        end = monotonic() + patience
        while True:
            async with places.of(job.report.publisher):
                outcome = await step(house, fetcher, job, done=asked, answers=answers)
            if outcome.result != "busy" or monotonic() >= end:
                break
            await asyncio.sleep(FOLLOWED_SECONDS)
        done(outcome)
        outcomes = [outcome]
        for other in _lacked(house, outcome) if job.container == "archive" else ():
            outcomes += await run(other, anew=False)
        return outcomes

    outcomes: list[Outcome] = []
    for part in (
        [job for job in jobs if job.held is not None],
        [job for job in jobs if job.held is None],
    ):
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(run(job)) for job in part]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        outcomes += [outcome for task in tasks for outcome in task.result()]
    return outcomes


def asked_since(house: House, job: Job, moment: datetime) -> bool:
    """Whether all of a job was asked for from a moment on, by whatever process.

    What was asked for in the future, before the clock was set back, does not count.
    """
    return all(_asked(house, slice, moment) for slice in job.slices)


def _asked(house: House, slice: Slice, moment: datetime) -> bool:
    newest = house.ledger.entries(
        reports=[slice.report],
        day=slice.day,
        states=["completed", "failed"],
        limit=LOOKED_BACK,
        newest_first=True,
    )
    end = house.now() + BACK if house.steady else None
    return any(
        one.origin == "collect"
        and one.fetched_at_utc >= moment
        and (end is None or one.fetched_at_utc <= end)
        for one in newest
    )


def _lacked(house: House, outcome: Outcome) -> Iterator[Job]:
    """Daily files of young days that an archive should have brought and did not."""
    job = outcome.job
    at = job.report.at
    if outcome.landed is None or not isinstance(at, DailyFile):
        return
    today = market_day(job.report.publisher.zone, house.now())
    for entry in outcome.landed.entries:
        young = entry.day is not None and (today - entry.day).days <= at.direct_days
        if young and entry.state == "failed" and entry.day is not None:
            packed = at.archive_of(entry.day) or ""
            base = job.url.removesuffix(packed)
            single = direct_job(job.feed, job.report, entry.day, {job.report.publisher.id: base})
            yield replace(single, otherwise=None)
