"""Commits as they happen: server-sent events that follow the ledger's sequence.

The collector may be another process, so the ledger itself is asked, twice a second, whether it moved.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from tieline.errors import LedgerUnavailable, UsageError
from tieline.ledger import Entry
from tieline.serve.api.board import status_of
from tieline.serve.api.desk import Desk
from tieline.values import stamp

LOOK_EVERY = 0.5
STATUS_EVERY = 10
"""A status goes out after so many looks without news."""

CAUGHT_UP_AT_MOST = 500
"""Entries that a listener who was away is told at once; older ones are in `/v1/entries`."""


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["stream"])

    @router.get("/stream", summary="Commits, failures and status as server-sent events")
    async def stream(
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> StreamingResponse:
        if last_event_id and not last_event_id.isdigit():
            raise UsageError(f"Last-Event-ID is a sequence number, not {last_event_id!r}")
        since = int(last_event_id) if last_event_id else None
        return StreamingResponse(
            events(desk, since, asyncio.sleep),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return router


async def events(
    desk: Desk, since: int | None, pause: Callable[[float], Awaitable[object]]
) -> AsyncIterator[str]:
    """Status first, then every entry after `since` (None: from now on), for as long as one listens."""
    ledger = desk.lake.ledger
    feed_of = {report.name: feed.id for feed in desk.lake.feeds for report in feed.reports}
    status = await run_in_threadpool(status_of, desk)
    told = status["sequence"] if since is None else since
    assert isinstance(told, int)
    yield event("status", status, id=told)
    looks = 0
    while True:
        try:
            now = await run_in_threadpool(ledger.sequence)
            if now < told:
                told = now
            if now > told:
                fresh = await run_in_threadpool(_after, desk, told)
                for entry in fresh[-CAUGHT_UP_AT_MOST:]:
                    said = said_of(entry, feed_of.get(entry.report, ""))
                    if said is not None:
                        yield event(*said, id=entry.sequence)
                told = now
            looks += 1
            if looks % STATUS_EVERY == 0:
                yield event("status", await run_in_threadpool(status_of, desk), id=told)
        except LedgerUnavailable as error:
            yield f": {type(error).__name__}\n\n"
        await pause(LOOK_EVERY)


def _after(desk: Desk, sequence: int) -> list[Entry]:
    """Finished entries after a sequence, in its order."""
    found = desk.lake.ledger.entries(
        since_sequence=sequence,
        states=("completed", "failed"),
        limit=CAUGHT_UP_AT_MOST,
        newest_first=True,
    )
    return sorted(found, key=lambda entry: (entry.sequence or 0, entry.entry_id))


def said_of(entry: Entry, feed: str) -> tuple[str, dict[str, object]] | None:
    """The event of an entry; nothing where nothing new was found, or nothing was due."""
    if entry.state == "failed":
        if entry.cause == "not_yet_due":
            return None
        return "failure", {
            "feed": feed,
            "report": entry.report,
            "error": entry.error or "",
            "cause": entry.cause or "",
            "text": entry.text or "",
            "at_utc": stamp(entry.fetched_at_utc),
        }
    rows = entry.counts.new + entry.counts.revised + entry.counts.gone
    if not rows:
        return None
    return "commit", {
        "sequence": entry.sequence,
        "feed": feed,
        "report": entry.report,
        "slice": str(entry.slice),
        "rows": rows,
        "known_at_utc": stamp(entry.known_at_utc or entry.fetched_at_utc),
        "stamp_max_utc": None if entry.cover is None else stamp(entry.cover.end),
    }


def event(name: str, data: dict[str, object], *, id: int | None = None) -> str:
    """One server-sent event."""
    head = "" if id is None else f"id: {id}\n"
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n"
