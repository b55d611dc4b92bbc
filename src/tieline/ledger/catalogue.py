"""The ledger over a SQL database: claims, commits and what can be read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from tieline.ledger import rows
from tieline.ledger.copying import copy_snapshot
from tieline.ledger.records import (
    Claim,
    Commit,
    Contract,
    DayCount,
    Entry,
    Gap,
    Part,
    Rejection,
    State,
    Summary,
    Watermark,
)
from tieline.ledger.rows import instant, maybe_instant, us
from tieline.ledger.tables import (
    CLAIMS,
    COMMITS,
    CONTRACTS,
    COUNTERS,
    DAYS,
    ENTRIES,
    GAPS,
    META,
    PARTS,
    REJECTIONS,
    REPORTS,
    WATERMARKS,
)
from tieline.ledger.writing import write
from tieline.values import Slice, Window

LONGEST = timedelta(days=40)
"""No slice, and no hull of one document's stamps, is longer."""


class Database(Protocol):
    """Transactions of one database."""

    def reading(self) -> AbstractContextManager[Connection]: ...

    def writing(self) -> AbstractContextManager[Connection]: ...

    def close(self) -> None: ...


class Catalogue:
    """The Ledger protocol over SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close(self) -> None:
        self._database.close()

    def identity(self) -> str:
        with self._database.reading() as connection:
            found = select(META.c.value).where(META.c.key == "identity")
            return str(connection.execute(found).scalar_one())

    def copy_to(self, path: Path) -> int:
        with self._database.reading() as connection:
            return copy_snapshot(connection, path)

    def sequence(self) -> int:
        with self._database.reading() as connection:
            newest: int = connection.execute(
                select(func.coalesce(func.max(COMMITS.c.sequence), 0))
            ).scalar_one()
        return newest

    def report_sequence(self, report: str) -> int:
        with self._database.reading() as connection:
            found = connection.execute(
                select(REPORTS.c.sequence).where(REPORTS.c.report == report)
            ).scalar()
        return found or 0

    def allocate(self, count: int) -> int:
        with self._database.writing() as connection:
            return _advance(connection, "entry", count) - count + 1

    def claim(
        self,
        slice: Slice,
        *,
        holder: str,
        at: datetime,
        lease: timedelta,
        dead: Callable[[str], bool],
    ) -> Claim | None:
        key = _claim_key(slice)
        with self._database.writing() as connection:
            found = connection.execute(select(CLAIMS).where(key)).mappings().first()
            if (
                found
                and found["holder"] != holder
                and found["expires_us"] > us(at)
                and not dead(found["holder"])
            ):
                return None
            fence = _advance(connection, "fence", 1)
            attempts = found["attempts"] + 1 if found else 1
            connection.execute(delete(CLAIMS).where(key))
            connection.execute(
                insert(CLAIMS),
                {
                    "report": slice.report,
                    "start_us": us(slice.window.start),
                    "end_us": us(slice.window.end),
                    "day": slice.day.isoformat() if slice.day else None,
                    "holder": holder,
                    "fence": fence,
                    "expires_us": us(at + lease),
                    "attempts": attempts,
                },
            )
        return Claim(slice=slice, holder=holder, fence=fence, expires=at + lease, attempts=attempts)

    def release(self, claim: Claim) -> None:
        with self._database.writing() as connection:
            connection.execute(
                delete(CLAIMS).where(_claim_key(claim.slice), CLAIMS.c.fence == claim.fence)
            )

    def claims(self) -> list[Claim]:
        """Every claim that is held or was left behind."""
        with self._database.reading() as connection:
            found = connection.execute(select(CLAIMS)).mappings().all()
        return [
            Claim(
                slice=Slice(
                    row["report"],
                    Window(instant(row["start_us"]), instant(row["end_us"])),
                    rows.day_of(row["day"]),
                ),
                holder=row["holder"],
                fence=row["fence"],
                expires=instant(row["expires_us"]),
                attempts=row["attempts"],
            )
            for row in found
        ]

    def commit(self, commit: Commit) -> int:
        with self._database.writing() as connection:
            return write(connection, commit)

    def entries(
        self,
        *,
        reports: Sequence[str] | None = None,
        day: date | None = None,
        overlapping: Window | None = None,
        states: Sequence[State] | None = None,
        content_sha256: str | None = None,
        since_sequence: int | None = None,
        at_sequence: int | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> list[Entry]:
        query = select(ENTRIES)
        if reports is not None:
            query = query.where(ENTRIES.c.report.in_(reports))
        if day is not None:
            query = query.where(ENTRIES.c.day == day.isoformat())
        if overlapping is not None:
            query = query.where(_overlapping(overlapping))
        if content_sha256 is not None:
            query = query.where(ENTRIES.c.content_sha256 == content_sha256)
        if since_sequence is not None:
            query = query.where(ENTRIES.c.sequence > since_sequence)
        if at_sequence is not None:
            query = query.where(ENTRIES.c.sequence <= at_sequence)
        if states is not None:
            query = _in_states(query, states, at_sequence)
        order = ENTRIES.c.entry_id.desc() if newest_first else ENTRIES.c.entry_id
        query = query.order_by(order)
        if limit is not None:
            query = query.limit(limit)
        with self._database.reading() as connection:
            found = connection.execute(query).mappings().all()
        return [_as_of(rows.entry_of(row), at_sequence) for row in found]

    def entry(self, entry_id: int) -> Entry | None:
        with self._database.reading() as connection:
            found = (
                connection.execute(select(ENTRIES).where(ENTRIES.c.entry_id == entry_id))
                .mappings()
                .first()
            )
        return None if found is None else rows.entry_of(found)

    def parts(
        self,
        *,
        feeds: Sequence[str] | None = None,
        report: str | None = None,
        stamps: Window | None = None,
        at_sequence: int | None = None,
    ) -> list[Part]:
        query = select(PARTS).where(PARTS.c.replaced_sequence.is_(None))
        if feeds is not None:
            query = query.where(PARTS.c.feed.in_(feeds))
        if report is not None:
            query = query.where(PARTS.c.report == report)
        if stamps is not None:
            query = query.where(
                PARTS.c.stamp_min_us <= us(stamps.end), PARTS.c.stamp_max_us >= us(stamps.start)
            )
        if at_sequence is not None:
            query = query.where(or_(PARTS.c.merged, PARTS.c.sequence <= at_sequence))
        query = query.order_by(PARTS.c.sequence, PARTS.c.sha256)
        with self._database.reading() as connection:
            return [rows.part_of(row) for row in connection.execute(query).mappings()]

    def replaced_parts(self, *, before: datetime) -> list[Part]:
        query = select(PARTS).where(PARTS.c.replaced_at_us < us(before))
        with self._database.reading() as connection:
            return [rows.part_of(row) for row in connection.execute(query).mappings()]

    def drop_parts(self, parts: Sequence[Part]) -> None:
        with self._database.writing() as connection:
            connection.execute(
                delete(PARTS).where(
                    PARTS.c.sha256.in_([part.sha256 for part in parts]),
                    PARTS.c.replaced_sequence.is_not(None),
                )
            )

    def contracts(self, *, at_sequence: int | None = None) -> dict[str, Contract]:
        query = select(CONTRACTS).order_by(CONTRACTS.c.sequence)
        if at_sequence is not None:
            query = query.where(CONTRACTS.c.sequence <= at_sequence)
        with self._database.reading() as connection:
            found = connection.execute(query).mappings().all()
        return {row["feed"]: rows.contract_of(row) for row in found}

    def gaps(
        self, *, feeds: Sequence[str] | None = None, window: Window | None = None
    ) -> list[Gap]:
        query = select(GAPS)
        if feeds is not None:
            query = query.where(GAPS.c.feed.in_(feeds))
        if window is not None:
            query = query.where(GAPS.c.start_us < us(window.end), GAPS.c.end_us > us(window.start))
        query = query.order_by(GAPS.c.feed, GAPS.c.report, GAPS.c.start_us, GAPS.c.cause)
        with self._database.reading() as connection:
            return [rows.gap_of(row) for row in connection.execute(query).mappings()]

    def days(self, report: str, *, window: Window | None = None) -> list[DayCount]:
        """Counts of the market days of a report that were asked for, oldest first."""
        query = select(DAYS).where(DAYS.c.report == report).order_by(DAYS.c.day)
        if window is not None:
            near = timedelta(days=1)
            query = query.where(
                DAYS.c.day >= (window.start - near).date().isoformat(),
                DAYS.c.day <= (window.end + near).date().isoformat(),
            )
        with self._database.reading() as connection:
            return [rows.day_count_of(row) for row in connection.execute(query).mappings()]

    def watermarks(self, *, feeds: Sequence[str] | None = None) -> list[Watermark]:
        query = select(WATERMARKS)
        if feeds is not None:
            query = query.where(WATERMARKS.c.feed.in_(feeds))
        query = query.order_by(WATERMARKS.c.feed, WATERMARKS.c.report)
        with self._database.reading() as connection:
            return [rows.watermark_of(row) for row in connection.execute(query).mappings()]

    def summaries(self) -> list[Summary]:
        with self._database.reading() as connection:
            found = connection.execute(select(REPORTS).order_by(REPORTS.c.report)).mappings().all()
            failed = [row["failed_entry"] for row in found if row["failed_entry"] is not None]
            entries = {
                row["entry_id"]: rows.entry_of(row)
                for row in connection.execute(
                    select(ENTRIES).where(ENTRIES.c.entry_id.in_(failed))
                ).mappings()
            }
        return [
            Summary(
                report=row["report"],
                entries=row["entries"],
                rows=row["rows"],
                rejected=row["rejected"],
                last_fetch_utc=maybe_instant(row["last_fetch_us"]),
                last_new_utc=maybe_instant(row["last_new_us"]),
                stamp_max_utc=maybe_instant(row["stamp_max_us"]),
                last_failure=entries.get(row["failed_entry"]),
            )
            for row in found
        ]

    def rejections(self, entry_id: int) -> list[Rejection]:
        query = (
            select(REJECTIONS)
            .where(REJECTIONS.c.entry_id == entry_id)
            .order_by(REJECTIONS.c.ordinal)
        )
        with self._database.reading() as connection:
            return [
                Rejection(
                    row["entry_id"], row["source_row"], row["column"], row["text"], row["reason"]
                )
                for row in connection.execute(query).mappings()
            ]


def _advance(connection: Connection, name: str, count: int) -> int:
    value: int = connection.execute(
        update(COUNTERS)
        .where(COUNTERS.c.name == name)
        .values(value=COUNTERS.c.value + count)
        .returning(COUNTERS.c.value)
    ).scalar_one()
    return value


def _claim_key(slice: Slice) -> ColumnElement[bool]:
    return and_(
        CLAIMS.c.report == slice.report,
        CLAIMS.c.start_us == us(slice.window.start),
        CLAIMS.c.end_us == us(slice.window.end),
    )


def _overlapping(window: Window) -> ColumnElement[bool]:
    """Entries whose slice overlaps a window, or whose stamps (a closed hull) touch it.

    None is longer than LONGEST, which lets an index answer however many entries there are.
    """
    first, start, end = us(window.start - LONGEST), us(window.start), us(window.end)
    return or_(
        and_(ENTRIES.c.start_us >= first, ENTRIES.c.start_us < end, ENTRIES.c.end_us > start),
        and_(ENTRIES.c.cover_start_us.between(first, end), ENTRIES.c.cover_end_us >= start),
    )


def _in_states(
    query: Select[tuple[object, ...]], states: Sequence[State], at_sequence: int | None
) -> Select[tuple[object, ...]]:
    if at_sequence is None:
        return query.where(ENTRIES.c.state.in_(states))
    later = and_(ENTRIES.c.state == "superseded", ENTRIES.c.superseded_sequence > at_sequence)
    then = case(
        (and_(later, ENTRIES.c.error.is_not(None)), "failed"),
        (later, "completed"),
        else_=ENTRIES.c.state,
    )
    return query.where(then.in_(states))


def _as_of(entry: Entry, at_sequence: int | None) -> Entry:
    """An entry as it stood at a sequence: a supersession that came later is undone."""
    if (
        at_sequence is None
        or entry.superseded_sequence is None
        or entry.superseded_sequence <= at_sequence
    ):
        return entry
    state: State = "completed" if entry.error is None else "failed"
    return replace(entry, state=state, superseded_sequence=None)
