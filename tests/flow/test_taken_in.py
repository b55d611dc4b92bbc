"""What was kept by who was then killed is taken in by who comes next, at the time it was known."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.cli.files import load_file
from tests.flow.conftest import Bench
from tests.flow.operator import DAY, Scene, flat, scene_of, zip_of
from tests.flow.worlds import BASES, fetcher_over, wanted
from tieline.errors import Damaged
from tieline.flow import Daemon, import_file, rebuild, take_in
from tieline.flow.keeping import keep
from tieline.flow.verifying import not_taken_in
from tieline.select import read
from tieline.store.raw import RawStore
from tieline.values import Known, Payload, sha256
from tieline.watch import WorkerStumbled

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


def lives(scene: Scene, until: datetime, *reports: str) -> None:
    """A daemon from now until then."""

    async def run() -> None:
        async with fetcher_over(scene.operator, scene.clock) as fetcher:
            daemon = Daemon(
                house=scene.house, fetcher=fetcher, clock=scene.clock, bases=BASES,
                wanted=wanted(scene.house, reports or (REPORT,)), concurrency=2, until=until,
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


@pytest.mark.parametrize("packed", ["in an archive before", "imported in one", "as its own file"])
def test_bytes_that_came_packed_and_plain_are_known(
    bench: Bench, tmp_path: Path, packed: str
) -> None:
    """The ledger tells of the object that came first, and the note of the one that came."""
    scene, data = scene_of(bench), flat(1, STAMPS)
    feed, report = scene.house.report(REPORT)
    scene.operator.puts(FILE, data)
    if packed == "in an archive before":
        job = scene.at(12, day=date(2026, 3, 5)).archive(DAY, DAY)
        scene.operator.puts(job.url.rsplit("/", 1)[-1], zip_of({FILE: data}))
        scene.takes(job)
    elif packed == "imported in one":
        path = tmp_path / "some.zip"
        path.write_bytes(zip_of({FILE: data}))
        import_file(scene.at(18).house, feed, report, path)
    else:
        scene.operator.puts(FILE, zip_of({FILE: data}))
    for hour in (13, 14):
        scene.at(hour, day=date(2026, 3, 6)).polls()
    count = len(scene.house.ledger.entries())
    assert not_taken_in(scene.house) == []
    assert take_in(scene.house, feed, report) == 0
    assert rebuild(scene.house, feed, report, lambda: None).entries == 0
    assert len(scene.house.ledger.entries()) == count


def test_one_report_that_cannot_be_taken_in_holds_no_other_back(scene: Scene) -> None:
    """Bytes that a later look needs are damaged; the others' are taken in, and polls go on."""
    killed(scene.at(18), 2, claimed=False)
    other = "nyiso:P-58B"
    job, now, data = scene.job(report=other), scene.clock.now(), load_file(day=DAY)
    payload = Payload(
        data=data, url=job.url, requested_at_utc=now, fetched_at_utc=now, status=200, headers={},
        sha256=sha256(data),
    )  # fmt: skip
    keep(scene.house, job.report, job.whole, payload, Known(now, "fetched"), origin="collect")
    scene.operator.puts(FILE, flat(3, STAMPS))
    entry = scene.at(18, 20).polls()
    (pack,) = scene.house.raw.root.glob("packs/*.pack")
    broken = bytearray(pack.read_bytes())
    broken[-3] ^= 0xFF
    pack.write_bytes(bytes(broken))
    scene.house = replace(scene.house, raw=RawStore(scene.house.raw.root))
    with pytest.raises(Damaged):
        scene.house.raw.get(entry.payload_sha256 or "")
    scene.operator.puts(FILE, flat(4, STAMPS))
    lives(scene.at(18, 31), scene.clock.now() + timedelta(minutes=12), REPORT, other)
    assert [one.report for one in not_taken_in(scene.house)] == [REPORT]
    assert scene.house.ledger.entries(reports=[other], states=["completed"])
    told = [one for one in scene.bench.happenings if isinstance(one, WorkerStumbled)]
    assert any(one.report == REPORT and one.error == "Damaged" for one in told)


def test_a_fault_of_ours_in_what_is_left_ends_no_daemon(scene: Scene) -> None:
    def faulty(rows: pl.DataFrame) -> pl.DataFrame:
        raise ZeroDivisionError("a fault of ours")

    killed(scene.at(18), 2, claimed=False)
    scene.changed(REPORT, derive=faulty)
    scene.operator.puts(FILE, flat(3, STAMPS))
    lives(scene.at(18, 22), scene.clock.now() + timedelta(minutes=5))
    assert len(not_taken_in(scene.house)) == 1
    told = [one for one in scene.bench.happenings if isinstance(one, WorkerStumbled)]
    assert {one.error for one in told} == {"ZeroDivisionError"}
