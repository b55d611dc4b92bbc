"""The daemon beside what hangs, and where it goes on after a pause."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import monotonic

import httpx2
import pytest

from tests.flow.conftest import Bench, p32
from tests.flow.operator import DAY, Scene, scene_of
from tests.flow.worlds import BASES, fetcher_over, living, wanted
from tieline.errors import LedgerUnavailable
from tieline.flow import Daemon, PacedClock, SteppedClock
from tieline.markettime import day_window
from tieline.watch import WorkerStumbled

START = datetime(2026, 3, 2, 17, 4, tzinfo=UTC)
SPEED = 600.0


class Hanging(httpx2.AsyncBaseTransport):
    """Answers nobody who asks for a static file, and everybody else at once."""

    def __init__(self) -> None:
        self.hung = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if "current" in str(request.url):
            self.hung += 1
            await asyncio.Event().wait()
        return httpx2.Response(404, text="not there", request=request)


def test_a_job_that_hangs_holds_up_no_other_report(bench: Bench) -> None:
    begun = monotonic()
    clock = PacedClock(lambda: START + timedelta(seconds=(monotonic() - begun) * SPEED), SPEED)
    house = replace(living(bench.home, bench, SteppedClock(START)), now=clock.now)
    transport = Hanging()

    def asked() -> int:
        return len(
            {e.fetched_at_utc for e in house.ledger.entries(reports=["nyiso:P-58B"], day=DAY)}
        )

    async def run() -> None:
        async with fetcher_over(transport, SteppedClock(START)) as fetcher:
            daemon = Daemon(
                house=house,
                fetcher=fetcher,
                clock=clock,
                wanted=wanted(house, ("nyiso:P-32-CURRENT", "nyiso:P-58B")),
                bases=BASES,
                concurrency=2,
            )
            life = asyncio.create_task(daemon.run(DAY))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(30):
                    while asked() < 4:
                        await asyncio.sleep(0.05)
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)

    asyncio.run(run())
    assert asked() >= 4, "four slots, one after the other"
    assert transport.hung == 1, "what is still asked for is not asked for again"
    assert house.ledger.claims() == [], "what was broken off was given back"


def lived(scene: Scene, since: date, until: datetime, *, declared: bool) -> None:
    """Let a daemon that polls one report live."""

    async def run() -> None:
        async with fetcher_over(scene.operator, scene.clock) as fetcher:
            daemon = Daemon(
                house=scene.house,
                fetcher=fetcher,
                clock=scene.clock,
                wanted=wanted(scene.house, ("nyiso:P-32",)),
                bases=BASES,
                concurrency=2,
                until=until,
            )
            await daemon.run(since, declared=declared)

    asyncio.run(run())


def days_asked(bench: Bench, start: datetime, since: date, *, declared: bool) -> set[date]:
    """Market days that a life of one moment asks for."""
    scene = scene_of(bench, start)
    before = len(scene.house.ledger.entries())
    lived(scene, since, start, declared=declared)
    entries = scene.house.ledger.entries()[before:]
    return {entry.day for entry in entries if entry.day is not None}


def test_a_daemon_goes_back_to_where_it_was_left(bench: Bench) -> None:
    scene = scene_of(bench, datetime(2026, 3, 2, 17, tzinfo=UTC))
    name = "20260302ExternalLimitsFlows.csv"
    scene.operator.puts(name, p32(("00:00",), lambda stamp, point: 1))
    scene.polls()
    start, yesterday = datetime(2026, 3, 7, 17, 1, tzinfo=UTC), date(2026, 3, 6)
    assert days_asked(bench, start, yesterday, declared=True) == {yesterday}
    assert days_asked(bench, start, yesterday, declared=False) == {
        date(2026, 3, day) for day in (2, 3, 4, 5, 6)
    } - {yesterday}


def test_a_start_that_a_daemon_is_told_is_where_completeness_begins(bench: Bench) -> None:
    since = date(2026, 3, 1)
    days_asked(bench, datetime(2026, 3, 7, 17, 1, tzinfo=UTC), since, declared=True)
    (mark,) = bench.home.ledger.watermarks()
    assert mark.contiguous_utc is not None
    assert mark.contiguous_utc >= day_window("America/New_York", since)[0]


def test_a_ledger_that_goes_away_while_a_slot_is_planned_is_waited_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = datetime(2026, 3, 2, 17, tzinfo=UTC)
    scene = scene_of(bench, start)
    scene.operator.puts("20260302ExternalLimitsFlows.csv", p32(("00:00",), lambda stamp, point: 1))
    ledger = scene.house.ledger
    asked = Counter[str]()

    def shaky(name: str) -> None:
        told = getattr(ledger, name)

        def answer(*arguments: object, **named: object) -> object:
            asked[name] += 1
            if asked[name] in (1, 2, 20):
                raise LedgerUnavailable(f"{name}: the server is restarting")
            return told(*arguments, **named)

        monkeypatch.setattr(ledger, name, answer)

    for name in ("gaps", "watermarks", "entries"):
        shaky(name)

    lived(scene, date(2026, 3, 1), start + timedelta(hours=1), declared=False)
    monkeypatch.undo()
    assert {one.day for one in ledger.entries() if one.state == "completed"} == {DAY}
    told = [one.text for one in bench.happenings if isinstance(one, WorkerStumbled)]
    assert any("the server is restarting" in text for text in told)
