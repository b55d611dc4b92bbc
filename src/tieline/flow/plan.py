"""From a range of market days to requests: the cheapest containers, nothing fetched twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tieline.feeds import DailyFile, Feed, Report
from tieline.flow.job import Job
from tieline.flow.known import is_look
from tieline.ledger import Ledger
from tieline.markettime import day_window, market_day
from tieline.values import Slice, Window

TYPICAL_BYTES = 200_000
"""Size assumed of a daily file that nobody has fetched yet."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be asked. `settled` days are already there and final, so nobody asks again."""

    jobs: tuple[Job, ...]
    settled: int
    days: int

    def requests(self) -> int:
        return len(self.jobs)

    def bytes(self, ledger: Ledger) -> int:
        """Expected bytes, from what the newest files of each report weighed."""
        typical: dict[str, int] = {}
        total = 0
        for job in self.jobs:
            name = job.report.name
            if name not in typical:
                seen = ledger.entries(
                    reports=[name], states=["completed"], limit=5, newest_first=True
                )
                typical[name] = max((entry.bytes for entry in seen), default=TYPICAL_BYTES)
            total += typical[name] * max(1, len(job.slices))
        return total

    def minutes(self) -> float:
        """Least time that politeness allows."""
        seconds: dict[str, float] = {}
        for job in self.jobs:
            publisher = job.report.publisher
            seconds[publisher.id] = (
                seconds.get(publisher.id, 0.0) + 1.0 / publisher.requests_per_second
            )
        return max(seconds.values(), default=0.0) / 60


def day_slice(report: Report, day: date) -> Slice:
    """The slice of a dated report for one market day."""
    start, end = day_window(report.publisher.zone, day)
    return Slice(report.name, Window(start, end), day)


def poll_slot(report: Report, now: datetime) -> Slice:
    """The slice of a static report: the poll slot that `now` lies in."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + ((now - midnight) // report.every) * report.every
    return Slice(report.name, Window(start, start + report.every), None)


def address(report: Report, path: str, bases: Mapping[str, str]) -> str:
    """Full URL of a path; `bases` replaces a publisher's own base address."""
    base = bases.get(report.publisher.id, report.publisher.base_url)
    return f"{base.rstrip('/')}/{path}"


def direct_job(feed: Feed, report: Report, day: date, bases: Mapping[str, str]) -> Job:
    """The daily file of one market day, with its month's archive as the fallback."""
    if not isinstance(report.at, DailyFile):
        raise ValueError(f"{report.name} has no daily file")
    slice = day_slice(report, day)
    fallback = archive_job(feed, report, day.replace(day=1), (day,), bases)
    return Job(
        feed,
        report,
        "direct",
        address(report, report.at.path_of(day), bases),
        slice,
        (slice,),
        fallback,
    )


def archive_job(
    feed: Feed, report: Report, month: date, days: tuple[date, ...], bases: Mapping[str, str]
) -> Job | None:
    """The archive of a month, asked for some of its days."""
    if not isinstance(report.at, DailyFile):
        return None
    path = report.at.archive_of(month)
    if path is None:
        return None
    slices = tuple(day_slice(report, day) for day in days)
    whole = Slice(report.name, slices[0].window.hull(slices[-1].window), None)
    return Job(feed, report, "archive", address(report, path, bases), whole, slices)


def static_job(feed: Feed, report: Report, now: datetime, bases: Mapping[str, str]) -> Job:
    """The static file, as it is now."""
    slice = poll_slot(report, now)
    return Job(feed, report, "static", address(report, report.at.path, bases), slice, (slice,))


def plan(
    ledger: Ledger,
    feed: Feed,
    report: Report,
    first: date,
    last: date,
    now: datetime,
    bases: Mapping[str, str],
    *,
    again: bool = False,
) -> Plan:
    """Requests for the market days `first` to `last`, both included, of one report.

    Days that are settled are left out unless `again`. Days older than the direct window come from
    monthly archives, younger ones directly. A static report has no past: it is asked once.
    """
    if not isinstance(report.at, DailyFile):
        return Plan((static_job(feed, report, now, bases),), 0, 1)
    today = market_day(report.publisher.zone, now)
    newest = market_day(report.publisher.zone, now - report.due)
    wanted = [day for day in days_between(first, last) if day <= newest]
    done = set() if again else settled_days(ledger, report, first, last)
    open_days = [day for day in wanted if day not in done]
    jobs: list[Job] = []
    months: dict[date, list[date]] = {}
    for day in open_days:
        if report.at.archive is not None and (today - day).days > report.at.direct_days:
            months.setdefault(day.replace(day=1), []).append(day)
        else:
            jobs.append(direct_job(feed, report, day, bases))
    for month, days in sorted(months.items(), reverse=True):
        job = archive_job(feed, report, month, tuple(days), bases)
        if job is not None:
            jobs.insert(0, job)
    return Plan(tuple(jobs), len(wanted) - len(open_days), len(wanted))


def days_between(first: date, last: date) -> Iterator[date]:
    """Market days from `first` to `last`, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def settled_days(ledger: Ledger, report: Report, first: date, last: date) -> set[date]:
    """Days whose file was read after the publisher had finished it.

    A file that somebody imported may have been saved before: it must lack nothing that is expected.
    """
    span = Window(day_slice(report, first).window.start, day_slice(report, last).window.end)
    whole = {
        count.day
        for count in ledger.days(report.name, window=span)
        if count.expected is None or count.received == count.expected
    }
    done = set()
    for entry in ledger.entries(reports=[report.name], overlapping=span, states=["completed"]):
        if entry.day is None or entry.known_at_utc is None:
            continue
        closed = entry.window.end + report.settles_after
        if entry.fetched_at_utc >= closed and (is_look(entry) or entry.day in whole):
            done.add(entry.day)
    return done
