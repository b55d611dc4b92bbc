"""A range, one off: plan it, run it with bounded concurrency, resume where it was left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from tieline.feeds import Feed, Report
from tieline.fetch import Fetcher
from tieline.flow.house import House
from tieline.flow.job import Job
from tieline.flow.plan import Plan, plan
from tieline.flow.step import Outcome, step


def plans(
    house: House,
    wanted: Sequence[tuple[Feed, Report]],
    first: date,
    last: date,
    bases: Mapping[str, str],
    *,
    again: bool = False,
) -> list[Plan]:
    """One plan for each report; asks the ledger only."""
    now = house.now()
    return [
        plan(house.ledger, feed, report, first, last, now, bases, again=again)
        for feed, report in wanted
    ]


async def collect(
    house: House,
    fetcher: Fetcher,
    jobs: Sequence[Job],
    *,
    concurrency: int,
    done: Callable[[Outcome], None],
) -> list[Outcome]:
    """Run jobs, at most `concurrency` at once; `done` hears of each as it ends.

    What was finished before an interruption is in the ledger, so that planning again leaves it out.
    Raises: StoreError; then no further job is begun.
    """
    places = asyncio.Semaphore(concurrency)

    async def run(job: Job) -> Outcome:
        async with places:
            outcome = await step(house, fetcher, job)
        done(outcome)
        return outcome

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(run(job)) for job in jobs]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from errors
    return [task.result() for task in tasks]
