"""Random lives of a lake whose ledger is lost and rebuilt; what it answered before, it answers after."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from tests.flow.conftest import Bench, bench_of
from tests.flow.operator import flat
from tests.flow.worlds import BASES, VALUES, Told, fetcher_over, live
from tieline.assemble import lake_of, opened, settings_of
from tieline.emulate.faults import parse
from tieline.flow import (
    House,
    SteppedClock,
    collect,
    merge_report,
    plan,
    rebuild_all,
    replay,
    replayable,
)
from tieline.markettime import day_window
from tieline.select import Certificate, read
from tieline.values import Window

KINDS = (
    "http_500", "empty_200", "truncated", "html_200", "missing_interval", "shrunk",
    "text_in_number", "renamed_column", "wrong_day", "error_in_zip", "clock_skew",
)  # fmt: skip
DAY = date(2026, 3, 2)
SPAN = Window(*day_window("America/New_York", DAY))
MOMENTS = 3

Facts = tuple[object, ...]


@dataclass
class Outcome:
    """What lives went through, and what a rebuilt lake answered otherwise."""

    lives: int = 0
    questions: int = 0
    rows: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.lives += other.lives
        self.questions += other.questions
        self.rows += other.rows
        self.happened += other.happened
        self.wrong += other.wrong


def lost_and_rebuilt(seed: int, folder: Path) -> Outcome:
    """Live, ask, lose ledger and lake, rebuild them, ask again."""
    dice = random.Random(seed)
    outcome = Outcome(lives=1)
    with opened(settings_of(folder / "home")) as home:
        bench = bench_of(home, folder)
        house = lived(bench, dice, outcome.happened)
        moments = [SPAN.start + timedelta(minutes=dice.randrange(60 * 72)) for _ in range(MOMENTS)]
        before = answers(bench, house, moments)
        taken = {entry.origin for entry in house.ledger.entries()}
        assert taken >= {"collect", "import"}
    for path in (folder / "home").glob("ledger.sqlite*"):
        path.unlink()
    shutil.rmtree(folder / "home" / "parts")
    with opened(settings_of(folder / "home")) as home:
        fresh = bench_of(home, folder)
        fresh.house = replace(fresh.house, now=house.now, feeds=house.feeds)
        for done in rebuild_all(fresh.house, 2, lambda: None):
            outcome.wrong += [f"seed {seed}: {damage}" for damage in done.damage]
        after = answers(fresh, fresh.house, moments)
    outcome.questions = len(before)
    outcome.rows = sum(rows.height for rows, _ in before.values())
    for question, (rows, certificate) in before.items():
        found, certified = after[question]
        if not rows.equals(found):
            outcome.wrong.append(f"seed {seed}: {question} is another answer after the rebuild")
        if certificate != certified:
            outcome.wrong.append(f"seed {seed}: {question} has another certificate: {certified}")
    return outcome


def lived(bench: Bench, dice: random.Random, happened: Counter[str]) -> House:
    """Days of polling under faults, files imported late, an archive, replays and merges; gives the house."""
    reports = tuple(f"nyiso:{code}" for code in dice.sample(sorted(VALUES), 2))
    reports = tuple(dict.fromkeys(("nyiso:P-32", *reports)))
    rates = [{"name": name, "rate": dice.choice([0.03, 0.08])} for name in KINDS]
    start = SPAN.end - timedelta(hours=dice.randrange(2, 8))
    until = start + timedelta(hours=dice.randrange(6, 16))
    faults = parse(json.dumps({"faults": rates}))
    house = live(bench, reports, start, until, DAY, faults=faults, every=timedelta(hours=1))
    happened["polls"] += len(house.ledger.entries())
    for _ in range(dice.randrange(2, 6)):
        hour = dice.randrange(24)
        stamps = [f"{dice.randrange(24):02}:{minute:02}" for minute in (0, 5)]
        data = b"no csv" if dice.random() < 0.2 else flat(dice.randrange(999), sorted(stamps))
        bench.bring(data, f"{hour:02}:{dice.randrange(60):02}")
        happened["imports"] += 1
    clock = SteppedClock(until + timedelta(days=50))
    house = replace(house, now=clock.now)
    _archived(house, clock, dice.choice(reports), happened)
    for name in reports:
        feed, report = house.report(name)
        if dice.random() < 0.5:
            replay(house, feed, report, replayable(house, report, SPAN))
            happened["replays"] += 1
        if dice.random() < 0.7:
            happened["merged parts"] += merge_report(house, feed.id, name)
    return house


def _archived(house: House, clock: SteppedClock, name: str, happened: Counter[str]) -> None:
    """The month's archive, asked for long after."""
    feed, report = house.report(name)
    jobs = plan(house.ledger, feed, report, DAY, DAY, clock.now(), BASES, again=True).jobs

    async def run() -> None:
        async with fetcher_over(Told(clock.now), clock) as fetcher:
            await collect(house, fetcher, jobs, concurrency=1, done=lambda outcome: None)

    asyncio.run(run())
    happened["old files"] += len(jobs)


def answers(
    bench: Bench, house: House, moments: list[datetime]
) -> dict[str, tuple[pl.DataFrame, Facts]]:
    """What the lake says: every dataset, every kind of revision, moments, and how whole it is."""
    found = {}
    lake = lake_of(bench.home, house.now)
    datasets = {
        feed.dataset.name
        for feed in house.feeds
        if feed.dataset and house.ledger.parts(feeds=[feed.id])
    }
    window = SPAN.start - timedelta(days=1), SPAN.end + timedelta(days=2)
    for dataset in sorted(datasets):
        for revisions in ("latest", "first", "all"):
            for moment in (None, *moments):
                answer = read(lake, dataset, *window, revisions=revisions, as_of=moment)
                said = told(answer.polars()), facts(answer.certificate)
                found[f"{dataset} {revisions} as of {moment}"] = said
    return found


def told(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows without the numbers that a ledger gives, in an order of their own."""
    rows = frame.drop("entry_id", "row_sequence", strict=False)
    return rows.sort(rows.columns)


def facts(certificate: Certificate) -> Facts:
    holes = [(gap.report, gap.start_utc, gap.end_utc, gap.cause) for gap in certificate.gaps]
    return certificate.complete, certificate.expected, certificate.received, sorted(holes)
