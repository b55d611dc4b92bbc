"""Merging and sweeping beside writers and readers, and killed at every step: no row and no answer changes.

TIELINE_KEEPING says how many seeded schedules are run; with MANY of them the kills are at every step, else at
each of STRIDE of them.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.flow.conftest import Bench, bench_of, p32
from tieline.assemble import opened, settings_of
from tieline.datasets import INTERFACE_FLOW
from tieline.flow import House, import_file, merge_days, merge_months, merging, sweep
from tieline.ledger import Commit, Part
from tieline.ledger.catalogue import Catalogue
from tieline.select import Revisions, read
from tieline.store.census import Census, census
from tieline.store.merged import Merging
from tieline.store.parts import Parts

SCHEDULES = int(os.environ.get("TIELINE_KEEPING", "2"))
MANY, STRIDE = 20, 11
REPORT = "nyiso:P-32"
DAYS = [date(2026, 3, 30) + timedelta(days=number) for number in range(4)]
STAMPS = ("00:00", "00:05", "12:00", "23:55")
MOMENTS = (None, datetime(2026, 5, 1, tzinfo=UTC))
REVISIONS: tuple[Revisions, ...] = ("latest", "first", "all")


def imported(bench: Bench, house: House, dice: random.Random, place: str) -> None:
    """A version of some day's file, known at some moment of April: new, revised, late or the same."""
    day = dice.choice(DAYS)
    shown = STAMPS[: dice.randint(1, len(STAMPS))]
    value = dice.randint(1, 3)
    data = p32(shown, lambda stamp, point: value, f"{day:%m/%d/%Y}")
    path = bench.folder / place / f"{day:%Y%m%d}ExternalLimitsFlows.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    feed, report = house.report(REPORT)
    known = datetime(2026, 4, 10, tzinfo=UTC) + timedelta(minutes=dice.randrange(40_000))
    import_file(house, feed, report, path, day=day, fetched_at=known)


def old(house: House) -> House:
    """The house when all of March and April is long past, and no file is worth a grace."""
    return replace(
        house,
        now=lambda: datetime(2026, 7, 1, tzinfo=UTC),
        beat=lambda: datetime.now(UTC) + timedelta(days=3),
    )


def kept(house: House) -> None:
    for _ in (*merge_days(house, REPORT), *merge_months(house, REPORT)):
        continue


def counted(house: House) -> Census:
    parts = house.ledger.parts(report=REPORT)
    return census(house.parts, INTERFACE_FLOW, [(part.path, part.sequence or 0) for part in parts])


def answers(bench: Bench, sequence: int) -> list[pl.DataFrame]:
    start, end = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 4, 4, tzinfo=UTC)
    return [
        read(
            bench.lake(),
            "interface_flow",
            start,
            end,
            revisions=revisions,
            as_of=moment,
            at_sequence=sequence,
        ).polars()
        for revisions in REVISIONS
        for moment in MOMENTS
    ]


def same(left: list[pl.DataFrame], right: list[pl.DataFrame]) -> bool:
    return all(one.equals(other) for one, other in zip(left, right, strict=True))


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_two_writers_and_two_readers_beside_it(
    bench: Bench, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    for _ in range(6):
        imported(bench, bench.house, dice, "first")
    sequence = bench.home.ledger.sequence()
    expected = answers(bench, sequence)
    total = [counted(bench.house)]
    monkeypatch.setattr(Catalogue, "commit", _counting(bench.house, total))
    stop = threading.Event()

    def write(number: int) -> None:
        own = random.Random(seed * 10 + number)
        for _ in range(5):
            imported(bench, bench.house, own, f"writer{number}")

    def ask() -> int:
        asked = 0
        while not stop.is_set() or not asked:
            assert same(answers(bench, sequence), expected)
            asked += 1
        return asked

    def keep() -> None:
        """Files merged away keep their grace, for there are readers."""
        house = replace(old(bench.house), beat=bench.house.beat)
        while not stop.is_set():
            kept(house)
            sweep(house)

    with ThreadPoolExecutor(5) as pool:
        keeper, readers = pool.submit(keep), [pool.submit(ask), pool.submit(ask)]
        try:
            for done in [pool.submit(write, number) for number in (1, 2)]:
                done.result()
        finally:
            stop.set()
        keeper.result()
        assert all(reader.result() for reader in readers)
    kept(old(bench.house))
    assert counted(bench.house) == _sum(total)
    assert same(answers(bench, sequence), expected)


def _counting(house: House, total: list[Census]) -> Callable[[Catalogue, Commit], int]:
    commit = Catalogue.commit

    def counting(ledger: Catalogue, told: Commit) -> int:
        """A commit, and the census of the rows it brought."""
        sequence = commit(ledger, told)
        if told.parts and told.kind != "merge":
            named = [(part.path, sequence) for part in told.parts]
            total.append(census(house.parts, INTERFACE_FLOW, named))
        return sequence

    return counting


def _sum(parts: list[Census]) -> Census:
    return Census(
        sum(one.rows for one in parts),
        sum(one.low for one in parts),
        sum(one.high for one in parts),
    )


class Killed(BaseException):
    """The process is gone; nothing that catches errors catches it."""


STEPS: tuple[tuple[type, str], ...] = (
    (Merging, "add"),
    (Merging, "close"),
    (Catalogue, "commit"),
    (Parts, "remove"),
    (Catalogue, "drop_parts"),
)
"""What leaves something at rest: the process may end before and after each."""


@contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """End at the `step`-th moment before or after something is written; gives the moments passed."""
    passed = [0]

    def moment() -> None:
        passed[0] += 1
        if passed[0] == step:
            raise Killed

    def around(act: Callable[..., Any]) -> Callable[..., Any]:
        def acted(*told: Any, **more: Any) -> Any:
            moment()
            given = act(*told, **more)
            moment()
            return given

        return acted

    with monkeypatch.context() as patched:
        # What a dead process would have tidied up stays.
        patched.setattr(Merging, "drop", lambda self: None)
        for owner, name in STEPS:
            patched.setattr(owner, name, around(getattr(owner, name)))
        yield passed


def test_killed_at_every_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kill in a life of its own over the same past; afterwards the next life finishes the work."""
    monkeypatch.setattr(merging, "CHUNK", 6)
    stride = 1 if SCHEDULES >= MANY else STRIDE
    step, kills = 1 - stride, 0
    while True:
        step += stride
        with opened(settings_of(tmp_path / f"home{step}")) as home:
            bench = bench_of(home, tmp_path)
            dice = random.Random(7)
            for _ in range(5):
                imported(bench, bench.house, dice, "files")
            sequence = home.ledger.sequence()
            before, expected = counted(bench.house), answers(bench, sequence)
            house = old(bench.house)
            with killed_at(step, monkeypatch):
                try:
                    kept(house)
                    sweep(house)
                except Killed:
                    kills += 1
                else:
                    break
            assert counted(house) == before
            assert same(answers(bench, sequence), expected)
            kept(house)
            sweep(house)
            named: list[Part] = home.ledger.parts(report=REPORT)
            assert {part.level for part in named} == {2}
            assert set(house.parts.files()) == {part.path for part in named}
            assert counted(house) == before
            assert same(answers(bench, sequence), expected)
    print(f"{kills} kills, at each of {stride} of {step} steps")
    assert kills == (step - 1) // stride > 1
