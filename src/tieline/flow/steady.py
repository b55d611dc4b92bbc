"""A clock that was set back: observations stay in the order in which they were made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tieline.feeds import Feed, Report
from tieline.flow.house import House
from tieline.values import Payload, stamp
from tieline.watch import WorkerStumbled

BACK = timedelta(minutes=1)
"""How far the clock may stand before a report's newest answer: what hosts and requests differ by."""

LOOKED_BACK = 8
"""Entries of a report among which its newest answer is looked for, imports standing between."""

TICK = timedelta(microseconds=1)


def steadied(house: House, feed: Feed, report: Report, payload: Payload) -> Payload:
    """An answer as it was fetched, or just after the report's newest one if the clock says long before.

    Which of the two times is wrong nobody here can know; that this answer came later is certain, and the
    later of two known times never tells anybody too early. It is told.
    """
    if not house.steady:
        return payload
    entries = house.ledger.entries(reports=[report.name], limit=LOOKED_BACK, newest_first=True)
    newest = max((one.fetched_at_utc for one in entries), default=payload.fetched_at_utc)
    if newest - payload.fetched_at_utc <= BACK:
        return payload
    house.record(
        WorkerStumbled(
            feed=feed.id,
            report=report.name,
            error="ClockSetBack",
            text=f"the clock says {stamp(payload.fetched_at_utc)}, and the newest answer came at "
            f"{stamp(newest)}: this one counts as fetched just after it",
        )
    )
    return replace(payload, fetched_at_utc=newest + TICK)
