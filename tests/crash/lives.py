"""A lake's life in acts, each of which may be cut off and begun again in the next life.

All ways of writing are in it: files that grow, are equal, broken, shrunk and corrected; a late one that
changes the past; archives; a new recipe and its replay; the merging of closed days and the removal
of what was merged away. Packs and sidecars are kept so small that they close and settle on the way.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from tests.crash.disk import Disk
from tests.crash.recorder import OBJECTS, Gate, Recorder, recording
from tests.flow.conftest import Bench, bench_of, p32
from tests.flow.operator import Operator, flat, zip_of
from tests.flow.worlds import BASES, fetcher_over
from tieline.assemble import house_of, opened, settings_of
from tieline.feeds import Feed
from tieline.flow import Daemon, House, SteppedClock, collect, import_file, plan, replay, replayable
from tieline.ledger import Watermark
from tieline.markettime import day_window
from tieline.settings import Settings, SinkSettings
from tieline.store import files
from tieline.store.raw import RawStore
from tieline.store.sidecars import SidecarStore
from tieline.values import Window
from tieline.watch import Happening, WorkerStumbled

REPORT, CURRENT = "nyiso:P-32", "nyiso:P-32-CURRENT"
REPORTS = (REPORT, CURRENT)
FEED = "iso.rt.interface_flow.nyiso"
DAY, NEXT = date(2026, 3, 2), date(2026, 3, 9)
ARCHIVE = "20260201ExternalLimitsFlows_csv.zip"
TODAY = datetime(2026, 3, 10, tzinfo=UTC)
"""When somebody imports."""
STAMPS = tuple(f"{minute // 60:02}:{minute % 60:02}" for minute in range(0, 200, 5))
DROPS = "drops"
OFFSET = 30
"""Second of the minute at which both reports are polled."""
PACK_SIZE, SETTLED = 2_000, 1_500
STRANGE = random.Random(20260302).randbytes(100_000).hex()
"""A page that no pack takes, so that it becomes a file of its own."""


@dataclass
class Life:
    """One process's time with a home: from opening it until it ends or is cut off."""

    number: int
    bench: Bench
    house: House
    recorder: Recorder
    operator: Operator = field(default_factory=Operator)
    later: timedelta = timedelta(0)
    told: list[Happening] = field(default_factory=list)

    @property
    def stumbled(self) -> list[str]:
        """What went wrong on our side."""
        return [f"{one.error}: {one.text}" for one in self.told if isinstance(one, WorkerStumbled)]

    def puts(self, day: date, data: bytes, status: int = 200) -> None:
        self.operator.puts(f"{day:%Y%m%d}ExternalLimitsFlows.csv", data, status)

    def polls(self, hour: int, minute: int, day: date = DAY) -> None:
        """Let the daemon live for one slot."""
        slot = datetime(day.year, day.month, day.day, hour, minute, OFFSET, tzinfo=UTC)
        clock = SteppedClock(slot - timedelta(seconds=1))
        house = self.at(clock)

        async def run() -> None:
            async with fetcher_over(self.operator, clock) as fetcher:
                await Daemon(
                    house=house,
                    fetcher=fetcher,
                    clock=clock,
                    wanted=tuple(house.report(name) for name in REPORTS),
                    bases=BASES,
                    concurrency=1,
                    until=slot,
                ).run(day)

        asyncio.run(run())

    def collects(self, first: date, last: date, now: datetime) -> None:
        """Collect a range as `tieline collect` does: what the plan finds wanting."""
        clock = SteppedClock(now)
        house = self.at(clock)
        feed, report = house.report(REPORT)
        jobs = plan(house.ledger, feed, report, first, last, now, BASES).jobs

        async def run() -> None:
            async with fetcher_over(self.operator, clock) as fetcher:
                await collect(house, fetcher, jobs, concurrency=1, done=lambda outcome: None)

        asyncio.run(run())

    def brings(self, data: bytes, at: datetime | None, name: str) -> None:
        """Import a file that somebody has."""
        path = self.bench.folder / name
        path.write_bytes(data)
        feed, report = self.house.report(REPORT)
        import_file(self.house, feed, report, path, fetched_at=at)

    def replays(self) -> None:
        feed, report = self.house.report(REPORT)
        start, end = day_window(report.publisher.zone, DAY)
        found = replayable(self.house, report, Window(start, end))
        replay(self.house, feed, report, found)

    def at(self, clock: SteppedClock) -> House:
        return replace(self.house, now=clock.now)


Doing = Callable[["Life"], None]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done, or done again if it was cut off.

    `world` is what the publisher does before it, which no crash of ours undoes. With `recipe` the new
    recipe is in force from here on.
    """

    name: str
    do: Doing
    world: Doing = lambda life: None
    recipe: bool = False


def _polled(minute: int) -> Doing:
    return lambda life: life.polls(10, minute)


def _grown(count: int, flow: object, status: int = 200) -> Doing:
    """The day's file has so many stamps, and the static file the last of them."""

    def world(life: Life) -> None:
        life.puts(DAY, flat(flow, STAMPS[:count]), status)
        newest = flat(flow, STAMPS[count - 1 : count])
        life.operator.puts("currentExternalLimitsFlows.csv", newest)

    return world


def _page(life: Life) -> None:
    life.puts(DAY, f"<html><body>{STRANGE}</body></html>".encode())


def _text_in_number(life: Life) -> None:
    odd = (STAMPS[3], "23316")
    life.puts(DAY, p32(STAMPS, lambda stamp, point: "x" if (stamp, point) == odd else 3))


def _late(flow: float, minute: int) -> Doing:
    def do(life: Life) -> None:
        at = datetime(2026, 3, 2, 10, minute, 45, tzinfo=UTC)
        life.brings(flat(flow, STAMPS[:6]), at, f"{DAY:%Y%m%d}ExternalLimitsFlows.csv")

    return do


def _days(first: int, last: int) -> bytes:
    return zip_of(
        {
            f"202602{day:02}ExternalLimitsFlows.csv": flat(day, STAMPS[:4], f"02/{day:02}/2026")
            for day in range(first, last + 1)
        }
    )


def _archive_imported(life: Life) -> None:
    life.brings(_days(20, 22), None, ARCHIVE)


def _archive_collected(life: Life) -> None:
    life.collects(date(2026, 2, 24), date(2026, 2, 27), datetime(2026, 5, 1, tzinfo=UTC))


def _next_week(life: Life) -> None:
    life.puts(NEXT, flat(8, STAMPS[:3], f"{NEXT:%m/%d/%Y}"))


def _merged(minute: int) -> Doing:
    """A poll long after the day was settled, after which its parts are merged."""
    return lambda life: life.polls(10, minute, NEXT)


def _hour_later(life: Life) -> None:
    """Once more, when nobody can be reading what was merged away."""
    life.later = timedelta(hours=1)
    _late(0.25, 8)(life)
    _merged(15)(life)


def _keeps_house(life: Life) -> None:
    life.house.sidecars.settle()
    files.sweep(life.bench.home.folder, now=datetime.now(UTC) + timedelta(hours=2))


ACTS: tuple[Act, ...] = (
    Act("two stamps", _polled(5), _grown(2, 1)),
    Act("grown and revised", _polled(10), _grown(5, 2)),
    Act("nothing new", _polled(15), _grown(5, 2)),
    Act("a page instead", _polled(20), _page),
    Act("shrunk", _polled(25), _grown(3, 2)),
    Act("shrunk, confirmed", _polled(30), _grown(3, 2)),
    Act("server down", _polled(35), _grown(6, 2, 500)),
    Act("grown again", _polled(40), _grown(8, 2)),
    Act("text in a number", _polled(45), _text_in_number),
    Act("a late file", _late(1.5, 7)),
    Act("an archive imported", _archive_imported),
    Act(
        "an archive collected",
        _archive_collected,
        lambda life: life.operator.puts(ARCHIVE, _days(24, 27)),
    ),
    Act("a new recipe", Life.replays, recipe=True),
    Act("days merged", _merged(5), _next_week),
    Act("a later file", _late(0.5, 3)),
    Act("merged again", _merged(10)),
    Act("merged files removed", _hour_later),
    Act("house kept", _keeps_house),
)


@contextmanager
def living(folder: Path, disk: Disk, gate: Gate | None = None) -> Iterator[Recorder]:
    """Lay a disk into a folder and write down what is done there."""
    disk.lay(folder / "home")
    disk.lay_objects(folder / OBJECTS)
    with recording(folder / "home", disk, gate) as recorder:
        yield recorder


@contextmanager
def begun(
    recorder: Recorder, folder: Path, number: int, settings: Settings | None = None
) -> Iterator[Life]:
    """Open the home; without `settings` its ledger lies in it, and it has a sink in the store beside it."""
    with opened(settings or settings_of(folder / "home", sinks=drops_in(folder / OBJECTS))) as home:
        bench = bench_of(home, folder)
        life = Life(number, bench, bench.house, recorder)
        life.house = _house(life, folder)
        yield life


def drops_in(folder: Path) -> dict[str, SinkSettings]:
    """A sink in a folder."""
    url = SecretStr(folder.as_uri())
    return {DROPS: SinkSettings(kind="objects", url=url, feeds=(FEED,))}


def play(life: Life, acts: Sequence[Act], place: int) -> None:
    """One act, under the recipe that is in force then. Raises: whatever it raises."""
    if any(act.recipe for act in acts[: place + 1]):
        life.house = replace(life.house, feeds=renewed(life.house.feeds))
    acts[place].world(life)
    acts[place].do(life)


def live(
    recorder: Recorder,
    folder: Path,
    number: int,
    acts: Sequence[Act] = ACTS,
    *,
    first: int = 0,
    most: int | None = None,
    seen: Callable[[Life, int], None] | None = None,
) -> None:
    """Open the home and play the acts from one on; `seen` is shown the life after each.

    most: no further act is begun after so many actions
    Raises: whatever an act raises; AssertionError where a worker stumbled over our own disk.
    """
    with begun(recorder, folder, number) as life:
        if seen is not None:
            seen(life, first)
        for act in acts[:first]:
            act.world(life)
        for place in range(first, len(acts)):
            if most is not None and len(recorder.actions) > most:
                return
            play(life, acts, place)
            assert life.stumbled == [], life.stumbled
            recorder.done(acts[place].name)
            if seen is not None:
                seen(life, place + 1)


def _house(life: Life, folder: Path) -> House:
    raw = folder / "home" / "raw"
    mine = f"life/{life.number}"
    return replace(
        house_of(life.bench.home, now=lambda: TODAY, record=life.told.append),
        raw=RawStore(raw, pack_size=PACK_SIZE),
        sidecars=SidecarStore(raw, settled=SETTLED),
        holder=mine,
        dead=lambda holder: holder != mine,
        beat=lambda: datetime.now(UTC) + life.later,
    )


def renewed(feeds: tuple[Feed, ...]) -> tuple[Feed, ...]:
    """The same feeds with one sentinel more: another recipe, by which a flow of 2 is unknown."""

    def report_of(feed: Feed) -> Feed:
        reports = []
        for report in feed.reports:
            columns = tuple(
                replace(one, sentinels=(2.0,)) if one.name == "flow_mw" else one
                for one in report.columns
            )
            reports.append(replace(report, columns=columns) if report.name in REPORTS else report)
        return replace(feed, reports=tuple(reports))

    return tuple(map(report_of, feeds))


def marks(life: Life) -> dict[tuple[str, str], Watermark]:
    return {(mark.feed, mark.report): mark for mark in life.bench.home.ledger.watermarks()}
