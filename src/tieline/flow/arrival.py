"""A document that has arrived, read or refused, before the ledger knows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tieline.errors import NotYetPublished, SourceError, TielineError
from tieline.feeds import DailyFile, Report
from tieline.fold import Observation
from tieline.ledger import Counts, Entry, Origin, Unread
from tieline.ledger.records import Cause
from tieline.markettime import day_window
from tieline.values import Basis, Document, Known, Slice, Verdict, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One document of one slice. One of `verdict` and `error` is set; neither where nobody can read it.

    `payload_sha256` is the raw object's hash (the archive's, for a member). `replaces` is the entry
    that a replay of the same observation supersedes.
    """

    slice: Slice
    document: Document
    payload_sha256: str
    url: str | None
    fetched_at_utc: datetime
    known: Known
    origin: Origin
    verdict: Verdict | None = None
    error: TielineError | None = None
    replaces: Entry | None = None


LATE = timedelta(days=1)
"""How long after a day is settled its listing still speaks of who is missing."""


def spoken_window(report: Report, slice: Slice) -> Window | None:
    """Which stamps an observation of this slice speaks about when it does not list them.

    The market days of a dated file, of which a forecast has several. A static file speaks about
    nothing beyond the stamps it lists.
    """
    if not isinstance(report.at, DailyFile) or slice.day is None:
        return None
    last = slice.day + timedelta(days=report.ahead + report.days - 1)
    return Window(slice.window.start, day_window(report.publisher.zone, last)[1])


def observation_of(report: Report, arrival: Arrival, ids: tuple[int, int]) -> Observation:
    """What the fold takes; `ids` are the observation's and the entry's.

    A day's listing of things without stamps that is known only long after the day says who was listed
    then, and not who is missing now. Of stamps it says what it says at any time.
    """
    if arrival.verdict is None:
        raise ValueError(f"{arrival.slice} was not read: {arrival.error}")
    settled = arrival.slice.window.end + report.settles_after + LATE
    dated = report.label is None and arrival.slice.day is not None
    ends = report.label is not None and report.label.kind == "end"
    return Observation(
        observation_id=ids[0],
        entry_id=ids[1],
        known=arrival.known,
        fetched_at_utc=arrival.fetched_at_utc,
        content_sha256=arrival.document.sha256,
        window=spoken_window(report, arrival.slice),
        rows=arrival.verdict.rows,
        rejected_keys=arrival.verdict.rejected_keys,
        blind=arrival.verdict.blind
        or (dated and report.absence.kind == "snapshot" and arrival.known.at_utc > settled),
        closed="right" if ends else "left",
    )


def cover_of(verdict: Verdict) -> Window | None:
    """Hull of the stamps that a document lists, closed on both sides."""
    low, high = verdict.rows["stamp_utc"].min(), verdict.rows["stamp_utc"].max()
    if isinstance(low, datetime) and isinstance(high, datetime):
        return Window(low, high)
    return None


def counts_of(verdict: Verdict) -> Counts:
    """What is counted before the fold has spoken."""
    return Counts(
        read=verdict.rows_read,
        duplicate=verdict.duplicate,
        conflicting=verdict.conflicting,
        rejected=verdict.rejected.height,
        aside=int((verdict.rejected["reason"] != "unreadable").sum()),
    )


def unread_of(report: Report, arrivals: Sequence[tuple[Arrival, int]]) -> tuple[Unread, ...]:
    """Which places the unreadable rows speak of, where the report's places are counted."""
    if not report.entities:
        return ()
    names = [name for name, _ in report.entities[0].key]
    kept = []
    for arrival, entry_id in arrivals:
        if arrival.verdict is None:
            continue
        for stamp, *said in arrival.verdict.unread.head(1001).select("stamp_utc", *names).rows():
            key = None if None in said else tuple(str(value) for value in said)
            kept.append(Unread(entry_id, stamp, key))
    return tuple(kept)


def cause_of(report: Report, slice: Slice, error: Exception, now: datetime) -> Cause | None:
    """Cause of a hole that an error leaves; for a file that is not there, its promise decides."""
    if not isinstance(error, SourceError):
        return "lost_by_us"
    if not isinstance(error, NotYetPublished):
        return error.cause  # type: ignore[return-value]
    if now < slice.window.start + report.due + report.promised_within:
        return "not_yet_due"
    return "late_upstream" if now < slice.window.end + report.settles_after else "missing_upstream"


def entry_of(
    arrival: Arrival, report: Report, ids: tuple[int, int], *, run: str, version: str
) -> Entry:
    """The entry of an arrival as far as reading alone decides it."""
    error, verdict = arrival.error, arrival.verdict
    basis: Basis = arrival.known.basis
    cause = cause_of(report, arrival.slice, error, arrival.fetched_at_utc) if error else None
    return Entry(
        entry_id=ids[1],
        observation_id=ids[0],
        report=report.name,
        window=arrival.slice.window,
        day=arrival.slice.day,
        state="failed" if error else "completed",
        origin=arrival.origin,
        recipe=report.recipe_id,
        fetched_at_utc=arrival.fetched_at_utc,
        payload_sha256=arrival.payload_sha256,
        member=arrival.document.member,
        content_sha256=arrival.document.sha256,
        known_at_utc=arrival.known.at_utc,
        known_basis=basis,
        cover=cover_of(verdict) if verdict else None,
        url=arrival.url,
        bytes=len(arrival.document.data),
        counts=counts_of(verdict) if verdict else Counts(),
        error=type(error).__name__ if error else None,
        cause=cause,
        text=str(error) if error else None,
        run=run,
        version=version,
    )
