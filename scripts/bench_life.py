"""From a publisher's file to an answer: the daemon lives with the emulator on a fast clock.

Two waits make up "publish to queryable". Our own, in seconds of this machine: from the moment the
daemon begins to ask, over fetch, raw store, decode, fold, part and commit, until a question that
is asked meanwhile again and again has the new stamp. And the wait for the poll slot, in the emulated
world's time: reports are asked every five minutes, however fast we are.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from time import perf_counter

from scripts.bench_figure import SEED, Figure, percentile, scratch
from tieline.assemble import Home, fetcher_of, house_of, lake_of, opened, settings_of
from tieline.cli.life import emulator
from tieline.emulate.clock import FastClock
from tieline.flow import Daemon, PacedClock
from tieline.select import Lake, Question, answer
from tieline.watch import Happening, SliceCommitted, SliceFetched

SECTION = "life"
BEGIN = datetime(2026, 9, 15, 13, 1, tzinfo=UTC)
SPEED = 60.0


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit to be looked for, when its fetch began, and how long its file had waited."""

    feed: str
    stamp: datetime
    begun: float
    waited: timedelta | None


@dataclass(slots=True)
class Watch:
    """Hears what happens and asks for what was committed; the first commit of a report is its past."""

    lake: Lake
    clock: PacedClock
    begun: dict[tuple[str, str], tuple[float, datetime]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    commits: SimpleQueue[Commit | None] = field(default_factory=SimpleQueue)
    seconds: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def record(self, happening: Happening) -> None:
        if isinstance(happening, SliceFetched):
            now = self.clock.now()
            key = (happening.report, happening.slice)
            self.begun[key] = (perf_counter() - happening.seconds, now)
        elif isinstance(happening, SliceCommitted) and happening.stamp_max_utc is not None:
            begun, fetched = self.begun[(happening.report, happening.slice)]
            waited = None if happening.known_at_utc is None else fetched - happening.known_at_utc
            if happening.report in self.known:
                self.commits.put(Commit(happening.feed, happening.stamp_max_utc, begun, waited))
            self.known.add(happening.report)

    def look(self) -> None:
        """Until told to end: ask for each commit's newest stamp until it is there."""
        while (commit := self.commits.get()) is not None:
            question = Question(
                dataset=commit.feed,
                start=commit.stamp - timedelta(hours=1),
                end=commit.stamp + timedelta(hours=1),
                columns=("stamp_utc",),
            )
            while commit.stamp not in answer(self.lake, question).polars()["stamp_utc"]:
                pass
            self.seconds.append(perf_counter() - commit.begun)
            if commit.waited is not None:
                self.waits.append(commit.waited.total_seconds())


def run(quick: bool = False) -> list[Figure]:
    """Percentiles of both waits over every new stamp that all of NYISO's feeds brought."""
    span = timedelta(minutes=14 if quick else 90)
    speed = 2 * SPEED if quick else SPEED
    with scratch() as folder, opened(settings_of(folder / "home")) as home:
        world = FastClock(BEGIN, speed)
        clock = PacedClock(world.now, speed)
        watch = Watch(lake_of(home, clock.now), clock)
        with emulator(world, seed=SEED) as bases, _asking(watch):
            asyncio.run(_live(home, clock, bases, watch, BEGIN + span))
    told = f"{len(watch.seconds)} commits of {len(home.feeds)} feeds, world at {speed:.0f} x"
    own = f"seconds of this machine, fetch begun to answered by select; {told}"
    slot = f"seconds of the world, Last-Modified to fetched; at {speed:.0f} x our own work counts"
    return [
        _figure("publish to queryable, our part, p50", watch.seconds, 50, 1.0, own),
        _figure("publish to queryable, our part, p95", watch.seconds, 95, 5.0, own),
        _figure("wait for the poll slot, p50", watch.waits, 50, None, slot),
        _figure("wait for the poll slot, p95", watch.waits, 95, None, slot),
    ]


async def _live(
    home: Home, clock: PacedClock, bases: dict[str, str], watch: Watch, until: datetime
) -> None:
    own = [feed for feed in home.feeds if feed.publisher.id == "nyiso"]
    wanted = tuple((feed, report) for feed in own for report in feed.reports)
    async with fetcher_of(home, clock, bases=bases, polite=False) as fetcher:
        daemon = Daemon(
            house=house_of(home, now=clock.now, record=watch.record),
            fetcher=fetcher,
            clock=clock,
            wanted=wanted,
            bases=bases,
            concurrency=home.settings.concurrency,
            until=until,
        )
        await daemon.run(BEGIN.date())


@contextmanager
def _asking(watch: Watch) -> Iterator[None]:
    """Somebody who asks beside the daemon; every commit has been seen at the end."""
    asker = threading.Thread(target=watch.look, name="asker", daemon=True)
    asker.start()
    try:
        yield
    finally:
        watch.commits.put(None)
        asker.join(60)


def _figure(
    name: str, numbers: list[float], share: float, target: float | None, note: str
) -> Figure:
    return Figure(
        section=SECTION,
        name=name,
        value=percentile(numbers, share),
        unit="s",
        target=target,
        note=note,
    )
