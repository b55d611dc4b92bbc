"""The right to work on a slice, for as long as the work goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tieline.errors import LedgerConflict, StoreError
from tieline.flow.house import House
from tieline.flow.job import Job
from tieline.ledger import Claim
from tieline.watch import WorkerStumbled

RENEWALS = 3
"""How often a claim is renewed within its lease: one or two may fail without harm."""


def take(house: House, job: Job) -> Claim | None:
    """Claim a job's slice; None while somebody else works on it. Raises: StoreError."""
    return house.ledger.claim(
        job.claimed, holder=house.holder, at=house.beat(), lease=house.lease, dead=house.dead
    )


@asynccontextmanager
async def renewed(house: House, job: Job, claim: Claim) -> AsyncIterator[None]:
    """Keep a claim from expiring inside; whoever stops breathing loses it after a lease."""
    task = asyncio.create_task(_renew(house, job, claim), name=f"lease of {claim.slice}")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _renew(house: House, job: Job, claim: Claim) -> None:
    """Renew until cancelled, or until the claim is gone: then the commit will be refused."""
    while True:
        await asyncio.sleep(house.lease.total_seconds() / RENEWALS)
        try:
            await asyncio.to_thread(_once, house, claim)
        except LedgerConflict:
            return
        except StoreError as error:
            stumbled = WorkerStumbled(
                feed=job.feed.id,
                report=job.report.name,
                error=type(error).__name__,
                text=str(error),
            )
            house.record(stumbled)


def _once(house: House, claim: Claim) -> None:
    house.ledger.renew(claim, at=house.beat(), lease=house.lease)
