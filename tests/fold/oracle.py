"""A naive log of whole looks that answers every question by doing everything again.

Nothing of the fold is used: dicts, lists and the rules as people say them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tieline.feeds import Absence

from .looks import Cell, Identity, Key, Look

SETTLED = ["advisory", "preliminary", "final"]
NO_CELL: Cell = (None, None)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a chain's history: an answer of the oracle."""

    key: Key
    report: str
    known: int
    fetched: int
    content: str
    live: bool
    value: float | None
    end: int | None

    @property
    def order(self) -> tuple[int, int, str]:
        return (self.known, self.fetched, self.content)


@dataclass(slots=True)
class Log:
    """Everything that was imported or read again, with its sequence."""

    absences: dict[str, Absence]
    looks: list[tuple[int, Look]] = field(default_factory=list)
    contracts: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)

    def ask(
        self, at_sequence: int, as_of: int, revisions: str, named: str | None = None
    ) -> list[Fact]:
        """What this log would have answered at a sequence."""
        history = [
            fact
            for fact in self.history(at_sequence)
            if fact.known <= as_of and named in (None, fact.key[2])
        ]
        if revisions == "all":
            return history
        precedence = [order for since, order in self.contracts if since <= at_sequence][-1]
        answers = []
        for identity in {fact.key[:2] for fact in history}:
            about = [fact for fact in history if fact.key[:2] == identity]
            if revisions == "first":
                moment = min(fact.known for fact in about)
                about = [fact for fact in about if fact.known == moment]
            answers.append(_preferred(about, precedence))
        return answers

    def history(self, at_sequence: int) -> list[Fact]:
        """Every new, changed or withdrawn line of every chain, over all known time."""
        held: dict[int, Look] = {}
        for sequence, look in self.looks:
            if sequence <= at_sequence:
                held[look.id] = look
        told = []
        for report, absence in self.absences.items():
            told += _tell(absence, [look for look in held.values() if look.report == report])
        return told


def _preferred(about: list[Fact], precedence: tuple[str, ...]) -> Fact:
    newest: dict[tuple[str, str], Fact] = {}
    for fact in about:
        chain = (fact.report, fact.key[2])
        if chain not in newest or fact.order >= newest[chain].order:
            newest[chain] = fact
    candidates = list(newest.values())
    if any(fact.live for fact in candidates):
        candidates = [fact for fact in candidates if fact.live]
    highest = max(SETTLED.index(fact.key[2]) for fact in candidates)
    candidates = [fact for fact in candidates if SETTLED.index(fact.key[2]) == highest]
    first = min(precedence.index(fact.report) for fact in candidates)
    candidates = [fact for fact in candidates if precedence.index(fact.report) == first]
    return max(candidates, key=lambda fact: fact.order)


def _tell(absence: Absence, looks: Iterable[Look]) -> list[Fact]:
    """The history of one report."""
    told: list[Fact] = []
    now: dict[Key, Cell] = {}
    notes: dict[Key, list[str]] = {}
    for look in sorted(looks, key=_place):
        lacking = set()
        for key in now:
            if _lists(look, key):
                notes[key].append("seen")
            elif _may_miss(look, key):
                notes[key].append("lacking")
                lacking.add(key)
        if absence.kind == "growing" and any(notes[key][-2] == "seen" for key in lacking):
            continue
        for key in sorted(lacking, key=str):
            if _is_over(absence, notes[key]):
                told.append(_fact(look, key, None))
                del now[key], notes[key]
        for key, cell in look.cells.items():
            if key not in now or now[key] != cell:
                told.append(_fact(look, key, cell))
            if key not in now:
                notes[key] = ["seen"]
            now[key] = cell
    return told


def _place(look: Look) -> tuple[int, int, str, bool, tuple[int, int]]:
    return (
        look.known,
        look.fetched,
        look.content,
        look.window is not None,
        look.window or (0, 0),
    )


def _lists(look: Look, key: Key) -> bool:
    """The key stands there, or its fact stands there with a more settled print."""
    stamp, area, named = key
    better = SETTLED[SETTLED.index(named) :]
    return any((stamp, area, other) in look.cells for other in better)


def _may_miss(look: Look, key: Key) -> bool:
    """Whether the key's absence from this look means anything."""
    identity: Identity = key[:2]
    if look.blind or identity in look.rejected:
        return False
    stamp = identity[0]
    if look.window is None or stamp is None:
        return True
    start, end = look.window
    return start <= stamp < end if look.closed == "left" else start < stamp <= end


def _is_over(absence: Absence, notes: list[str]) -> bool:
    if absence.kind == "rolling":
        return False
    if absence.kind == "snapshot":
        return notes[-absence.listings :] == ["lacking"] * absence.listings
    return True


def _fact(look: Look, key: Key, cell: Cell | None) -> Fact:
    value, end = NO_CELL if cell is None else cell
    return Fact(
        key, look.report, look.known, look.fetched, look.content, cell is not None, value, end
    )
