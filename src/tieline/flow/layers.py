"""Which parts of a report should become one: days that closed, months that closed, a day with too many.

Pure: parts and an instant in, tasks out. A part is of the days that its stamps lie in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import polars as pl

from tieline.feeds import Report
from tieline.ledger import Part
from tieline.markettime import day_window, market_day, market_day_expr

MANY = 48
"""Parts of a running day that are merged before the day closes."""

FEW_DAYS = 2
"""A part of more days waits for its months: to cut it into days would make files, not save them."""

RESTS = timedelta(days=2)
"""How long after its end a month is left to late files."""

WORTH = 0.05
"""A merged month is written anew by itself when so large a share of its rows lies beside it."""

TICK = timedelta(microseconds=1)

Level = Literal[1, 2]
Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Task:
    """Parts of one report that are to be merged, by day (level 1) or by month (level 2)."""

    level: Level
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        return sum(part.rows for part in self.parts)

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.parts)


def plan_days(report: Report, parts: Sequence[Part], now: datetime) -> list[Task]:
    """Closed days of more than one part, and running ones with MANY, oldest first."""
    small = [part for part in parts if part.level < 2 and _length(report, part) <= FEW_DAYS]
    spans = {part.sha256: _days(report, part) for part in small}
    closed = [part for part in small if _closed(report, spans[part.sha256][1], now)]
    done = {part.sha256 for part in closed}
    open_ = [part for part in small if part.level == 0 and part.sha256 not in done]
    tasks = [Task(1, group) for group in _groups(closed, _days_in(report)) if len(group) > 1]
    tasks += [Task(1, group) for group in _groups(open_, _days_in(report)) if len(group) >= MANY]
    return tasks


def plan_months(
    report: Report, parts: Sequence[Part], now: datetime, *, thrifty: bool
) -> list[Task]:
    """Closed months that are not yet merged, oldest first.

    `thrifty` leaves a merged month alone as long as little lies beside it.
    """
    closed = [
        part for part in parts if _closed(report, _last_of(_days(report, part)[1]), now - RESTS)
    ]
    return [
        Task(2, group)
        for group in _groups(closed, _months_in(report))
        if not _is_merged(group) and (not thrifty or _is_worth(group))
    ]


def span_expr(report: Report, level: Level) -> pl.Expr:
    """The day, or the first day of the month, under which a row is stored: told by its stamp alone,
    so that all rows of an identity lie together; where it has none, by its known time."""
    stamp = pl.coalesce("stamp_utc", "known_at_utc") - (TICK if _is_end(report) else timedelta(0))
    day = market_day_expr(_zone(report), stamp)
    return day if level == 1 else day.dt.truncate("1mo")


def _is_merged(group: Sequence[Part]) -> bool:
    return all(part.level == 2 for part in group) and len({part.sequence for part in group}) == 1


def _is_worth(group: Sequence[Part]) -> bool:
    settled = sum(part.rows for part in group if part.level == 2)
    beside = [part for part in group if part.level < 2]
    return len(beside) >= MANY or sum(part.rows for part in beside) >= WORTH * settled


def _groups(parts: Sequence[Part], span_of: Callable[[Part], Span]) -> Iterator[tuple[Part, ...]]:
    """Parts that share a span with one another, directly or through others."""
    group: list[Part] = []
    last = date.min
    for part in sorted(parts, key=lambda part: (span_of(part), part.sequence or 0, part.sha256)):
        first, until = span_of(part)
        if group and first > last:
            yield tuple(group)
            group, last = [], date.min
        group.append(part)
        last = max(last, until)
    if group:
        yield tuple(group)


def _days_in(report: Report) -> Callable[[Part], Span]:
    return lambda part: _days(report, part)


def _months_in(report: Report) -> Callable[[Part], Span]:
    def months(part: Part) -> Span:
        first, last = _days(report, part)
        return first.replace(day=1), last.replace(day=1)

    return months


def _days(report: Report, part: Part) -> Span:
    back = TICK if _is_end(report) else timedelta(0)
    first, last = (market_day(_zone(report), stamp - back) for stamp in part.stamps)
    return first, last


def _length(report: Report, part: Part) -> int:
    first, last = _days(report, part)
    return (last - first).days + 1


def _closed(report: Report, day: date, now: datetime) -> bool:
    return day_window(_zone(report), day)[1] + report.settles_after <= now


def _last_of(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _is_end(report: Report) -> bool:
    return report.label is not None and report.label.kind == "end"


def _zone(report: Report) -> str:
    return report.publisher.zone if report.label is None else report.label.zone
