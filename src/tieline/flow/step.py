"""The way of one slice: fetch, keep, decode, normalise, validate, fold, commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter

from tieline.errors import LedgerConflict, NotYetPublished, SourceError, StoreError
from tieline.feeds import DailyFile
from tieline.fetch import Fetcher, Validators, fetch_pages
from tieline.flow.answers import Answers
from tieline.flow.arrival import Arrival
from tieline.flow.held import payload_of
from tieline.flow.house import House
from tieline.flow.job import Job
from tieline.flow.keeping import keep
from tieline.flow.known import Seen, known_of, said_of
from tieline.flow.landing import Landed, land, note, refuse
from tieline.flow.leasing import renewed, take
from tieline.flow.rebuilding import take_in
from tieline.flow.receiving import (
    answered,
    history,
    receive,
    standing,
    unchanged_since,
    was_brought,
)
from tieline.flow.steady import steadied
from tieline.flow.telling import Result, tell
from tieline.ledger import Claim
from tieline.values import Payload
from tieline.watch import SliceFetched


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one job ended."""

    job: Job
    result: Result
    landed: Landed | None = None


async def step(
    house: House,
    fetcher: Fetcher,
    job: Job,
    *,
    done: Callable[[], bool] | None = None,
    answers: Answers | None = None,
) -> Outcome:
    """Take one job from the publisher's server to the ledger.

    `done` is asked once the job is ours: another process may have finished it a moment ago. An archive
    that `answers` has is not asked for again.
    What a publisher does wrong is written down and stands on the outcome's entries.
    Raises: StoreError if our own disk or ledger fails; anything else is a fault of ours, which is
            written down as `lost_by_us` and raised on.
    """
    begun = perf_counter()
    claim = await asyncio.to_thread(take, house, job)
    if claim is None:
        return Outcome(job, "busy")
    if claim.inherited and job.held is None:
        await _take_over(house, job, claim)
    if done is not None and await asyncio.to_thread(done):
        await asyncio.to_thread(house.ledger.release, claim)
        return Outcome(job, "elsewhere")
    async with renewed(house, job, claim):
        return await _worked(house, fetcher, job, claim, begun, answers)


async def _take_over(house: House, job: Job, claim: Claim) -> None:
    """Take in what those before us have kept of a slice and not written down."""
    try:
        await asyncio.to_thread(take_in, house, job.feed, job.report, claim)
    except BaseException:
        house.ledger.release(claim)
        raise


async def _worked(
    house: House,
    fetcher: Fetcher,
    job: Job,
    claim: Claim,
    begun: float,
    answers: Answers | None,
) -> Outcome:
    """The work on a claimed job; whatever happens, the claim is used up or given back."""
    payload = None
    try:
        job, payload = await _fetch(house, fetcher, job, answers)
        landed = await asyncio.to_thread(_settle, house, job, payload, claim)
        if not payload.not_modified and job.container != "archive" and job.held is None:
            house.validators[job.url] = Validators.of(payload)
    except SourceError as error:
        landed = await asyncio.to_thread(refuse, house, job, error, claim)
    except StoreError:
        await asyncio.to_thread(house.ledger.release, claim)
        raise
    except Exception as error:
        await asyncio.to_thread(refuse, house, job, error, claim, payload)
        raise
    except BaseException:
        house.ledger.release(claim)
        raise
    return Outcome(job, tell(house, job, landed, perf_counter() - begun), landed)


async def _fetch(
    house: House, fetcher: Fetcher, job: Job, answers: Answers | None
) -> tuple[Job, Payload]:
    """The job that answered and its answer: what is held, the direct file, the archive where it is
    gone."""
    if job.held is not None:
        return job, await asyncio.to_thread(payload_of, house, job.held)
    publisher, access = job.report.publisher.id, job.report.publisher.access
    begun = perf_counter()

    async def archive(job: Job) -> Payload:
        def ask() -> Awaitable[Payload]:
            return fetcher.fetch(job.url, publisher=publisher, access=access)

        return await (ask() if answers is None else answers.of(job, ask))

    try:
        if job.container == "archive":
            payload = await archive(job)
        elif isinstance(job.report.at, DailyFile) and job.report.at.pages:
            payload = await fetch_pages(
                fetcher, job.url, publisher=publisher, access=access, deadline=job.deadline
            )
        else:
            payload = await fetcher.fetch(
                job.url,
                publisher=publisher,
                access=access,
                validators=house.validators.get(job.url),
                deadline=job.deadline,
            )
    except NotYetPublished:
        if job.otherwise is None or job.whole.window.end > house.now():
            raise
        job = job.otherwise
        payload = await archive(job)
    payload = await asyncio.to_thread(steadied, house, job.feed, job.report, payload)
    house.record(
        SliceFetched(
            feed=job.feed.id,
            report=job.report.name,
            slice=str(job.whole.day or job.whole.window),
            url=payload.url,
            bytes=len(payload.data),
            seconds=perf_counter() - begun,
        )
    )
    return job, payload


def _settle(house: House, job: Job, payload: Payload, claim: Claim) -> Landed:
    """From the answer to the commit."""
    believed = house.ledger.report_sequence(job.report.name)
    seen = Seen() if job.container == "archive" else history(house, job)
    newest = unchanged_since(seen, job.report, payload.sha256)
    if newest is not None:
        said = said_of(job.report, payload, answered(house, payload))
        known = known_of(said, payload.sha256, payload.fetched_at_utc, seen)
        if job.held is None:
            keep(house, job.report, job.whole, payload, known, origin="collect")
        entry = standing(newest, job, payload, known, house.ledger.allocate(1))
        entry = replace(entry, run=house.run, version=house.version)
        try:
            return note(house, job, entry, claim, believed)
        except LedgerConflict:
            seen = history(house, job)
    arrivals: list[Arrival] = receive(house, job, payload, seen)
    brought = partial(was_brought, house) if job.container == "archive" else None
    landed = land(
        house, job.feed, job.report, arrivals, kind="collect", claim=claim, is_known=brought
    )
    if not landed.entries:
        house.ledger.release(claim)
    return landed
