"""The certificate: what can be said of an answer, and what is missing from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import polars as pl

from tieline.feeds import Feed, Report
from tieline.ledger.records import Entry, Gap
from tieline.markettime import day_start, day_window, market_day
from tieline.select import gaps as holes
from tieline.select.grids import MICROSECOND, around, entities_of, is_whole
from tieline.select.lake import Lake
from tieline.select.question import KnownRule
from tieline.select.reasons import speakers
from tieline.select.scope import Scope, window_of
from tieline.values import Window, stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What goes with every answer, file and summary.

    received + missing of all gaps = expected, wherever a count can be expected; `extras` are rows
    off the grid, counted apart. `expected` and `complete` are None where a feed keeps no grid,
    nothing bounds the window or no grid lists what was asked for by key. Counted are the facts in the window that match the question's key,
    before values were filtered and rows were cut off; with `revisions=all` those that any row lists.
    """

    dataset: str
    feeds: tuple[str, ...]
    start: datetime | None
    end: datetime | None
    complete: bool | None
    expected: int | None
    received: int
    extras: int
    gaps: tuple[Gap, ...]
    as_of: datetime
    sequence: int
    known: KnownRule

    def as_json(self) -> dict[str, object]:
        """The same as plain values, instants written as text."""
        return {
            "dataset": self.dataset,
            "feeds": list(self.feeds),
            "start": None if self.start is None else stamp(self.start),
            "end": None if self.end is None else stamp(self.end),
            "complete": self.complete,
            "expected": self.expected,
            "received": self.received,
            "extras": self.extras,
            "gaps": [gap_as_json(gap) for gap in self.gaps],
            "as_of": stamp(self.as_of),
            "sequence": self.sequence,
            "known": self.known,
        }

    def metadata(self) -> dict[bytes, bytes]:
        """The same as schema metadata of Arrow and Parquet."""
        return metadata_of((self,))


METADATA_KEY = "tieline.certificate"
"""Under which the schema of a table or file carries certificates: one JSON object, or a list."""


def metadata_of(certificates: Sequence[Certificate]) -> dict[bytes, bytes]:
    """Schema metadata that tells some certificates: one as an object, several as a list."""
    told = [one.as_json() for one in certificates]
    text = json.dumps(told[0] if len(told) == 1 else told)
    return {METADATA_KEY.encode(): text.encode()}


def gap_as_json(gap: Gap) -> dict[str, object]:
    return {
        "feed": gap.feed,
        "report": gap.report,
        "start_utc": stamp(gap.start_utc),
        "end_utc": stamp(gap.end_utc),
        "cause": gap.cause,
        "missing": gap.missing,
    }


@dataclass(frozen=True, slots=True)
class Tally:
    """One feed's part of a certificate; `expected` is None where no count can be expected.

    listed: whether the feed's grid lists anything that the question's keys and stamps name
    """

    expected: int | None
    received: int
    extras: int
    gaps: tuple[Gap, ...]
    listed: bool = True


def certify(lake: Lake, scope: Scope, received: pl.DataFrame) -> Certificate:
    """Compare the picked facts with what each feed's grid expects in the window.

    Reads: `received` has distinct `feed`, key columns and `stamp_utc`. What is due and what was
    asked is judged as of the question's known time.
    """
    alone = len(scope.feeds) == 1
    tallies = [
        _tally(lake, scope, feed, received if alone else received.filter(pl.col("feed") == feed.id))
        for feed in scope.feeds
    ]
    gaps = tuple(gap for tally in tallies for gap in tally.gaps)
    counts = [tally.expected for tally in tallies]
    known = [count for count in counts if count is not None]
    listed = any(tally.listed for tally in tallies)
    expected = sum(known) if listed and len(known) == len(counts) else None
    lacking = any(gap.cause != "not_applicable" for gap in gaps)
    complete = False if lacking else None if expected is None else True
    start, end = window_of(scope.question, scope.cursor)
    return Certificate(
        dataset=scope.dataset.name,
        feeds=tuple(feed.id for feed in scope.feeds),
        start=start,
        end=end,
        complete=complete,
        expected=expected,
        received=sum(tally.received for tally in tallies),
        extras=sum(tally.extras for tally in tallies),
        gaps=gaps,
        as_of=scope.as_of,
        sequence=scope.sequence,
        known=scope.question.known,
    )


def _tally(lake: Lake, scope: Scope, feed: Feed, received: pl.DataFrame) -> Tally:
    grids = holes.grid_reports(feed)
    dated = grids[0] if grids else holes.day_report(feed)
    window = _window(lake, scope, feed, dated) if dated is not None else None
    if window is None or dated is None:
        return Tally(None, received.height, 0, ())
    tally = _counted(lake, scope, feed, dated, received, window)
    return replace(tally, gaps=(*_before_it_began(feed, dated, window), *tally.gaps))


def _before_it_began(feed: Feed, report: Report, window: Window) -> Iterator[Gap]:
    """The time of a window in which the publisher had no such report: nothing was to be expected."""
    if report.since is None or window.start >= (begin := day_start(_zone_of(report), report.since)):
        return
    yield Gap(
        feed=feed.id,
        report=report.name,
        start_utc=window.start,
        end_utc=min(window.end, begin),
        cause="not_applicable",
        missing=0,
    )


def _counted(
    lake: Lake, scope: Scope, feed: Feed, dated: Report, received: pl.DataFrame, window: Window
) -> Tally:
    grids = holes.grid_reports(feed)
    zone = _zone_of(dated)
    days = (
        market_day(zone, window.start),
        market_day(zone, max(window.start, window.end - MICROSECOND)),
    )
    if not grids:
        vintages = _vintages(scope, dated)
        if vintages and dated.vintage == "day":
            # A forecast that is asked for by name is one file, whichever days it speaks of.
            days = vintages[0], vintages[-1]
        reports = speakers(feed, dated)
        entries = _entries(lake, scope, reports, days)
        gaps = holes.spoken_days(feed, reports, days, received, entries, _moment(scope))
        return Tally(None, received.height, 0, tuple(holes.joined(gaps)))
    where = {f.column: f.values for f in scope.keys}
    asked = [report for report in grids if entities_of(report, where).height]
    if (
        len(asked) == 1
        and "stamp_utc" not in where
        and is_whole(asked[0], window, days, received, where)
    ):
        return Tally(received.height, received.height, 0, ())
    counted = [_grid(lake, scope, feed, report, received, window, days) for report in grids]
    unknown = [
        gap for report in grids for gap in _uncounted(lake, scope, feed, report, received, days)
    ]
    matched = sum(found for _, found, _ in counted)
    keys = [name for name, _ in dated.entities[0].key]
    whole = set(keys) >= set(scope.dataset.key_names) - {"stamp_utc"}
    found = received.height if whole else received.select("stamp_utc", *keys).unique().height
    every = [*(gap for _, _, gaps in counted for gap in gaps), *unknown]
    told = sorted(every, key=lambda g: (g.start_utc, g.cause))
    places = sum(places for places, _, _ in counted)
    listed = bool(asked) and (places > 0 or "stamp_utc" not in where)
    return Tally(None if unknown else places, matched, found - matched, tuple(told), listed)


def _grid(
    lake: Lake,
    scope: Scope,
    feed: Feed,
    report: Report,
    received: pl.DataFrame,
    window: Window,
    days: tuple[date, date],
) -> tuple[int, int, list[Gap]]:
    """Places that one report's grid expects in the window, those that have rows, and the holes."""
    where = {f.column: f.values for f in scope.keys}
    wanted = holes.expected(report, days, received, where=where).filter(
        (pl.col("start_utc") >= window.start) & (pl.col("start_utc") < window.end)
    )
    if "stamp_utc" in where:
        wanted = wanted.filter(pl.col("stamp_utc").is_in(where["stamp_utc"]))
    missing = holes.lacking(report, wanted, received)
    gaps: list[Gap] = []
    if not missing.is_empty():
        vintages = _vintages(scope, report)
        if report.vintage is not None and len(vintages) == 1:
            # What a forecast's own file should have had is due with it, whichever day it speaks of.
            missing = missing.with_columns(day=pl.lit(vintages[0]))
        lacked = missing.get_column("day")
        reports = speakers(feed, report)
        entries = _entries(lake, scope, reports, (_day(lacked.min()), _day(lacked.max())))
        unread = lake.ledger.unread
        gaps = holes.explain(feed, reports, missing, entries, _moment(scope), unread)
    return wanted.height, wanted.height - missing.height, holes.joined(gaps)


def _uncounted(
    lake: Lake,
    scope: Scope,
    feed: Feed,
    report: Report,
    received: pl.DataFrame,
    days: tuple[date, date],
) -> list[Gap]:
    """Days of a grid that lists nothing for certain yet, which were not had: gaps of unknown size."""
    where = {f.column: f.values for f in scope.keys}
    if holes.is_certain(report, days, where):
        return []
    wanted = holes.expected(report, days, received, where=where)
    only = holes.uncounted(report, days, wanted, where)
    if not only:
        return []
    reports = speakers(feed, report)
    span = min(only), max(only)
    entries = _entries(lake, scope, reports, span)
    gaps = holes.spoken_days(feed, reports, span, received, entries, _moment(scope), only)
    return holes.joined(gaps)


def _zone_of(report: Report) -> str:
    return report.publisher.zone if report.label is None else report.label.zone


def _moment(scope: Scope) -> datetime:
    return min(scope.as_of, scope.now)


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value


def _entries(
    lake: Lake, scope: Scope, reports: Sequence[Report], days: tuple[date, date]
) -> Sequence[Entry]:
    start = day_start(_zone_of(reports[0]), days[0])
    end = day_start(_zone_of(reports[0]), days[1] + timedelta(days=1))
    entries = lake.ledger.entries(
        reports=[report.name for report in reports],
        overlapping=Window(start, end),
        states=("completed", "failed"),
        at_sequence=scope.sequence if _is_past(lake, scope) else None,
    )
    if scope.question.as_of is None:
        return entries
    # Where promises stand in for fetches long after, a fetch speaks of the time before it too.
    assumed = scope.question.known == "assumed"
    return [
        e
        for e in entries
        if (e.known_at_utc or e.fetched_at_utc) <= scope.as_of
        or (assumed and e.known_basis in (None, "fetched"))
    ]


def _is_past(lake: Lake, scope: Scope) -> bool:
    """Whether the ledger has gone on since the question's sequence."""
    return lake.ledger.sequence() > scope.sequence


def _vintages(scope: Scope, report: Report) -> list[date]:
    """The market days of the vintages that are asked for by name, in order; none for the newest or all."""
    vintage = scope.question.vintage
    named = [value for f in scope.keys if f.column == "vintage_utc" for value in f.values]
    if isinstance(vintage, date):
        named.append(vintage)
    zone = _zone_of(report)
    days = {
        market_day(zone, value) if isinstance(value, datetime) else value
        for value in named
        if isinstance(value, date)
    }
    return sorted(days)


def _window(lake: Lake, scope: Scope, feed: Feed, report: Report) -> Window | None:
    """The question's window; an open end reaches to the last collected day, an open start from the
    first. A vintage bounds it to the days that its file covers. None: nothing bounds it."""
    start, end = window_of(scope.question, scope.cursor)
    zone = _zone_of(report)
    if start is None or end is None:
        days = _collected_days(lake, scope, feed, report)
        if days is None:
            return None
        start = start or day_start(zone, days[0])
        end = end or max(start, day_window(zone, days[1])[1])
        start = min(start, end)
    vintages = _vintages(scope, report)
    if vintages and report.vintage is not None:
        first, last = (one + timedelta(days=report.ahead) for one in (vintages[0], vintages[-1]))
        start = max(start, day_start(zone, first))
        end = max(start, min(end, day_start(zone, last + timedelta(days=report.days))))
    return _around_stamps(scope, report, Window(start.astimezone(UTC), end.astimezone(UTC)))


def _around_stamps(scope: Scope, report: Report, window: Window) -> Window:
    """Of a window what the intervals of the stamps cover that the question names, if it names any."""
    named = [s for f in scope.keys if f.column == "stamp_utc" for s in f.values]
    stamps = [stamp for stamp in named if isinstance(stamp, datetime)]
    if not stamps or report.label is None:
        return window
    span = around(report.label, min(stamps), max(stamps))
    start, end = max(window.start, span.start), min(window.end, span.end)
    return Window(min(start, window.end), max(min(start, window.end), end))


def _collected_days(
    lake: Lake, scope: Scope, feed: Feed, report: Report
) -> tuple[date, date] | None:
    """First and last market day that anything was collected for, by any report of the feed; where a
    sequence is asked for, as it was then."""
    names = [r.name for r in feed.reports]
    if not _is_past(lake, scope):
        asked = [count.day for name in names for count in lake.ledger.days(name)]
        stamps = [moment for part in lake.ledger.parts(feeds=[feed.id]) for moment in part.stamps]
    else:
        entries = lake.ledger.entries(
            reports=names, states=("completed", "failed"), at_sequence=scope.sequence
        )
        asked = [entry.day for entry in entries if entry.day is not None]
        covers = [entry.cover for entry in entries if entry.cover is not None]
        stamps = [moment for cover in covers for moment in (cover.start, cover.end)]
    asked += _market_days(report, stamps)
    return (min(asked), max(asked)) if asked else None


def _market_days(report: Report, stamps: Iterable[datetime]) -> list[date]:
    """Days of stamps; a stamp that ends an interval belongs to the day before midnight."""
    ends = report.label is not None and report.label.kind == "end"
    back = MICROSECOND if ends else timedelta(0)
    return [market_day(_zone_of(report), moment - back) for moment in stamps]
