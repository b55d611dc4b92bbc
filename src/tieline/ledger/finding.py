"""Which entries are asked for, and how they stood at a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, or_, select

from tieline.ledger import rows
from tieline.ledger.records import Entry, State
from tieline.ledger.rows import us
from tieline.ledger.tables import COUNTED, ENTRIES, VERDICTS
from tieline.values import Window

LONGEST = timedelta(days=40)
"""No slice, and no hull of one document's stamps, is longer."""


def query(
    *,
    reports: Sequence[str] | None,
    day: date | None,
    overlapping: Window | None,
    states: Sequence[State] | None,
    content_sha256: str | None,
    since_sequence: int | None,
    at_sequence: int | None,
    known_since: datetime | None,
    limit: int | None,
    newest_first: bool,
) -> Select[tuple[object, ...]]:
    """The question for the entries that `Ledger.entries` describes."""
    asked = select(ENTRIES)
    if at_sequence is not None:
        asked = _with_verdicts(at_sequence)
    if reports is not None:
        asked = asked.where(ENTRIES.c.report.in_(reports))
    if day is not None:
        asked = asked.where(ENTRIES.c.day == day.isoformat())
    if overlapping is not None:
        asked = asked.where(_overlapping(overlapping))
    if content_sha256 is not None:
        asked = asked.where(ENTRIES.c.content_sha256 == content_sha256)
    if since_sequence is not None:
        asked = asked.where(ENTRIES.c.sequence > since_sequence)
    if at_sequence is not None:
        asked = asked.where(ENTRIES.c.sequence <= at_sequence)
    if known_since is not None:
        asked = asked.where(ENTRIES.c.known_at_us >= us(known_since))
    if states is not None:
        asked = _in_states(asked, states, at_sequence)
    order = ENTRIES.c.entry_id.desc() if newest_first else ENTRIES.c.entry_id
    return asked.order_by(order).limit(limit)


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
        (WAS.c.state.is_not(None), WAS.c.state),
        (and_(later, ENTRIES.c.error.is_not(None)), "failed"),
        (later, "completed"),
        else_=ENTRIES.c.state,
    )
    return query.where(then.in_(states))


WAS = VERDICTS.alias("was")


def _with_verdicts(at_sequence: int) -> Select[tuple[object, ...]]:
    """Entries, each with the verdict that it had before the first change after a sequence."""
    later = VERDICTS.alias("later")
    first = (
        select(func.min(later.c.until_sequence))
        .where(later.c.entry_id == ENTRIES.c.entry_id, later.c.until_sequence > at_sequence)
        .correlate(ENTRIES)
        .scalar_subquery()
    )
    told = [WAS.c[name].label(f"was_{name}") for name in TOLD]
    here = and_(WAS.c.entry_id == ENTRIES.c.entry_id, WAS.c.until_sequence == first)
    return select(ENTRIES, *told).select_from(ENTRIES.outerjoin(WAS, here))


TOLD = ("state", "error", "cause", "text", *(f"rows_{name}" for name in COUNTED))
"""Columns of a verdict."""


def entry_of(row: RowMapping, at_sequence: int | None) -> Entry:
    """An entry as it stood at a sequence: verdicts and supersessions that came later are undone."""
    if at_sequence is None:
        return rows.entry_of(row)
    if row["was_state"] is not None:
        row = {**row, **{name: row[f"was_{name}"] for name in TOLD}}  # type: ignore[assignment]
    entry = rows.entry_of(row)
    superseded = entry.superseded_sequence
    if superseded is None or superseded <= at_sequence:
        return entry
    if row["was_state"] is not None:
        return replace(entry, superseded_sequence=None)
    state: State = "completed" if entry.error is None else "failed"
    return replace(entry, state=state, superseded_sequence=None)
