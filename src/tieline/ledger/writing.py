"""One commit, inside one transaction: everything or nothing, under one sequence number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from tieline.errors import LedgerConflict
from tieline.ledger import rows
from tieline.ledger.records import Change, Commit, Counts, Entry
from tieline.ledger.rows import maybe_us, us
from tieline.ledger.tables import (
    CLAIMS,
    COMMITS,
    CONTRACTS,
    DAYS,
    ENTRIES,
    GAPS,
    PARTS,
    REJECTIONS,
    REPORTS,
    WATERMARKS,
)

KEPT_REJECTIONS = 1000
"""Rejected rows of one entry that the quarantine lists; the count and the bytes have all."""


def write(connection: Connection, commit: Commit) -> int:
    """Write a commit; the caller holds the write lock, so the next number is ours.

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
        },
    )
    if commit.entries:
        connection.execute(
            insert(ENTRIES), [rows.entry_row(entry, sequence) for entry in commit.entries]
        )
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
        held = connection.execute(
            delete(CLAIMS)
            .where(
                CLAIMS.c.report == claim.slice.report,
                CLAIMS.c.start_us == us(claim.slice.window.start),
                CLAIMS.c.end_us == us(claim.slice.window.end),
                CLAIMS.c.fence == claim.fence,
            )
            .returning(CLAIMS.c.fence)
        ).first()
        if held is None:
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
    replaced = connection.execute(
        update(PARTS)
        .where(PARTS.c.sha256.in_(commit.replaced), PARTS.c.replaced_sequence.is_(None))
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
        statement = upsert(WATERMARKS).values(
            feed=mark.feed,
            report=mark.report,
            high_us=maybe_us(mark.high_utc),
            contiguous_us=maybe_us(mark.contiguous_utc),
            sequence=sequence,
        )
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["feed", "report"],
                set_={
                    "high_us": statement.excluded.high_us,
                    "contiguous_us": statement.excluded.contiguous_us,
                    "sequence": sequence,
                },
            )
        )


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
