"""One flipped bit anywhere at rest is found, or changes nothing that is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.flow.conftest import Bench, bench_of, p32
from tieline.assemble import Home, house_of, opened, settings_of
from tieline.flow import House, import_file, merge_report
from tieline.flow.verifying import (
    Damage,
    Derived,
    check_parts,
    check_raw,
    derive,
    groups,
    unnamed_objects,
    unnamed_parts,
)
from tieline.store.raw import RawStore

REPORT = "nyiso:P-32"
EACH = 7
"""Bytes flipped of each file, its first and last among them."""


def house_over(home: Home) -> House:
    """A house that has read nothing yet, over packs that close early."""
    house = house_of(home, record=lambda happening: None)
    return replace(house, raw=RawStore(home.folder / "raw", pack_size=2_000))


def damage_of(home: Home) -> list[Damage]:
    house = house_over(home)
    return [*check_raw(house, lambda name: None), *check_parts(house, lambda name: None)]


def grown(count: int) -> bytes:
    dice = Random(count)
    stamps = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(0, 5 * count, 5)]
    return p32(stamps, lambda stamp, point: dice.randint(0, 10**9))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Packs closed and open, a body of its own, notes as text and in frames, merged and loose parts."""
    with opened(settings_of(tmp_path / "home")) as one:
        bench = bench_of(one, tmp_path)
        bench.house = house_over(one)
        for minute in range(6):
            bench.bring(grown(10 + minute), f"06:{minute:02}")
        _large(bench)
        bench.house.sidecars.settle()
        bench.bring(grown(20), "07:00")
        feed, _ = bench.house.report(REPORT)
        assert merge_report(bench.house, feed.id, REPORT)
        bench.bring(grown(21), "08:00")
        yield one


def _large(bench: Bench) -> None:
    """A day of noise, too large for a pack."""
    dice = Random(1)
    stamps = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(0, 24 * 60, 5)]
    data = p32(stamps, lambda stamp, point: dice.random() * 1e3, day="03/01/2026")
    path = bench.folder / "20260301ExternalLimitsFlows.csv"
    noise = ";".join(f"{dice.random():.17f}" for _ in range(9_000))
    path.write_bytes(data.replace(b"SCH - PJ - NY", noise.encode(), 1))
    feed, report = bench.house.report(REPORT)
    at = datetime(2026, 3, 3, tzinfo=UTC) + timedelta(hours=6)
    import_file(bench.house, feed, report, path, fetched_at=at)


def flipped(path: Path) -> Iterator[int]:
    """Flip a bit of some bytes, one after the other; the file is whole again afterwards."""
    whole = path.read_bytes()
    dice = Random(path.name)
    places = {0, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(EACH - 2))}
    for place in sorted(places):
        broken = bytearray(whole)
        broken[place] ^= 1 << dice.randrange(8)
        path.write_bytes(bytes(broken))
        yield place
    path.write_bytes(whole)


def test_every_flipped_bit_is_found_or_harmless(home: Home) -> None:
    assert damage_of(home) == []
    sound = sorted(house_over(home).raw.objects())
    named = {home.folder / "parts" / part.path for part in home.ledger.parts()}
    kinds = set()
    for folder in ("raw", "parts"):
        for path in sorted((home.folder / folder).rglob("*")):
            if not path.is_file() or path.stat().st_size == 0:
                continue
            if path.suffix == ".parquet" and path not in named:
                continue
            kinds.add(path.suffix if path.suffix else "object")
            for place in flipped(path):
                if path.suffix == ".index":
                    assert sorted(house_over(home).raw.objects()) == sound
                    continue
                assert damage_of(home), f"{path.relative_to(home.folder)} at byte {place}"
    assert kinds == {".pack", ".index", "object", ".jsonl", ".zst", ".parquet"}
    assert damage_of(home) == []


def test_what_nobody_names_is_counted(home: Home) -> None:
    house = house_over(home)
    assert (unnamed_objects(house), unnamed_parts(house)) == (0, unnamed_parts(house))
    before = unnamed_parts(house)
    house.raw.put(b"left by a crash")
    (part, *_) = house.ledger.parts()
    path = home.folder / "parts" / part.path
    path.with_name("0" * 64 + ".parquet").write_bytes(path.read_bytes())
    assert (unnamed_objects(house), unnamed_parts(house)) == (1, before + 1)
    assert damage_of(home) == []


def test_rows_of_an_older_recipe_wait_for_a_replay(home: Home) -> None:
    house = house_over(home)
    assert [(one.damage, one.outdated) for one in derived(house)] == [((), False)] * 2
    _, report = house.report(REPORT)
    columns = tuple(
        replace(one, sign=-1) if one.name == "flow_mw" else one for one in report.columns
    )
    newer = replace(report, columns=columns)
    feeds = tuple(
        replace(one, reports=tuple(newer if row.name == REPORT else row for row in one.reports))
        for one in house.feeds
    )
    assert all(one.outdated and not one.damage for one in derived(replace(house, feeds=feeds)))


def derived(house: House) -> list[Derived]:
    return [derive(house, one) for one in groups(house, None)]
