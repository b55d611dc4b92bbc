"""The store that folds, asked the same as a naive log, in random worlds.

TIELINE_PROOF is the number of worlds; without it a seeded part of them is run.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import product
from random import Random

import polars as pl
from polars.testing import assert_frame_equal

from tieline.fold import empty, refold

from .looks import at, minute_of, observation_of
from .oracle import SETTLED, Fact, Log
from .pick import Revisions, Row, pick
from .store import Store
from .worlds import Arrival, Declared, World, world

ORACLE_WORLDS = int(os.environ.get("TIELINE_PROOF", "50"))
STATE_WORLDS = ORDER_WORLDS = max(20, ORACLE_WORLDS // 5)
SEED = 1_000_000
REVISIONS: tuple[Revisions, ...] = ("latest", "first", "all")

Answer = tuple[object, ...]


def lived(one: World, *, keeps: bool) -> tuple[Store, Log]:
    """The same events in the store and in the log."""
    store = Store(one.absences, keeps=keeps)
    log = Log(one.absences, contracts=[(0, tuple(one.absences))])
    for event in one.events:
        match event:
            case Declared(precedence):
                store.declare(*precedence)
                log.contracts.append((store.sequence, precedence))
            case Arrival(looks, again):
                report = looks[0].report
                news = [observation_of(look) for look in looks]
                if again:
                    store.replace(report, news)
                else:
                    store.put(report, news[0])
                log.looks += [(store.sequence, look) for look in looks]
    return store, log


def from_store(rows: Iterable[Row]) -> Counter[Answer]:
    return Counter(
        (
            minute_of(row["stamp_utc"]),
            row["area_id"],
            row["print"],
            row["report"],
            minute_of(row["known_at_utc"]),
            row["content_sha256"],
            row["state"],
            row["load_mw"],
            minute_of(row["interval_end_utc"]) if row["state"] == "live" else None,
        )
        for row in rows
    )


def from_log(facts: Iterable[Fact]) -> Counter[Answer]:
    return Counter(
        (
            *fact.key,
            fact.report,
            fact.known,
            fact.content,
            "live" if fact.live else "gone",
            fact.value,
            fact.end,
        )
        for fact in facts
    )


@dataclass(slots=True)
class Seen:
    """What happened in the worlds, so that silence cannot pass for agreement."""

    worlds: int = 0
    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        happened = ", ".join(f"{count} {what}" for what, count in sorted(self.happened.items()))
        return f"{self.worlds} worlds, {self.asked} questions, {len(self.wrong)} wrong ({happened})"


def question(store: Store, log: Log, random: Random, seen: Seen, seed: int) -> None:
    """Ask both as of some times, at some sequences, in all ways."""
    for sequence in {store.sequence, *random.choices(range(store.sequence + 1), k=2)}:
        rows = store.visible(sequence)
        for as_of, named, revisions in product(
            (random.randint(0, 4), 5), (None, random.choice(SETTLED)), REVISIONS
        ):
            precedence = store.precedence(sequence)
            got = pick(store.dataset, rows, at(as_of), precedence, revisions, named)
            seen.asked += 1
            if from_store(got) != from_log(log.ask(sequence, as_of, revisions, named)):
                seen.wrong.append(
                    f"seed {seed}: {revisions}, as of {as_of}, sequence {sequence}, print {named}"
                )


def count(store: Store, seen: Seen) -> None:
    """Note what this world had in it; `fast` and `slow` are ways of importing."""
    seen.worlds += 1
    seen.happened.update(store.folded)
    seen.happened.update(store.rows["state"].to_list())
    seen.happened["shrunk"] += store.refused


def test_every_question_is_answered_as_by_the_naive_log() -> None:
    seen = Seen()
    for seed in range(ORACLE_WORLDS):
        random = Random(seed)
        store, log = lived(world(seed), keeps=random.random() < 0.5)
        question(store, log, random, seen, seed)
        count(store, seen)
    print(f"\noracle: {seen}")
    assert not seen.wrong, seen.wrong[:10]
    assert all(seen.happened[what] for what in ("fast", "slow", "gone", "same", "shrunk"))


def test_stored_rows_and_state_are_those_of_a_fold_from_the_beginning() -> None:
    for seed in range(STATE_WORLDS):
        one = world(SEED + seed)
        store, _ = lived(one, keeps=seed % 2 == 0)
        for report, chain in store.chains.items():
            whole = refold(chain, empty(chain), store.ordered(report))
            assert_same_rows(store.stored(report), whole.rows)
            assert_same_rows(store.state(report).heads, whole.state.heads)
    print(f"\nfrom the beginning: {STATE_WORLDS} worlds")


def test_no_answer_depends_on_the_order_of_import() -> None:
    for seed in range(ORDER_WORLDS):
        random = Random(seed)
        one = world(2 * SEED + seed, replays=False)
        store, _ = lived(one, keeps=True)
        shuffled = World(one.absences, tuple(random.sample(one.events, len(one.events))))
        other, _ = lived(shuffled, keeps=random.random() < 0.5)
        for as_of, revisions in product(range(6), REVISIONS):
            assert from_store(store.read(at(as_of), revisions=revisions)) == from_store(
                other.read(at(as_of), revisions=revisions)
            ), f"seed {2 * SEED + seed}, {revisions} as of {as_of}"
    print(f"\norder of import: {ORDER_WORLDS} worlds")


def assert_same_rows(got: pl.DataFrame, expected: pl.DataFrame) -> None:
    """Equal as sets, but for the entry and the sequence: another recipe may have said the same."""
    columns = [name for name in expected.columns if name not in ("entry_id", "row_sequence")]
    assert_frame_equal(
        got.select(columns), expected.select(columns), check_row_order=False, check_exact=True
    )
