"""When bytes that a poll brought could be known: the server's word against what we saw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.flow.conftest import Bench
from tests.flow.operator import flat, scene_of
from tieline.flow import replay, replayable
from tieline.flow.known import known_of
from tieline.ledger import Entry, Origin
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
    assert known_of(said, "a", at(5), []) == said


def test_without_a_word_of_the_server_the_fetch_counts() -> None:
    said = Known(at(9), "fetched")
    assert known_of(said, "b", at(9), [seen("a", 3, 5)]) == said


def test_an_equal_look_is_known_when_it_was_fetched() -> None:
    assert known_of(Known(at(3), "modified"), "a", at(10), [seen("a", 3, 5)]) == Known(
        at(10), "fetched"
    )


def test_equal_bytes_written_again_are_known_then() -> None:
    said = Known(at(8), "modified")
    assert known_of(said, "a", at(10), [seen("a", 3, 5)]) == said


def test_a_stale_answer_keeps_its_old_time() -> None:
    said = Known(at(3), "modified")
    assert known_of(said, "a", at(20), [seen("a", 3, 5), seen("b", 8, 10)]) == said


def test_a_new_version_older_than_our_last_look_is_not_believed() -> None:
    past = [seen("a", 3, 10)]
    assert known_of(Known(at(7), "modified"), "b", at(15), past) == Known(at(15), "fetched")
    assert known_of(Known(at(10), "modified"), "b", at(15), past) == Known(at(15), "fetched")
    assert known_of(Known(at(11), "modified"), "b", at(15), past) == Known(at(11), "modified")


def test_an_imported_file_is_no_look_of_ours() -> None:
    said = Known(at(7), "modified")
    assert known_of(said, "b", at(15), [seen("a", 3, 10, "import")]) == said


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
