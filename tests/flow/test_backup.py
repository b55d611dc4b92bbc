"""A backup is a home that answers like the one it was made of, at the sequence it names."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from pydantic import SecretStr

from tests.flow.conftest import Bench, bench_of
from tests.flow.operator import NOON, Scene, flat, scene_of
from tieline.assemble import house_of, lake_of, opened, settings_of
from tieline.errors import Damaged, StorageFailed, Unconfigured
from tieline.flow import House, merge_report, rebuild_all
from tieline.flow.backup import BackedUp, back_up
from tieline.flow.verifying import check_parts, check_raw, derive, groups
from tieline.select import read
from tieline.settings import LedgerSettings
from tieline.store.raw import RawStore
from tieline.values import Window

FILE = "20260302ExternalLimitsFlows.csv"


@pytest.fixture
def scene(bench: Bench) -> Scene:
    return lived(bench)


def lived(bench: Bench) -> Scene:
    """A day with three versions and a failure."""
    made = scene_of(bench)
    for hour, flow in ((18, 1), (19, 2), (20, 3)):
        made.operator.puts(FILE, flat(flow, ("00:00", "00:05")[:flow]))
        made.at(hour).polls()
    made.operator.files.clear()
    made.at(21).takes(replace(made.job(), otherwise=None))
    return made


def backed_up(scene: Scene, folder: Path) -> BackedUp:
    return back_up(scene.house, scene.bench.home.folder, folder, lambda name: None)


def answered(folder: Path, window: Window) -> pl.DataFrame:
    with opened(settings_of(folder), create=False) as home:
        lake = lake_of(home)
        return read(lake, "interface_flow", window.start, window.end, revisions="all").polars()


def test_it_answers_alike_and_is_sound(scene: Scene, tmp_path: Path) -> None:
    target = tmp_path / "second"
    done = backed_up(scene, target)
    window = scene.job().whole.window
    assert done.sequence == scene.house.ledger.sequence()
    here = answered(scene.bench.home.folder, window)
    assert here.height > 3
    assert answered(target, window).equals(here)
    with opened(settings_of(target), create=False) as home:
        house = house_of(home, record=lambda happening: None)
        assert_sound(house)
        assert len(list(house.sidecars.all())) == 4


def assert_sound(house: House) -> None:
    assert list(check_raw(house, lambda name: None)) == []
    assert list(check_parts(house, lambda name: None)) == []
    assert [derive(house, group).damage for group in groups(house, None)] == [()]


def test_a_ledger_in_postgresql_is_copied_whole(tmp_path: Path, postgres_url: str) -> None:
    shared = LedgerSettings(url=SecretStr(postgres_url))
    target, raw_only = tmp_path / "second", tmp_path / "third"
    with opened(settings_of(tmp_path / "home", ledger=shared)) as home:
        scene = lived(bench_of(home, tmp_path))
        done = backed_up(scene, target)
        assert done.sequence == home.ledger.sequence()
        window = scene.job().whole.window
        lake = lake_of(home)
        here = read(lake, "interface_flow", window.start, window.end, revisions="all").polars()
        entries = home.ledger.entries()
        assert backed_up(scene, target).copied == 0
    assert here.height > 3
    assert answered(target, window).equals(here)
    with opened(settings_of(target), create=False) as copy:
        assert copy.ledger.entries() == entries
        assert_sound(house_of(copy, record=lambda happening: None))
    shutil.copytree(target / "raw", raw_only / "raw")
    for name in ("format", "mode"):
        shutil.copy(target / name, raw_only / name)
    with opened(settings_of(raw_only), rebuilding=True) as anew:
        house = replace(house_of(anew, record=lambda happening: None), now=scene.clock.now)
        rebuild_all(house, 1, lambda: None)
    assert answered(raw_only, window).drop("entry_id").equals(here.drop("entry_id"))


def test_again_copies_only_what_is_new(scene: Scene, tmp_path: Path) -> None:
    target = tmp_path / "second"
    first = backed_up(scene, target)
    again = backed_up(scene, target)
    assert (again.copied, again.kept) == (0, first.copied)
    scene.operator.puts(FILE, flat(9, ("00:00", "00:05")))
    scene.at(22).polls()
    later = backed_up(scene, target)
    assert later.sequence == first.sequence + 1
    assert later.copied == 3, "a part, the pack and the notes"
    window = scene.job().whole.window
    assert answered(target, window)["flow_mw"].max() == 9.0


def test_a_damaged_part_takes_no_copys_place(scene: Scene, tmp_path: Path) -> None:
    target = tmp_path / "second"
    backed_up(scene, target)
    part = scene.house.ledger.parts()[0]
    here, there = scene.house.parts.folder / part.path, target / "parts" / part.path
    good = here.read_bytes()
    here.write_bytes(good[:-9] + bytes([good[-9] ^ 1]) + good[-8:])
    backed_up(scene, target)
    assert there.read_bytes() == good
    for _ in range(2):
        with pytest.raises(Damaged, match="has hash"):
            backed_up(scene, tmp_path / "third")
        assert not (tmp_path / "third" / "parts" / part.path).exists()
    here.write_bytes(good)
    backed_up(scene, tmp_path / "third")
    assert (tmp_path / "third" / "parts" / part.path).read_bytes() == good


def harmed(path: Path) -> bytes:
    """One byte in the middle is another; gives what the file was."""
    good = path.read_bytes()
    middle = len(good) // 2
    path.write_bytes(good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :])
    return good


def test_a_damaged_pack_takes_no_copys_place(scene: Scene, tmp_path: Path) -> None:
    target = tmp_path / "second"
    backed_up(scene, target)
    (pack,) = scene.house.raw.root.glob("packs/*.pack")
    copy = target / "raw" / "packs" / pack.name
    good = harmed(pack)
    with pytest.raises(Damaged, match="is not what it was"):
        backed_up(scene, target)
    assert copy.read_bytes() == good
    pack.write_bytes(good[:-1])
    with pytest.raises(Damaged, match="is not what it was"):
        backed_up(scene, target)
    assert copy.read_bytes() == good
    pack.write_bytes(good)
    scene.operator.puts(FILE, flat(9, ("00:00", "00:05")))
    scene.at(22).polls()
    backed_up(scene, target)
    assert copy.read_bytes() == pack.read_bytes() != good


def cut(path: Path) -> bytes:
    """The second half is gone; gives what the file was."""
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2])
    return good


def lost(path: Path) -> bytes:
    good = path.read_bytes()
    path.unlink()
    return good


@pytest.mark.parametrize("harm", [harmed, cut, lost])
@pytest.mark.parametrize("what", ["packs/*.pack", "packs/*1.pack", "sidecars/*/*/*.jsonl*"])
def test_what_is_damaged_is_no_first_copy(
    scene: Scene, tmp_path: Path, harm: Callable[[Path], bytes], what: str
) -> None:
    """An open pack, a closed one, and notes: none of them is taken, until it is good again."""
    if what == "packs/*1.pack":
        raw = RawStore(scene.house.raw.root, pack_size=100)
        for number in range(3):
            raw.put(random.Random(number).randbytes(500))
    if what.startswith("sidecars") and harm is harmed:
        scene.house.sidecars.settle()
    target = tmp_path / "second"
    path = max(scene.house.raw.root.glob(what), key=lambda path: path.stat().st_size)
    good = harm(path)
    for _ in range(2):
        with pytest.raises(Damaged):
            backed_up(scene, target)
        assert not (target / "ledger.sqlite").exists()
    path.write_bytes(good)
    backed_up(scene, target)
    with opened(settings_of(target), create=False) as home:
        assert_sound(house_of(home, record=lambda happening: None))


def test_what_grew_is_checked_before_it_is_copied(scene: Scene, tmp_path: Path) -> None:
    target = tmp_path / "second"
    backed_up(scene, target)
    (pack,) = scene.house.raw.root.glob("packs/*.pack")
    copy = target / "raw" / "packs" / pack.name
    before = copy.read_bytes()
    scene.operator.puts(FILE, flat(9, ("00:00", "00:05", "00:10")))
    scene.at(22).polls()
    good = pack.read_bytes()
    pack.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(Damaged, match="no such object"):
        backed_up(scene, target)
    assert copy.read_bytes() == before
    pack.write_bytes(good)
    backed_up(scene, target)
    assert copy.read_bytes() == good


def test_a_lost_part_is_named(scene: Scene, tmp_path: Path) -> None:
    part = scene.house.ledger.parts()[0]
    lost(scene.house.parts.folder / part.path)
    with pytest.raises(Damaged, match=f"{Path(part.path).name} is missing"):
        backed_up(scene, tmp_path / "second")


def test_a_damaged_object_takes_no_copys_place(scene: Scene, tmp_path: Path) -> None:
    scene.house.raw.put(random.Random(1).randbytes(200_000))
    target = tmp_path / "second"
    backed_up(scene, target)
    (object,) = scene.house.raw.root.glob("objects/*/*")
    copy = target / "raw" / object.relative_to(scene.house.raw.root)
    good = harmed(object)
    backed_up(scene, target)
    assert copy.read_bytes() == good
    with pytest.raises(Damaged, match=object.name):
        backed_up(scene, tmp_path / "third")
    third = tmp_path / "third" / "raw" / object.relative_to(scene.house.raw.root)
    assert list(third.parent.iterdir()) == []


def test_parts_merged_away_leave_the_copy(scene: Scene, tmp_path: Path) -> None:
    target = tmp_path / "second"
    backed_up(scene, target)
    asyncio.run(scene.clock.sleep_until(NOON + timedelta(days=30)))
    assert merge_report(scene.house, "iso.rt.interface_flow.nyiso", "nyiso:P-32") == 3
    done = backed_up(scene, target)
    assert (done.removed, len(list(target.rglob("*.parquet")))) == (3, 1)
    window = scene.job().whole.window
    here = answered(scene.bench.home.folder, window)
    assert answered(target, window).equals(here)


def test_a_part_that_vanishes_meanwhile_asks_for_a_new_snapshot(
    scene: Scene, tmp_path: Path
) -> None:
    asyncio.run(scene.clock.sleep_until(NOON + timedelta(days=30)))
    merged: list[int] = []

    def step(name: str) -> None:
        if not merged:
            merged.append(merge_report(scene.house, "iso.rt.interface_flow.nyiso", "nyiso:P-32"))
            for part in scene.house.ledger.replaced_parts(
                before=scene.house.beat() + timedelta(days=1)
            ):
                scene.house.parts.remove(part.path)

    target = tmp_path / "second"
    done = back_up(scene.house, scene.bench.home.folder, target, step)
    assert done.sequence == scene.house.ledger.sequence()
    assert answered(target, scene.job().whole.window).height > 3


def test_it_never_overwrites_anything_else(scene: Scene, tmp_path: Path) -> None:
    home = scene.bench.home.folder
    for wrong in (home, home / "raw", tmp_path):
        with pytest.raises(Unconfigured):
            backed_up(scene, wrong)
    other = tmp_path / "other"
    backed_up(scene, other)
    (other / "backup-of").write_text("0" * 32)
    with pytest.raises(Unconfigured, match="another ledger"):
        backed_up(scene, other)


def test_a_folder_that_cannot_be_written_is_said(scene: Scene, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StorageFailed):
        backed_up(scene, blocked / "inside")
