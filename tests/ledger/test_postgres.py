"""Several hosts on one PostgreSQL: order, lost connections, a server that goes and comes."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from scripts.engines import postgres as server
from tests.ledger.conftest import REPORT, T0, entry, slice_of
from tests.ledger.wire import Cut, wire_to
from tieline.errors import LedgerConflict, LedgerUnavailable, StorageFailed
from tieline.ledger import Claim, Commit, Ledger, catalogue, open_ledger, postgres
from tieline.ledger.catalogue import Catalogue

SPAWNED = multiprocessing.get_context("spawn")
ROUNDS = 15


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Catalogue]:
    opened = open_ledger(postgres_url)
    yield opened
    opened.close()


def one_commit(ledger: Ledger, **told: Any) -> int:
    entries = (entry(ledger.allocate(1)),)
    return ledger.commit(Commit(at_utc=T0, kind="collect", report=REPORT, entries=entries, **told))


def _write(url: str, report: str, begin: Any) -> None:
    """One daemon's process: commits of its own report, one after the other."""
    ledger = open_ledger(url)
    begin.wait()
    for _ in range(ROUNDS):
        one = entry(ledger.allocate(1), report=report)
        ledger.commit(Commit(at_utc=T0, kind="collect", report=report, entries=(one,)))
    ledger.close()


def test_who_follows_the_sequence_misses_nothing(postgres_url: str) -> None:
    """Two writers and a follower, who remembers only the last number seen."""
    begin = SPAWNED.Barrier(3)
    writers = [
        SPAWNED.Process(target=_write, args=(postgres_url, name, begin)) for name in ("x:A", "x:B")
    ]
    for writer in writers:
        writer.start()
    begin.wait()
    ledger = open_ledger(postgres_url)
    position, seen = 0, []
    while any(writer.is_alive() for writer in writers) or position < ledger.sequence():
        for one in ledger.commits(since=position):
            seen.append((one.sequence, one.report))
            position = one.sequence
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert [sequence for sequence, _ in seen] == list(range(1, 2 * ROUNDS + 1))
    assert sorted(report or "" for _, report in seen) == ROUNDS * ["x:A"] + ROUNDS * ["x:B"]
    assert len({one.entry_id for one in ledger.entries()}) == 2 * ROUNDS
    ledger.close()


def test_a_slow_commit_is_not_overtaken(ledger: Catalogue, postgres_url: str) -> None:
    """It has its number and is not yet seen; the next one waits, and gets a higher number."""
    other = open_ledger(postgres_url)
    holds, go_on = threading.Event(), threading.Event()

    @event.listens_for(ledger._database._engine, "before_cursor_execute")  # type: ignore[attr-defined]
    def _linger(*told: Any) -> None:
        if told[2] == "COMMIT" and not holds.is_set():
            holds.set()
            go_on.wait(30)

    given: dict[str, int] = {}
    slow = threading.Thread(target=lambda: given.update(slow=one_commit_of(ledger, "x:SLOW")))
    slow.start()
    assert holds.wait(30)
    quick = threading.Thread(target=lambda: given.update(quick=one_commit_of(other, "x:QUICK")))
    quick.start()
    quick.join(0.3)
    assert other.commits() == []
    assert quick.is_alive()
    go_on.set()
    slow.join(30)
    quick.join(30)
    assert given == {"slow": 1, "quick": 2}
    assert [one.report for one in other.commits()] == ["x:SLOW", "x:QUICK"]
    other.close()


def one_commit_of(ledger: Ledger, report: str) -> int:
    return ledger.commit(Commit(at_utc=T0, kind="check", report=report))


def test_a_connection_lost_in_a_transaction_leaves_the_old_world(
    ledger: Catalogue, postgres_url: str
) -> None:
    one_commit(ledger)
    with pytest.raises(LedgerUnavailable), ledger._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM entries")
        _end_others(postgres_url)
        connection.exec_driver_sql("DELETE FROM commits")
    assert [one.sequence for one in ledger.entries()] == [1]
    assert one_commit(ledger) == 2


def _end_others(url: str) -> None:
    """What an administrator, a failing network or a restart does to connections."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_idle_connections_that_were_ended_are_not_noticed(
    ledger: Catalogue, postgres_url: str
) -> None:
    one_commit(ledger)
    _end_others(postgres_url)
    assert ledger.sequence() == 1
    _end_others(postgres_url)
    with ledger.alone(REPORT):
        assert one_commit(ledger) == 2


@pytest.mark.parametrize(("cut", "happened"), [("before", False), ("after", True), ("hung", False)])
def test_a_commit_without_an_answer_is_looked_up(
    postgres_url: str, cut: Cut, happened: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it happened is found out; it is written once or not at all, and never twice."""
    monkeypatch.setitem(postgres._KEEPALIVE, "prepare_threshold", None)  # COMMIT as a plain word
    monkeypatch.setitem(postgres._SESSION, "idle_in_transaction_session_timeout", 1)
    with wire_to(postgres_url) as wire:
        ledger = open_ledger(wire.address)
        one_commit(ledger)
        claim = ledger.claim(
            slice_of(), holder="a", at=T0, lease=timedelta(minutes=5), dead=lambda _: False
        )
        news = (entry(ledger.allocate(1)),)
        commit = Commit(
            at_utc=T0, kind="collect", report=REPORT, believed=1, claim=claim, entries=news
        )
        wire.cut = cut
        if happened:
            assert ledger.commit(commit) == 2
        else:
            with pytest.raises(LedgerUnavailable, match="during a commit"):
                ledger.commit(commit)
            assert ledger.sequence() == 1
            assert ledger.commit(commit) == 2
        assert wire.cut is None
        assert [one.sequence for one in ledger.entries()] == [1, 2]
        assert ledger.claims() == []
        with pytest.raises(LedgerConflict):
            ledger.commit(commit)
        ledger.close()


def test_a_server_that_stops_and_starts_is_found_again(
    own_postgres: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = open_ledger(server.url(own_postgres))
    one_commit(ledger)
    claim = take(ledger, "a")
    assert claim is not None
    server.stop(own_postgres, at_once=True)
    for ask in (ledger.sequence, ledger.now, lambda: one_commit(ledger)):
        with pytest.raises(LedgerUnavailable, match="wait until the server is back"):
            ask()
    server.start(own_postgres)
    assert ledger.sequence() == 1
    assert take(ledger, "b") is None
    assert one_commit(ledger, claim=claim, believed=1) == 2
    ledger.close()


def take(ledger: Ledger, holder: str) -> Claim | None:
    return ledger.claim(
        slice_of(), holder=holder, at=T0, lease=timedelta(minutes=5), dead=lambda _: False
    )


def test_a_writer_that_was_stopped_does_not_stop_the_others(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds the lock and says no word: the server ends it, and its work is undone."""
    monkeypatch.setitem(postgres._SESSION, "idle_in_transaction_session_timeout", 1)
    stopped, other = open_ledger(postgres_url), open_ledger(postgres_url)
    with pytest.raises(LedgerUnavailable), stopped._database.writing() as connection:
        connection.exec_driver_sql("UPDATE counters SET value = 100")
        assert other.allocate(1) == 1
        connection.exec_driver_sql("UPDATE counters SET value = 101")
    assert stopped.allocate(1) == 2
    stopped.close()
    other.close()


def test_a_lock_held_too_long_is_unavailable(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_ledger(postgres_url)
    monkeypatch.setitem(postgres._SESSION, "lock_timeout", 1)
    second = open_ledger(postgres_url)
    with first._database.writing(), pytest.raises(LedgerUnavailable, match="lock timeout"):
        second.allocate(1)
    assert second.allocate(1) == 1
    first.close()
    second.close()


def test_a_server_that_takes_no_writes_is_storage(ledger: Catalogue, postgres_url: str) -> None:
    name = postgres_url.rpartition("/")[2]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    second = open_ledger_read_only(postgres_url)
    with pytest.raises(StorageFailed, match="takes writes"):
        second.allocate(1)
    second.close()
    assert ledger.allocate(1) == 1


def open_ledger_read_only(url: str) -> Catalogue:
    """A ledger that is there already, on a server that only reads."""
    from sqlalchemy import make_url

    return Catalogue(postgres.Postgres(make_url(url), "tieline"))


def test_one_writer_a_report_on_all_hosts(postgres_url: str) -> None:
    here, there = open_ledger(postgres_url), open_ledger(postgres_url)
    order: list[str] = []

    def wait() -> None:
        with there.alone(REPORT):
            order.append("there")

    waiting = threading.Thread(target=wait)
    with here.alone(REPORT):
        waiting.start()
        with there.alone("nyiso:P-32"):
            order.append("another report")
        waiting.join(0.2)
        order.append("here")
    waiting.join(30)
    assert order == ["another report", "here", "there"]
    here.close()
    there.close()


def test_a_name_held_falls_with_its_connection(ledger: Catalogue, postgres_url: str) -> None:
    other = open_ledger(postgres_url)
    with ledger.alone(REPORT):
        _end_others(postgres_url)
        with other.alone(REPORT):
            assert one_commit(other) == 1
    with ledger.alone(REPORT):
        assert one_commit(ledger) == 2
    other.close()


def test_leases_go_by_the_servers_clock(ledger: Catalogue, postgres_url: str) -> None:
    before = datetime.now(UTC)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("SET TIME ZONE 'America/New_York'")
        found = ledger.now()
    assert found.utcoffset() == timedelta(0)
    assert abs(found - before) < timedelta(minutes=5)


def test_processes_that_open_it_first_together_make_one_ledger(postgres_url: str) -> None:
    opened: list[Catalogue] = []
    threads = [
        threading.Thread(target=lambda: opened.append(open_ledger(postgres_url))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.identity() for one in opened}) == 1
    for one in opened:
        one.close()


def test_a_commit_that_stays_unknown_is_unavailable(
    own_postgres: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server goes during COMMIT and stays away: nobody says that it was written, or that it was not."""
    monkeypatch.setattr(catalogue, "SETTLE_SECONDS", 0.0)
    monkeypatch.setitem(postgres._KEEPALIVE, "prepare_threshold", None)
    with wire_to(server.url(own_postgres)) as wire:
        ledger = open_ledger(wire.address)
        one_commit(ledger)
        wire.cut = "hung"
        stopper = threading.Thread(target=_stop_when_cut, args=(wire, own_postgres))
        stopper.start()
        with pytest.raises(LedgerUnavailable):
            one_commit(ledger, believed=1)
        stopper.join(30)
        server.start(own_postgres)
        assert one_commit(ledger, believed=1) == 2
        ledger.close()


def _stop_when_cut(wire: Any, folder: Path) -> None:
    while wire.cut is not None:
        time.sleep(0.005)
    server.stop(folder, at_once=True)
