"""How complete the days are that a commit speaks about: counts, gaps, watermarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import polars as pl

from tieline.datasets.rows import identity
from tieline.feeds import DailyFile, Feed, Report
from tieline.flow.folding import Folded
from tieline.flow.house import House
from tieline.flow.past import Past
from tieline.ledger import Change, DayCount, Entry, Gap, Unread, Watermark
from tieline.markettime import day_window, market_day
from tieline.select import AskUnread, gaps_of, whole_days
from tieline.validate import coverage
from tieline.values import Window
from tieline.watch import GapClosed, GapOpened

ACCEPTED = ("missing_upstream", "not_applicable")
"""Causes of holes that the contiguous watermark passes."""

NO_HOLE = ("not_yet_due", "not_applicable")
"""Causes for which nothing is missing yet, or ever."""

RECENT = 64
"""Entries of a day that are looked at for the cause of its holes."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a commit writes about completeness; `before` are the gaps of the same days until now."""

    days: tuple[DayCount, ...] = ()
    gaps: tuple[Gap, ...] = ()
    before: tuple[Gap, ...] = ()
    watermarks: tuple[Watermark, ...] = ()


def marks_of(
    house: House,
    feed: Feed,
    report: Report,
    entries: Sequence[Entry],
    changes: Sequence[Change],
    folds: Mapping[Window, Folded],
    unread: Sequence[Unread] = (),
) -> Marks:
    """Count the market days that some entries belong to, as they are after this commit.

    `unread` are the places that unreadable rows of fresh entries speak of. Only dated reports have days; a static file fills the holes of its feed when read.
    """
    if not isinstance(report.at, DailyFile) or feed.dataset is None:
        return Marks()
    now = house.now()

    def ask(entry_ids: Sequence[int]) -> Sequence[Unread]:
        return [*house.ledger.unread(entry_ids), *(u for u in unread if u.entry_id in entry_ids)]

    days, gaps = [], []
    for day, window in sorted({(e.day, e.window) for e in entries if e.day is not None}):
        rows = _live(house, feed, report, window, folds.get(window))
        seen = _entries(house, report, day, entries, changes)
        count, holes = _count(feed, report, day, window, rows, seen, now, ask)
        days.append(count)
        gaps += holes
    before = _before(house, feed, report, {count.day for count in days}, gaps)
    return Marks(tuple(days), tuple(gaps), before, _watermarks(house, feed, report, days))


def tell_gaps(house: House, marks: Marks) -> None:
    """Record which holes a commit has opened, and which it has closed.

    What is not due yet is no hole; one that only grew, shrank or has another cause is the same one.
    """
    was = [gap for gap in marks.before if gap.cause not in NO_HOLE]
    now = [gap for gap in marks.gaps if gap.cause not in NO_HOLE]
    for kind, some, others in ((GapOpened, now, was), (GapClosed, was, now)):
        for gap in some:
            if not any(_shared(gap, other) for other in others):
                house.record(
                    kind(
                        feed=gap.feed,
                        report=gap.report,
                        start_utc=gap.start_utc,
                        end_utc=gap.end_utc,
                        cause=gap.cause,
                        missing=gap.missing,
                    )
                )


def _shared(gap: Gap, other: Gap) -> bool:
    touch = gap.start_utc < other.end_utc and other.start_utc < gap.end_utc
    return touch and gap.day == other.day


def _before(
    house: House, feed: Feed, report: Report, days: set[date], after: Sequence[Gap]
) -> tuple[Gap, ...]:
    """Holes of some days as they are written until now; `after` are those that will be written."""
    if not days:
        return ()
    zone = report.publisher.zone
    end = day_window(zone, max(days))[1] + timedelta(days=report.days)
    span = Window(day_window(zone, min(days))[0], end)
    written = house.ledger.gaps(feeds=[feed.id], window=span)
    before = [gap for gap in written if gap.report == report.name and gap.day in days]
    return tuple(
        gap for day in sorted(days) for gap in _timed(report, _of(day, before), _of(day, after))
    )


def _of(day: date, gaps: Sequence[Gap]) -> list[Gap]:
    return [gap for gap in gaps if gap.day == day]


def _timed(report: Report, before: Sequence[Gap], after: Sequence[Gap]) -> Sequence[Gap]:
    """A day's holes in interval time: a ledger that an older tieline wrote may have them by end labels.

    They are by label where a step earlier more of them are holes that stand there after.
    """
    label = report.label
    if label is None or label.kind != "end" or label.step is None:
        return before
    step = label.step
    moved = [
        replace(gap, start_utc=gap.start_utc - step, end_utc=gap.end_utc - step)
        if gap.missing
        else gap
        for gap in before
    ]
    spans = {(gap.start_utc, gap.end_utc) for gap in after}
    same, shifted = (
        sum((gap.start_utc, gap.end_utc) in spans for gap in gaps) for gaps in (before, moved)
    )
    return moved if shifted > same else before


def _live(
    house: House, feed: Feed, report: Report, window: Window, folded: Folded | None
) -> pl.DataFrame:
    """Identities of the live rows of a slice, from the fold's state or from what is stored."""
    assert feed.dataset is not None
    columns = identity(feed.dataset)
    if folded is not None:
        state = folded.state
    else:
        believed = house.ledger.report_sequence(report.name)
        remembered = house.memory.recall(report.name, window, believed)
        if remembered is None:
            reach = Window(window.start, window.end + timedelta(days=report.days))
            stamps = reach if feed.dataset.stamped else None
            past = Past(house, feed, report, stamps, (window,), ())
            stored = past.stored().sort("known_at_utc", "fetched_at_utc", "content_sha256")
            heads = stored.unique((*columns, "print"), keep="last")
            return _within(report, heads, window).select(columns).unique()
        state = remembered
    return _within(report, state.heads, window).select(columns).unique()


def _within(report: Report, heads: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Live heads that lie in the slice; a file that is one vintage may reach days beyond its own."""
    live = heads.filter(pl.col("state") == "live")
    if report.is_vintage_a_file:
        return live.filter(pl.col("vintage_utc") == window.start)
    start = pl.col("interval_start_utc")
    if "interval_start_utc" not in live.columns:
        # Entities have no interval: the state is of all that is listed.
        return live
    return live.filter((start >= window.start) & (start < window.end))


def _entries(
    house: House,
    report: Report,
    day: date,
    fresh: Sequence[Entry],
    changes: Sequence[Change],
) -> list[Entry]:
    """The newest entries of a day as they will stand after the commit."""
    told = {change.entry_id: change for change in changes}
    stored = [
        replace(
            entry,
            state=told[entry.entry_id].state,
            cause=told[entry.entry_id].cause,
            error=told[entry.entry_id].error,
        )
        if entry.entry_id in told
        else entry
        for entry in house.ledger.entries(
            reports=[report.name], day=day, limit=RECENT, newest_first=True
        )
    ]
    return [*stored, *(entry for entry in fresh if entry.day == day)]


def _count(
    feed: Feed,
    report: Report,
    day: date,
    window: Window,
    rows: pl.DataFrame,
    entries: Sequence[Entry],
    now: datetime,
    ask: AskUnread,
) -> tuple[DayCount, list[Gap]]:
    found = coverage(report, day, rows)
    newest = rows["stamp_utc"].max()
    high = newest if isinstance(newest, datetime) else None
    if found.expected is None:
        running = now < window.end + report.settles_after
        gaps = whole_days(feed, report, (day, day), rows, entries, now)
        newest_entry = max(entries, key=lambda e: e.entry_id, default=None)
        failed = newest_entry is not None and newest_entry.state == "failed"
        accepted = bool(gaps) and all(gap.cause in ACCEPTED for gap in gaps)
        hole = (high or window.start) if running or (failed and not accepted) else None
        return _day(feed, report, day, None, found.received, 0, high, hole), gaps
    holes = gaps_of(feed, report, day, rows, entries, now, ask)
    lacking = found.missing.select("stamp_utc").unique()
    on_grid = rows.select("stamp_utc").unique().join(lacking, on="stamp_utc", how="anti")
    complete = on_grid["stamp_utc"].max()
    first = min((gap.start_utc for gap in holes if gap.cause not in ACCEPTED), default=None)
    count = _day(
        feed,
        report,
        day,
        found.expected,
        found.received,
        found.extras,
        complete if isinstance(complete, datetime) else None,
        first,
    )
    return count, holes


def _day(
    feed: Feed,
    report: Report,
    day: date,
    expected: int | None,
    received: int,
    extras: int,
    high: datetime | None,
    hole: datetime | None,
) -> DayCount:
    return DayCount(
        feed=feed.id,
        report=report.name,
        day=day,
        expected=expected,
        received=received,
        extras=extras,
        high_utc=high,
        hole_utc=hole,
    )


def _watermarks(
    house: House, feed: Feed, report: Report, days: Sequence[DayCount]
) -> tuple[Watermark, ...]:
    """The newest complete stamp, and how far no hole stands open since the first day asked for.

    Both only rise: a backfill before the first day does not take back what was said.
    """
    before = next(
        (mark for mark in house.ledger.watermarks(feeds=[feed.id]) if mark.report == report.name),
        None,
    )
    highs = [day.high_utc for day in days if day.high_utc is not None]
    if before is not None and before.high_utc is not None:
        highs.append(before.high_utc)
    since = before.contiguous_utc if before else None
    known = {day.day: day for day in _days_since(house, report, since)}
    known |= {day.day: day for day in days}
    reached = _walk(report, known, since)
    if since is not None and reached is not None:
        reached = max(since, reached)
    return (
        Watermark(
            feed=feed.id,
            report=report.name,
            high_utc=max(highs, default=None),
            contiguous_utc=reached or since,
        ),
    )


def _days_since(house: House, report: Report, since: datetime | None) -> list[DayCount]:
    if since is None:
        return house.ledger.days(report.name)
    far = Window(since, max(since, house.now()) + timedelta(days=2))
    return house.ledger.days(report.name, window=far)


def _walk(
    report: Report, known: Mapping[date, DayCount], since: datetime | None
) -> datetime | None:
    """End of the unbroken stretch of days that begins at `since`, or at the first day of all."""
    zone = report.publisher.zone
    if not known:
        return None
    day = market_day(zone, since) if since is not None else min(known)
    reached: datetime | None = None
    while day in known:
        hole = known[day].hole_utc
        if hole is not None:
            return hole
        reached = day_window(zone, day)[1]
        day += timedelta(days=1)
    return reached
