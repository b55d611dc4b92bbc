"""A round of housekeeping that a fault of ours ends is told at once."""

from __future__ import annotations

import asyncio

import pytest

from tests.flow.conftest import Bench
from tieline.flow import housekeeping
from tieline.flow.housekeeping import Housekeeping
from tieline.watch import WorkerStumbled


def test_a_fault_is_told_when_it_ends_the_round(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*said: object, **knobs: object) -> None:
        raise ValueError("a fault of ours")

    monkeypatch.setattr(housekeeping, "merge_days", broken)

    async def lives() -> list[WorkerStumbled]:
        keeping = Housekeeping(bench.house)
        keeping.begin(["nyiso:P-32"])
        with pytest.raises(ValueError, match="a fault of ours"):
            await keeping.finish()
        return [one for one in bench.happenings if isinstance(one, WorkerStumbled)]

    (told,) = asyncio.run(lives())
    assert (told.error, told.text) == ("ValueError", "a fault of ours")
