"""When bytes that a poll brought could be known: the server's word against what we saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.flow.conftest import Bench
from tests.flow.operator import DAY, Scene, flat, scene_of
from tieline.flow import replay, replayable
from tieline.flow.known import Seen, known_of
from tieline.ledger import Entry, Origin
from tieline.markettime import day_window
from tieline.select import read
from tieline.values import Known, Window

T0 = datetime(2026, 3, 2, 12, tzinfo=UTC)
FILE = "20260302ExternalLimitsFlows.csv"


def at(minute: int) -> datetime:
    return T0 + timedelta(minutes=minute)


def seen(content: str, known: int, fetched: int, origin: Origin = "collect") -> Entry:
    return Entry(
        entry_id=fetched,
        observation_id=fetched,
        report="nyiso:P-32",
        window=Window(T0, T0 + timedelta(days=1)),
        day=T0.date(),
        state="completed",
        origin=origin,
        recipe="1",
        fetched_at_utc=at(fetched),
        content_sha256=content,
        url="file:a.csv" if origin == "import" else "http://operator/a.csv",
        known_at_utc=at(known),
        known_basis="modified",
    )


def test_the_first_look_believes_the_server() -> None:
    said = Known(at(3), "modified")
    assert known_of(said, "a", at(5), Seen()) == said


def test_without_a_word_of_the_server_the_fetch_counts() -> None:
    said = Known(at(9), "fetched")
    assert known_of(said, "b", at(9), Seen([seen("a", 3, 5)])) == said


def test_an_equal_look_is_known_when_it_was_fetched() -> None:
    assert known_of(Known(at(3), "modified"), "a", at(10), Seen([seen("a", 3, 5)])) == Known(
        at(10), "fetched"
    )


def test_equal_bytes_written_again_are_known_then() -> None:
    said = Known(at(8), "modified")
    assert known_of(said, "a", at(10), Seen([seen("a", 3, 5)])) == said


def test_a_stale_answer_keeps_its_old_time() -> None:
    said = Known(at(3), "modified")
    assert known_of(said, "a", at(20), Seen([seen("a", 3, 5), seen("b", 8, 10)])) == said


def test_a_new_version_older_than_our_last_look_is_not_believed() -> None:
    past = Seen([seen("a", 3, 10)])
    assert known_of(Known(at(7), "modified"), "b", at(15), past) == Known(at(15), "fetched")
    assert known_of(Known(at(10), "modified"), "b", at(15), past) == Known(at(15), "fetched")
    assert known_of(Known(at(11), "modified"), "b", at(15), past) == Known(at(11), "modified")


def test_an_imported_file_is_no_look_of_ours() -> None:
    said = Known(at(7), "modified")
    assert known_of(said, "b", at(15), Seen([seen("a", 3, 10, "import")])) == said


def test_a_replay_does_not_make_us_forget_what_we_saw(bench: Bench) -> None:
    scene = scene_of(bench)
    first, second = (flat(flow, ("00:00",)) for flow in (1, 2))
    scene.operator.puts(FILE, first, modified=scene.clock.now() - timedelta(hours=1))
    look = scene.polls()
    feed, report = scene.house.report("nyiso:P-32")
    replay(scene.house, feed, report, replayable(scene.house, report, look.window))
    scene.at(17, 30).operator.puts(
        FILE, second, modified=look.fetched_at_utc - timedelta(minutes=5)
    )
    changed = scene.polls()
    assert (changed.known_basis, changed.known_at_utc) == ("fetched", scene.clock.now())


NEXT = date(2026, 3, 3)
FILE_TEXT = flat(1, ("00:00", "00:05"))
CLAIMED = datetime(2026, 3, 3, 5, 1, tzinfo=UTC)


def looked(scene: Scene, *hours: int) -> None:
    """Looks at the day's own file, on the day after it."""
    for hour in hours:
        scene.at(hour, day=NEXT).takes(replace(scene.job(), otherwise=None))


def asked(scene: Scene, hour: int) -> int:
    """Rows that were known at an hour of the day after."""
    window = day_window("America/New_York", scene.job().whole.day or NEXT)
    moment = datetime(2026, 3, 3, hour, 30, tzinfo=UTC)
    return read(scene.bench.lake(), "interface_flow", *window, as_of=moment).polars().height


@pytest.mark.parametrize(("status", "data"), [(404, b""), (410, b""), (200, b""), (200, b"  \r\n")])
def test_a_look_that_found_nothing_outweighs_an_older_claim(
    bench: Bench, status: int, data: bytes
) -> None:
    scene = scene_of(bench)
    scene.operator.puts(FILE, data, status=status)
    looked(scene, 5, 8, 12, 20)
    assert asked(scene, 12) == 0
    scene.operator.puts(FILE, FILE_TEXT, modified=CLAIMED)
    looked(scene, 21)
    (entry,) = bench.home.ledger.entries(states=["completed"])
    assert (entry.known_at_utc, entry.known_basis) == (scene.clock.now(), "fetched")
    assert asked(scene, 12) == 0


@pytest.mark.parametrize("status", [500, 429, 403])
def test_a_look_that_failed_says_nothing_of_the_file(bench: Bench, status: int) -> None:
    scene = scene_of(bench)
    scene.operator.puts(FILE, status=status)
    looked(scene, 8, 12)
    scene.operator.puts(FILE, FILE_TEXT, modified=CLAIMED)
    looked(scene, 20)
    (entry,) = bench.home.ledger.entries(states=["completed"])
    assert (entry.known_at_utc, entry.known_basis) == (CLAIMED, "modified")


def test_a_file_put_there_after_the_last_vain_look_is_known_as_the_server_says(
    bench: Bench,
) -> None:
    scene = scene_of(bench)
    looked(scene, 4, 5)
    scene.operator.puts(FILE, FILE_TEXT, modified=CLAIMED)
    looked(scene, 20)
    (entry,) = bench.home.ledger.entries(states=["completed"])
    assert (entry.known_at_utc, entry.known_basis) == (CLAIMED, "modified")


def test_an_archive_that_was_not_there_says_nothing_of_the_days_own_file(bench: Bench) -> None:
    scene = scene_of(bench)
    scene.at(12, day=NEXT).takes(scene.archive(DAY, DAY))
    scene.operator.puts(FILE, FILE_TEXT, modified=CLAIMED)
    looked(scene, 20)
    (entry,) = bench.home.ledger.entries(states=["completed"])
    assert (entry.known_at_utc, entry.known_basis) == (CLAIMED, "modified")


def test_failed_looks_do_not_hide_what_a_static_file_was(bench: Bench) -> None:
    scene = scene_of(bench)
    name = scene.job(report="nyiso:P-32-CURRENT").url.rsplit("/", 1)[-1]
    scene.operator.puts(name, flat(1, ("12:00",)))
    scene.at(18).polls(report="nyiso:P-32-CURRENT")
    scene.operator.puts(name, status=500)
    for minute in range(5, 60, 5):
        scene.at(18, minute).takes(scene.job(report="nyiso:P-32-CURRENT"))
    claimed = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
    scene.operator.puts(name, flat(2, ("12:00",)), modified=claimed)
    changed = scene.at(19).polls(report="nyiso:P-32-CURRENT")
    assert (changed.known_at_utc, changed.known_basis) == (scene.clock.now(), "fetched")
