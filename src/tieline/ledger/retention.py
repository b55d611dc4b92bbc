"""Attempts that brought nothing are forgotten after a while; that there were some is not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, delete, exists, insert, or_, select, update

from tieline.ledger.records import Forgotten
from tieline.ledger.rows import instant, us
from tieline.ledger.tables import BARREN, ENTRIES, FORGOTTEN, REPORTS

BATCH = 5_000
"""Attempts forgotten in one transaction, so that no writer waits long."""

SLOT_US = 1_800_000_000
"""Polls without a market day are told apart by half hours, in which every market day begins."""


def forget(connection: Connection, before: datetime) -> int:
    """Forget up to BATCH old attempts without bytes and rows; gives how many.

    The last attempt of a market day stays for ever, because the cause of the day's holes is read from it,
    and so does each that had another cause than the one before it: what was said of the day's holes at any
    earlier moment. So do the last of each partition that an outside program speaks of and the last failure
    of a report.
    """
    later = ENTRIES.alias("later")
    same_day = and_(later.c.day == ENTRIES.c.day, ENTRIES.c.day.is_not(None))
    same_slot = and_(
        ENTRIES.c.day.is_(None),
        later.c.day.is_(None),
        later.c.start_us >= ENTRIES.c.start_us,
        later.c.start_us < ENTRIES.c.start_us - ENTRIES.c.start_us % SLOT_US + SLOT_US,
    )
    newer = and_(
        later.c.report == ENTRIES.c.report,
        later.c.entry_id > ENTRIES.c.entry_id,
        later.c.fetched_at_us >= ENTRIES.c.fetched_at_us,
        or_(ENTRIES.c.member.is_(None), later.c.member == ENTRIES.c.member),
        later.c.state.in_(("completed", "failed")),
    )
    earlier = ENTRIES.alias("earlier")
    cause_before = (
        select(earlier.c.cause)
        .where(
            earlier.c.report == ENTRIES.c.report,
            earlier.c.day == ENTRIES.c.day,
            earlier.c.entry_id < ENTRIES.c.entry_id,
            earlier.c.state.in_(("completed", "failed")),
        )
        .order_by(earlier.c.entry_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    like_before = or_(ENTRIES.c.day.is_(None), ENTRIES.c.cause.is_not_distinct_from(cause_before))
    shown = exists().where(REPORTS.c.failed_entry == ENTRIES.c.entry_id)
    found = connection.execute(
        select(ENTRIES.c.entry_id, ENTRIES.c.report, ENTRIES.c.error, ENTRIES.c.fetched_at_us)
        .where(
            BARREN,
            ENTRIES.c.fetched_at_us < us(before),
            ~shown,
            like_before,
            exists().where(newer, same_day) | exists().where(newer, same_slot),
        )
        .order_by(ENTRIES.c.fetched_at_us, ENTRIES.c.entry_id)
        .limit(BATCH)
    ).all()
    counted: dict[tuple[str, str], list[int]] = {}
    for _, report, error, at in found:
        counted.setdefault((report, error or ""), []).append(at)
    for (report, error), times in counted.items():
        _count(connection, report, error, times)
    for first in range(0, len(found), 500):
        ids = [row.entry_id for row in found[first : first + 500]]
        connection.execute(delete(ENTRIES).where(ENTRIES.c.entry_id.in_(ids)))
    return len(found)


def forgotten(connection: Connection) -> list[Forgotten]:
    """How many attempts were forgotten, by report and error."""
    order = (FORGOTTEN.c.report, FORGOTTEN.c.error)
    return [
        Forgotten(
            report=row["report"],
            error=row["error"],
            entries=row["entries"],
            first_utc=instant(row["first_us"]),
            last_utc=instant(row["last_us"]),
        )
        for row in connection.execute(select(FORGOTTEN).order_by(*order)).mappings()
    ]


def _count(connection: Connection, report: str, error: str, times: list[int]) -> None:
    here = and_(FORGOTTEN.c.report == report, FORGOTTEN.c.error == error)
    before = connection.execute(select(FORGOTTEN).where(here)).mappings().first()
    if before is None:
        values = {"entries": len(times), "first_us": min(times), "last_us": max(times)}
        connection.execute(insert(FORGOTTEN), {"report": report, "error": error, **values})
        return
    connection.execute(
        update(FORGOTTEN)
        .where(here)
        .values(
            entries=before["entries"] + len(times),
            first_us=min(before["first_us"], *times),
            last_us=max(before["last_us"], *times),
        )
    )
