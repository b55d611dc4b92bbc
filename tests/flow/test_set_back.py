"""A clock that is set back an hour: collecting goes on, in the order in which things were seen."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from time import monotonic

import httpx2
import pytest

from tests.flow.conftest import Bench, p32
from tests.flow.worlds import BASES, fetcher_over, living, wanted
from tieline.flow import Daemon, House, PacedClock, RealClock, SteppedClock, import_file
from tieline.select import Question, answer
from tieline.watch import WorkerStumbled

START = datetime(2026, 3, 2, 17, 4, tzinfo=UTC)
SPEED = 200.0
BEFORE = 2
"""How often the display is looked at before the clock is set back."""

REPORT = "nyiso:P-32-CURRENT"
HOUR = timedelta(hours=1)


@dataclass
class Clock:
    """True time, three minutes a second, and what the machine says of it."""

    begun: float = field(default_factory=monotonic)
    back: timedelta = timedelta(0)

    def true(self) -> datetime:
        return START + timedelta(seconds=(monotonic() - self.begun) * SPEED)

    def now(self) -> datetime:
        return self.true() - self.back


@dataclass
class Display(httpx2.AsyncBaseTransport):
    """Shows the flows of the last minute, and keeps when it was looked at; has no files."""

    clock: Clock
    looked: list[datetime] = field(default_factory=list)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if "current" not in str(request.url).lower():
            return httpx2.Response(404, text="not there", request=request)
        at = self.clock.true()
        self.looked.append(at)
        flow = len(self.looked)
        return httpx2.Response(200, content=p32(("12:00",), lambda s, p: flow), request=request)


async def lived(house: House, clock: Clock, display: Display, looks: int) -> None:
    """A daemon until the display was looked at so often, or most of the hour that comes twice is gone."""
    paced = PacedClock(clock.now, SPEED)
    end = clock.true() + (timedelta(minutes=55) if clock.back else 4 * HOUR)
    async with fetcher_over(display, paced) as fetcher:  # type: ignore[arg-type]
        daemon = Daemon(
            house=house, fetcher=fetcher, clock=paced, wanted=wanted(house, (REPORT, "nyiso:P-58B")),
            bases=BASES, concurrency=2,
        )  # fmt: skip
        life = asyncio.create_task(daemon.run(date(2026, 3, 2)))
        while len(display.looked) < looks and clock.true() < end:
            await asyncio.sleep(0.02)
            if len(display.looked) == BEFORE and not clock.back:
                clock.back, end = HOUR, clock.true() + timedelta(minutes=55)
        while len(house.ledger.entries(reports=[REPORT])) < looks and clock.true() < end:
            await asyncio.sleep(0.02)
        life.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await life


@pytest.mark.parametrize("restarted", [False, True])
def test_a_daemon_goes_on(bench: Bench, restarted: bool) -> None:
    bench.bring(p32(("00:00",), lambda s, p: 0), "01:00")  # reads everything in that a look needs
    clock = Clock()
    house = replace(living(bench.home, bench, SteppedClock(START)), now=clock.now, steady=True)
    display = Display(clock)

    async def run() -> None:
        for looks in (BEFORE, BEFORE + 3) if restarted else (BEFORE + 3,):
            await lived(house, clock, display, looks)
            clock.back = HOUR

    asyncio.run(run())
    assert len(display.looked) == BEFORE + 3, "in its own slots, and not only after the hour"
    found = answer(bench.lake(), Question(dataset="iso.rt.interface_flow.nyiso")).polars()
    assert set(found["flow_mw"]) == {0.0, BEFORE + 3.0}, "what was seen last counts"
    entries = house.ledger.entries(reports=[REPORT], states=["completed"])
    fetched = [one.fetched_at_utc for one in sorted(entries, key=lambda one: one.entry_id)]
    assert fetched == sorted(fetched)
    told = {one.error for one in bench.happenings if isinstance(one, WorkerStumbled)}
    assert told == {"ClockSetBack"}


def test_an_import_without_a_time_of_its_own_comes_after_what_is_there(bench: Bench) -> None:
    house = replace(bench.house, now=lambda: START, steady=True)
    feed, report = house.report("nyiso:P-32")
    path = bench.folder / "20260302ExternalLimitsFlows.csv"
    for flow, back in ((1, timedelta(0)), (2, HOUR)):
        path.write_bytes(p32(("00:00",), lambda s, p, flow=flow: flow))  # type: ignore[misc]
        import_file(replace(house, now=lambda back=back: START - back), feed, report, path)  # type: ignore[misc]
    stored = bench.stored().sort("known_at_utc")
    assert stored["flow_mw"].to_list()[-1] == 2.0


def test_who_waits_for_an_instant_is_told_when_the_clock_goes_back() -> None:
    """So nobody sleeps through the hour that comes twice."""

    class Back(RealClock):
        def __init__(self) -> None:
            self.slept: list[float] = []

        def now(self) -> datetime:
            return (
                START
                + timedelta(minutes=len(self.slept))
                - (HOUR if len(self.slept) > 2 else HOUR * 0)
            )

        async def sleep(self, seconds: float) -> None:
            self.slept.append(seconds)

    clock = Back()
    asyncio.run(clock.sleep_until(START + HOUR / 2))
    assert (clock.slept, clock.now() < START) == ([30.0, 30.0, 30.0], True)
