"""The ledger over a SQL database: claims, commits and what can be read back."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, delete, func, insert, or_, select

from tieline.errors import LedgerUnavailable
from tieline.ledger import claiming, finding, retention, rows
from tieline.ledger.copying import copy_snapshot
from tieline.ledger.database import Database, Unsettled
from tieline.ledger.delta import Delta, Remaining, delta, remaining
from tieline.ledger.records import (
    Attempt,
    Claim,
    Commit,
    Contract,
    DayCount,
    Entry,
    Forgotten,
    Gap,
    Kind,
    Part,
    Rejection,
    State,
    Summary,
    Unread,
    Watermark,
    Written,
)
from tieline.ledger.rows import maybe_instant, us
from tieline.ledger.tables import (
    COMMITS,
    CONTRACTS,
    DAYS,
    ENTRIES,
    GAPS,
    META,
    PARTS,
    REJECTIONS,
    REPORTS,
    UNREAD,
    WATERMARKS,
)
from tieline.ledger.writing import CHUNK, write
from tieline.values import Slice, Window

SETTLE_SECONDS = 60.0
"""How long to look for a commit whose answer was lost."""

MOST_NAMES = 1000
"""Names in one statement; databases bound how many."""


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

    def belong(self, home: str, *, anew: bool = False) -> str:
        key = META.c.key == "home"
        said = select(META.c.value).where(key)
        with self._database.reading() as connection:
            held = connection.execute(said).scalar()
        if held is not None and not anew:
            return str(held)
        with self._database.writing() as connection:
            held = connection.execute(said).scalar()
            if held is not None and not anew:
                return str(held)
            connection.execute(delete(META).where(key))
            connection.execute(insert(META), {"key": "home", "value": home})
        return home

    def copy_to(self, path: Path) -> int:
        with self._database.reading() as connection:
            return copy_snapshot(connection, path)

    def delta(self, *, after: int, commits: int) -> Delta:
        with self._database.reading() as connection:
            return delta(connection, after, commits)

    def remaining(self) -> Remaining:
        with self._database.reading() as connection:
            return remaining(connection)

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
        with self._database.writing(lasting=False) as connection:
            return claiming.advance(connection, "entry", count) - count + 1

    def claim(
        self,
        slice: Slice,
        *,
        holder: str,
        at: datetime,
        lease: timedelta,
        dead: Callable[[str], bool],
    ) -> Claim | None:
        with self._database.writing(lasting=False) as connection:
            return claiming.claim(connection, slice, holder=holder, at=at, lease=lease, dead=dead)

    def renew(self, claim: Claim, *, at: datetime, lease: timedelta) -> None:
        with self._database.writing(lasting=False) as connection:
            claiming.renew(connection, claim, at=at, lease=lease)

    def release(self, claim: Claim) -> None:
        with self._database.writing(lasting=False) as connection:
            claiming.release(connection, claim)

    def claims(self) -> list[Claim]:
        with self._database.reading() as connection:
            return claiming.claims(connection)

    def attempts(self) -> list[Attempt]:
        with self._database.reading() as connection:
            return claiming.attempts(connection)

    def alone(self, report: str) -> AbstractContextManager[None]:
        return self._database.alone(report)

    def now(self) -> datetime:
        return self._database.now()

    def commit(self, commit: Commit) -> int:
        token = uuid.uuid4().hex
        sequence = 0
        try:
            with self._database.writing() as connection:
                sequence = write(connection, commit, token)
        except Unsettled as lost:
            self._settle(sequence, token, lost)
        return sequence

    def _settle(self, sequence: int, token: str, lost: Unsettled) -> None:
        """Look whether a commit that got no answer happened; its lock tells when it is decided.

        Raises: LedgerUnavailable if it did not, or if the ledger stays away.
        """
        mine = and_(COMMITS.c.sequence == sequence, COMMITS.c.token == token)
        end = time.monotonic() + SETTLE_SECONDS
        while True:
            try:
                with self._database.writing() as connection:
                    found = connection.execute(select(COMMITS.c.sequence).where(mine)).first()
                break
            except LedgerUnavailable:
                if time.monotonic() > end:
                    raise
            time.sleep(0.2)
        if found is None:
            raise lost

    def commits(
        self,
        *,
        since: int = 0,
        sequences: Sequence[int] | None = None,
        kinds: Sequence[Kind] | None = None,
        limit: int | None = None,
    ) -> list[Written]:
        query = select(COMMITS).where(COMMITS.c.sequence > since).order_by(COMMITS.c.sequence)
        if sequences is not None:
            query = query.where(COMMITS.c.sequence.in_(sequences))
        if kinds is not None:
            query = query.where(COMMITS.c.kind.in_(kinds))
        with self._database.reading() as connection:
            found = connection.execute(query.limit(limit)).mappings().all()
        return [rows.written_of(row) for row in found]

    def forget_attempts(self, *, before: datetime) -> int:
        count = 0
        while True:
            with self._database.writing() as connection:
                done = retention.forget(connection, before)
            count += done
            if done < retention.BATCH:
                return count

    def forgotten(self) -> list[Forgotten]:
        with self._database.reading() as connection:
            return retention.forgotten(connection)

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
        known_since: datetime | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> list[Entry]:
        query = finding.query(
            reports=reports,
            day=day,
            overlapping=overlapping,
            states=states,
            content_sha256=content_sha256,
            since_sequence=since_sequence,
            at_sequence=at_sequence,
            known_since=known_since,
            limit=limit,
            newest_first=newest_first,
        )
        with self._database.reading() as connection:
            found = connection.execute(query).mappings().all()
        return [finding.entry_of(row, at_sequence) for row in found]

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

    def part_paths(self) -> set[str]:
        with self._database.reading() as connection:
            return set(connection.execute(select(PARTS.c.path)).scalars())

    def drop_parts(self, parts: Sequence[Part]) -> None:
        with self._database.writing() as connection:
            for first in range(0, len(parts), CHUNK):
                names = [part.sha256 for part in parts[first : first + CHUNK]]
                connection.execute(
                    delete(PARTS).where(
                        PARTS.c.sha256.in_(names), PARTS.c.replaced_sequence.is_not(None)
                    )
                )

    def contracts(self, *, at_sequence: int | None = None) -> dict[str, Contract]:
        query = select(CONTRACTS).order_by(CONTRACTS.c.sequence)
        if at_sequence is not None:
            query = query.where(CONTRACTS.c.sequence <= at_sequence)
        with self._database.reading() as connection:
            found = connection.execute(query).mappings().all()
        return {row["feed"]: rows.contract_of(row) for row in found}

    def contract_history(self) -> list[Contract]:
        with self._database.reading() as connection:
            found = connection.execute(
                select(CONTRACTS).order_by(CONTRACTS.c.sequence, CONTRACTS.c.feed)
            ).mappings()
            return [rows.contract_of(row) for row in found]

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

    def unread(self, entry_ids: Sequence[int]) -> list[Unread]:
        found: list[Unread] = []
        with self._database.reading() as connection:
            for start in range(0, len(entry_ids), MOST_NAMES):
                query = (
                    select(UNREAD)
                    .where(UNREAD.c.entry_id.in_(entry_ids[start : start + MOST_NAMES]))
                    .order_by(UNREAD.c.entry_id, UNREAD.c.ordinal)
                )
                found += [rows.unread_of(row) for row in connection.execute(query).mappings()]
        return found
