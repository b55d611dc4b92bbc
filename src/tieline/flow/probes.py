"""What is known of each market day of a report, and when it is worth asking for again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from tieline.errors import Gone, Refused
from tieline.feeds import DailyFile, Feed, Report
from tieline.flow.known import is_look
from tieline.ledger import Cause, Entry, Gap, Ledger
from tieline.markettime import day_window, market_day
from tieline.values import Window

OURS = ("fetch_failed", "lost_by_us")
"""Causes that are no answer of the publisher: somebody who asks for the day asks at once."""

NEVER = frozenset({Gone.__name__, Refused.__name__})
"""Errors after which nobody asks again until a person acts."""

TICK = timedelta(microseconds=1)

Standing = Literal["open", "due", "waiting", "given_up", "settled"]
"""open: not asked since the publisher finished the day. due, waiting: a hole that is asked for now or
later. given_up: a hole that nobody asks for again. settled: finished, and nothing is missing."""


@dataclass(frozen=True, slots=True)
class DayState:
    """Where one market day stands: its hole's cause, when it was asked for last and will be next."""

    day: date
    standing: Standing
    cause: Cause | None = None
    asked_utc: datetime | None = None
    next_utc: datetime | None = None


def day_states(
    ledger: Ledger, feed: Feed, report: Report, days: Sequence[date], now: datetime
) -> dict[date, DayState]:
    """The standing of some market days of a dated report, sorted by day."""
    if not days or not isinstance(report.at, DailyFile):
        return {}
    zone = report.publisher.zone
    span = Window(day_window(zone, min(days))[0], day_window(zone, max(days))[1])
    reach = Window(span.start, span.end + _beyond(report))
    entries: dict[date, list[Entry]] = {}
    for entry in ledger.entries(
        reports=[report.name], overlapping=span, states=["completed", "failed"]
    ):
        if entry.day is not None:
            entries.setdefault(entry.day, []).append(entry)
    whole = {
        count.day
        for count in ledger.days(report.name, window=span)
        if count.expected is None or count.received == count.expected
    }
    causes = _causes(ledger, feed, report, reach)
    return {
        day: _state(report, day, entries.get(day, []), causes.get(day), day in whole, now)
        for day in sorted(days)
    }


def due_days(ledger: Ledger, feed: Feed, report: Report, now: datetime) -> list[date]:
    """Closed market days with a hole that was not asked for since they closed, or is due again, those of
    the declared range that nobody ever asked for, and those that the publisher may still correct.

    Oldest first, as far back as holes are probed and days settle.
    """
    past = report.probing.until + timedelta(days=2 + report.days)
    reach = Window(now - past, now + _beyond(report))
    found = {*_causes(ledger, feed, report, reach), *_unasked(ledger, feed, report, now)}
    settling = set(_settling(ledger, report, now)) - found
    today = market_day(report.publisher.zone, now - report.due)
    closed = [day for day in found | settling if day < today]
    states = day_states(ledger, feed, report, closed, now)
    return [
        day
        for day, state in states.items()
        if (state.standing in ("open", "due") if day in found else _settles(report, state, now))
    ]


def _beyond(report: Report) -> timedelta:
    """How far behind its own market day a file may have holes; by an older tieline's spans a step more."""
    return timedelta(days=report.days + max(report.ahead, 0))


def _settling(ledger: Ledger, report: Report, now: datetime) -> Iterator[date]:
    """Days behind yesterday that are not settled yet, or were not when they were asked for last."""
    if not isinstance(report.at, DailyFile):
        return
    zone = report.publisher.zone
    last = market_day(zone, now - report.due) - timedelta(days=2 if report.days == 1 else 1)
    first = market_day(zone, now - report.settles_after) - timedelta(days=2)
    if first > last:
        return
    span = Window(day_window(zone, first)[0], day_window(zone, last)[1])
    yield from (count.day for count in ledger.days(report.name, window=span) if count.day <= last)


def _settles(report: Report, state: DayState, now: datetime) -> bool:
    """Whether a day in which nothing is missing is looked at once more: at growing distances while it may
    be corrected, and the last time when it is settled."""
    closed = day_window(report.publisher.zone, state.day)[1]
    finished = closed + report.settles_after
    asked = state.asked_utc
    if asked is None or asked >= finished:
        return False
    at = report.probing.after_look(closed, max(asked, closed))
    return now >= (finished if at is None else min(at, finished))


def out_of_reach(report: Report, day: date, now: datetime) -> bool:
    """Whether a publisher never had a day, or has it no longer."""
    at = report.at
    if report.since is not None and day < report.since:
        return True
    if not isinstance(at, DailyFile) or at.archive_of(day) is not None or at.kept_days is None:
        return False
    return (market_day(report.publisher.zone, now) - day).days > at.kept_days


def _unasked(ledger: Ledger, feed: Feed, report: Report, now: datetime) -> Iterator[date]:
    """Days behind the contiguous mark of which the ledger says nothing, while holes are probed.

    A forecast's mark may stand ahead of the clock: then there are none.
    """
    zone = report.publisher.zone
    marks = ledger.watermarks(feeds=[feed.id])
    begins = [m.contiguous_utc for m in marks if m.report == report.name and m.contiguous_utc]
    if not begins or not isinstance(report.at, DailyFile):
        return
    day = market_day(zone, max(min(begins), now - report.probing.until))
    last = market_day(zone, now)
    if day >= last:
        return
    span = Window(day_window(zone, day)[0], day_window(zone, last)[1])
    counted = {count.day for count in ledger.days(report.name, window=span)}
    while day < last:
        if day not in counted and not out_of_reach(report, day, now):
            yield day
        day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Look:
    """A hole's times: when it fell due, when it was asked for last, when it will be (None: not)."""

    since_utc: datetime
    asked_utc: datetime | None
    next_utc: datetime | None


def schedule_of(
    ledger: Ledger, feeds: Sequence[Feed], gaps: Sequence[Gap], now: datetime
) -> Iterator[tuple[Gap, Look]]:
    """Each hole with its times; of one that spans several market days the earliest next look.

    What nobody ever asked for is asked for at once, unless it is older than holes are probed.
    """
    named = {report.name: (feed, report) for feed in feeds for report in feed.reports}
    states: dict[str, dict[date, DayState]] = {}
    for name in dict.fromkeys(gap.report for gap in gaps):
        feed, report = named[name]
        of_report = [
            day
            for gap in gaps
            if gap.report == name and gap.cause != "not_collected"
            for day in _days(report, gap)
        ]
        states[name] = day_states(ledger, feed, report, sorted(set(of_report)), now)
    for gap in gaps:
        feed, report = named[gap.report]
        if gap.cause == "not_collected":
            begin = now - report.probing.until
            waited = feed.dataset is not None and isinstance(report.at, DailyFile)
            yield (
                gap,
                Look(due_at(report, gap), None, now if waited and gap.end_utc > begin else None),
            )
            continue
        found = [s for day in _days(report, gap) if (s := states[gap.report].get(day))]
        asked = max((s.asked_utc for s in found if s.asked_utc), default=None)
        planned = [s.next_utc for s in found if s.next_utc is not None and s.standing != "settled"]
        yield gap, Look(due_at(report, gap), asked, min(planned, default=None))


def due_at(report: Report, gap: Gap) -> datetime:
    """When the first interval of a hole was promised."""
    day = gap.day or market_day(report.publisher.zone, gap.start_utc)
    whole = day_window(report.publisher.zone, day)[0] + report.due + report.promised_within
    if report.due < timedelta(0) or report.vintage is not None:
        return whole
    label = report.label
    length = label.step if label is not None and label.kind != "instant" else None
    alone = gap.start_utc + (length or timedelta(0)) + report.promised_within
    return max(whole, alone) if report.due else alone


def _days(report: Report, gap: Gap) -> list[date]:
    """The market days of a hole."""
    if gap.day is not None:
        return [gap.day]
    zone = report.publisher.zone
    first = market_day(zone, gap.start_utc)
    last = market_day(zone, max(gap.start_utc, gap.end_utc - TICK))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def next_look(report: Report, day: date, cause: Cause, entries: Sequence[Entry]) -> datetime | None:
    """When a hole of a closed day is asked for again; None: never, until a person acts.

    `entries` are those of the day. Nobody has asked: at once.
    """
    looks = [entry for entry in entries if is_look(entry)]
    if not looks:
        return day_window(report.publisher.zone, day)[1]
    looks.sort(key=lambda entry: (entry.fetched_at_utc, entry.entry_id))
    last = looks[-1]
    if last.error in NEVER:
        return None
    closed = day_window(report.publisher.zone, day)[1]
    asked = last.fetched_at_utc
    if last.state == "failed" and cause in OURS:
        at = report.probing.after_failures(closed, asked, _streak(looks))
        if at is not None and last.retry_at_utc is not None:
            return max(at, last.retry_at_utc)
        return at
    return report.probing.after_look(closed, max(asked, closed))


def _streak(looks: Sequence[Entry]) -> int:
    """How many looks failed one after the other at the end."""
    count = 0
    for entry in reversed(looks):
        if entry.state != "failed":
            break
        count += 1
    return count


def _causes(ledger: Ledger, feed: Feed, report: Report, span: Window) -> Mapping[date, Cause]:
    """A cause for each market day that has holes; what could not be asked before what is not there."""
    found: dict[date, Cause] = {}
    for gap in ledger.gaps(feeds=[feed.id], window=span):
        if gap.report != report.name or gap.day is None or gap.cause == "not_applicable":
            continue
        if gap.day not in found or gap.cause in OURS:
            found[gap.day] = gap.cause
    return found


def _state(
    report: Report,
    day: date,
    entries: Sequence[Entry],
    cause: Cause | None,
    whole: bool,
    now: datetime,
) -> DayState:
    finished = day_window(report.publisher.zone, day)[1] + report.settles_after
    looks = [entry for entry in entries if is_look(entry)]
    asked = max((entry.fetched_at_utc for entry in looks), default=None)
    read = any(e.state == "completed" and e.fetched_at_utc >= finished for e in looks)
    if cause is None and entries and not read:
        newest = max(entries, key=lambda entry: (entry.fetched_at_utc, entry.entry_id))
        cause = newest.cause if newest.state == "failed" else None
    if asked is None or asked < finished:
        done = any(entry.state == "completed" for entry in entries) and whole
        settled = done and cause is None and any(e.fetched_at_utc >= finished for e in entries)
        return DayState(day, "settled" if settled else "open", cause, asked)
    if cause is None:
        return DayState(day, "settled", None, asked)
    at = next_look(report, day, cause, entries)
    if at is None:
        return DayState(day, "given_up", cause, asked)
    return DayState(day, "due" if at <= now else "waiting", cause, asked, at)
