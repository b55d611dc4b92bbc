"""A copy of the ledger in ClickHouse says what the ledger says, however it was brought there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.flow.conftest import Bench
from tests.flow.operator import NOON, Scene, flat, scene_of
from tieline.errors import LedgerUnavailable, SinkRefused, SinkUnavailable, Unconfigured
from tieline.flow import merge_report, replay, replayable
from tieline.ledger import Ledger
from tieline.ledger.clickhouse import copied, open_server
from tieline.ledger.tables import COUNTERS, METADATA
from tieline.sinks import follow, lag
from tieline.sinks.clickhouse import LedgerCopy, copy

FILE = "20260302ExternalLimitsFlows.csv"
P32 = "nyiso:P-32"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"chdb://{tmp_path / 'copy'}"


@pytest.fixture
def sink(url: str) -> Iterator[LedgerCopy]:
    made = LedgerCopy("analytics", url)
    yield made
    made.close()


def contents(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but those that change without a commit."""
    found = {}
    with ledger._database.reading() as connection:  # type: ignore[attr-defined]
        for table in METADATA.sorted_tables:
            if table is not COUNTERS:
                rows = connection.execute(select(table)).all()
                found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def assert_equal(bench: Bench, sink: LedgerCopy) -> None:
    with sink._reached() as server:
        mine, theirs = contents(bench.home.ledger), contents(copied(server))
    for name, rows in mine.items():
        assert theirs[name] == rows, name


@pytest.fixture
def scene(bench: Bench) -> Scene:
    return scene_of(bench)


def eventful(scene: Scene) -> Iterator[str]:
    """Failures, retries, late imports, replays by another recipe, and a merge, one by one."""
    scene.takes(scene.job())
    yield "a try that failed"
    scene.operator.puts(FILE, flat(1, ("00:00",)))
    scene.at(18).polls()
    yield "one that went well"
    scene.bench.bring(flat(3, ("00:00", "00:05")), "05:00")
    scene.bench.bring(flat(2, ("00:00",)), "04:00")
    yield "late imports"
    scene.bench.bring(flat("odd", ("00:10",)), "06:00")
    yield "rows in quarantine"
    scene.changed(P32, recipe=7)
    feed, report = scene.house.report(P32)
    window = scene.job().whole.window
    assert replay(scene.house, feed, report, replayable(scene.house, report, window)).read
    yield "a replay"
    asyncio.run(scene.clock.sleep_until(NOON + timedelta(days=30)))
    assert merge_report(scene.house, feed.id, report.name)
    yield "a merge"


def test_it_equals_the_ledger_after_every_commit(scene: Scene, sink: LedgerCopy) -> None:
    for what in eventful(scene):
        assert list(follow(scene.bench.lake(), sink)), what
        assert_equal(scene.bench, sink)
    states = {entry.state for entry in scene.house.ledger.entries()}
    assert states == {"completed", "failed", "superseded"}


def test_it_catches_up_from_zero_in_batches_of_any_size(
    scene: Scene, sink: LedgerCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(eventful(scene))
    (whole,) = follow(scene.bench.lake(), sink)
    assert_equal(scene.bench, sink)
    sink.wipe()
    assert sink.position().sequence == 0
    monkeypatch.setattr(copy, "COMMITS", 1)
    monkeypatch.setattr(copy, "ROWS", 2)
    receipts = list(follow(scene.bench.lake(), sink))
    assert [one.upto for one in receipts] == list(range(1, whole.upto + 1))
    assert_equal(scene.bench, sink)
    assert list(follow(scene.bench.lake(), sink)) == []


def test_what_leaves_the_ledger_without_a_commit_leaves_the_copy(
    scene: Scene, sink: LedgerCopy
) -> None:
    for hour in (14, 15, 16):
        scene.at(hour + 4).takes(scene.job())
    list(eventful(scene))
    list(follow(scene.bench.lake(), sink))
    ledger = scene.house.ledger
    later = scene.house.beat() + timedelta(days=1)
    replaced = ledger.replaced_parts(before=later)
    ledger.drop_parts(replaced)
    forgotten = ledger.forget_attempts(before=scene.clock.now())
    assert len(replaced) > 1 and forgotten > 1
    (receipt,) = follow(scene.bench.lake(), sink)
    assert (receipt.after, receipt.withdrawn) == (receipt.upto, len(replaced) + forgotten)
    assert_equal(scene.bench, sink)
    assert list(follow(scene.bench.lake(), sink)) == []


def test_parts_that_were_merged_and_left_while_it_was_down_leave_the_copy(
    scene: Scene, sink: LedgerCopy
) -> None:
    scene.operator.puts(FILE, flat(1, ("00:00",)))
    scene.at(18).polls()
    scene.bench.bring(flat(3, ("00:00", "00:05")), "05:00")
    assert list(follow(scene.bench.lake(), sink))
    asyncio.run(scene.clock.sleep_until(NOON + timedelta(days=30)))
    assert merge_report(scene.house, "iso.rt.interface_flow.nyiso", P32)
    ledger = scene.house.ledger
    ledger.drop_parts(ledger.replaced_parts(before=scene.house.beat() + timedelta(days=1)))
    assert list(follow(scene.bench.lake(), sink))
    assert_equal(scene.bench, sink)
    assert list(follow(scene.bench.lake(), sink)) == []


def test_a_copy_that_is_emptied_under_a_publisher_begins_again(
    scene: Scene, sink: LedgerCopy
) -> None:
    events = eventful(scene)
    next(events)
    list(follow(scene.bench.lake(), sink))
    next(events)
    position = sink.position()
    sink.wipe()
    assert sink.advance(scene.bench.lake(), position)
    list(follow(scene.bench.lake(), sink))
    assert_equal(scene.bench, sink)


def test_two_publishers_of_one_copy_do_not_double(scene: Scene, sink: LedgerCopy, url: str) -> None:
    events = eventful(scene)
    next(events)
    position = sink.position()
    assert sink.advance(scene.bench.lake(), position)
    list(events)
    late = LedgerCopy("analytics", url)
    assert late.advance(scene.bench.lake(), position)
    assert sink.advance(scene.bench.lake(), position)
    late.close()
    assert_equal(scene.bench, sink)


def test_a_copy_of_another_ledger_is_not_touched(
    scene: Scene, sink: LedgerCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(eventful(scene))
    list(follow(scene.bench.lake(), sink))
    lake = scene.bench.lake()
    ledger = lake.ledger
    with monkeypatch.context() as patched:
        patched.setattr(type(ledger), "identity", lambda _: "another")
        with pytest.raises(SinkRefused, match=r"another ledger.*--anew"):
            list(follow(lake, sink))
    monkeypatch.setattr(copy, "FORMAT", 0)
    with pytest.raises(SinkRefused, match="--anew"):
        list(follow(lake, sink))


def test_lag_counts_commits(scene: Scene, sink: LedgerCopy) -> None:
    events = eventful(scene)
    next(events)
    list(follow(scene.bench.lake(), sink))
    list(events)
    behind = lag(scene.bench.lake(), sink, sink.position(), scene.house.now())
    assert (behind.commits, behind.rows) == (behind.head - behind.sequence, 0)
    assert behind.commits > 3


def test_people_read_instants_and_only_the_newest_rows(scene: Scene, sink: LedgerCopy) -> None:
    list(eventful(scene))
    list(follow(scene.bench.lake(), sink))
    with sink._reached() as server:
        told = server.ask(
            "SELECT countIf(state = 'superseded'), "
            "min(fetched_at_utc), count() FROM entries_final FORMAT TabSeparated"
        )
    entries = scene.house.ledger.entries()
    superseded = sum(entry.state == "superseded" for entry in entries)
    first = min(entry.fetched_at_utc for entry in entries)
    assert told.decode().strip().split("\t") == [
        str(superseded),
        f"{first:%Y-%m-%d %H:%M:%S.%f}",
        str(len(entries)),
    ]


def test_a_server_is_told_the_same(scene: Scene, url: str) -> None:
    list(eventful(scene))
    with served(url) as address:
        sink = LedgerCopy("analytics", address)
        (receipt,) = follow(scene.bench.lake(), sink)
        assert receipt.upto == scene.house.ledger.sequence()
        assert_equal(scene.bench, sink)
        sink.close()
        refused = LedgerCopy("analytics", address.replace("secret", "wrong"))
        with pytest.raises(SinkRefused, match="refuses the account") as caught:
            refused.position()
        assert "wrong" not in str(caught.value)
    away = LedgerCopy("analytics", address)
    with pytest.raises(SinkUnavailable, match="cannot be reached"):
        away.position()


@pytest.mark.parametrize(
    "address", ["http://example.org/tieline", "chdb://", "ftp://x/y", "http://[", "https:///x"]
)
def test_an_address_that_means_no_clickhouse(address: str) -> None:
    with pytest.raises(Unconfigured):
        LedgerCopy("analytics", address).position()


def test_a_ledger_is_copied_whole(url: str) -> None:
    with pytest.raises(Unconfigured, match="copied whole"):
        LedgerCopy("analytics", url, ["iso.rt.load.nyiso"])


def test_a_statement_that_clickhouse_refuses_says_so(sink: LedgerCopy) -> None:
    with pytest.raises(SinkRefused, match="UNKNOWN_TABLE"), sink._reached() as server:
        server.ask("SELECT 1 FROM nothing_of_that_name")


def test_a_folder_that_another_one_holds_is_unavailable(sink: LedgerCopy, tmp_path: Path) -> None:
    sink.position()
    with pytest.raises(SinkUnavailable, match="cannot be opened"):
        LedgerCopy("other", f"chdb://{tmp_path / 'other'}").position()


@contextmanager
def served(url: str) -> Iterator[str]:
    """A server of ClickHouse's HTTP interface, over the ClickHouse of this process; gives its address."""
    behind = open_server(url)

    class Asked(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            statement = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, body = 200, b""
            if self.headers.get("X-ClickHouse-Key") != "secret":
                status, body = 403, b"Code: 516. DB::Exception: Authentication failed"
            else:
                try:
                    body = behind.ask(statement)
                except LedgerUnavailable as error:
                    status, body = 500, str(error).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://me:secret@127.0.0.1:{server.server_port}/tieline"
        finally:
            server.shutdown()
            thread.join()
    behind.close()
