"""Arrivals become rows at rest: fold, parts, one commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from tieline.errors import LedgerConflict, SourceError, TielineError
from tieline.feeds import Feed, Report
from tieline.flow.arrival import Arrival, cause_of, entry_of, observation_of, unread_of
from tieline.flow.folding import Folded, fold_group
from tieline.flow.gathering import Fresh, gather
from tieline.flow.house import House
from tieline.flow.job import Job
from tieline.flow.keeping import keep_failures
from tieline.flow.marks import Marks, marks_of, tell_gaps
from tieline.flow.repairing import made_again
from tieline.ledger import Change, Claim, Commit, Entry, Kind, Part, Rejection, Unread
from tieline.store.parts import Written
from tieline.values import Payload, Slice

TRIES = 5
"""How often a commit is tried again after another process came first."""


@dataclass(frozen=True, slots=True)
class Landed:
    """What a commit left: its sequence, the new entries, how many rows it appended."""

    sequence: int
    entries: tuple[Entry, ...]
    rows: int


def land(
    house: House,
    feed: Feed,
    report: Report,
    arrivals: Sequence[Arrival],
    *,
    kind: Kind,
    claim: Claim | None = None,
    is_known: Callable[[Arrival], bool] | None = None,
) -> Landed:
    """Fold what arrived and commit it whole, under one sequence.

    `is_known` is asked under the lock which arrivals another writer has brought meanwhile; they are
    left out, and where nothing is left nothing is committed.
    Raises: LedgerConflict if the claim was lost, or other writers came first TRIES times;
            StorageFailed, LedgerUnavailable; Damaged if bytes that must be read again are gone.
    """
    with house.writing(report.name):
        ids = _ids(house, arrivals)
        for attempt in range(TRIES):
            believed = house.ledger.report_sequence(report.name)
            news = [
                (arrival, pair)
                for arrival, pair in zip(arrivals, ids, strict=True)
                if is_known is None or not is_known(arrival)
            ]
            if not news:
                return Landed(believed, (), 0)
            try:
                return _land(house, feed, report, news, believed, kind, claim)
            except LedgerConflict:
                house.memory.forget(report.name)
                if attempt == TRIES - 1 or (claim and not _held(house, claim)):
                    raise
    raise AssertionError("the loop returns or raises")


def _land(
    house: House,
    feed: Feed,
    report: Report,
    news: Sequence[tuple[Arrival, tuple[int, int]]],
    believed: int,
    kind: Kind,
    claim: Claim | None,
) -> Landed:
    entries = [
        entry_of(arrival, report, pair, run=house.run, version=house.version)
        for arrival, pair in news
    ]
    folds, reread = _fold(house, feed, report, news, entries, believed)
    judged = {entry.entry_id: entry for folded in folds for entry in folded.entries}
    entries = [judged.pop(entry.entry_id, entry) for entry in entries] + list(judged.values())
    changes = [change for folded in folds for change in folded.changes]
    rows = [folded.rows for folded in folds if folded.rows.height]
    again: list[Written] = []
    if house.lost and feed.dataset is not None:
        rows, again = made_again(house, feed, report, folds)
    parts = _write(house, feed, report, rows)
    parts += tuple(part_of(feed, report, one, level=1) for one in again)
    read = [(arrival, entry_id) for arrival, (_, entry_id) in news]
    read += reread
    unread = unread_of(report, read)
    marks = _marks(house, feed, report, entries, changes, folds, unread)
    sequence = house.ledger.commit(
        Commit(
            at_utc=house.now(),
            kind=kind,
            report=report.name,
            believed=believed,
            claim=claim,
            entries=tuple(entries),
            changes=tuple(changes),
            parts=parts,
            replaced=tuple(sorted(house.lost)),
            rejections=_rejections(read),
            unread=unread,
            days=marks.days,
            gaps=marks.gaps,
            watermarks=marks.watermarks,
            run=house.run,
            version=house.version,
        )
    )
    house.memory.remember(
        report.name, believed, sequence, {folded.window: folded.state for folded in folds}
    )
    tell_gaps(house, marks)
    return Landed(sequence, tuple(entries), sum(frame.height for frame in rows))


def note(house: House, job: Job, entry: Entry, claim: Claim | None, believed: int) -> Landed:
    """Commit one entry that brings no rows: a look that found nothing new since `believed`.

    Raises: LedgerConflict if the report was written meanwhile, so that it may be news after all;
            else as `land`.
    """
    with house.writing(job.report.name):
        return _without_rows(house, job.feed, job.report, (entry,), claim, believed)


def refuse(
    house: House, job: Job, error: Exception, claim: Claim, payload: Payload | None = None
) -> Landed:
    """Commit that a job brought nothing, and why, for each of its slices.

    An error that is no publisher's is a fault of ours, and so are the holes it leaves. The entries
    then name the `payload` that was kept, so that a replay finds it.

    Raises: as `land`.
    """
    now = house.now()
    first = house.ledger.allocate(len(job.slices))
    entries = tuple(
        Entry(
            entry_id=first + place,
            observation_id=first + place,
            report=job.report.name,
            window=slice.window,
            day=slice.day,
            state="failed",
            origin="collect",
            recipe=job.report.recipe_id,
            url=job.url,
            **_kept(house, job, payload, now),
            error=type(error).__name__,
            cause=cause_of(job.report, slice, error, now),
            text=_text(error, job, slice),
            retry_at_utc=now + error.wait
            if isinstance(error, SourceError) and error.wait
            else None,
            run=house.run,
            version=house.version,
        )
        for place, slice in enumerate(job.slices)
    )
    if payload is None:
        keep_failures(house, job.report, entries)
    return write_down(house, job.feed, job.report, entries, claim)


def _kept(house: House, job: Job, payload: Payload | None, now: datetime) -> dict[str, Any]:
    """What an entry says of bytes that lie in the raw store and were not read."""
    if payload is None or not house.raw.has(payload.sha256):
        return {"fetched_at_utc": now}
    return {
        "fetched_at_utc": payload.fetched_at_utc,
        "payload_sha256": payload.sha256,
        "content_sha256": None if job.container == "archive" else payload.sha256,
        "known_at_utc": payload.fetched_at_utc,
        "known_basis": "fetched",
        "bytes": len(payload.data),
    }


def write_down(
    house: House, feed: Feed, report: Report, entries: tuple[Entry, ...], claim: Claim | None
) -> Landed:
    """Commit entries that bring no rows, whatever else was written meanwhile.

    Raises: as `land`.
    """
    with house.writing(report.name):
        for attempt in range(TRIES):
            believed = house.ledger.report_sequence(report.name)
            try:
                return _without_rows(house, feed, report, entries, claim, believed)
            except LedgerConflict:
                if attempt == TRIES - 1 or (claim and not _held(house, claim)):
                    raise
    raise AssertionError("the loop returns or raises")


def _without_rows(
    house: House,
    feed: Feed,
    report: Report,
    entries: tuple[Entry, ...],
    claim: Claim | None,
    believed: int,
) -> Landed:
    """Commit entries that change no row."""
    marks = marks_of(house, feed, report, entries, (), {})
    sequence = house.ledger.commit(
        Commit(
            at_utc=house.now(),
            kind="check",
            report=report.name,
            believed=believed,
            claim=claim,
            entries=entries,
            days=marks.days,
            gaps=marks.gaps,
            watermarks=marks.watermarks,
            run=house.run,
            version=house.version,
        )
    )
    house.memory.remember(report.name, believed, sequence, {})
    tell_gaps(house, marks)
    return Landed(sequence, entries, 0)


def _text(error: Exception, job: Job, slice: Slice) -> str:
    if isinstance(error, TielineError):
        error = error.about(feed=job.feed.id, window=str(slice.window))
    return str(error)


def _ids(house: House, arrivals: Sequence[Arrival]) -> list[tuple[int, int]]:
    """Observation and entry ids: a replay keeps its observation."""
    first = house.ledger.allocate(len(arrivals))
    return [
        (arrival.replaces.observation_id if arrival.replaces else first + place, first + place)
        for place, arrival in enumerate(arrivals)
    ]


def _fold(
    house: House,
    feed: Feed,
    report: Report,
    news: Sequence[tuple[Arrival, tuple[int, int]]],
    entries: Sequence[Entry],
    believed: int,
) -> tuple[list[Folded], list[tuple[Arrival, int]]]:
    """Fold the arrivals that could be read, and what they have read again; group by group."""
    fresh = [
        Fresh(observation_of(report, arrival, ids), entry, arrival.replaces)
        for (arrival, ids), entry in zip(news, entries, strict=True)
        if arrival.verdict is not None
    ]
    if not fresh:
        return [], []
    groups, reread = gather(house, feed, report, fresh, believed)
    return [fold_group(house, group, believed) for group in groups], reread


def _write(
    house: House, feed: Feed, report: Report, rows: Sequence[pl.DataFrame]
) -> tuple[Part, ...]:
    if feed.dataset is None or not rows:
        return ()
    written = house.parts.write(feed.dataset, pl.concat(rows))
    return (part_of(feed, report, written),)


def part_of(feed: Feed, report: Report, written: Written, *, level: int = 0) -> Part:
    """A written file as the catalogue names it."""
    return Part(
        sha256=written.sha256,
        path=written.path,
        dataset=feed.dataset.name if feed.dataset else "",
        feed=feed.id,
        report=report.name,
        rows=written.rows,
        bytes=written.bytes,
        merged=level > 0,
        level=level,
        single=written.single,
        bounds=written.bounds,
        stamps=written.stamps,
        known=written.known,
        day=written.day,
    )


def _marks(
    house: House,
    feed: Feed,
    report: Report,
    entries: Sequence[Entry],
    changes: Sequence[Change],
    folds: Sequence[Folded],
    unread: Sequence[Unread],
) -> Marks:
    """Completeness of every market day that these entries speak about."""
    states = {entry.window: folded for folded in folds for entry in folded.entries}
    states |= {folded.window: folded for folded in folds}
    return marks_of(house, feed, report, entries, changes, states, unread)


def _rejections(arrivals: Sequence[tuple[Arrival, int]]) -> tuple[Rejection, ...]:
    kept = []
    for arrival, entry_id in arrivals:
        if arrival.verdict is None:
            continue
        for frame in (arrival.verdict.rejected, arrival.verdict.conflicts):
            kept += [
                Rejection(entry_id, row or 0, column or "", text or "", reason or "")
                for row, column, text, reason in frame.head(1000).rows()
            ]
    return tuple(kept)


def _held(house: House, claim: Claim) -> bool:
    """Whether nobody has taken the claim over meanwhile."""
    return any(
        held.slice == claim.slice and held.fence == claim.fence for held in house.ledger.claims()
    )
