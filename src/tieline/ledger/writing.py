"""One commit, inside one transaction: everything or nothing, under one sequence number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from tieline.errors import LedgerConflict
from tieline.ledger import finding, rows
from tieline.ledger.author import author
from tieline.ledger.claiming import of_slice, release
from tieline.ledger.records import Change, Commit, Counts, Entry, Unread
from tieline.ledger.rows import maybe_us, us
from tieline.ledger.tables import (
    ATTEMPTS,
    COMMITS,
    CONTRACTS,
    DAYS,
    ENTRIES,
    GAPS,
    PARTS,
    REJECTIONS,
    REPORTS,
    UNREAD,
    VERDICTS,
    WATERMARKS,
)

CHUNK = 1000
"""Names in one statement, which every database takes."""

KEPT_REJECTIONS = 1000
"""Rejected rows of one entry that the quarantine lists; the count and the bytes have all."""


def write(connection: Connection, commit: Commit, token: str) -> int:
    """Write a commit; the caller holds the write lock, so the next number is ours.

    `token` is a word by which this commit can be found again.

    Raises: LedgerConflict if the claim was taken over, or the report moved on since it was read.
    """
    _hold(connection, commit)
    sequence: int = connection.execute(
        select(func.coalesce(func.max(COMMITS.c.sequence), 0) + 1)
    ).scalar_one()
    connection.execute(
        insert(COMMITS),
        {
            "sequence": sequence,
            "at_us": us(commit.at_utc),
            "kind": commit.kind,
            "report": commit.report,
            "run": commit.run,
            "version": commit.version,
            "who": author(),
            "token": token,
        },
    )
    if commit.entries:
        connection.execute(
            insert(ENTRIES), [rows.entry_row(entry, sequence) for entry in commit.entries]
        )
        for entry in commit.entries:
            if entry.origin == "collect":
                _attempt(connection, entry)
    moved = [_change(connection, change, sequence) for change in commit.changes]
    if commit.parts:
        connection.execute(insert(PARTS), [rows.part_row(part, sequence) for part in commit.parts])
    _replace_parts(connection, commit, sequence)
    if commit.contracts:
        connection.execute(
            insert(CONTRACTS),
            [
                {"feed": c.feed, "sequence": sequence, "body": rows.contract_body(c)}
                for c in commit.contracts
            ],
        )
    _quarantine(connection, commit)
    _settle(connection, commit, sequence)
    if commit.report is not None and commit.kind != "merge":
        _summarise(connection, commit, moved, sequence)
    return sequence


def _hold(connection: Connection, commit: Commit) -> None:
    if commit.claim is not None:
        claim = commit.claim
        if not release(connection, claim):
            raise LedgerConflict(
                f"the claim on {claim.slice} was taken over by another process; its work stands, ours is dropped"
            )
    if commit.believed is not None and commit.report is not None:
        found = (
            connection.execute(
                select(REPORTS.c.sequence).where(REPORTS.c.report == commit.report)
            ).scalar()
            or 0
        )
        if found != commit.believed:
            raise LedgerConflict(
                f"{commit.report} moved on from sequence {commit.believed} to {found}; read again"
            )


def _change(connection: Connection, change: Change, sequence: int) -> Counts:
    """Give a stored entry its new verdict; gives how far its rows in the summary move by it."""
    columns = (ENTRIES.c.rows_new, ENTRIES.c.rows_rejected)
    here = ENTRIES.c.entry_id == change.entry_id
    before = connection.execute(select(*columns).where(here)).one()
    kept = [ENTRIES.c[name] for name in ("entry_id", *finding.TOLD)]
    was = connection.execute(select(*kept).where(here)).mappings().one()
    connection.execute(insert(VERDICTS), {**was, "until_sequence": sequence})
    values: dict[str, object] = {
        "state": change.state,
        "error": change.error,
        "cause": change.cause,
        "text": change.text,
    }
    if change.state == "superseded":
        values = {"state": "superseded", "superseded_sequence": sequence}
    if change.counts is not None:
        values |= rows.counts_row(change.counts)
    after = connection.execute(
        update(ENTRIES).where(here).values(**values).returning(*columns)
    ).one()
    new, rejected = (0, 0) if change.state == "superseded" else after
    return Counts(new=new - before[0], rejected=rejected - before[1])


def _replace_parts(connection: Connection, commit: Commit, sequence: int) -> None:
    if not commit.replaced:
        return
    replaced = 0
    for names in _chunks(commit.replaced):
        replaced += connection.execute(
            update(PARTS)
            .where(
                PARTS.c.sha256.in_(names),
                PARTS.c.replaced_sequence.is_(None),
                # A merged part may have the very bytes of one that it replaces.
                PARTS.c.sequence != sequence,
            )
            .values(replaced_sequence=sequence, replaced_at_us=us(datetime.now(UTC)))
        ).rowcount
    if replaced != len(commit.replaced):
        raise LedgerConflict("some of these parts were merged by another process; read again")


def _quarantine(connection: Connection, commit: Commit) -> None:
    seen: dict[int, int] = {}
    kept = []
    for rejection in commit.rejections:
        ordinal = seen.get(rejection.entry_id, 0)
        seen[rejection.entry_id] = ordinal + 1
        if ordinal < KEPT_REJECTIONS:
            kept.append(
                {
                    "entry_id": rejection.entry_id,
                    "ordinal": ordinal,
                    "source_row": rejection.source_row,
                    "column": rejection.column,
                    "text": rejection.text,
                    "reason": rejection.reason,
                }
            )
    if kept:
        connection.execute(insert(REJECTIONS), kept)
    places = [rows.unread_row(one, ordinal) for ordinal, one in _numbered(commit.unread)]
    if places:
        connection.execute(insert(UNREAD), places)


def _numbered(unread: Sequence[Unread]) -> Iterator[tuple[int, Unread]]:
    """Each line with its number within its entry; of those beyond what is kept one that may be any."""
    seen: dict[int, int] = {}
    for one in unread:
        ordinal = seen.get(one.entry_id, 0)
        seen[one.entry_id] = ordinal + 1
        if ordinal < KEPT_REJECTIONS:
            yield ordinal, one
        elif ordinal == KEPT_REJECTIONS:
            yield ordinal, Unread(one.entry_id, None, None)


def _settle(connection: Connection, commit: Commit, sequence: int) -> None:
    for count in commit.days:
        key = {"report": count.report, "day": count.day.isoformat()}
        for table in (GAPS, DAYS):
            connection.execute(
                delete(table).where(table.c.report == key["report"], table.c.day == key["day"])
            )
        connection.execute(insert(DAYS), key | rows.day_values(count) | {"sequence": sequence})
    if commit.gaps:
        connection.execute(insert(GAPS), [rows.gap_row(gap, sequence) for gap in commit.gaps])
    for mark in commit.watermarks:
        here = and_(WATERMARKS.c.feed == mark.feed, WATERMARKS.c.report == mark.report)
        values = {
            "high_us": maybe_us(mark.high_utc),
            "contiguous_us": maybe_us(mark.contiguous_utc),
            "sequence": sequence,
        }
        if not connection.execute(update(WATERMARKS).where(here).values(**values)).rowcount:
            key = {"feed": mark.feed, "report": mark.report}
            connection.execute(insert(WATERMARKS), key | values)


def _attempt(connection: Connection, entry: Entry) -> None:
    """Count a try that failed; one that went well ends the count."""
    here = of_slice(ATTEMPTS, entry.slice)
    if entry.state == "completed":
        connection.execute(delete(ATTEMPTS).where(here))
        return
    last = us(entry.fetched_at_utc)
    values: dict[str, object] = {
        "last_us": last,
        "next_us": maybe_us(entry.retry_at_utc),
        "error": entry.error,
        "cause": entry.cause,
        "text": entry.text,
    }
    again = update(ATTEMPTS).where(here).values(tries=ATTEMPTS.c.tries + 1, **values)
    if not connection.execute(again).rowcount:
        key = {
            "report": entry.report,
            "start_us": us(entry.window.start),
            "end_us": us(entry.window.end),
            "day": None if entry.day is None else entry.day.isoformat(),
        }
        connection.execute(insert(ATTEMPTS), key | values | {"tries": 1, "first_us": last})


def _summarise(
    connection: Connection, commit: Commit, moved: Sequence[Counts], sequence: int
) -> None:
    found = (
        connection.execute(select(REPORTS).where(REPORTS.c.report == commit.report))
        .mappings()
        .first()
    )
    row: dict[str, object] = dict(found) if found else _blank(commit.report)
    row["sequence"] = sequence
    for entry in commit.entries:
        _count(row, entry)
    row["rows"] = _number(row["rows"]) + sum(one.new for one in moved)
    row["rejected"] = _number(row["rejected"]) + sum(one.rejected for one in moved)
    if found:
        connection.execute(update(REPORTS).where(REPORTS.c.report == commit.report).values(**row))
    else:
        connection.execute(insert(REPORTS), row)


def _blank(report: str | None) -> dict[str, object]:
    return {
        "report": report,
        "entries": 0,
        "rows": 0,
        "rejected": 0,
        "last_fetch_us": None,
        "last_new_us": None,
        "stamp_max_us": None,
        "failed_entry": None,
    }


def _count(row: dict[str, object], entry: Entry) -> None:
    fetched = us(entry.fetched_at_utc)
    fresh = entry.counts.new + entry.counts.revised
    row["entries"] = _number(row["entries"]) + 1
    row["rows"] = _number(row["rows"]) + entry.counts.new
    row["rejected"] = _number(row["rejected"]) + entry.counts.rejected
    if entry.payload_sha256 is not None:
        row["last_fetch_us"] = max(_number(row["last_fetch_us"]), fetched)
    if entry.state == "completed":
        row["failed_entry"] = None
        if fresh:
            row["last_new_us"] = max(_number(row["last_new_us"]), fetched)
        if entry.cover is not None:
            row["stamp_max_us"] = max(_number(row["stamp_max_us"]), us(entry.cover.end))
    elif entry.state == "failed":
        row["failed_entry"] = entry.entry_id


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _chunks(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[first : first + CHUNK] for first in range(0, len(names), CHUNK)]
