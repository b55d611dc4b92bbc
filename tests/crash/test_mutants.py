"""The schedules find what they are for: code that is broken on purpose does not pass them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import httpx2
import pytest

from tests.crash.disk import Action, Disk, Way
from tests.crash.following import FOLLOW, FOLLOWED, commits_come_before_files
from tests.crash.lives import ACTS, Life, begun, living, marks
from tests.crash.schedules import Calm, Cut, Schedule, calm_of, played
from tests.flow.operator import Operator
from tieline.flow import House
from tieline.ledger import Commit, sqlite, writing
from tieline.ledger.catalogue import Catalogue
from tieline.store import files, sidecars

Mutant = Callable[[], AbstractContextManager[object]]


def _after(calm: Calm, wanted: Callable[[Action], bool], *ways: Way) -> Iterator[Schedule]:
    """Cuts right after some actions."""
    for step, action in enumerate(calm.actions, start=1):
        if wanted(action):
            for way in ways:
                yield (Cut(step, way, step),)


def no_folder_is_synced() -> AbstractContextManager[object]:
    return patch.object(files, "sync_folder", lambda folder: None)


def no_bytes_are_synced() -> AbstractContextManager[object]:
    def write_all(handle: int, data: bytes) -> None:
        os.write(handle, data)

    return patch.object(files, "write_all", write_all)


@contextmanager
def parts_come_after_the_commit() -> Iterator[None]:
    late: list[tuple[Path, bytes]] = []
    write, commit = files.write_atomically, Catalogue.commit

    def writes(path: Path, data: bytes) -> None:
        if path.suffix == ".parquet":
            late.append((path, data))
        else:
            write(path, data)

    def commits(self: Catalogue, told: Commit) -> int:
        sequence = commit(self, told)
        while late:
            write(*late.pop())
        return sequence

    with (
        patch.object(files, "write_atomically", writes),
        patch.object(Catalogue, "commit", commits),
    ):
        yield


def notes_are_cut_before_they_are_packed() -> AbstractContextManager[object]:
    settle = sidecars._settle

    def settles(path: Path) -> None:
        text = path.read_bytes()
        handle = os.open(path, os.O_WRONLY)
        try:
            os.ftruncate(handle, 0)
            os.fsync(handle)
        finally:
            os.close(handle)
        with patch.object(Path, "read_bytes", lambda self: text if self == path else _read(self)):
            settle(path)

    return patch.object(sidecars, "_settle", settles)


def _read(path: Path) -> bytes:
    with path.open("rb") as handle:
        return handle.read()


def _is(*kinds: str) -> Callable[[Action], bool]:
    return lambda action: action.kind in kinds


MUTANTS: tuple[tuple[Mutant, int, Callable[[Action], bool], Way], ...] = (
    (no_folder_is_synced, 1, _is("done"), "lost"),
    (no_bytes_are_synced, 1, _is("done"), "lost"),
    (parts_come_after_the_commit, 1, _is("sync"), "kill"),
    (notes_are_cut_before_they_are_packed, 5, _is("truncate"), "kill"),
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mutant", "acts", "wanted", "way"), MUTANTS, ids=[one[0].__name__ for one in MUTANTS]
)
def test_broken_code_is_found(
    mutant: Mutant, acts: int, wanted: Callable[[Action], bool], way: Way, tmp_path: Path
) -> None:
    with mutant():
        calm = calm_of(tmp_path / "calm", ACTS[:acts])
        places = enumerate(_after(calm, wanted, way))
        assert any(played(calm, one, tmp_path / f"{place}") for place, one in places)


@pytest.mark.slow
def test_a_sink_that_says_too_early_what_it_has_is_found(tmp_path: Path) -> None:
    follows = next(act for act in FOLLOWED if act.name == FOLLOW)
    with commits_come_before_files():
        calm = calm_of(tmp_path / "calm", (ACTS[0], follows))
        places = enumerate(_after(calm, _is("put"), "kill"))
        assert any(played(calm, one, tmp_path / f"{place}") for place, one in places)


def _made(action: Action) -> bool:
    """Names that no later name replaces."""
    return action.kind == "folder" or (
        action.kind == "create" and not action.path.endswith(files.TEMPORARY)
    )


def killed_then_dark(calm: Calm) -> Iterator[Schedule]:
    """Killed right after a name was made; a whole life later the power is cut."""
    for (cut,) in _after(calm, _made, "kill"):
        yield cut, Cut(1_000_000, "lost", 0)


@pytest.mark.slow
def test_names_that_a_killed_process_made_last_in_the_next_life(tmp_path: Path) -> None:
    calm = calm_of(tmp_path / "calm", ACTS[:1])
    found = [
        played(calm, schedule, tmp_path / f"{place}")
        for place, schedule in enumerate(killed_then_dark(calm))
    ]
    assert len(found) > 10
    assert [one for one in found if one] == []


@pytest.mark.slow
def test_names_that_are_forced_only_by_who_made_them_are_found(tmp_path: Path) -> None:
    def make_name_last(path: Path, *, fresh: bool = False) -> None:
        if fresh:
            files.sync_folder(path.parent)

    with patch.object(files, "make_name_last", make_name_last):
        calm = calm_of(tmp_path / "calm", ACTS[:1])
        places = enumerate(killed_then_dark(calm))
        assert any(played(calm, one, tmp_path / f"{place}") for place, one in places)


def unforced_then_dark(calm: Calm) -> Iterator[Schedule]:
    """Killed right before the last bytes of an act were forced to disk; the power is cut in the next life."""
    done = next(at for at, action in enumerate(calm.actions) if action.kind == "done")
    last = max(at for at, action in enumerate(calm.actions[:done]) if action.kind == "sync")
    for step in range(1, 7):
        yield Cut(last, "kill", step), Cut(step, "lost", 0)


@pytest.mark.slow
def test_bytes_that_a_killed_process_did_not_force_last_in_the_next_life(tmp_path: Path) -> None:
    calm = calm_of(tmp_path / "calm", ACTS[:1])
    found = [
        played(calm, schedule, tmp_path / f"{place}")
        for place, schedule in enumerate(unforced_then_dark(calm))
    ]
    assert [one for one in found if one] == []


@pytest.mark.slow
def test_a_log_that_is_believed_before_it_is_forced_is_found(tmp_path: Path) -> None:
    with patch.object(sqlite, "_make_last", lambda path: None):
        calm = calm_of(tmp_path / "calm", ACTS[:1])
        places = enumerate(unforced_then_dark(calm))
        assert any(played(calm, one, tmp_path / f"{place}") for place, one in places)


class Overtaken(Operator):
    """While it answers the first question, somebody else does the same work to its end."""

    def __init__(self, other: Callable[[], None]) -> None:
        super().__init__()
        self._other: Callable[[], None] | None = other

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        other, self._other = self._other, None
        if other is not None:
            await asyncio.to_thread(other)
        return await super().handle_async_request(request)


def _overtaken(folder: Path) -> tuple[int, list[str]]:
    """A worker sleeps through its lease; gives the day's entries, and what it was told."""
    with (
        living(folder, Disk()) as recorder,
        begun(recorder, folder, 1) as slow,
        begun(recorder, folder, 2) as quick,
    ):
        act = ACTS[0]
        act.world(quick)
        quick.house = _patient(quick)
        slow.operator = Overtaken(lambda: act.do(quick))
        act.world(slow)
        act.do(slow)
        assert marks(quick) != {}
        entries = quick.bench.home.ledger.entries(reports=["nyiso:P-32"])
        return len(entries), slow.stumbled


def _patient(life: Life) -> House:
    """One for whom every lease has expired."""
    beat = life.house.beat
    return replace(life.house, beat=lambda: beat() + timedelta(days=1))


def test_who_slept_through_a_lease_cannot_commit(tmp_path: Path) -> None:
    entries, told = _overtaken(tmp_path)
    assert entries == 1
    assert any("LedgerConflict" in one for one in told), told


def test_a_claim_that_fences_nothing_is_found(tmp_path: Path) -> None:
    with patch.object(writing, "_hold", lambda connection, commit: None):
        entries, _ = _overtaken(tmp_path)
    assert entries > 1
