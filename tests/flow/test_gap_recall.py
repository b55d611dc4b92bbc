"""Whatever is taken out of the publishers' files at random is told as missing, with its cause."""

from __future__ import annotations

import asyncio
import os
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.flow.conftest import bench_of
from tests.flow.mutilated import World, Wound
from tests.flow.told import Score, collected, scored, told_gaps
from tieline.assemble import lake_of, opened, settings_of
from tieline.markettime import day_window
from tieline.select import Question, answer
from tieline.sources import FEEDS

WORLDS = int(os.environ.get("TIELINE_PROOF", "1"))
DAYS = 14 if "TIELINE_PROOF" in os.environ else 5
CHANGES = (date(2026, 3, 8), date(2026, 11, 1), date(2025, 11, 2), date(2027, 3, 14))
SEED = 20261121


def first_day(seed: int) -> date:
    """Every third world lives through a change of the clocks."""
    chance = random.Random(seed)
    if seed % 3 == 0:
        return chance.choice(CHANGES) - timedelta(days=chance.randint(1, DAYS - 2))
    return date(2025, 1, 1) + timedelta(days=chance.randrange(700))


def lived(seed: int, folder: Path) -> Score:
    """One world, collected and compared."""
    world = World(seed, first_day(seed), DAYS)
    assert len(world.pairs) >= 4, [report.name for _, report in world.pairs]
    with opened(settings_of(folder / "home")) as home:
        bench = bench_of(home, folder)
        house, _ = asyncio.run(collected(bench, world))
        return scored(bench, house, world)


def test_nothing_is_missing_unsaid(tmp_path: Path) -> None:
    whole = Score()
    for number in range(WORLDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        whole.plus(lived(SEED + number, folder))
    print(
        f"{WORLDS} worlds of {DAYS} days: {whole.truth} stamps and {whole.rows_truth} rows missing; "
        f"recall {whole.recall:.4%}, precision {whole.precision:.4%}, cause right {whole.causes:.4%}"
    )
    assert whole.truth > 100
    assert whole.recall == 1.0, whole.wrong[:20]
    assert whole.precision >= 0.99, whole.wrong[:20]
    assert whole.causes >= 0.95, whole.wrong[:20]


def test_a_lost_file_is_told_though_the_next_one_has_rows_of_its_day(tmp_path: Path) -> None:
    """A file of weather has what the day before was; the day itself is in the next one."""
    first = date(2025, 11, 4)
    world = World(SEED, first, 4)
    (feed,) = (feed for feed in FEEDS if feed.id == "iso.rt.station_weather.nyiso")
    (report,) = feed.reports
    world.pairs, world.unasked, world.down = ((feed, report),), {report.name: 0}, ""
    world.wounds = {(report.name, first + timedelta(days=1)): Wound("absent")}
    with opened(settings_of(tmp_path / "home")) as home:
        bench = bench_of(home, tmp_path)
        house, _ = asyncio.run(collected(bench, world))
        (gap,) = told_gaps(bench, house, world, feed, report)
        assert scored(bench, house, world).wrong == []
    assert (gap.day, gap.cause) == (first + timedelta(days=1), "missing_upstream")


@pytest.mark.parametrize("name", ["isone:WW_DALMP_ISO", "miso:rt_lmp_prelim"])
def test_a_feed_collected_by_its_second_report_is_told_by_it(tmp_path: Path, name: str) -> None:
    """Once the first one is overdue too, which nobody asked for, the certificate says what is written."""
    first = date(2026, 8, 4)
    world = World(SEED, first, 5)
    ((feed, report),) = ((feed, one) for feed in FEEDS for one in feed.reports if one.name == name)
    world.pairs, world.unasked, world.down = ((feed, report),), {name: 0}, ""
    clean = world.clean(feed, report, first)
    assert clean is not None
    lines = clean.rows["source_row"].to_list()
    rows = frozenset(lines[:3]) if clean.in_lines else frozenset()
    cells = frozenset(lines[5:6]) if clean.in_lines and clean.long else frozenset()
    wounds = (Wound("empty"), Wound("rows", rows, cells), Wound("page"), Wound("absent"))
    world.wounds = {(name, world.all_days[1 + n]): wound for n, wound in enumerate(wounds)}
    with opened(settings_of(tmp_path / "home")) as home:
        bench = bench_of(home, tmp_path)
        house, _ = asyncio.run(collected(bench, world))
        lake = lake_of(home, lambda: house.now() + timedelta(days=10))
        written = told_gaps(bench, house, world, feed, report)
        for day in world.known_days(report):
            start, end = day_window(report.publisher.zone, day)
            found = answer(lake, Question(dataset=feed.id, start=start, end=end)).certificate
            assert list(found.gaps) == [gap for gap in written if gap.day == day]
            whole = world.wounds.get((name, day), Wound("-")) in (Wound("-"), Wound("rows"))
            assert bool(found.gaps) is not whole
    assert written
