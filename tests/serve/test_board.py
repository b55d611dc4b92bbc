"""How a feed does, as the board says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tieline.feeds import Report
from tieline.ledger import Summary
from tieline.serve.api.board import state_of
from tieline.sources import FEEDS

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
REPORTS = {report.name: report for feed in FEEDS for report in feed.reports}
FLOWS, OUTAGES = REPORTS["nyiso:P-32"], REPORTS["nyiso:P-54B"]


def told(report: Report, fetched: timedelta, new: timedelta) -> str:
    summary = Summary(
        report=report.name, entries=1, last_fetch_utc=NOW - fetched, last_new_utc=NOW - new
    )
    return state_of(report, summary, NOW)


@pytest.mark.parametrize(("minutes", "state"), [(1, "ok"), (18, "late"), (3 * 60, "stale")])
def test_numbers_that_come_every_five_minutes_grow_old(minutes: int, state: str) -> None:
    assert told(FLOWS, timedelta(0), timedelta(minutes=minutes)) == state


@pytest.mark.parametrize(("hours", "state"), [(0, "ok"), (9, "stale")])
def test_a_listing_is_as_well_as_its_last_answer(hours: int, state: str) -> None:
    assert OUTAGES.label is None
    assert told(OUTAGES, timedelta(hours=hours), timedelta(days=3)) == state


def test_a_report_that_was_never_asked_is_idle() -> None:
    assert state_of(FLOWS, Summary(report=FLOWS.name), NOW) == "idle"
