"""Reports that are kept and not read: the market days of which no bytes are had."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tieline.feeds import DailyFile, Feed, Report
from tieline.ledger.records import Gap
from tieline.markettime import day_window, market_day
from tieline.select.gaps import whole_days
from tieline.select.lake import Lake
from tieline.values import Window

TICK = timedelta(microseconds=1)
NOTHING = pl.DataFrame(schema={"stamp_utc": pl.Datetime("us", "UTC")})


def unheld_days(lake: Lake, feed: Feed, report: Report, window: Window | None = None) -> list[Gap]:
    """Market days of a report that has no decoder, where nobody asked or asking failed.

    Without a window from the first to the last day that anybody asked for; none of a report whose rows
    a certificate counts, or that is no file of a day.
    Raises: LedgerUnavailable.
    """
    if feed.dataset is not None or not isinstance(report.at, DailyFile):
        return []
    zone, ledger = report.publisher.zone, lake.ledger
    if window is None:
        asked = [one.day for one in ledger.entries(reports=[report.name]) if one.day]
        if not asked:
            return []
        days = min(asked), max(asked)
    else:
        days = market_day(zone, window.start), market_day(zone, window.end - TICK)
    span = Window(day_window(zone, days[0])[0], day_window(zone, days[1])[1])
    entries = ledger.entries(
        reports=[report.name], overlapping=span, states=("completed", "failed")
    )
    return whole_days(feed, report, days, NOTHING, entries, lake.clock())
