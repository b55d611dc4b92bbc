"""Displays that overwrite themselves: looks share stamps with looks of hours and days around them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.flow.conftest import Bench, bench_of
from tieline.assemble import opened, settings_of
from tieline.flow import import_file, rebuild_all
from tieline.flow.past import order_of, past_of, reach_of
from tieline.flow.verifying import derive, groups
from tieline.ledger import Counts
from tieline.markettime import day_start

HOUR = timedelta(hours=1)
EST = timedelta(hours=-5)
BEGUN = datetime(2026, 7, 27, 20, 5, tzinfo=UTC)
LISTED = 5
REPORTS = {
    "forecast": ("miso:WindSolar/getwindforecast", "Forecast"),
    "actual": ("miso:WindSolar/getwindactual", "instance"),
}

Row = tuple[datetime | None, datetime, float, datetime]
"""Vintage, stamp, megawatts, and when that was first known."""


@dataclass(frozen=True)
class Look:
    at: datetime
    megawatts: dict[datetime, float]

    def file(self, path: str) -> bytes:
        lines = [
            {
                "DateTimeEST": f"{stamp + EST:%Y-%m-%d %I:%M:%S %p}",
                "HourEndingEST": f"{(stamp + EST).hour + 1}",
                "Value": f"{value:.2f}",
            }
            for stamp, value in self.megawatts.items()
        ]
        return json.dumps({path: lines, "RefId": "", "MktDay": ""}).encode()


def looks_of(dice: Random, count: int) -> list[Look]:
    """Three looks in four hours at five stamps each, over midnight; one number in three is corrected."""
    looks: list[Look] = []
    known: dict[datetime, float] = {}
    for number in range(count):
        at = BEGUN + number * timedelta(minutes=20)
        first = at.replace(minute=0)
        for stamp in (first + step * HOUR for step in range(LISTED)):
            if stamp not in known or dice.random() < 0.3:
                known[stamp] = float(dice.randrange(100))
        shown = [first + step * HOUR for step in range(LISTED) if dice.random() < 0.8] or [first]
        looks.append(Look(at, {stamp: known[stamp] for stamp in shown}))
    return looks


def naive(looks: Sequence[Look], kind: str) -> tuple[list[Row], list[Counts]]:
    """What the log of looks says: each number where it became another one, and each look's counts."""
    rows: list[Row] = []
    counts: list[Counts] = []
    last: dict[tuple[datetime | None, datetime], float] = {}
    for look in sorted(looks, key=lambda one: one.at):
        vintage = None
        if kind == "forecast":
            vintage = day_start("Etc/GMT+5", (min(look.megawatts) + EST).date())
        new = revised = 0
        for stamp, value in look.megawatts.items():
            was = last.get((vintage, stamp))
            if was != value:
                rows.append((vintage, stamp, value, look.at))
                new += was is None
                revised += was is not None
            last[vintage, stamp] = value
        listed = len(look.megawatts)
        same = listed - new - revised
        counts.append(Counts(read=listed, new=new, revised=revised, unchanged=same))
    return sorted(rows, key=str), counts


def shown(bench: Bench, kind: str, looks: Sequence[Look]) -> None:
    name, path = REPORTS[kind]
    feed, report = bench.house.report(name)
    for look in looks:
        file = bench.folder / "display.json"
        file.write_bytes(look.file(path))
        import_file(bench.house, feed, report, file, fetched_at=look.at)


def told(bench: Bench, kind: str) -> tuple[list[Row], list[Counts]]:
    name = REPORTS[kind][0]
    stored = bench.stored(name)
    vintages = stored["vintage_utc"] if kind == "forecast" else [None] * stored.height
    columns = (stored[column] for column in ("stamp_utc", "generation_mw", "known_at_utc"))
    rows = sorted(zip(vintages, *columns, strict=True), key=str)
    entries = bench.house.ledger.entries(reports=[name], states=["completed"])
    counts = [replace(entry.counts, same=0) for entry in sorted(entries, key=order_of)]
    return rows, counts


@pytest.mark.parametrize("order", ["as they came", "backwards", "shuffled"])
@pytest.mark.parametrize("kind", REPORTS)
def test_looks_in_any_order_give_the_log_of_numbers_that_changed(
    bench: Bench, kind: str, order: str
) -> None:
    for seed in range(2):
        dice = Random(f"{kind} {seed}")
        looks = looks_of(dice, 18)
        wanted = naive(looks, kind)
        if order == "backwards":
            looks.reverse()
        elif order == "shuffled":
            dice.shuffle(looks)
        folder = bench.folder / str(seed)
        folder.mkdir()
        with opened(settings_of(folder / "home")) as home:
            one = bench_of(home, folder)
            shown(one, kind, looks)
            assert told(one, kind) == wanted
            assert compared(one) == len(wanted[0])


def compared(bench: Bench) -> int:
    """Rows that were derived again from their bytes, each once."""
    seen: set[int] = set()
    rows = 0
    for group in groups(bench.house, None):
        if group.entry.entry_id in seen:
            continue
        derived = derive(bench.house, group, seen=seen)
        assert (derived.damage, derived.outdated) == ((), False)
        seen |= derived.entries
        rows += derived.rows
    return rows


@pytest.mark.parametrize("kind", REPORTS)
def test_a_rebuild_gives_what_the_looks_gave(tmp_path: Path, kind: str) -> None:
    looks = looks_of(Random(kind), 12)
    with opened(settings_of(tmp_path / "home")) as home:
        shown(bench_of(home, tmp_path), kind, looks)
    for path in (tmp_path / "home").glob("ledger.sqlite*"):
        path.unlink()
    shutil.rmtree(tmp_path / "home" / "parts")
    with opened(settings_of(tmp_path / "home")) as home:
        bench = bench_of(home, tmp_path)
        assert not any(done.damage for done in rebuild_all(bench.house, 1, lambda: None))
        assert told(bench, kind) == naive(looks, kind)


def test_what_a_look_is_held_against_does_not_grow_with_the_history(bench: Bench) -> None:
    name, _ = REPORTS["forecast"]
    shown(bench, "forecast", looks_of(Random(3), 90))
    feed, report = bench.house.report(name)
    entries = sorted(bench.house.ledger.entries(reports=[name]), key=order_of)
    reaches = [reach_of(report, entry) for entry in entries]
    for number, widened in ((-1, False), (45, True)):
        stamps = reaches[number]
        assert stamps is not None
        known, fetched, content = order_of(entries[number])
        after = (known + timedelta(microseconds=1), fetched, content)
        past = past_of(bench.house, feed, report, stamps, (entries[number].window,), place=after)
        assert past.stamps is not None
        assert (past.stamps != stamps) == widened
        assert past.stamps.end - past.stamps.start < 3 * LISTED * HOUR
        assert len(past.entries) < 3 * 4 * LISTED
