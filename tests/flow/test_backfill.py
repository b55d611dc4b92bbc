"""Long ranges over the emulated operator: few requests, none twice, whatever comes between."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

import httpx2

from tests.flow.conftest import Bench
from tests.flow.worlds import BASES, Told, fetcher_over, living
from tieline.flow import House, Outcome, Plan, SteppedClock, collect, declare_start, plans
from tieline.markettime import day_window

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FIRST, LAST = date(2025, 10, 1), date(2026, 3, 31)
REPORT = "nyiso:P-58C"


class Counted(Told):
    """Notes every address that is asked."""

    def __init__(self, clock: SteppedClock) -> None:
        super().__init__(clock.now)
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url))
        return await super().handle_async_request(request)


def planned(house: House) -> Plan:
    (made,) = plans(house, [house.report(REPORT)], FIRST, LAST, BASES)
    return made


def runs(house: House, counted: Counted, clock: SteppedClock, stop_after: int) -> list[Outcome]:
    """Run a plan of today; broken off once some jobs are done."""
    ended: list[Outcome] = []

    async def run() -> None:
        async with fetcher_over(counted, clock) as fetcher:
            life = asyncio.current_task()
            assert life is not None

            def done(outcome: Outcome) -> None:
                ended.append(outcome)
                if len(ended) == stop_after:
                    life.cancel()

            await collect(house, fetcher, planned(house).jobs, concurrency=1, done=done)

    try:
        asyncio.run(run())
    except asyncio.CancelledError:
        assert len(ended) == stop_after
    return ended


def test_half_a_year_is_six_requests_however_often_it_is_broken_off(bench: Bench) -> None:
    clock = SteppedClock(NOW)
    house, counted = living(bench.home, bench, clock), Counted(clock)
    declare_start(house, *house.report(REPORT), FIRST)
    assert planned(house).containers() == {"archive": 6}
    outcomes = runs(house, counted, clock, 2) + runs(house, counted, clock, 3)
    outcomes += runs(house, counted, clock, 99)
    assert {outcome.result for outcome in outcomes} == {"committed"}
    assert len(counted.asked) <= 6 + 2, "one request in flight may be lost at each break"
    assert len(set(counted.asked)) == 6
    days = house.ledger.days(REPORT)
    assert len(days) == planned(house).settled == 182
    assert all(day.expected == day.received for day in days)
    assert planned(house).jobs == ()
    (mark,) = house.ledger.watermarks()
    assert mark.contiguous_utc == day_window("America/New_York", LAST)[1]
