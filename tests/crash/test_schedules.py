"""A lake cut off at any step, by a kill or a power cut, ends as one that nobody cut off.

CRASH_SCHEDULES says how many schedules are played; `scripts/proof_crash.py` plays all.
"""

from __future__ import annotations

import os
import random

import pytest

from tests.crash.disk import WAYS, Action, Disk
from tests.crash.schedules import share_played

SCHEDULES = int(os.environ.get("CRASH_SCHEDULES", "10"))
SEED = 20260302


@pytest.mark.slow
def test_a_life_cut_off_ends_as_one_that_was_not() -> None:
    share = share_played(SCHEDULES, SEED, 0, 1)
    assert share.wrong == ()
    assert share.played == SCHEDULES
    assert share.followed == len(range(2, SCHEDULES, 20))


def _disk(*actions: Action) -> Disk:
    disk = Disk()
    for action in actions:
        disk.apply(action)
    return disk


def _left(disk: Disk, seed: int = 0) -> dict[str, bytes]:
    after = disk.ended("random", random.Random(seed))
    return {path: bytes(after.files[number].seen()) for path, number in after.seen().items()}


CREATED, WRITTEN = Action("create", "a", 1), Action("write", "a", 1, 0, b"words")
SYNCED, NAMED = Action("sync", "a", 1), Action("sync-folder", "")


def test_what_was_synced_outlasts_every_power_cut() -> None:
    disk = _disk(CREATED, WRITTEN, SYNCED, NAMED)
    for way in WAYS:
        after = disk.ended(way, random.Random(1))
        assert bytes(after.files[after.seen()["a"]].seen()) == b"words"


def test_what_was_not_synced_is_there_lost_torn_or_zeros() -> None:
    disk = _disk(CREATED, NAMED, WRITTEN)
    left = {_left(disk, seed)["a"] for seed in range(200)}
    assert {b"words", b"", b"wor", bytes(5)} <= left


def test_a_name_needs_its_folder_and_bytes_need_their_file() -> None:
    unnamed = _disk(CREATED, WRITTEN, SYNCED)
    assert unnamed.ended("lost", random.Random(1)).seen() == {}
    empty = _disk(CREATED, WRITTEN, NAMED).ended("lost", random.Random(1))
    assert empty.files[empty.seen()["a"]].seen() == b""


def test_a_killed_process_leaves_what_it_wrote_as_unsafe_as_it_was() -> None:
    killed = _disk(CREATED, WRITTEN).ended("kill", random.Random(1))
    assert killed.files[killed.seen()["a"]].seen() == b"words"
    assert killed.ended("lost", random.Random(1)).seen() == {}


def test_a_rename_is_done_or_not() -> None:
    disk = _disk(
        *(CREATED, WRITTEN, SYNCED, NAMED),
        *(Action("create", "b", 2), Action("sync-folder", "")),
        Action("rename", "b", 2, to="a"),
    )
    left = [_left(disk, seed) for seed in range(20)]
    assert {frozenset(one.items()) for one in left} == {
        frozenset({("a", b"words"), ("b", b"")}),
        frozenset({("a", b"")}),
    }
