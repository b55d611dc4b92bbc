"""The whole system, from bytes to answers, against a naive log, in random lives."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.flow.questions import Result, questioned
from tieline.select import pick

ASKS = 12
SEEDS = (37, 38, 39, 22, 8)
"""Two prints, refused files, slices that overlap, vintages, a listing that takes stamps back."""


def lived(folder: Path, seeds: Iterable[int]) -> Result:
    total = Result()
    for seed in seeds:
        total.add(questioned(seed, folder / str(seed), ASKS))
    return total


def test_every_question_is_answered_as_by_the_log(tmp_path: Path) -> None:
    total = lived(tmp_path, SEEDS)
    print(f"\n{total.lives} lives, {total.facts} questions in {total.asks} asks")
    assert not total.wrong, total.wrong[:3]
    assert total.facts > 20 * total.asks
    for what in ("observations", "replays", "same", "gone", "merged", "forecasts"):
        assert total.happened[what], what


def test_a_wrong_order_of_observations_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pick, "TURN", pick.TURN.replace("known_at_utc desc", "known_at_utc"))
    assert lived(tmp_path, SEEDS[:2]).wrong
