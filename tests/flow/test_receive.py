"""Every kind of answer: what the ledger writes, what is kept, how the next good one heals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.flow.conftest import Bench, p32
from tests.flow.operator import DAY, Scene, balanced, flat, scene_of, zip_of
from tieline.errors import StorageFailed
from tieline.flow import replayable
from tieline.ledger import Cause
from tieline.store.raw import RawStore

FILE = "20260302ExternalLimitsFlows.csv"
ARCHIVE = "20260301ExternalLimitsFlows_csv.zip"
HTML = b"<!DOCTYPE html><html><body><h1>Maintenance</h1></body></html>"
STAMPS = ("00:00", "00:05")
GOOD = p32(STAMPS, lambda stamp, point: 100)
MORE = p32((*STAMPS, "00:10"), lambda stamp, point: 100)


@pytest.fixture
def scene(bench: Bench) -> Iterator[Scene]:
    yield scene_of(bench)
    assert [entry for entry in bench.home.ledger.entries() if not balanced(entry.counts)] == []
    assert bench.home.ledger.claims() == []


def test_a_file_that_did_not_change_is_a_look(scene: Scene) -> None:
    scene.operator.puts(FILE, GOOD, etag='"a"')
    first = scene.polls()
    scene.at(17, 5).operator.puts(FILE, status=304, etag='"a"')
    second = scene.polls()
    assert scene.operator.asked[-1].headers["if-none-match"] == '"a"'
    assert second.counts.unchanged == first.counts.new == 6
    assert second.known_at_utc == second.fetched_at_utc == scene.clock.now()
    assert second.content_sha256 == first.content_sha256
    assert second.state == "completed"
    assert scene.bench.stored().height == 6
    assert len(scene.house.ledger.parts()) == 1


def test_equal_bytes_with_200_are_the_same_look(scene: Scene) -> None:
    scene.operator.puts(FILE, GOOD)
    scene.polls()
    again = scene.at(17, 5).polls()
    assert (again.counts.unchanged, again.counts.new) == (6, 0)
    assert len(scene.house.ledger.parts()) == 1


def test_a_look_is_written_by_the_run_that_looked(scene: Scene) -> None:
    from dataclasses import replace

    scene.operator.puts(FILE, GOOD)
    scene.polls()
    scene.house = replace(scene.house, run="the second run", version="9")
    again = scene.at(17, 5).polls()
    assert (again.run, again.version) == ("the second run", "9")


def test_a_growing_file_grows(scene: Scene) -> None:
    scene.operator.puts(FILE, GOOD)
    scene.polls()
    scene.at(17, 5).operator.puts(FILE, MORE)
    grown = scene.polls()
    assert (grown.counts.read, grown.counts.new, grown.counts.unchanged) == (9, 3, 6)
    assert scene.bench.stored().height == 9


def test_bytes_that_could_not_be_kept_are_asked_for_whole_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.operator.puts(FILE, GOOD, etag='"a"')

    def full(self: RawStore, data: bytes, **told: object) -> str:
        raise StorageFailed("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(RawStore, "put", full)
        with pytest.raises(StorageFailed):
            scene.takes(scene.job())
    assert scene.house.ledger.entries() == []
    entry = scene.at(17, 5).polls()
    assert "if-none-match" not in scene.operator.asked[-1].headers
    assert entry.counts.new == 6


@pytest.mark.parametrize(
    ("status", "error", "cause"),
    [
        (401, "Refused", "fetch_failed"),
        (403, "Refused", "fetch_failed"),
        (410, "Gone", "missing_upstream"),
        (500, "Unreachable", "fetch_failed"),
        (429, "RateLimited", "fetch_failed"),
        (204, "EmptyAnswer", "empty_200"),
    ],
)
def test_an_error_status_is_written_down_and_healed(
    scene: Scene, status: int, error: str, cause: Cause
) -> None:
    scene.operator.puts(FILE, status=status)
    failed = scene.polls()
    assert (failed.state, failed.error, failed.cause) == ("failed", error, cause)
    assert failed.payload_sha256 is None
    assert {gap.cause for gap in scene.house.ledger.gaps()} >= {cause}
    scene.at(17, 5).operator.puts(FILE, GOOD)
    assert scene.polls().counts.new == 6
    assert cause not in {gap.cause for gap in scene.house.ledger.gaps()} - {"missing_upstream"}
    assert scene.house.ledger.summaries()[0].last_failure is None


def test_too_often_says_when_to_come_again(scene: Scene) -> None:
    scene.operator.puts(FILE, status=429, retry_after="90")
    failed = scene.polls()
    assert failed.retry_at_utc == failed.fetched_at_utc + timedelta(seconds=90)


def test_a_server_that_stumbles_once_is_asked_again(scene: Scene) -> None:
    class Once(type(scene.operator)):  # type: ignore[misc]
        async def handle_async_request(self, request: object) -> object:
            answer = await super().handle_async_request(request)
            self.puts(FILE, GOOD)
            return answer

    scene.operator = Once()
    scene.operator.puts(FILE, status=500)
    outcome = scene.takes(scene.job(), tries=3)
    assert outcome.result == "committed"
    assert len(scene.operator.asked) == 2


@pytest.mark.parametrize(
    ("now", "day", "cause"),
    [
        ((2, 5, 5), DAY, "not_yet_due"),
        ((2, 17, 0), DAY, "late_upstream"),
        ((3, 10, 0), DAY, "late_upstream"),
        ((3, 11, 30), DAY, "missing_upstream"),
    ],
)
def test_a_file_that_is_not_there_is_early_late_or_missing(
    bench: Bench, now: tuple[int, int, int], day: date, cause: str
) -> None:
    day_of_month, hour, minute = now
    scene = scene_of(bench, datetime(2026, 3, day_of_month, hour, minute, tzinfo=UTC))
    failed = scene.polls()
    assert (failed.error, failed.cause) == ("NotYetPublished", cause)


def test_a_closed_day_that_is_gone_comes_from_the_archive(scene: Scene) -> None:
    scene.at(12, day=date(2026, 3, 4)).operator.puts(ARCHIVE, zip_of({FILE: GOOD}))
    entry = scene.polls()
    assert [str(one.url).rsplit("/", 1)[-1] for one in scene.operator.asked] == [FILE, ARCHIVE]
    assert (entry.state, entry.member, entry.counts.new) == ("completed", FILE, 6)
    assert entry.known_basis == "modified"
    assert entry.known_at_utc == datetime(2026, 3, 3, 14, tzinfo=UTC)


def test_an_archive_seen_before_brings_the_knowledge_that_it_stands(scene: Scene) -> None:
    scene.at(12, day=date(2026, 3, 4)).operator.puts(ARCHIVE, zip_of({FILE: GOOD}))
    job = scene.archive(DAY, DAY)
    scene.takes(job)
    again = scene.at(13, day=date(2026, 3, 4)).takes(job)
    assert again.result == "unchanged"
    first, second = scene.house.ledger.entries()
    assert (first.known_basis, second.known_basis) == ("modified", "fetched")
    assert (second.counts.new, second.counts.unchanged) == (0, second.counts.read)


def test_an_archive_without_the_asked_day_says_so_of_that_day(scene: Scene) -> None:
    other = "20260301ExternalLimitsFlows.csv"
    first = p32(STAMPS, lambda stamp, point: 1, day="03/01/2026")
    scene.at(12, day=date(2026, 3, 9)).operator.puts(ARCHIVE, zip_of({other: first}))
    landed = scene.takes(scene.archive(date(2026, 3, 1), DAY)).landed
    assert landed is not None
    told = {entry.day: (entry.state, entry.error, entry.cause) for entry in landed.entries}
    assert told[date(2026, 3, 1)] == ("completed", None, None)
    assert told[DAY] == ("failed", "NotYetPublished", "missing_upstream")
    assert {gap.cause for gap in scene.house.ledger.gaps() if gap.day == DAY} == {
        "missing_upstream"
    } or not [gap for gap in scene.house.ledger.gaps() if gap.day == DAY]


def test_one_bad_member_of_an_archive_is_refused_alone(scene: Scene) -> None:
    other = "20260301ExternalLimitsFlows.csv"
    scene.at(12, day=date(2026, 3, 9)).operator.puts(ARCHIVE, zip_of({other: HTML, FILE: GOOD}))
    landed = scene.takes(scene.archive(date(2026, 3, 1), DAY)).landed
    assert landed is not None
    told = {entry.day: (entry.state, entry.cause) for entry in landed.entries}
    assert told == {date(2026, 3, 1): ("failed", "quarantined"), DAY: ("completed", None)}
    assert scene.bench.stored().height == 6


@pytest.mark.parametrize("spoil", ["cut", "another report", "csv", "html"])
def test_an_archive_that_is_none_fails_every_day_asked(scene: Scene, spoil: str) -> None:
    data = {
        "cut": zip_of({FILE: GOOD * 30})[:-70],
        "another report": zip_of({"20260302pal.csv": GOOD}),
        "csv": GOOD,
        "html": HTML,
    }[spoil]
    scene.at(12, day=date(2026, 3, 9)).operator.puts(ARCHIVE, data)
    outcome = scene.takes(scene.archive(date(2026, 3, 1), DAY))
    assert outcome.result == "failed"
    assert outcome.landed is not None
    assert [(one.day, one.cause) for one in outcome.landed.entries] == [
        (date(2026, 3, 1), "quarantined"),
        (DAY, "quarantined"),
    ]
    assert scene.house.raw.get(outcome.landed.entries[0].payload_sha256 or "") == data
    scene.operator.puts(ARCHIVE, zip_of({FILE: GOOD}))
    scene.takes(scene.archive(date(2026, 3, 1), DAY))
    assert scene.bench.stored().height == 6


def test_a_zip_under_the_daily_name_is_opened(scene: Scene) -> None:
    scene.operator.puts(FILE, zip_of({FILE: GOOD}))
    entry = scene.polls()
    assert (entry.state, entry.member, entry.counts.new) == ("completed", FILE, 6)
    scene.at(17, 5).operator.puts(FILE, MORE)
    assert scene.polls().counts.new == 3


def test_a_zip_of_another_day_under_the_daily_name_is_refused(scene: Scene) -> None:
    scene.operator.puts(FILE, zip_of({"20260301ExternalLimitsFlows.csv": GOOD}))
    assert scene.polls().error == "WrongReport"


def test_an_error_page_with_200_is_kept_and_healed(scene: Scene) -> None:
    scene.operator.puts(FILE, HTML, etag='"h"')
    failed = scene.polls()
    assert (failed.error, failed.cause) == ("ErrorPage", "quarantined")
    assert scene.house.raw.get(failed.payload_sha256 or "") == HTML
    again = scene.at(17, 5).polls()
    assert again.state == "failed"
    scene.at(17, 10).operator.puts(FILE, GOOD)
    assert scene.polls().counts.new == 6


def test_a_static_file_is_a_poll_each_slot(scene: Scene) -> None:
    name = "currentExternalLimitsFlows.csv"
    for minute, flow in ((0, 1), (5, 1), (10, 2)):
        data = flat(flow, (f"12:{minute:02}",))
        scene.at(17, minute).operator.puts(name, data)
        entry = scene.polls(report="nyiso:P-32-CURRENT")
        assert (entry.state, entry.counts.new, entry.day) == ("completed", 3, None)
        assert entry.window.start == scene.clock.now()
    assert scene.bench.stored("nyiso:P-32-CURRENT").height == 9
    again = scene.at(17, 15).polls(report="nyiso:P-32-CURRENT")
    assert again.counts.unchanged == 3


def test_a_fault_of_ours_is_written_down_and_raised(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tieline.flow import receiving

    scene.operator.puts(FILE, GOOD, etag='"a"')

    def broken(*told: object) -> None:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr(receiving, "understand", broken)
        with pytest.raises(ZeroDivisionError):
            scene.takes(scene.job())
    (entry,) = scene.house.ledger.entries()
    assert (entry.state, entry.cause) == ("failed", "lost_by_us")
    assert scene.house.raw.get(entry.payload_sha256 or "") == GOOD
    _, report = scene.house.report("nyiso:P-32")
    assert replayable(scene.house, report, entry.window) == [entry]
    assert scene.at(17, 5).polls().counts.new == 6


def test_nothing_is_left_of_a_job_that_was_stopped(scene: Scene, tmp_path: Path) -> None:
    """Its claim is given back, and the next one works."""
    import asyncio

    class Slow(type(scene.operator)):  # type: ignore[misc]
        async def handle_async_request(self, request: object) -> object:
            raise asyncio.CancelledError

    scene.operator = Slow()
    with pytest.raises(asyncio.CancelledError):
        scene.takes(scene.job())
    assert scene.house.ledger.claims() == []
    assert scene.house.ledger.entries() == []


def test_a_slice_that_another_process_works_on_is_left_alone(scene: Scene) -> None:
    from dataclasses import replace

    scene.operator.puts(FILE, GOOD)
    job = scene.job()
    other = scene.house.ledger.claim(
        job.whole,
        holder="elsewhere/1/x",
        at=scene.house.beat(),
        lease=timedelta(minutes=1),
        dead=lambda _: False,
    )
    assert other is not None
    assert scene.takes(job).result == "busy"
    assert scene.operator.asked == []
    scene.house = replace(scene.house, dead=lambda name: name == "elsewhere/1/x")
    assert scene.takes(job).result == "committed"
