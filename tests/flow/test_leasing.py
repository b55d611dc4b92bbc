"""A claim holds as long as the work goes on, and not longer."""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.flow.conftest import Bench
from tieline.errors import LedgerConflict, LedgerUnavailable
from tieline.flow import leasing
from tieline.flow.holder import dead, this_process
from tieline.flow.house import House
from tieline.flow.job import Job
from tieline.flow.leasing import renewed, take
from tieline.flow.plan import direct_job
from tieline.ledger import Claim
from tieline.values import Slice
from tieline.watch import WorkerStumbled

LEASE = timedelta(minutes=1)
STEP = timedelta(seconds=40)


@pytest.fixture
def beat(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock of leases, set by the test; claims are renewed every few milliseconds."""
    monkeypatch.setattr(leasing, "RENEWALS", 6000)
    return [datetime(2026, 3, 3, 6, tzinfo=UTC)]


def house_at(bench: Bench, beat: list[datetime]) -> tuple[House, Job]:
    house = replace(bench.house, lease=LEASE, beat=lambda: beat[0])
    feed, report = house.report("nyiso:P-32")
    return house, direct_job(feed, report, date(2026, 3, 2), {})


def other_wants(house: House, slice: Slice, *dead: str) -> Claim | None:
    return house.ledger.claim(
        slice, holder="b/1/x", at=house.beat(), lease=LEASE, dead=lambda name: name in dead
    )


async def until_renewed(house: House) -> None:
    while house.ledger.claims()[0].expires < house.beat() + LEASE:
        await asyncio.sleep(0.01)


def test_long_work_keeps_its_claim(bench: Bench, beat: list[datetime]) -> None:
    house, job = house_at(bench, beat)

    async def work() -> Claim | None:
        claim = take(house, job)
        assert claim is not None
        async with renewed(house, job, claim):
            for _ in range(4):
                beat[0] += STEP
                assert other_wants(house, job.whole) is None
                await until_renewed(house)
        beat[0] += 2 * STEP
        return other_wants(house, job.whole)

    after = asyncio.run(work())
    assert after is not None
    assert after.attempts == 2


def test_a_ledger_that_is_away_for_once_costs_no_claim(
    bench: Bench, beat: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    house, job = house_at(bench, beat)
    renew, failures = house.ledger.renew, iter([True])

    def shaky(claim: Claim, *, at: datetime, lease: timedelta) -> None:
        if next(failures, False):
            raise LedgerUnavailable("the server is restarting")
        renew(claim, at=at, lease=lease)

    monkeypatch.setattr(house.ledger, "renew", shaky)

    async def work() -> Claim | None:
        claim = take(house, job)
        assert claim is not None
        async with renewed(house, job, claim):
            beat[0] += STEP
            await until_renewed(house)
            beat[0] += STEP
            return other_wants(house, job.whole)

    assert asyncio.run(work()) is None
    (told,) = [one for one in bench.happenings if isinstance(one, WorkerStumbled)]
    assert told.text == "the server is restarting"


def test_a_claim_that_was_taken_over_is_not_renewed(bench: Bench, beat: list[datetime]) -> None:
    house, job = house_at(bench, beat)

    async def work() -> Claim | None:
        claim = take(house, job)
        assert claim is not None
        async with renewed(house, job, claim):
            stolen = other_wants(house, job.whole, claim.holder)
            with pytest.raises(LedgerConflict, match="taken over"):
                house.ledger.renew(claim, at=house.beat(), lease=LEASE)
        return stolen

    stolen = asyncio.run(work())
    assert stolen is not None
    assert house.ledger.claims() == [stolen]


def test_a_clock_set_back_frees_what_a_dead_host_held(bench: Bench, beat: list[datetime]) -> None:
    """Its claim would end an hour and a lease from now; the living renew theirs by the new clock."""
    house, job = house_at(bench, beat)
    elsewhere = other_wants(house, job.whole)
    assert elsewhere is not None
    beat[0] -= timedelta(hours=1)
    mine = take(house, job)
    assert mine is not None
    assert mine.fence > elsewhere.fence
    with pytest.raises(LedgerConflict):
        house.ledger.renew(elsewhere, at=house.beat(), lease=LEASE)


def test_only_processes_of_this_host_are_known_to_be_dead(tmp_path: Path) -> None:
    host, _, rest = this_process().partition("/")
    assert host.startswith(socket.gethostname())
    assert not dead(this_process())
    assert dead(f"{host}/{os.getpid()}/another start")
    assert dead(f"{host}/4194304/x")
    assert not dead("elsewhere/4194304/x")
    assert not dead(f"{socket.gethostname()}:another container/4194304/x")
    assert not dead(f"{host}/1/x")
    assert rest.startswith(f"{os.getpid()}/")
