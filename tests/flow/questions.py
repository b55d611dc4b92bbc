"""Questions of true time, known time and sequence, asked of a lake and of a naive log."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Literal

import polars as pl

from tests.flow.asof import (
    DAY_MINUTES,
    DAYS,
    KNOWN,
    LATEST_KNOWN,
    MIDNIGHT,
    MINUTE,
    REVISIONS,
    SPAN,
    STAMPS,
    Answer,
    Life,
    life,
)
from tests.fold.oracle import Fact, Log
from tieline.select import Question, Revisions, answer


@dataclass(frozen=True, slots=True)
class Ask:
    """One turn of all knobs, in the log's integers."""

    sequence: int
    as_of: int | None
    revisions: Revisions
    named: str | None
    vintage: Literal["latest", "all"] | int
    areas: tuple[str, ...] | None
    window: tuple[int, int] | None


def ask_of(one: Life, random: Random) -> Ask:
    first = one.precedences[0][0]
    revisions = random.choice(REVISIONS)
    window = None
    if revisions != "all" and random.random() < 0.4:
        start = (
            random.randrange(0, 2 * DAY_MINUTES) if random.random() < 0.3 else random.choice(STAMPS)
        )
        window = (start, start + random.choice((3, 5, 10, DAY_MINUTES)))
    newest = one.lake.ledger.sequence()
    vintage: Literal["latest", "all"] | int = "latest"
    if one.forecast:
        vintage = random.choice(("latest", "latest", "all", 0, 1))
    return Ask(
        sequence=newest if random.random() < 0.2 else random.randint(first, newest),
        as_of=random.choice((None, random.randint(0, LATEST_KNOWN))),
        revisions=revisions,
        named=random.choice((None, None, "preliminary", "final")),
        vintage=vintage,
        areas=random.choice((None, None, None, ("x", "z"))),
        window=window,
    )


def from_lake(one: Life, ask: Ask) -> Counter[Answer]:
    question = Question(
        dataset=one.feed.id,
        start=None if ask.window is None else MIDNIGHT + ask.window[0] * MINUTE,
        end=None if ask.window is None else MIDNIGHT + ask.window[1] * MINUTE,
        where={} if ask.areas is None else {"area_id": list(ask.areas)},
        as_of=None if ask.as_of is None else KNOWN + ask.as_of * MINUTE,
        revisions=ask.revisions,
        print=ask.named,
        vintage=ask.vintage
        if isinstance(ask.vintage, str)
        else MIDNIGHT + timedelta(days=ask.vintage),
        at_sequence=ask.sequence,
    )
    told: Counter[Answer] = Counter()
    frame = answer(one.lake, question).polars()
    minutes = [
        ((pl.col(name) - base).dt.total_minutes()).alias(name)
        for name, base in (
            ("stamp_utc", MIDNIGHT),
            ("interval_start_utc", MIDNIGHT),
            ("interval_end_utc", MIDNIGHT),
            ("known_at_utc", KNOWN),
        )
    ]
    vintage = pl.col("vintage_utc") if one.forecast else pl.lit(None)
    rows = frame.with_columns(minutes).select(
        vintage, "stamp_utc", "area_id", "print", "report", "known_at_utc", "state", "load_mw",
        span=pl.when(pl.col("state") == "live").then(
            pl.col("interval_start_utc") * SPAN + pl.col("interval_end_utc")
        ),
    )  # fmt: skip
    for vintage_utc, *rest in rows.iter_rows():
        place = None if vintage_utc is None else (vintage_utc - MIDNIGHT).days
        told[(place, *rest)] += 1
    return told


@dataclass
class Oracle:
    """The log's answers. A vintage is a log of its own: it shares no fact with another."""

    one: Life
    kept: dict[tuple[int | None, int], tuple[Log, list[Fact]]] = field(default_factory=dict)

    def answers(self, ask: Ask) -> tuple[Counter[Answer], int]:
        """What is right, and how many facts were asked about."""
        told: dict[int | None, list[Fact]] = {}
        facts: set[tuple[int | None, int | None, str]] = set()
        for vintage in self._vintages(ask):
            log, history = self._log(vintage, ask.sequence)
            facts |= {(vintage, *fact.key[:2]) for fact in history if _asked(ask, fact)}
            told[vintage] = [fact for fact in self._told(log, ask) if _asked(ask, fact)]
        if self.one.forecast and ask.vintage == "latest":
            told = self._greatest(ask, told)
        right: Counter[Answer] = Counter()
        for vintage, rows in told.items():
            for fact in rows:
                if ask.revisions == "all" or (fact.live and _starts_in(ask, fact)):
                    right[(vintage, *_answer(fact))] += 1
        return right, len(facts)

    def _vintages(self, ask: Ask) -> tuple[int | None, ...]:
        if not self.one.forecast:
            return (None,)
        return (ask.vintage,) if isinstance(ask.vintage, int) else tuple(range(len(DAYS)))

    def _log(self, vintage: int | None, sequence: int) -> tuple[Log, list[Fact]]:
        if (vintage, sequence) not in self.kept:
            looks = [
                (since, look)
                for since, look in self.one.looks
                if vintage is None or self.one.seen[look.id].day == vintage
            ]
            log = Log(self.one.absences, looks, self.one.precedences)
            self.kept[vintage, sequence] = (log, log.history(sequence))
        return self.kept[vintage, sequence]

    def _told(self, log: Log, ask: Ask, revisions: Revisions | None = None) -> list[Fact]:
        as_of = 10**9 if ask.as_of is None else ask.as_of
        return log.ask(ask.sequence, as_of, revisions or ask.revisions, ask.named)

    def _greatest(
        self, ask: Ask, told: dict[int | None, list[Fact]]
    ) -> dict[int | None, list[Fact]]:
        """Facts of the greatest vintage that has a live answer for the stamp and area."""
        best: dict[object, int] = {}
        for vintage in told:
            log, _ = self._log(vintage, ask.sequence)
            picked = "latest" if ask.revisions == "all" else ask.revisions
            for fact in self._told(log, ask, picked):
                if fact.live and vintage is not None:
                    best[fact.key[:2]] = max(vintage, best.get(fact.key[:2], vintage))
        return {
            vintage: [fact for fact in facts if best.get(fact.key[:2]) == vintage]
            for vintage, facts in told.items()
        }


def _asked(ask: Ask, fact: Fact) -> bool:
    return ask.areas is None or fact.key[1] in ask.areas


def _starts_in(ask: Ask, fact: Fact) -> bool:
    if ask.window is None or fact.end is None:
        return True
    return ask.window[0] <= fact.end // SPAN < ask.window[1]


def _answer(fact: Fact) -> Answer:
    stamp, area, named = fact.key
    state = "live" if fact.live else "gone"
    return (stamp, area, named, fact.report, fact.known, state, fact.value, fact.end)


@dataclass
class Result:
    """What some lives came to."""

    lives: int = 0
    asks: int = 0
    facts: int = 0
    rows: int = 0
    wrong: list[str] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)

    def add(self, other: Result) -> None:
        self.lives += other.lives
        self.asks += other.asks
        self.facts += other.facts
        self.rows += other.rows
        self.wrong += other.wrong
        self.happened += other.happened


def questioned(seed: int, folder: Path, asks: int) -> Result:
    """Live a seed's life and ask `asks` random questions of everything in it."""
    result = Result(lives=1)
    with life(seed, folder) as one:
        random = Random(-seed - 1)
        oracle = Oracle(one)
        for _ in range(asks):
            ask = ask_of(one, random)
            right, facts = oracle.answers(ask)
            got = from_lake(one, ask)
            result.asks += 1
            result.facts += facts
            result.rows += right.total()
            if got != right:
                result.wrong.append(f"seed {seed}: {ask}: {got - right} instead of {right - got}")
        result.happened = one.happened + Counter(observations=len(one.seen), forecasts=one.forecast)
        for part in one.lake.ledger.parts():
            rows = pl.read_parquet(one.lake.parts_folder / part.path)
            result.happened.update(rows["state"].to_list())
    return result
