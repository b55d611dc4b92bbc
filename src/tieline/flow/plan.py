"""From a range of market days to requests: the cheapest containers, nothing fetched twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tieline.feeds import DailyFile, Feed, Report, StaticFile
from tieline.flow.cost import (
    Weight,
    archive_bytes,
    by_month,
    choose,
    days_between,
    minutes_of,
    weight_of,
)
from tieline.flow.job import Job
from tieline.flow.probes import OURS, DayState, day_states, out_of_reach
from tieline.ledger import Entry, Ledger
from tieline.markettime import day_window, market_day
from tieline.store.sidecar import Sidecar
from tieline.values import Slice, Window

SHORTEST_TRY = timedelta(seconds=60)
"""How long one try may take for a small file that is polled several times an hour."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One job, what it will bring (bytes; 0 where they are held), and why it is done this way."""

    job: Job
    bytes: int
    estimated: bool
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be asked for one report, and what not.

    settled:   days that are there and final
    waiting:   days with a hole that is asked for later, or by nobody any more
    beyond:    days that the publisher keeps no longer, or never had
    reread:    entries whose kept bytes an older recipe refused: today's may read them
    """

    feed: Feed
    report: Report
    asks: tuple[Ask, ...]
    days: int
    settled: int = 0
    waiting: tuple[DayState, ...] = ()
    beyond: tuple[date, ...] = ()
    reread: tuple[Entry, ...] = ()

    @property
    def jobs(self) -> tuple[Job, ...]:
        return tuple(ask.job for ask in self.asks)

    def requests(self) -> int:
        return sum(ask.job.held is None for ask in self.asks)

    def bytes(self) -> int:
        """Bytes that will be fetched, as far as can be guessed."""
        return sum(ask.bytes for ask in self.asks)

    def minutes(self) -> float:
        """Least time that politeness allows."""
        return minutes_of([(self.report, a.bytes) for a in self.asks if a.job.held is None])

    def containers(self) -> dict[str, int]:
        """Requests by container; `held` are answers read from our own store."""
        return dict(Counter("held" if a.job.held else a.job.container for a in self.asks))


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
        deadline=patience(report),
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
    path = report.at.path
    if isinstance(report.at, StaticFile):
        path = report.at.path_on(market_day(report.publisher.zone, slice.window.start))
    url = address(report, path, bases)
    return Job(feed, report, "static", url, slice, (slice,), deadline=patience(report))


def patience(report: Report) -> timedelta | None:
    """How long one try for a file that is polled often may take; None: as long as any.

    So a poll that hangs is over before it stands in the way of many others.
    """
    return SHORTEST_TRY if report.every < timedelta(hours=1) else None


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
    held: Mapping[str, Sidecar] | None = None,
) -> Plan:
    """Requests for the market days `first` to `last`, both included, of one report.

    Left out, unless `again`, are days that are settled and those whose hole is not due to be asked
    for again. The others come from the cheapest containers. `held` are kept answers that nobody has
    read yet, by address: they are read first and not fetched. A static report has no past: it is
    asked once.
    """
    weight = weight_of(ledger, report)
    if not isinstance(report.at, DailyFile):
        job = static_job(feed, report, now, bases)
        return Plan(feed, report, (Ask(job, weight.direct, not weight.seen, "no past"),), 1)
    newest = market_day(report.publisher.zone, now - report.due)
    wanted = [day for day in days_between(first, last) if day <= newest]
    beyond = tuple(day for day in wanted if out_of_reach(report, day, now))
    reachable = [day for day in wanted if day not in set(beyond)]
    states = day_states(ledger, feed, report, reachable, now)
    reread = () if again else tuple(unread_entries(ledger, report, states))
    settled = [] if again else [s for s in states.values() if s.standing == "settled"]
    waiting = [] if again else [s for s in states.values() if is_waiting(s)]
    left = {state.day for state in (*settled, *waiting)}
    days = [day for day in reachable if day not in left]
    read, days = held_jobs(feed, report, days, bases, held or {})
    asks = (
        *(Ask(job, 0, False, "its bytes are here and were never read") for job in read),
        *asks_for(feed, report, days, weight, now, bases),
    )
    return Plan(feed, report, asks, len(wanted), len(settled), tuple(waiting), beyond, reread)


def is_waiting(state: DayState) -> bool:
    """Whether a day is left to its schedule; what we failed to fetch is resumed at once."""
    if state.standing == "given_up":
        return True
    return state.standing == "waiting" and state.cause not in OURS


def asks_for(
    feed: Feed,
    report: Report,
    days: Sequence[date],
    weight: Weight,
    now: datetime,
    bases: Mapping[str, str],
) -> Iterator[Ask]:
    """Requests for some days of a dated report: archives first, then daily files, oldest first."""
    single: list[Ask] = []
    for month, of_month in by_month(days).items():
        choice = choose(report, month, of_month, weight, now)
        job = archive_job(feed, report, month, choice.archived, bases) if choice.archived else None
        if job is not None:
            size = archive_bytes(weight, month, now, report.publisher.zone)
            yield Ask(job, size, True, choice.why)
        single += [
            Ask(direct_job(feed, report, day, bases), weight.direct, not weight.seen, choice.why)
            for day in choice.direct
        ]
    yield from single


def held_jobs(
    feed: Feed,
    report: Report,
    days: Sequence[date],
    bases: Mapping[str, str],
    held: Mapping[str, Sidecar],
) -> tuple[list[Job], list[date]]:
    """Jobs that read kept answers, and the days that are still to be asked for after them.

    An answer settles the days that the publisher had finished, and put there, before it was fetched.
    """
    assert isinstance(report.at, DailyFile)
    jobs: list[Job] = []
    left: list[date] = []
    for month, of_month in by_month(days).items():
        packed = archive_job(feed, report, month, tuple(of_month), bases)
        sidecar = held.get(packed.url) if packed is not None else None
        covered: list[date] = []
        if packed is not None and sidecar is not None:
            ready = sidecar.fetched_at_utc - max(report.settles_after, report.at.archived_after)
            covered = [d for d in of_month if day_slice(report, d).window.end <= ready]
        if covered and sidecar is not None:
            served = archive_job(feed, report, month, tuple(covered), bases)
            assert served is not None
            jobs.append(replace(served, held=sidecar))
        for day in of_month:
            single = direct_job(feed, report, day, bases)
            note = held.get(single.url)
            if day in covered or note is None:
                left += [] if day in covered else [day]
                continue
            jobs.append(replace(single, held=note, otherwise=None))
            if note.fetched_at_utc < single.whole.window.end + report.settles_after:
                left.append(day)
    return jobs, left


def held_urls(report: Report, days: Sequence[date], bases: Mapping[str, str]) -> set[str]:
    """Addresses at which the files of some days stand, alone and packed."""
    at = report.at
    if not isinstance(at, DailyFile):
        return set()
    paths = {at.path_of(day) for day in days}
    paths |= {path for day in days if (path := at.archive_of(day)) is not None}
    return {address(report, path, bases) for path in paths}


def unread_entries(
    ledger: Ledger, report: Report, states: Mapping[date, DayState]
) -> Iterator[Entry]:
    """The last kept answer of each day that only an older recipe has refused."""
    for state in states.values():
        if state.cause != "quarantined":
            continue
        entries = ledger.entries(
            reports=[report.name], day=state.day, states=["failed"], limit=1, newest_first=True
        )
        for entry in entries:
            if entry.cause == "quarantined" and entry.recipe != report.recipe_id:
                yield entry
