"""Kill schedules: at which steps lives are cut off and how; what is left goes on to the end.

A cut is no exception in the running code, which would tidy up behind it: a life is written down whole,
and the next one begins on the disk as it was after so many of its actions.
"""

from __future__ import annotations

import gc
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from math import gcd
from pathlib import Path

import polars as pl

from tests.crash.disk import WAYS, Action, Disk, Way
from tests.crash.facts import Facts, facts_of, recounted
from tests.crash.following import FOLLOW, FOLLOWED, at_the_lake
from tests.crash.lives import ACTS, Act, Life, live, living, marks
from tests.crash.recorder import OBJECTS, Recorder
from tieline.errors import TielineError
from tieline.ledger import Watermark
from tieline.store import files

FURTHER = (0, 0, 1)
"""How many acts a life plays behind the one that was cut off, where it does not go on to the very end."""
EARLY = 160
"""Steps in which a home is opened again; half of the further cuts fall there, most others soon after."""
SOON = 4 * EARLY

Marks = dict[tuple[str, str], Watermark]


@dataclass(frozen=True, slots=True)
class Cut:
    """A life ends after `step` of its actions, in some way; `seed` decides what chance decides."""

    step: int
    way: Way
    seed: int


Schedule = tuple[Cut, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Calm:
    """A life that nobody cut off: its actions, and watermarks and all else that it says after each act."""

    acts: tuple[Act, ...]
    actions: tuple[Action, ...]
    marks: tuple[Marks, ...]
    facts: tuple[Facts, ...]

    @property
    def followed(self) -> bool:
        """Whether a sink follows the ledger in it."""
        return any(act.name == FOLLOW for act in self.acts)

    def left(self, first: int) -> int:
        """About how many actions a life has that begins with an act."""
        return len(self.actions) - self.through(first)

    def through(self, acts: int) -> int:
        """The step after which so many acts are through."""
        if acts == 0:
            return 0
        ends = [at for at, action in enumerate(self.actions) if action.kind == "done"]
        return ends[acts - 1] + 1


def calm_of(folder: Path, acts: Sequence[Act] = ACTS) -> Calm:
    """Play a life through. Raises: AssertionError if it is not sound by itself."""
    seen: list[Marks] = []
    facts: list[Facts] = []

    def look(life: Life, through: int) -> None:
        seen.append(marks(life))
        facts.append(facts_of(life))
        assert (wrong := recounted(life, kept=through == len(acts))) == [], wrong
        if through == len(acts) and any(act.name == FOLLOW for act in acts):
            assert (wrong := at_the_lake(life, through=True)) == [], wrong

    with living(folder, Disk()) as recorder:
        live(recorder, folder, 0, acts, seen=look)
    assert (past := _past(recorder, folder)) == [], past
    return Calm(tuple(acts), tuple(recorder.actions), tuple(seen), tuple(facts))


def played(calm: Calm, schedule: Schedule, folder: Path, further: int | None = None) -> list[str]:
    """Play a life with its cuts to the end; gives what is wrong with what it left.

    What was acknowledged before a cut is not done again: it must be there.
    further: the last life ends so many acts behind the one that was cut off, else at the very end
    """
    disk, actions, through = Disk(), list(calm.actions), 0
    for number, cut in enumerate(schedule, start=1):
        for action in actions[: cut.step]:
            disk.apply(action)
        through += sum(action.kind == "done" for action in actions[: cut.step])
        disk = disk.ended(cut.way, random.Random(cut.seed))
        last = number == len(schedule)
        most = None if last else schedule[number].step
        with _home(folder / str(number)) as place, living(place, disk) as recorder:
            wrong = _lived(calm, recorder, place, number, through, most, further if last else None)
            if last:
                wrong += _past(recorder, place)
        if wrong:
            return [f"life {number} from act {through}: {one}" for one in wrong]
        actions = recorder.actions
    return []


def _past(recorder: Recorder, folder: Path) -> list[str]:
    """What was done past the recorder."""
    disk = recorder.disk()
    return disk.differs(folder / "home") + disk.objects_differ(folder / OBJECTS)


@contextmanager
def _home(folder: Path) -> Iterator[Path]:
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lived(
    calm: Calm,
    recorder: Recorder,
    folder: Path,
    number: int,
    first: int,
    most: int | None,
    further: int | None,
) -> list[str]:
    """One life after a cut; gives what is wrong with it."""
    wrong: list[str] = []
    whole = len(calm.acts)
    upto = whole if further is None else min(whole, first + 1 + further)

    def look(life: Life, through: int) -> None:
        here, then = marks(life), calm.marks[through]
        if through == first:
            wrong.extend(
                f"{key} went back: {then[key]}" for key in then if not rose(then, here, key)
            )
            if most is None:
                wrong.extend(recounted(life, kept=False))
            if calm.followed:
                wrong.extend(at_the_lake(life, through=False))
        elif here != then:
            wrong.append(f"watermarks after {calm.acts[through - 1].name}: {here}, not {then}")
        if through == upto:
            files.sweep(life.bench.home.folder, now=datetime.now(UTC) + timedelta(hours=2))
            wrong.extend(recounted(life, kept=through == whole))
            wrong.extend(calm.facts[through].differences(facts_of(life)))
            if calm.followed:
                wrong.extend(at_the_lake(life, through=through == whole))

    try:
        live(recorder, folder, number, calm.acts[:upto], first=first, most=most, seen=look)
    except (TielineError, OSError, AssertionError, pl.exceptions.PolarsError) as error:
        wrong.append(f"{type(error).__name__}: {error}")
    return wrong


def rose(before: Marks, after: Marks, key: tuple[str, str]) -> bool:
    """Whether a watermark is where it was, or later."""
    if key not in after:
        return False
    pairs = (
        (before[key].high_utc, after[key].high_utc),
        (before[key].contiguous_utc, after[key].contiguous_utc),
    )
    return all(old is None or (new is not None and new >= old) for old, new in pairs)


def schedules(calm: Calm, count: int, seed: int) -> Iterator[Schedule]:
    """So many schedules, spread over every step and way: single cuts, then pairs, then more.

    Four of ten have one cut, so that 10,000 of them cut every step of a life; four have two
    and two have three to five. Each is a function of its place and the seed alone.
    """
    steps = len(calm.actions)
    width = stride(steps)
    for place in range(count):
        chance = random.Random(f"{seed}/{place}")
        kind = place % 10
        turn = place // 10 * 4 + kind % 4
        step = turn * width % steps + 1 if kind < 8 else chance.randint(1, steps)
        way = WAYS[turn % len(WAYS)] if kind < 4 and turn < steps else chance.choice(WAYS)
        cuts = [Cut(step, way, place)]
        more = 0 if kind < 4 else 1 if kind < 8 else chance.randint(2, 4)
        for _ in range(more):
            through = sum(one.kind == "done" for one in calm.actions[: cuts[0].step])
            reach = chance.random()
            far = EARLY if reach < 0.5 else SOON if reach < 0.85 else calm.left(through) + EARLY
            cuts.append(Cut(chance.randint(1, far), chance.choice(WAYS), chance.getrandbits(32)))
        yield tuple(cuts)


def stride(steps: int) -> int:
    """A step width that meets every step once in a round, near the golden section of all."""
    width = round(steps * 0.618)
    while gcd(width, steps) != 1:
        width += 1
    return width


@contextmanager
def short_lived() -> Iterator[Path]:
    """A folder in memory where the machine has one: thousands of homes are laid and removed."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@cache
def _calms() -> tuple[Calm, Calm]:
    """The whole life, without a sink and with one."""
    with short_lived() as folder:
        return calm_of(folder / "alone", ACTS), calm_of(folder / "followed", FOLLOWED)


@dataclass(frozen=True, slots=True)
class Share:
    """What a part of some schedules came to: how many were played, with a sink, to the very end."""

    played: int
    followed: int
    whole: int
    wrong: tuple[str, ...]


def share_played(count: int, seed: int, part: int, parts: int) -> Share:
    """Play every `parts`-th of some schedules, from `part` on.

    A sink follows in each twentieth of them; one in twenty goes on to the very end of its life.
    """
    wrong: list[str] = []
    followed = whole = 0
    alone, with_sink = _calms()
    gc.freeze()
    with short_lived() as folder:
        twentieth = schedules(with_sink, count // 20 + 1, seed)
        others = schedules(alone, count, seed)
        for place in range(count):
            calm, dealt = (with_sink, twentieth) if place % 20 == 2 else (alone, others)
            schedule = next(dealt)
            if place % parts != part:
                continue
            chance = random.Random(f"{seed}/{place}/end")
            to_the_end = chance.random() < 0.05
            followed, whole = followed + calm.followed, whole + to_the_end
            further = None if to_the_end else chance.choice(FURTHER)
            found = played(calm, schedule, folder / str(place), further)
            wrong += [f"schedule {place} of seed {seed}, {schedule}: {one}" for one in found]
    return Share(len(range(part, count, parts)), followed, whole, tuple(wrong))
