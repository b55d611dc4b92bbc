"""What was kept by who was then killed is taken in by who comes next, at the time it was known."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.flow.conftest import Bench
from tests.flow.operator import DAY, Scene, flat, scene_of
from tests.flow.worlds import BASES, fetcher_over, wanted
from tieline.flow import Daemon, rebuild, take_in
from tieline.flow.keeping import keep
from tieline.flow.verifying import not_taken_in
from tieline.select import read
from tieline.values import Known, Payload, sha256

FILE = "20260302ExternalLimitsFlows.csv"
REPORT = "nyiso:P-32"
STAMPS = ("00:00", "00:05", "00:10")


@pytest.fixture
def scene(bench: Bench) -> Scene:
    """One poll at half past five."""
    made = scene_of(bench)
    made.operator.puts(FILE, flat(1, STAMPS[:2]))
    made.at(17, 30).polls()
    return made


def killed(scene: Scene, flow: int, *, claimed: bool) -> None:
    """A process on another host that has kept an answer and died; its claim, if any, has expired."""
    job, now = scene.job(), scene.clock.now()
    data = flat(flow, STAMPS)
    if claimed:
        long_ago = scene.house.beat() - timedelta(hours=1)
        claim = scene.house.ledger.claim(
            job.claimed, holder="other/1/gone", at=long_ago, lease=scene.house.lease,
            dead=lambda holder: False,
        )  # fmt: skip
        assert claim is not None
    payload = Payload(
        data=data, url=job.url, requested_at_utc=now, fetched_at_utc=now, status=200, headers={},
        sha256=sha256(data),
    )  # fmt: skip
    keep(scene.house, job.report, job.whole, payload, Known(now, "fetched"), origin="collect")


def told(scene: Scene, hour: int, minute: int) -> list[float]:
    window = scene.job().whole.window
    moment = datetime(2026, 3, 2, hour, minute, tzinfo=UTC)
    lake = scene.bench.lake()
    answer = read(lake, "iso.rt.interface_flow.nyiso", window.start, window.end, as_of=moment)
    return sorted(set(answer.polars()["flow_mw"].to_list()))


def lives(scene: Scene, until: datetime) -> None:
    """A daemon from now until then."""

    async def run() -> None:
        async with fetcher_over(scene.operator, scene.clock) as fetcher:
            daemon = Daemon(
                house=scene.house, fetcher=fetcher, clock=scene.clock, bases=BASES,
                wanted=wanted(scene.house, (REPORT,)), concurrency=2, until=until,
            )  # fmt: skip
            await daemon.run(DAY)

    asyncio.run(run())


def assert_whole(scene: Scene) -> None:
    """Everything that was kept is in the lake, and a rebuild has nothing to add."""
    assert [told(scene, 17, 31), told(scene, 18, 1), told(scene, 18, 31)] == [[1.0], [2.0], [3.0]]
    assert not_taken_in(scene.house) == []
    assert rebuild(scene.house, *scene.house.report(REPORT), lambda: None).entries == 0


def test_who_takes_a_claim_over_takes_in_what_was_kept_under_it(scene: Scene) -> None:
    scene.at(18)
    killed(scene, 2, claimed=True)
    scene.operator.puts(FILE, flat(3, STAMPS))
    scene.at(18, 30).polls()
    assert_whole(scene)
    assert [entry.fetched_at_utc.minute for entry in scene.house.ledger.entries()] == [30, 0, 30]


def test_a_daemon_takes_in_what_is_left_before_it_begins(scene: Scene) -> None:
    scene.at(18)
    killed(scene, 2, claimed=False)
    assert [one.of.day for one in not_taken_in(scene.house)] == [DAY]
    scene.operator.puts(FILE, flat(3, STAMPS))
    scene.at(18, 22)
    lives(scene, scene.clock.now() + timedelta(minutes=5))
    assert told(scene, 18, 1) == [2.0]
    scene.at(18, 31)
    assert_whole(scene)


def test_twice_is_once_and_old_notes_are_left_to_a_rebuild(scene: Scene) -> None:
    feed, report = scene.house.report(REPORT)
    scene.at(18)
    killed(scene, 2, claimed=False)
    scene.operator.puts(FILE, flat(3, STAMPS))
    scene.at(18, 30).polls()
    later = replace(scene.house, now=lambda: scene.clock.now() + timedelta(days=30))
    assert [take_in(later, feed, report) for _ in range(2)] == [1, 0]
    assert_whole(scene)
    scene.at(9, day=DAY + timedelta(days=9)).polls()
    long_ago = scene.clock.now() - timedelta(days=8)
    scene.clock = type(scene.clock)(long_ago)
    killed(scene, 7, claimed=False)
    assert take_in(later, feed, report) == 0
    assert len(not_taken_in(later)) == 1
    assert rebuild(later, feed, report, lambda: None).entries == 1
    assert not_taken_in(later) == []


def test_what_somebody_works_on_is_left_to_him(scene: Scene) -> None:
    scene.at(18)
    job = scene.job()
    claim = scene.house.ledger.claim(
        job.claimed, holder="other/1/alive", at=scene.house.beat(), lease=scene.house.lease,
        dead=lambda holder: False,
    )  # fmt: skip
    assert claim is not None
    killed(scene, 2, claimed=False)
    assert take_in(scene.house, *scene.house.report(REPORT)) == 0
    assert not_taken_in(scene.house) == []
    scene.house.ledger.release(claim)
    assert len(not_taken_in(scene.house)) == 1
    assert take_in(scene.house, *scene.house.report(REPORT)) == 1
