"""What a request weighs, and which containers bring some days most cheaply."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tieline.feeds import DailyFile, Report
from tieline.ledger import Ledger
from tieline.markettime import day_window, market_day

BYTES_A_SECOND = 2_000_000.0
"""What a line is taken to carry, to weigh bytes against requests."""

LOOKED_AT = 8
"""Entries of a report from which the usual size of its files is taken."""


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes that requests of one report bring; `seen` is False where the row alone says so."""

    direct: int
    archived_day: int
    seen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Days of one month and how they come: all of `archived` in one archive, each of `direct` alone."""

    archived: tuple[date, ...]
    direct: tuple[date, ...]
    why: str


def weight_of(ledger: Ledger, report: Report) -> Weight:
    """The usual size of a report's files: of the newest ones seen, else what its row says."""
    seen = [
        entry.bytes
        for entry in ledger.entries(
            reports=[report.name], states=["completed"], limit=LOOKED_AT, newest_first=True
        )
        if entry.bytes
    ]
    direct = max(seen, default=report.at.typical_bytes)
    ratio = report.at.archive_ratio if isinstance(report.at, DailyFile) else 1.0
    return Weight(direct, round(direct / ratio), bool(seen))


def seconds_of(report: Report, requests: int, size: int) -> float:
    """Least time that politeness and the line allow."""
    return requests / report.publisher.requests_per_second + size / BYTES_A_SECOND


def archive_bytes(weight: Weight, month: date, now: datetime, zone: str) -> int:
    """What the archive of a month weighs now; the running month's has only the days so far."""
    days = calendar.monthrange(month.year, month.month)[1]
    today = market_day(zone, now)
    if (today.year, today.month) == (month.year, month.month):
        days = today.day
    return weight.archived_day * days


def choose(
    report: Report, month: date, days: Sequence[date], weight: Weight, now: datetime
) -> Choice:
    """The cheapest way to some days of one month, in time that requests and bytes take.

    Days out of direct reach leave no choice but the archive, and then it brings the younger days
    that surely lie in it as well.
    """
    at = report.at
    if not isinstance(at, DailyFile) or at.archive_of(month) is None:
        return Choice((), tuple(days), "no archive")
    zone = report.publisher.zone
    today = market_day(zone, now)
    old = [day for day in days if (today - day).days > at.direct_days]
    sure = [
        day for day in days if day in old or day_window(zone, day)[1] + at.archived_after <= now
    ]
    rest = tuple(day for day in days if day not in sure)
    if old:
        return Choice(tuple(sure), rest, f"{len(old)} of its days stand in the archive only")
    packed = seconds_of(report, 1, archive_bytes(weight, month, now, zone))
    plain = seconds_of(report, len(sure), weight.direct * len(sure))
    if len(sure) > 1 and packed < plain:
        return Choice(tuple(sure), rest, f"cheaper than {len(sure)} daily files")
    return Choice((), tuple(days), "cheaper than the archive" if sure else "not in an archive yet")


def minutes_of(parts: Sequence[tuple[Report, int]]) -> float:
    """Least minutes for requests of (report, bytes); publishers are asked side by side."""
    seconds: dict[str, float] = {}
    for report, size in parts:
        publisher = report.publisher.id
        seconds[publisher] = seconds.get(publisher, 0.0) + seconds_of(report, 1, size)
    return max(seconds.values(), default=0.0) / 60


def by_month(days: Sequence[date]) -> dict[date, list[date]]:
    """Days under the first of their month, oldest month first."""
    months: dict[date, list[date]] = {}
    for day in sorted(days):
        months.setdefault(day.replace(day=1), []).append(day)
    return months


def days_between(first: date, last: date) -> list[date]:
    """Market days from `first` to `last`, both included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
