"""What can be said of one document by itself, without a lake."""

from __future__ import annotations

import polars as pl

from tieline.feeds import Feed, Report
from tieline.flow.arrival import Arrival, entry_of, unread_of
from tieline.ledger import Gap
from tieline.select import Certificate, gaps_of, whole_days
from tieline.validate import coverage


def judged(feed: Feed, report: Report, arrival: Arrival) -> Certificate:
    """The certificate of a document that was read or refused: its market day, and what it lacks.

    Judged as of its known time, at sequence 0: no ledger has it. A static file has no day of which
    anything could be expected.
    """
    assert feed.dataset is not None
    verdict, slice = arrival.verdict, arrival.slice
    names = ["stamp_utc", *feed.dataset.key_names]
    nothing = pl.DataFrame(schema={**dict.fromkeys(names, pl.String()), "stamp_utc": _INSTANT})
    rows = nothing if verdict is None else verdict.rows
    now = arrival.known.at_utc
    expected, received, extras = None, rows.height, 0
    gaps: list[Gap] = []
    if slice.day is not None:
        entry = entry_of(arrival, report, (1, 1), run="", version="")
        found = coverage(report, slice.day, rows)
        expected, received, extras = found.expected, found.received, found.extras
        if expected is None:
            gaps = whole_days(feed, report, (slice.day, slice.day), rows, [entry], now)
        else:
            unread = unread_of(report, [(arrival, 1)])
            gaps = gaps_of(feed, report, slice.day, rows, [entry], now, lambda ids: unread)
    lacking = verdict is None or any(gap.cause != "not_applicable" for gap in gaps)
    return Certificate(
        dataset=feed.dataset.name,
        feeds=(feed.id,),
        start=slice.window.start,
        end=slice.window.end,
        complete=False if lacking else None if expected is None else True,
        expected=expected,
        received=received,
        extras=extras,
        gaps=tuple(gaps),
        as_of=now,
        sequence=0,
        known="recorded",
    )


_INSTANT = pl.Datetime("us", "UTC")
