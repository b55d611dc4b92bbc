"""A disk that is full, read-only or failing from any step on: told, nothing spoilt, and on it goes."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest

from tests.crash.disk import Action, Disk
from tests.crash.facts import facts_of, recounted
from tests.crash.lives import ACTS, Act, Life, begun, living, play
from tests.crash.recorder import Gate
from tests.crash.schedules import Calm, calm_of
from tieline.errors import LedgerUnavailable, StorageFailed, StoreError

STEPS = int(os.environ.get("CRASH_REFUSALS", "4"))
"""How many of the steps of a life are refused, for each kind of refusal."""

CHOSEN: tuple[Act, ...] = (ACTS[0], ACTS[1], ACTS[3], *ACTS[9:])
CHECKPOINT = "write ledger.sqlite "
"""SQLite copies its log into the file when it finds time; where that fails the log has it all."""

TOLD = ("StorageFailed", "LedgerUnavailable")


@dataclass
class Disease:
    """Refuses every action from one on, until it is healed."""

    code: int
    start: int
    ill: bool = True
    refused: list[str] = field(default_factory=list)

    def __call__(self, number: int, action: Action) -> None:
        if self.ill and number >= self.start and action.kind != "done":
            self.refused.append(str(action))
            raise OSError(self.code, os.strerror(self.code), action.path)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Calm:
    return calm_of(tmp_path_factory.mktemp("calm") / "life", CHOSEN)


def _suffered(life: Life, disease: Disease, place: int) -> list[StoreError | str]:
    """Play an act until it is through; gives what was said of the disk."""
    said: list[StoreError | str] = []
    for _ in range(2):
        before = len(life.stumbled)
        try:
            play(life, CHOSEN, place)
        except StoreError as error:
            said.append(error)
        said += life.stumbled[before:]
        if not said:
            break
        disease.ill = False
    return said


def _lived(folder: Path, calm: Calm, disease: Disease) -> list[str]:
    """A life with a disease in it; gives what is wrong with what was said and left."""
    wrong: list[str] = []
    said: list[StoreError | str] = []
    with living(folder, Disk(), disease) as recorder:
        for number in (1, 2):
            try:
                with begun(recorder, folder, number) as life:
                    for place in range(len(CHOSEN)):
                        said += _suffered(life, disease, place)
                    wrong += recounted(life, kept=False) + calm.facts[-1].differences(
                        facts_of(life)
                    )
                break
            except StoreError as error:
                said.append(error)
                disease.ill = False
    heard_of = [one for one in disease.refused if not one.startswith(CHECKPOINT)]
    if heard_of and not said:
        wrong.append(f"nobody heard of {heard_of[0]}")
    for one in said:
        if isinstance(one, StoreError):
            if not isinstance(one, StorageFailed | LedgerUnavailable) or one.exit_code != 7:
                wrong.append(f"said {type(one).__name__}: {one}")
        elif not one.startswith(TOLD):
            wrong.append(f"told {one}")
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO], ids=errno.errorcode.get)
def test_a_disk_that_refuses_is_told_and_healed(code: int, calm: Calm, tmp_path: Path) -> None:
    steps = len(calm.actions)
    offset = {errno.ENOSPC: 0, errno.EROFS: 1, errno.EIO: 2}[code]
    for turn in range(STEPS):
        start = (turn * 3 + offset) * steps // (STEPS * 3)
        disease = Disease(code, start)
        wrong = _lived(tmp_path / f"{start}", calm, disease)
        assert wrong == [], (start, disease.refused[:1], wrong)


def _undisturbed(folder: Path, calm: Calm, gate: Gate | None, back: timedelta) -> list[str]:
    """A life to its end on a slow disk, or with a clock that is set back before its second act."""
    with living(folder, Disk(), gate) as recorder, begun(recorder, folder, 1) as life:
        for place in range(len(CHOSEN)):
            life.later -= back if place == 1 else timedelta(0)
            play(life, CHOSEN, place)
        assert life.stumbled == []
        return recounted(life, kept=False) + calm.facts[-1].differences(facts_of(life))


def test_a_slow_disk_changes_nothing(calm: Calm, tmp_path: Path) -> None:
    def wait(number: int, action: Action) -> None:
        sleep(0.001)

    assert _undisturbed(tmp_path / "slow", calm, wait, timedelta(0)) == []


def test_a_clock_set_back_an_hour_changes_nothing(calm: Calm, tmp_path: Path) -> None:
    assert _undisturbed(tmp_path / "back", calm, None, timedelta(hours=1)) == []
