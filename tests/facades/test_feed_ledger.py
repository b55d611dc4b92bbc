"""The documented ledger of feeds, over each back end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.flow.conftest import Bench, p32
from tests.flow.operator import scene_of
from tests.ledger.conftest import DAY, FEED, REPORT, T0, day_count, entry
from tieline.errors import Unconfigured, UsageError
from tieline.facades.feed_ledger import FeedLedger
from tieline.ledger import Commit, Contract, Watermark, open_ledger
from tieline.sinks import follow
from tieline.sinks.clickhouse import LedgerCopy

ELSEWHERE = "vendor.curves.power"
LATER = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """A back end that is written to, and where it lies; a feed of ours stands in it."""
    name: str = request.param
    where = str(tmp_path / "ledger.sqlite")
    if name == "postgres":
        where = request.getfixturevalue("postgres_url")
    ledger = open_ledger(Path(where) if name == "sqlite" else where)
    contract = Contract(feed=FEED, dataset="load", reports=(REPORT,), prints=(), key=("area_id",))
    ledger.commit(Commit(at_utc=T0, kind="contract", contracts=(contract,)))
    ledger.commit(
        Commit(
            at_utc=T0,
            kind="collect",
            report=REPORT,
            entries=(entry(ledger.allocate(1)),),
            days=(day_count(DAY),),
            watermarks=(Watermark(feed=FEED, report=REPORT, high_utc=T0, contiguous_utc=T0),),
        )
    )
    ledger.close()
    return name, where


@pytest.fixture
def ledger(backend: tuple[str, str]) -> Iterator[FeedLedger]:
    with FeedLedger(*backend) as opened:
        yield opened


def test_what_is_collected_stands_in_it_in_the_documented_words(ledger: FeedLedger) -> None:
    (one,) = ledger.list_entries(FEED)
    assert (one.feed_id, one.partition, one.state) == (FEED, "2026-03-02", "completed")
    assert (one.checksum, one.run_id) == (f"{one.id:064x}", "")
    assert one.created_at == one.updated_at == T0
    assert one.metadata["report"] == REPORT
    assert ledger.get_latest_watermark(FEED, "2026-03-02") == T0
    assert ledger.get_latest_watermark(FEED) == T0
    assert ledger.get_latest_watermark(FEED, "2026-03-05") is None


def test_an_entry_of_another_program_goes_through_its_states(ledger: FeedLedger) -> None:
    checksum = ledger.compute_checksum(b"bytes")
    begun = ledger.write_entry(ELSEWHERE, "2026-03-04", state="running", run_id="r1")
    assert ledger.get_latest_watermark(ELSEWHERE, "2026-03-04") is None
    done = ledger.write_entry(
        ELSEWHERE, "2026-03-04", LATER, checksum, run_id="r1", metadata={"rows": 12}
    )
    assert (done.id, done.created_at, done.state) == (begun.id, begun.created_at, "completed")
    assert done.updated_at >= begun.updated_at
    assert ledger.list_entries(ELSEWHERE) == [done]
    assert (done.watermark_ts, done.checksum) == (LATER, checksum)
    assert done.metadata == {"rows": 12}
    assert [one.state for one in ledger.list_entries(ELSEWHERE, state="superseded")] == [
        "superseded"
    ]
    assert ledger.get_latest_watermark(ELSEWHERE, "2026-03-04") == LATER


def test_saying_it_twice_leaves_what_saying_it_once_left(ledger: FeedLedger) -> None:
    first = ledger.write_entry(ELSEWHERE, "hub=WEST", LATER, "abc", run_id="r1")
    sequence = ledger._ledger.sequence()
    assert ledger.write_entry(ELSEWHERE, "hub=WEST", LATER, "abc", run_id="r1") == first
    assert ledger._ledger.sequence() == sequence
    other = ledger.write_entry(ELSEWHERE, "hub=EAST", LATER, "abc", run_id="r1")
    again = ledger.write_entry(ELSEWHERE, "hub=WEST", LATER, "abc", run_id="r2")
    assert len({first.id, other.id, again.id}) == 3
    assert ledger.list_entries(ELSEWHERE, "hub=WEST") == [again, first]
    assert ledger.list_entries(ELSEWHERE, limit=1) == [again]


def test_what_is_not_written_like_a_day_is_a_text_of_the_writers_own(ledger: FeedLedger) -> None:
    names = ("2026-03-09", "2026-W11-1", "20260309", "2026-068", "\uff12026-03-09", "2026-03-32")
    written = [ledger.write_entry(ELSEWHERE, name, LATER, name, run_id="r1") for name in names]
    assert [one.partition for one in written] == list(names)
    assert len(ledger.list_entries(ELSEWHERE)) == len(names)
    for one in written:
        assert ledger.list_entries(ELSEWHERE, one.partition) == [one]


def test_replaying_and_skipped_are_views(ledger: FeedLedger) -> None:
    replaying = ledger.write_entry(ELSEWHERE, "2026-03-04", state="replaying")
    ledger.write_entry(ELSEWHERE, "2026-03-05", state="running")
    assert ledger.list_entries(ELSEWHERE, state="replaying") == [replaying]
    assert [one.partition for one in ledger.list_entries(state="running")] == ["2026-03-05"]
    assert ledger.list_entries(state="skipped") == []


def test_a_word_on_a_feed_of_ours_is_no_observation_of_ours(
    ledger: FeedLedger,
) -> None:
    ledger.write_entry(FEED, "2026-03-02", LATER, "abc")
    assert [one.metadata.get("report") for one in ledger.list_entries(FEED)] == [None, REPORT]
    (mine,) = ledger._ledger.entries(reports=[REPORT])
    assert mine.state == "completed"
    assert ledger.get_latest_watermark(FEED, "2026-03-02") == LATER


@pytest.mark.parametrize(
    "wrong",
    [
        lambda ledger: ledger.write_entry(ELSEWHERE, "x", state="done"),
        lambda ledger: ledger.write_entry(ELSEWHERE, "x", LATER.replace(tzinfo=None)),
        lambda ledger: ledger.write_entry(ELSEWHERE, "x", metadata={"a": object()}),
        lambda ledger: ledger.list_entries(state="done"),
    ],
)
def test_wrong_words_are_refused(ledger: FeedLedger, wrong: Callable[[FeedLedger], object]) -> None:
    with pytest.raises(UsageError):
        wrong(ledger)
    assert ledger.list_entries(ELSEWHERE) == []


def test_a_copy_in_clickhouse_is_read_and_not_written(bench: Bench, tmp_path: Path) -> None:
    bench.bring(p32(["00:00:00", "00:05:00"], lambda stamp, point: 1), "06:00")
    feed = "iso.rt.interface_flow.nyiso"
    with FeedLedger("sqlite", home=bench.home.folder) as first:
        first.write_entry(ELSEWHERE, "2026-03-04", LATER, "abc")
        entries, told = first.list_entries(), first.list_entries(feed)
        marks = first.get_latest_watermark(feed), first.get_latest_watermark(feed, "2026-03-02")
    url = f"chdb://{tmp_path / 'copy'}"
    sink = LedgerCopy("analytics", url)
    assert list(follow(bench.lake(), sink))
    with FeedLedger("clickhouse", url) as copied:
        assert copied.list_entries() == entries
        assert copied.list_entries(feed, "2026-03-02") == told
        assert copied.get_latest_watermark(feed) == marks[0]
        assert copied.get_latest_watermark(feed, "2026-03-02") == marks[1]
        assert copied.get_latest_watermark(ELSEWHERE, "2026-03-04") == LATER
        with pytest.raises(Unconfigured, match="is a copy"):
            copied.write_entry(ELSEWHERE, "2026-03-05", LATER, "abc")
    sink.close()
    assert told


def test_a_poll_is_of_the_market_day_in_which_its_slot_begins(bench: Bench) -> None:
    """Three o'clock on 4 March in UTC is ten in the evening before in New York."""
    scene = scene_of(bench, datetime(2026, 3, 4, 3, tzinfo=UTC))
    for hour in (3, 6):
        scene.at(hour, day=date(2026, 3, 4)).takes(scene.job(report="nyiso:P-32-CURRENT"))
    bench.bring(p32(["00:00:00"], lambda stamp, point: 1), "06:00")
    feed = "iso.rt.interface_flow.nyiso"
    with FeedLedger("sqlite", home=bench.home.folder) as ledger:
        listed = ledger.list_entries(feed)
        days = [(one.metadata["report"], one.partition) for one in listed]
        assert days == [
            ("nyiso:P-32", "2026-03-02"),
            ("nyiso:P-32-CURRENT", "2026-03-04"),
            ("nyiso:P-32-CURRENT", "2026-03-03"),
        ]
        for name in (feed, None):
            for one in listed:
                assert ledger.list_entries(name, one.partition) == [one]
                assert ledger.list_entries(name, one.partition, state="completed") in ([one], [])


def test_a_backend_that_is_not_there_is_told(bench: Bench) -> None:
    folder = bench.home.folder
    for backend, told in (
        ("oracle", "there is no ledger backend"),
        ("postgres", "as sqlite"),
        ("clickhouse", "no sink"),
    ):
        with pytest.raises(Unconfigured, match=told):
            FeedLedger(backend, home=folder)
