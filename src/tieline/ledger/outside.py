"""What other programs write of their own: entries of reports that are called `outside:<feed id>`.

Nobody's word is taken for an observation of ours, also where the feed is one that tieline collects. There is one entry
a partition and run; a partition is a market day, or a text of the writer's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, get_args

from tieline.errors import UsageError
from tieline.feeds import Feed
from tieline.ledger.protocol import Ledger
from tieline.ledger.records import Entry, State
from tieline.markettime import day_window, market_day
from tieline.values import Slice, Window

FeedState = Literal["pending", "running", "completed", "failed", "replaying"]

OUTSIDE = "outside:"
"""How the name of such a report begins."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""How a market day is written; a week or a day without dashes is a text of the writer's own."""

STANDING: tuple[State, ...] = ("pending", "running", "completed", "failed")
"""States of entries that nothing superseded."""


def outside_report(feed_id: str) -> str:
    """The report in which other programs write of a feed."""
    return OUTSIDE + feed_id


def outside_feed(report: str) -> str | None:
    """The feed that such a report is about; None for a report that tieline collects."""
    return report.removeprefix(OUTSIDE) if report.startswith(OUTSIDE) else None


def outside_feeds(ledger: Ledger) -> list[str]:
    """Every feed that other programs wrote of."""
    return [feed for one in ledger.summaries() if (feed := outside_feed(one.report)) is not None]


def partition_day(partition: str | None) -> date | None:
    """The market day that a partition names; None if it is a text of the writer's own."""
    if partition is None or _DAY.fullmatch(partition) is None:
        return None
    try:
        return date.fromisoformat(partition)
    except ValueError:
        return None


def zones_by_report(feeds: Iterable[Feed]) -> dict[str, str]:
    """In which zone each report's market days lie."""
    return {report.name: feed.publisher.zone for feed in feeds for report in feed.reports}


def market_day_of(slice: Slice, zones: Mapping[str, str]) -> date:
    """The market day of a slice; of a poll of a static file the one in which its slot begins.

    zones: as `zones_by_report`; a report that is not there has its days in UTC
    """
    return slice.day or market_day(zones.get(slice.report, "UTC"), slice.window.start)


def written_partition(entry: Entry) -> str:
    """The partition of an entry of another program, as it was written."""
    if entry.member is not None:
        return entry.member
    return (entry.day or entry.window.start.date()).isoformat()


def partition_of(entry: Entry, zones: Mapping[str, str]) -> str:
    """The partition of an entry: its market day, or the text of another program."""
    if outside_feed(entry.report) is not None:
        return written_partition(entry)
    return market_day_of(entry.slice, zones).isoformat()


def entries_of_day(
    ledger: Ledger,
    day: date,
    zones: Mapping[str, str],
    *,
    reports: Sequence[str] | None = None,
    states: Sequence[State] | None = None,
    limit: int | None = None,
) -> list[Entry]:
    """Entries of a market day, the newest first: dated ones, and polls whose slot begins in it.

    Raises: LedgerUnavailable.
    """
    found = ledger.entries(reports=reports, day=day, states=states, limit=limit, newest_first=True)
    by_zone: dict[str, list[str]] = {}
    asked = [one.report for one in ledger.summaries()] if reports is None else reports
    for name in asked:
        by_zone.setdefault(zones.get(name, "UTC"), []).append(name)
    for zone, names in by_zone.items():
        of_day = Window(*day_window(zone, day))
        polls = ledger.entries(reports=names, overlapping=of_day, states=states)
        found += [one for one in polls if one.day is None and _begins_in(one, of_day)]
    return sorted(found, key=lambda one: one.entry_id, reverse=True)[:limit]


def _begins_in(entry: Entry, window: Window) -> bool:
    """Whether it is a poll of ours whose slot begins in a window."""
    ours = outside_feed(entry.report) is None
    return ours and window.start <= entry.window.start < window.end


def state_of(entry: Entry) -> str:
    """The state of an entry in the documented words."""
    return "replaying" if (entry.state, entry.origin) == ("running", "replay") else entry.state


def view(state: str) -> tuple[Sequence[State], Callable[[Entry], bool]]:
    """Which stored states a documented one is among, and what else tells it.

    `replaying` and `skipped` are views: a running entry that reads old bytes, and a check of ours that found
    nothing new. Raises: UsageError.
    """
    if state in ("replaying", "running"):
        return ("running",), lambda entry: state_of(entry) == state
    if state == "skipped":
        return ("completed",), _brought_nothing
    for known in get_args(State):
        if known == state:
            return (known,), lambda entry: True
    states = (*get_args(FeedState), "superseded", "skipped")
    raise UsageError(f"state is one of {', '.join(states)}, not {state!r}")


def _brought_nothing(entry: Entry) -> bool:
    counts = entry.counts
    return outside_feed(entry.report) is None and not (counts.new or counts.revised or counts.gone)


def outside_watermark(
    ledger: Ledger, feed_id: str, partition: str | None = None
) -> datetime | None:
    """The greatest stamp that a completed entry of another program names, of a feed or one partition of it.

    Raises: LedgerUnavailable.
    """
    told = ledger.entries(
        reports=[outside_report(feed_id)], day=partition_day(partition), states=["completed"]
    )
    marks = [
        entry.cover.end
        for entry in told
        if entry.cover is not None and partition in (None, written_partition(entry))
    ]
    return max(marks, default=None)


def latest_watermark(ledger: Ledger, feed_id: str, partition: str | None = None) -> datetime | None:
    """The newest stamp up to which a feed is complete, or one partition of it; None if nothing is.

    Of a feed that tieline collects it is the ledger's own watermark, unless another program's goes further.
    Raises: LedgerUnavailable.
    """
    told = outside_watermark(ledger, feed_id, partition)
    marks = [] if told is None else [told]
    day = partition_day(partition)
    if partition is None:
        mine = ledger.watermarks(feeds=[feed_id])
        marks += [mark.high_utc for mark in mine if mark.high_utc is not None]
    elif day is not None:
        contract = ledger.contracts().get(feed_id)
        reports = contract.reports if contract else ()
        counts = [count for report in reports for count in ledger.days(report)]
        marks += [c.high_utc for c in counts if c.day == day and c.high_utc is not None]
    return max(marks, default=None)
