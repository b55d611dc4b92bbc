"""A round of housekeeping that a fault of ours or the ledger ends is told at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from tests.flow.conftest import Bench
from tieline.errors import LedgerUnavailable
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


def test_a_ledger_that_is_away_is_told_and_asked_again_next_time(bench: Bench) -> None:
    """A server restarts between two rounds: the first is told of, the second sweeps."""
    away = [True]

    def beat() -> datetime:
        if away:
            raise LedgerUnavailable("the server is restarting")
        return bench.house.beat()

    async def lives() -> None:
        async with Housekeeping(replace(bench.house, beat=beat)) as keeping:
            keeping.begin(["nyiso:P-32"])
            await keeping.finish()
            away.clear()
            keeping.begin(["nyiso:P-32"])

    asyncio.run(lives())
    stumbled = [one for one in bench.happenings if isinstance(one, WorkerStumbled)]
    assert [(one.error, one.text) for one in stumbled] == [
        ("LedgerUnavailable", "the server is restarting")
    ]
