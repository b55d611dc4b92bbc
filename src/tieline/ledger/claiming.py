"""Who works on a slice: claims that expire, fenced by a number that only rises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)

from tieline.errors import LedgerConflict
from tieline.ledger.records import Attempt, Claim
from tieline.ledger.rows import MICROSECOND, day_of, instant, maybe_instant, us
from tieline.ledger.tables import ATTEMPTS, CLAIMS, COUNTERS
from tieline.values import Slice, Window

AHEAD = timedelta(minutes=1)
"""How far the clocks of two hosts may differ before a claim looks as if it came from the future."""


def advance(connection: Connection, name: str, count: int) -> int:
    """Move a counter on; gives where it stands then."""
    value: int = connection.execute(
        update(COUNTERS)
        .where(COUNTERS.c.name == name)
        .values(value=COUNTERS.c.value + count)
        .returning(COUNTERS.c.value)
    ).scalar_one()
    return value


def claim(
    connection: Connection,
    slice: Slice,
    *,
    holder: str,
    at: datetime,
    lease: timedelta,
    dead: Callable[[str], bool],
) -> Claim | None:
    """Take a slice; None while somebody else works on any part of it.

    So who reads a month's archive and who reads one of its days wait for each other. What others left of
    it lapses: their commit is refused.
    """
    near = connection.execute(select(CLAIMS).where(_touching(slice))).mappings().all()
    others = [row for row in near if row["holder"] != holder]
    if any(_holds(row, at) and not dead(row["holder"]) for row in others):
        return None
    found = next((row for row in near if _slice(row).window == slice.window), None)
    tries = connection.execute(select(ATTEMPTS.c.tries).where(of_slice(ATTEMPTS, slice))).scalar()
    taken = Claim(
        slice=slice,
        holder=holder,
        fence=advance(connection, "fence", 1),
        expires=at + lease,
        attempts=max(found["attempts"] if found else 0, tries or 0) + 1,
        inherited=bool(others) or found is not None,
    )
    connection.execute(
        delete(CLAIMS).where(
            or_(of_slice(CLAIMS, slice), and_(_touching(slice), CLAIMS.c.holder != holder))
        )
    )
    connection.execute(
        insert(CLAIMS),
        {
            "report": slice.report,
            "start_us": us(slice.window.start),
            "end_us": us(slice.window.end),
            "day": slice.day.isoformat() if slice.day else None,
            "holder": holder,
            "fence": taken.fence,
            "expires_us": us(at + lease),
            "lease_us": lease // MICROSECOND,
            "attempts": taken.attempts,
        },
    )
    return taken


def renew(connection: Connection, claim: Claim, *, at: datetime, lease: timedelta) -> None:
    """Put the end of a claim off. Raises: LedgerConflict if it was taken over."""
    held = connection.execute(
        update(CLAIMS)
        .where(of_slice(CLAIMS, claim.slice), CLAIMS.c.fence == claim.fence)
        .values(expires_us=us(at + lease), lease_us=lease // MICROSECOND)
        .returning(CLAIMS.c.fence)
    ).first()
    if held is None:
        raise LedgerConflict(f"the claim on {claim.slice} was taken over by another process")


def release(connection: Connection, claim: Claim) -> bool:
    """Give a claim back; gives whether it was still held."""
    held = connection.execute(
        delete(CLAIMS)
        .where(of_slice(CLAIMS, claim.slice), CLAIMS.c.fence == claim.fence)
        .returning(CLAIMS.c.fence)
    ).first()
    return held is not None


def claims(connection: Connection) -> list[Claim]:
    """Every claim that is held or was left behind."""
    found = connection.execute(select(CLAIMS)).mappings().all()
    return [
        Claim(
            slice=_slice(row),
            holder=row["holder"],
            fence=row["fence"],
            expires=instant(row["expires_us"]),
            attempts=row["attempts"],
        )
        for row in found
    ]


def attempts(connection: Connection) -> list[Attempt]:
    """Slices whose last tries failed, by report and time."""
    order = (ATTEMPTS.c.report, ATTEMPTS.c.start_us, ATTEMPTS.c.end_us)
    found = connection.execute(select(ATTEMPTS).order_by(*order)).mappings().all()
    return [
        Attempt(
            slice=_slice(row),
            tries=row["tries"],
            first_utc=instant(row["first_us"]),
            last_utc=instant(row["last_us"]),
            next_utc=maybe_instant(row["next_us"]),
            error=row["error"],
            cause=row["cause"],
            text=row["text"],
        )
        for row in found
    ]


def of_slice(table: FromClause, slice: Slice) -> ColumnElement[bool]:
    """The row of a slice, in a table that has one a slice."""
    return and_(
        table.c.report == slice.report,
        table.c.start_us == us(slice.window.start),
        table.c.end_us == us(slice.window.end),
    )


def _touching(slice: Slice) -> ColumnElement[bool]:
    """Claims of the same report whose windows share time with a slice, that of the slice itself among them."""
    start, end = us(slice.window.start), us(slice.window.end)
    shared = and_(CLAIMS.c.start_us < end, CLAIMS.c.end_us > start)
    return and_(CLAIMS.c.report == slice.report, or_(shared, of_slice(CLAIMS, slice)))


def _holds(row: RowMapping, at: datetime) -> bool:
    """Whether a claim has not expired.

    One that ends later than a whole lease from now was taken by a clock that has been set back since: its
    holder, if it lives, renews it by the new clock.
    """
    ends: int = row["expires_us"]
    lease: int | None = row["lease_us"]
    return us(at) < ends and (lease is None or ends <= us(at + AHEAD) + lease)


def _slice(row: RowMapping) -> Slice:
    window = Window(instant(row["start_us"]), instant(row["end_us"]))
    return Slice(row["report"], window, day_of(row["day"]))
