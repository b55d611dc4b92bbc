"""Small parts become one: a day that closed, and a running day with too many of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from time import perf_counter

from tieline.errors import LedgerConflict
from tieline.feeds import Feed
from tieline.flow.house import House
from tieline.flow.landing import part_of
from tieline.ledger import Commit, Part
from tieline.markettime import day_window
from tieline.watch import PartsMerged

MANY = 48
"""Parts of a running day that are merged before the day closes."""


GRACE = timedelta(minutes=15)
"""How long files that were merged away stay, for readers that began before."""


def merge_report(house: House, feed_id: str, report_name: str) -> int:
    """Merge the small parts of each market day of a report; gives how many files were merged away.

    A closed day becomes one part, a running one when it has MANY. One catalogue transaction for
    each day; readers that began before go on with the old files. Another process that merges at
    the same time wins or loses whole.
    Raises: StoreError.
    """
    begun = perf_counter()
    feed, report = house.report(report_name)
    now = house.now()
    by_day: dict[date, list[Part]] = defaultdict(list)
    for part in house.ledger.parts(feeds=[feed_id], report=report_name):
        if part.day is not None:
            by_day[part.day].append(part)
    merged: list[Part] = []
    for day, parts in sorted(by_day.items()):
        closed = day_window(report.publisher.zone, day)[1] + report.settles_after <= now
        small = parts if closed else [part for part in parts if not part.merged]
        if len(small) >= (2 if closed else MANY):
            merged += _merge(house, feed, report_name, small)
    if merged:
        _remove_replaced(house)
        house.record(
            PartsMerged(
                feed=feed_id,
                parts=len(merged),
                rows=sum(part.rows for part in merged),
                bytes=sum(part.bytes for part in merged),
                seconds=perf_counter() - begun,
            )
        )
    return len(merged)


def _merge(house: House, feed: Feed, report_name: str, parts: Sequence[Part]) -> Sequence[Part]:
    _, report = house.report(report_name)
    if feed.dataset is None:
        return ()
    rows = house.parts.read(
        feed.dataset, [(part.path, part.sequence or 0) for part in parts]
    ).collect()
    written = house.parts.write(feed.dataset, rows, merged=True)
    try:
        house.ledger.commit(
            Commit(
                at_utc=house.now(),
                kind="merge",
                report=report_name,
                parts=(part_of(feed, report, written, merged=True),),
                replaced=tuple(part.sha256 for part in parts),
                run=house.run,
                version=house.version,
            )
        )
    except LedgerConflict:
        return ()
    return parts


def _remove_replaced(house: House) -> None:
    """Delete files merged away long enough ago that no reader can still be reading them."""
    parts = house.ledger.replaced_parts(before=house.beat() - GRACE)
    for part in parts:
        house.parts.remove(part.path)
    if parts:
        house.ledger.drop_parts(parts)
