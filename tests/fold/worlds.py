"""Random small worlds: what happens to one feed, in an order of arrival that is not the known one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from tieline.feeds import FINAL, GROWING, ROLLING, Absence, snapshot
from tieline.fold.observation import Closed

from .looks import Cell, Look

ABSENCES = (GROWING, GROWING, ROLLING, snapshot(1), snapshot(2), snapshot(3), FINAL)
VALUES = (None, 0.0, -0.0, 1.0, 2.0)
SLICES = ((0, 2), (2, 4), (0, 4), (1, 3), (0, 1))


@dataclass(frozen=True, slots=True)
class Arrival:
    """Looks that come in one transaction: one new one, or some that were read again."""

    looks: tuple[Look, ...]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """From here on another order of precedence is in force."""

    precedence: tuple[str, ...]


Event = Arrival | Declared


@dataclass(frozen=True, slots=True)
class World:
    absences: dict[str, Absence]
    events: tuple[Event, ...]


def world(seed: int, *, replays: bool = True) -> World:
    """The world of a seed; without `replays` every event is a new look."""
    random = Random(seed)
    reports = ("R0", "R1")[: random.choice((1, 1, 2))]
    absences = {report: random.choice(ABSENCES) for report in reports}
    maker = _Maker(random, stamped=random.random() < 0.85)
    events: list[Event] = []
    for _ in range(random.randint(3, 9)):
        chance = random.random()
        if replays and chance < 0.2 and maker.looks:
            chosen = random.sample(maker.looks, min(len(maker.looks), random.choice((1, 1, 2, 3))))
            report = chosen[0].report
            same = tuple(maker.again(look) for look in chosen if look.report == report)
            events.append(Arrival(same, again=True))
        elif replays and chance < 0.25 and len(reports) == 2:
            events.append(Declared(tuple(random.sample(reports, 2))))
        else:
            events.append(Arrival((maker.look(random.choice(reports)),)))
    return World(absences, tuple(events))


class _Maker:
    """Draws looks; remembers those that may be read again or repeated."""

    def __init__(self, random: Random, *, stamped: bool) -> None:
        self.random = random
        self.stamps: tuple[int | None, ...] = (0, 1, 2, 3) if stamped else (None,)
        self.areas = ("x", "y") if stamped else ("x", "y", "z")
        self.rich = random.choice((0.6, 0.8, 0.95))
        self.prints = random.choice((("final",), ("final",), ("preliminary", "final")))
        self.slices = random.sample(SLICES, random.randint(1, 3))
        self.faulty = random.choice((0.0, 0.3))
        self.looks: list[Look] = []
        self.count = 0

    def look(self, report: str) -> Look:
        """A new look: mostly its own bytes, sometimes an equal poll, sometimes a twin."""
        self.count += 1
        known = self.random.randint(0, 5)
        fetched = known + self.random.randint(0, 2)
        content = f"{self.random.choice('abc')}{self.count}"
        made = self._said(Look(report, self.count, known, fetched, content, None, {}))
        older = [one for one in self.looks if one.report == report]
        chance = self.random.random()
        if older and chance < 0.25:
            like = self.random.choice(older)
            made = replace(like, id=self.count, known=known, fetched=fetched, content=content)
        elif older and chance < 0.31:
            # The same bytes at the same times for another slice: neither is read again, so that
            # both stay the same bytes by the same recipe.
            like = self.random.choice(older)
            self.looks.remove(like)
            return replace(like, id=self.count, window=made.window, closed=made.closed)
        self.looks.append(made)
        return made

    def again(self, look: Look) -> Look:
        """The same bytes by another recipe: other cells, another known time, both or neither."""
        self.looks.remove(look)
        known = self.random.choice((look.known, look.known, self.random.randint(0, 5)))
        again = replace(look, known=known, entry=(look.entry or look.id) + 100)
        if self.random.random() < 0.7:
            again = self._said(again)
        self.looks.append(again)
        return again

    def _said(self, look: Look) -> Look:
        """The look with a slice of its own and what stands in it."""
        random = self.random
        start, end = random.choice(self.slices)
        closed: Closed = "right" if random.random() < 0.3 else "left"
        window = None if random.random() < 0.1 else (start, end)
        shift = 0 if closed == "left" or window is None else 1
        inside = [one for one in self.stamps if one is None or start <= one - shift < end]
        if random.random() < 0.15:
            inside = list(self.stamps)
        facts = [(stamp, area) for stamp in inside for area in self.areas]
        faulty = self.faulty if random.random() < 0.5 else 0.0
        return replace(
            look,
            window=window,
            closed=closed,
            cells={
                (stamp, area, named): self._cell(stamp)
                for stamp, area in facts
                for named in self.prints
                if random.random() < self.rich
            },
            rejected=frozenset(fact for fact in facts if random.random() < faulty),
            blind=random.random() < faulty / 2,
        )

    def _cell(self, stamp: int | None) -> Cell:
        end = None if stamp is None else stamp + self.random.choice((1, 1, 1, 2))
        return self.random.choice(VALUES), end
