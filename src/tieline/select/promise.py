"""When a row was promised, in SQL: what `known=assumed` takes where the fetch came long after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tieline.feeds import DailyFile, Feed, Report

LONG_AFTER = timedelta(days=2)
"""A fetch this long after a row was to appear says nothing about when it was published."""


def assumed_sql(feeds: Sequence[Feed]) -> dict[str, str]:
    """Known time and basis where a report's promise stands in for a fetch long after.

    The promise counts from when the row was to appear: a forecast's from its vintage, that of a dated
    file that stands at a time of its own (`due`) from that time of its market day, all others from the
    interval's end. Rows that are not so late, and reports of other feeds, keep what was recorded. A promise
    speaks of the row that a chain begins with: when a correction was to come nobody has promised.
    """
    assumed: dict[str, list[str]] = {}
    limits: dict[str, list[str]] = {}
    for feed in feeds:
        for report in feed.reports:
            base = _appears(report)
            late = max(LONG_AFTER, report.promised_within)
            name = "'" + report.name.replace("'", "''") + "'"
            assumed.setdefault(f"{base} + {_span(report.promised_within)}", []).append(name)
            limits.setdefault(f"{base} + {_span(late)}", []).append(name)
    late_sql = f"known_basis = 'fetched' and known_at_utc > {_by_report(limits)}"
    return {
        "known_at_utc": f"case when {late_sql} then {_by_report(assumed)} else known_at_utc end",
        "known_basis": f"case when {late_sql} then 'assumed' else known_basis end",
    }


def _appears(report: Report) -> str:
    """From when on a row of the report can be there.

    Of a file of several days it is the last file that can hold the row: nothing is assumed too early. A
    display that overwrites itself belongs to its vintage's day, so the day's end counts.
    """
    day = f"timezone('{report.publisher.zone}', (market_day - {report.ahead})::timestamp)"
    due = f"({day} + {_span(report.due)})"
    if report.vintage == "printed":
        return f"greatest(vintage_utc, {due})" if report.due else "vintage_utc"
    if report.vintage == "day":
        whole = timedelta(0) if isinstance(report.at, DailyFile) else timedelta(days=1)
        return f"(vintage_utc + {_span(report.due + whole)})"
    return due if report.due else "interval_end_utc"


def _by_report(told: dict[str, list[str]]) -> str:
    whens = (f"when report in ({', '.join(names)}) then {value}" for value, names in told.items())
    return f"(case {' '.join(whens)} end)"


def _span(length: timedelta) -> str:
    return f"interval '{length.total_seconds():.0f} seconds'"
