"""Kill schedules over a ledger on PostgreSQL: connections end, the server restarts, the process dies.

The home's files lie on the disk of `tests/crash/disk.py`; ledger and sinks are real databases and
folders, whose state at a death is what the next life finds. A schedule begins where an act begins: on a
copy of what a life that nobody disturbed had come to then.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from pydantic import SecretStr

from tests.crash.blows import Blow, Dead, Kind, Steps, stepping
from tests.crash.databases import Databases, Served, databases
from tests.crash.disk import WAYS, Disk
from tests.crash.facts import Facts, facts_of, recounted
from tests.crash.following import FOLLOW, FOLLOWED, at_the_lake, sinks_in
from tests.crash.lives import Act, Life, begun, living, marks, play
from tests.crash.recorder import Recorder
from tests.crash.schedules import Marks, rose, short_lived, stride
from tieline.assemble import settings_of
from tieline.errors import LedgerUnavailable, SinkError, StoreError
from tieline.settings import LedgerSettings, Settings
from tieline.store import files

FAR = 250
"""Steps within which the second blow of a schedule falls."""

RESTARTS = 12
"""Of so many schedules one has a server that restarts, which takes seconds."""

Schedule = tuple[Blow, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Chapter:
    """What lies there when an act begins, and the steps of a life that opens the home and plays it."""

    disk: Disk
    database: str
    drops: Path
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Calm:
    """A life that nothing befell, act by act, and what it had come to before the first and after each."""

    acts: tuple[Act, ...]
    chapters: tuple[Chapter, ...]
    ends: tuple[End, ...]


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """What a life had come to after an act."""

    marks: Marks
    facts: Facts
    commits: Counter[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where lives that follow one another have what outlives them."""

    folder: Path
    world: Served

    @property
    def drops(self) -> Path:
        return self.folder / "drops"

    def settings(self, folder: Path) -> Settings:
        """A home in a folder, its ledger and its sinks."""
        return settings_of(
            folder / "home",
            ledger=LedgerSettings(url=SecretStr(self.world.url)),
            sinks=sinks_in(self.world.url, self.drops),
        )


def calm_of(server: Databases, folder: Path, acts: Sequence[Act] = FOLLOWED) -> Calm:
    """Play a life through, each act by a process of its own.

    Raises: AssertionError if it is not sound by itself.
    """
    world = Served(server, "calm")
    place = Place(folder, world)
    server.make(world.name)
    place.drops.mkdir(parents=True)
    disk = Disk()
    chapters: list[Chapter] = []
    ends: list[End] = []
    for number, act in enumerate(acts):
        kept = folder / f"drops{number}"
        shutil.copytree(place.drops, kept)
        server.make(f"calm{number}", world.name)
        steps, here = Steps(world), folder / str(number)
        with (
            living(here, disk, steps.gate) as recorder,
            stepping(steps),
            begun(recorder, here, 0, place.settings(here)) as life,
        ):
            for earlier in acts[:number]:
                earlier.world(life)
            play(life, acts, number)
            assert life.stumbled == [], life.stumbled
            recorder.done(act.name)
            chapters.append(Chapter(disk, f"calm{number}", kept, tuple(steps.log)))
            with steps.apart():
                ends.append(End(marks(life), facts_of(life), commits_of(life)))
                if number == len(acts) - 1:
                    assert (wrong := _unsound(life, through=True)) == [], wrong
        disk = recorder.disk()
    return Calm(tuple(acts), tuple(chapters), tuple(ends))


def commits_of(life: Life) -> Counter[tuple[str, str | None]]:
    """How often what was committed; what was kept before a blow is taken in after it by a rebuild's commit.

    Not merges: rows that come in after a blow may find their day merged already, which is then merged
    again. That they are the same rows stands in `Facts`.
    """
    written = life.bench.home.ledger.commits()
    kinds = {"rebuild": "collect"}
    return Counter(
        (kinds.get(one.kind, one.kind), one.report) for one in written if one.kind != "merge"
    )


def _unsound(life: Life, *, through: bool) -> list[str]:
    """What the home and its sinks say wrongly; `through` if nothing half done may lie about."""
    if through:
        files.sweep(life.bench.home.folder, now=datetime.now(UTC) + timedelta(hours=2))
    return recounted(life, kept=through) + at_the_lake(life, through=through)


def played(
    calm: Calm,
    first: int,
    blows: Schedule,
    folder: Path,
    server: Databases,
    further: int | None = None,
) -> tuple[list[Blow], list[str]]:
    """Play a life from an act on, blows and the lives after its deaths included, to the end.

    further: it ends so many acts behind the first, else at the very end
    Gives the blows that fell, and what is wrong with what was said, found on the way, or left.
    """
    chapter = calm.chapters[first]
    world = Served(server, f"life_{folder.name}")
    place = Place(folder, world)
    server.make(world.name, chapter.database)
    shutil.copytree(chapter.drops, place.drops)
    steps = Steps(world, blows)
    disk, through = chapter.disk, first
    wrong: list[str] = []
    whole = len(calm.acts)
    upto = whole if further is None else min(whole, first + 1 + further)
    for number in range(1, len(blows) + 2):
        here = folder / str(number)
        with living(here, disk, steps.gate) as recorder, stepping(steps):
            process = Process(calm, place, steps, recorder, here, number, upto)
            process.live(through)
        wrong += [f"life {number} from act {through}: {one}" for one in process.wrong]
        through += sum(action.kind == "done" for action in recorder.actions)
        if wrong or not steps.dead:
            break
        blow = steps.fallen[-1]
        disk = recorder.disk().ended(blow.way, random.Random(blow.seed))
        through += _left_for_later(calm, through, blow)
        steps.revive()
    server.drop(world.name)
    shutil.rmtree(folder, ignore_errors=True)
    return steps.fallen, wrong


def _left_for_later(calm: Calm, through: int, blow: Blow) -> bool:
    """Whether the lake goes on before a publisher that died is followed by another."""
    return calm.acts[through].name == FOLLOW and through + 1 < len(calm.acts) and blow.seed % 2 == 1


@dataclass
class Process:
    """One life among blows; `wrong` is what it said or found wrongly."""

    calm: Calm
    place: Place
    steps: Steps
    recorder: Recorder
    folder: Path
    number: int
    upto: int
    wrong: list[str] = field(default_factory=list)

    def live(self, first: int) -> None:
        """Open the home, again where that was struck, and play from an act on, up to another or the death."""
        settings = self.place.settings(self.folder)
        while not self.wrong and not self.steps.dead:
            fallen = len(self.steps.fallen)
            try:
                with begun(self.recorder, self.folder, self.number, settings) as life:
                    self._play(life, first)
                    return
            except StoreError as error:
                if len(self.steps.fallen) == fallen or not isinstance(error, LedgerUnavailable):
                    self._heard(error)
            except (AssertionError, pl.exceptions.PolarsError, OSError) as error:
                self._heard(error)
            except BaseException:
                if not self.steps.dead:
                    raise

    def _heard(self, error: Exception) -> None:
        """What is said by the dead does not count."""
        if not self.steps.dead:
            self.wrong.append(f"{type(error).__name__}: {error}")

    def _play(self, life: Life, first: int) -> None:
        with self.steps.apart():
            then = self.calm.ends[first - 1].marks if first else {}
            here = marks(life)
            self.wrong += [f"{key} went back" for key in then if not rose(then, here, key)]
            self.wrong += _unsound(life, through=False)
        for act in self.calm.acts[:first]:
            act.world(life)
        for number in range(first, self.upto):
            if self.wrong:
                return
            self._act(life, number)
            self.recorder.done(self.calm.acts[number].name)
            with self.steps.apart():
                if marks(life) != self.calm.ends[number].marks:
                    self.wrong.append(f"watermarks after act {number}: {marks(life)}")
        with self.steps.apart():
            end = self.calm.ends[self.upto - 1]
            self.wrong += _unsound(life, through=self.upto == len(self.calm.acts))
            self.wrong += end.facts.differences(facts_of(life))
            if commits_of(life) != end.commits:
                self.wrong.append(f"commits: {commits_of(life)}")

    def _act(self, life: Life, number: int) -> None:
        """Do an act, again as often as it is struck. Raises: Dead."""
        while True:
            fallen, stumbled = len(self.steps.fallen), len(life.stumbled)
            try:
                play(life, self.calm.acts, number)
                said = life.stumbled[stumbled:]
            except (StoreError, SinkError) as error:
                said = [f"{type(error).__name__}: {error}"]
            if self.steps.dead:
                raise Dead
            if not said:
                return
            struck = len(self.steps.fallen) > fallen
            self.wrong += [one for one in said if not struck or not one.startswith(EXPECTED)]
            if self.wrong:
                return


EXPECTED = ("LedgerUnavailable", "Unsettled", "SinkUnavailable", "OutcomeUnknown")
"""What may be said where a connection was ended."""


def schedules(calm: Calm, count: int, seed: int) -> Iterator[tuple[int, Schedule]]:
    """So many schedules, spread over all steps, every other one about a COMMIT: the act to begin with, and blows.

    One of three has a second blow, and one of six a third. Each is a function of its place and the seed.
    """
    every = [(act, step) for act, one in enumerate(calm.chapters) for step in range(len(one.steps))]
    commits = [(act, step) for act, step in every if _commits(calm.chapters[act].steps[step])]
    for place in range(count):
        chance = random.Random(f"{seed}/{place}")
        pool = commits if place % 2 else every
        act, step = pool[place // 2 * stride(len(pool)) % len(pool)]
        after = chance.randint(0, 1) if place % 2 else 0
        kind = KINDS[place // 2 % len(KINDS)]
        if place % RESTARTS == RESTARTS - 1:
            kind = chance.choice(("restart", "blackout"))
        blows = [Blow(step + 1 + after, kind, chance.choice(WAYS), chance.getrandbits(32))]
        for _ in range((place % 3 == 0) + (place % 6 == 0)):
            next_kind = chance.choice(KINDS)
            way, dice = chance.choice(WAYS), chance.getrandbits(32)
            blows.append(Blow(chance.randint(1, FAR), next_kind, way, dice))
        yield act, tuple(blows)


KINDS: tuple[Kind, ...] = ("cut", "unheard", "death")


def _commits(step: str) -> bool:
    return step.startswith(("execute COMMIT", "commit"))


def share_played(
    count: int, seed: int, part: int, parts: int, acts: Sequence[Act] = FOLLOWED
) -> tuple[Counter[str], list[str]]:
    """Play every `parts`-th of some schedules, from `part` on; one in five goes on to the very end.

    Gives how many of them, and how many blows of which kind fell; and what was wrong.
    """
    told: Counter[str] = Counter()
    wrong: list[str] = []
    with short_lived() as folder, databases() as server:
        calm = calm_of(server, folder / "calm", acts)
        for place, (first, blows) in enumerate(schedules(calm, count, seed)):
            if place % parts != part:
                continue
            whole = random.Random(f"{seed}/{place}/end").random() < 0.2
            further = None if whole else 1
            fallen, found = played(calm, first, blows, folder / str(place), server, further)
            told.update(
                ["schedules", *(["whole"] if whole else []), *(blow.kind for blow in fallen)]
            )
            where = f"schedule {place} of seed {seed}, from act {first}, {blows}"
            wrong += [f"{where}: {one}" for one in found]
    return told, wrong
