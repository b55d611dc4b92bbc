"""The state of every feed at a glance, from what the ledger keeps counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from fastapi import APIRouter

from tieline.feeds import Feed, Report
from tieline.ledger import Entry, Summary, Watermark
from tieline.serve.api.desk import Desk
from tieline.values import stamp

State = Literal["ok", "late", "stale", "down", "idle"]
BEST_FIRST: tuple[State, ...] = ("ok", "late", "stale", "down", "idle")
STALE_AFTER = 3
"""A report is stale when this many of its turns brought nothing new."""


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["board"])

    @router.get("/status", summary="What this server is and how far it is")
    def status() -> dict[str, object]:
        return status_of(desk)

    @router.get("/feeds", summary="Every feed and report with its state")
    def feeds() -> dict[str, object]:
        stated = stated_by(desk)
        return {"feeds": feeds_of(desk), **stated}

    return router


def stated_by(desk: Desk) -> dict[str, object]:
    """Up to which commit and moment a listing of the ledger holds: at least."""
    return {"sequence": desk.lake.ledger.sequence(), "as_of": stamp(desk.lake.clock())}


def status_of(desk: Desk) -> dict[str, object]:
    """The server's own state, as `/v1/status` and the stream tell it."""
    ledger = desk.lake.ledger
    return {
        "now_utc": stamp(desk.lake.clock()),
        "version": desk.version,
        "mode": desk.mode,
        "speed": desk.speed,
        "sequence": ledger.sequence(),
        "publisher_reachable": reachable(ledger.summaries()),
    }


def reachable(summaries: Sequence[Summary]) -> bool:
    """Whether somebody answered since the last time that nobody did."""
    failures = [
        summary.last_failure.fetched_at_utc
        for summary in summaries
        if summary.last_failure is not None and summary.last_failure.cause == "fetch_failed"
    ]
    answers = [s.last_fetch_utc for s in summaries if s.last_fetch_utc is not None]
    return not failures or (bool(answers) and max(answers) >= max(failures))


def feeds_of(desk: Desk) -> list[dict[str, object]]:
    """Every feed of the lake with its reports."""
    ledger = desk.lake.ledger
    now = desk.lake.clock()
    summaries = {summary.report: summary for summary in ledger.summaries()}
    marks = {(mark.feed, mark.report): mark for mark in ledger.watermarks()}
    holes = Counter(gap.feed for gap in ledger.gaps() if gap.cause != "not_yet_due")
    return [_feed(feed, summaries, marks, holes[feed.id], now) for feed in desk.lake.feeds]


def _feed(
    feed: Feed,
    summaries: Mapping[str, Summary],
    marks: Mapping[tuple[str, str], Watermark],
    gaps: int,
    now: datetime,
) -> dict[str, object]:
    known = [summaries.get(report.name, Summary(report=report.name)) for report in feed.reports]
    states = [
        state_of(report, summary, now) for report, summary in zip(feed.reports, known, strict=True)
    ]
    news = [summary.last_new_utc for summary in known if summary.last_new_utc is not None]
    return {
        "feed": feed.id,
        "dataset": feed.dataset.name if feed.dataset else "",
        "publisher": feed.publisher.id,
        "title": feed.reports[0].title,
        "state": min(states, key=BEST_FIRST.index),
        "age_seconds": max(0.0, (now - max(news)).total_seconds()) if news else None,
        "rows": sum(summary.rows for summary in known),
        "gaps": gaps,
        "reports": [
            _report(report, summary, state, marks.get((feed.id, report.name)))
            for report, summary, state in zip(feed.reports, known, states, strict=True)
        ],
    }


def _report(
    report: Report, summary: Summary, state: State, mark: Watermark | None
) -> dict[str, object]:
    return {
        "report": report.name,
        "title": report.title,
        "state": state,
        "every_seconds": report.every.total_seconds(),
        "last_fetch_utc": _stamp(summary.last_fetch_utc),
        "last_new_utc": _stamp(summary.last_new_utc),
        "high_watermark_utc": _stamp(mark.high_utc if mark else None),
        "contiguous_watermark_utc": _stamp(mark.contiguous_utc if mark else None),
        "rows": summary.rows,
        "entries": summary.entries,
        "rejected": summary.rejected,
        "last_error": None if summary.last_failure is None else _failure(summary.last_failure),
    }


def _failure(entry: Entry) -> dict[str, object]:
    return {
        "error": entry.error or "",
        "cause": entry.cause or "",
        "text": entry.text or "",
        "at_utc": stamp(entry.fetched_at_utc),
    }


def state_of(report: Report, summary: Summary, now: datetime) -> State:
    """How a report does: never asked, not to be had or read, or how long nothing new has come.

    A listing of events or entities need not have anything new: it is as well as its last answer is old.
    """
    if summary.entries == 0:
        return "idle"
    failure = summary.last_failure
    if failure is not None and failure.cause not in ("not_yet_due", "late_upstream", "empty_200"):
        return "down"
    last = summary.last_fetch_utc if report.label is None else summary.last_new_utc
    if last is None:
        return "late"
    turn, age = turn_of(report), now - last
    if age <= turn + report.promised_within:
        return "ok"
    return "late" if age <= STALE_AFTER * turn + report.promised_within else "stale"


def turn_of(report: Report) -> timedelta:
    """How often something new is to be expected: a day for what is written a day at once, else the
    grid, and never more often than it is asked for."""
    if report.due < timedelta(0) or report.vintage is not None:
        return timedelta(days=1)
    step = report.label.step if report.label is not None else None
    return max(report.every, step or timedelta(0))


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)
