"""Several processes of one home, and a database that refuses."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from tests.ledger.conftest import DAY, REPORT, T0, entry, slice_of
from tieline.errors import LedgerConflict, LedgerUnavailable, StorageFailed
from tieline.ledger import Claim, Commit, migrations, open_ledger, sqlite

SPAWNED = multiprocessing.get_context("spawn")
ROUNDS = 15


def _write(path: str, begin: Any, results: Any) -> None:
    """One process: open the ledger, then claim, read, commit, as often as it takes."""
    begin.wait()
    ledger = open_ledger(Path(path))
    written = []
    for _ in range(ROUNDS):
        while True:
            believed = ledger.report_sequence(REPORT)
            one = entry(ledger.allocate(1))
            try:
                sequence = ledger.commit(
                    Commit(
                        at_utc=T0, kind="collect", report=REPORT, believed=believed, entries=(one,)
                    )
                )
            except LedgerConflict:
                continue
            written.append((sequence, one.entry_id, believed))
            break
    ledger.close()
    results.put(written)


def test_processes_share_one_order(tmp_path: Path) -> None:
    """Opened for the first time by all at once; every commit saw all that came before it."""
    path = tmp_path / "ledger.sqlite"
    begin, results = SPAWNED.Barrier(3), SPAWNED.Queue()
    processes = [SPAWNED.Process(target=_write, args=(str(path), begin, results)) for _ in range(3)]
    for process in processes:
        process.start()
    written = sorted(one for _ in processes for one in results.get(timeout=60))
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert [sequence for sequence, _, _ in written] == list(range(1, 3 * ROUNDS + 1))
    assert all(believed == sequence - 1 for sequence, _, believed in written)
    ledger = open_ledger(path)
    assert {one.entry_id: one.sequence for one in ledger.entries()} == {
        entry_id: sequence for sequence, entry_id, _ in written
    }
    assert ledger.summaries()[0].entries == 3 * ROUNDS
    ledger.close()


def test_only_one_of_many_threads_gets_a_claim(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    taken: list[Claim | None] = []

    def take(name: str) -> None:
        taken.append(
            ledger.claim(
                slice_of(DAY), holder=name, at=T0, lease=timedelta(minutes=5), dead=lambda _: False
            )
        )

    threads = [threading.Thread(target=take, args=(str(number),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([claim for claim in taken if claim is not None]) == 1
    ledger.close()


def test_a_full_disk_is_told_and_leaves_the_old_world(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    ledger.commit(Commit(at_utc=T0, kind="collect", report=REPORT, entries=(entry(1),)))
    with ledger._database.writing() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
    fat = tuple(entry(number, text="x" * 5000) for number in range(2, 60))
    with pytest.raises(StorageFailed, match="free or remount"):
        ledger.commit(Commit(at_utc=T0, kind="collect", report=REPORT, entries=fat))
    with ledger._database.writing() as connection:
        connection.execute(text("PRAGMA max_page_count=1073741823"))
    assert [one.entry_id for one in ledger.entries()] == [1]
    assert ledger.sequence() == 1
    assert ledger.commit(Commit(at_utc=T0, kind="collect", report=REPORT, entries=fat)) == 2
    ledger.close()


def test_a_ledger_that_cannot_be_written_is_storage(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    with ledger._database.writing() as connection:
        connection.execute(text("PRAGMA query_only=ON"))
    with pytest.raises(StorageFailed):
        ledger.commit(Commit(at_utc=T0, kind="collect", report=REPORT, entries=(entry(1),)))
    ledger.close()


def test_a_lock_held_too_long_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    path = tmp_path / "ledger.sqlite"
    ledger = open_ledger(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerUnavailable, match="locked"):
        ledger.allocate(1)
    assert ledger.sequence() == 0
    other.execute("ROLLBACK")
    assert ledger.allocate(1) == 1
    other.close()
    ledger.close()


def test_a_file_that_is_no_ledger_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"this is no database" * 400)
    with pytest.raises(LedgerUnavailable, match="doctor"):
        open_ledger(tmp_path / "ledger.sqlite")


def test_a_folder_that_cannot_be_made_is_storage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageFailed):
        open_ledger(tmp_path / "file" / "ledger.sqlite")


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    open_ledger(path).close()
    _mark(path, migrations.FORMAT + 1)
    with pytest.raises(LedgerUnavailable, match="install a newer tieline"):
        open_ledger(path)


def test_an_older_format_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.sqlite"
    before = open_ledger(path)
    before.commit(Commit(at_utc=T0, kind="collect", report=REPORT, entries=(entry(1),)))
    before.close()

    def add(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE commits ADD COLUMN note TEXT"))

    steps = {migrations.FORMAT: add, migrations.FORMAT + 1: lambda connection: None}
    monkeypatch.setattr(migrations, "STEPS", steps)
    monkeypatch.setattr(migrations, "FORMAT", migrations.FORMAT + 2)
    after = open_ledger(path)
    assert [one.entry_id for one in after.entries()] == [1]
    after.close()
    with sqlite3.connect(path) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(commits)")]
        found = connection.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    assert "note" in names
    assert int(found[0]) == migrations.FORMAT
    open_ledger(path).close()


def test_a_migration_that_fails_leaves_the_old_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.sqlite"
    open_ledger(path).close()
    old = migrations.FORMAT

    def spoil(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE commits ADD COLUMN note TEXT"))
        connection.execute(text("ALTER TABLE nothing ADD COLUMN note TEXT"))

    monkeypatch.setattr(migrations, "STEPS", {old: spoil})
    monkeypatch.setattr(migrations, "FORMAT", old + 1)
    with pytest.raises(LedgerUnavailable):
        open_ledger(path)
    monkeypatch.undo()
    open_ledger(path).close()
    with sqlite3.connect(path) as connection:
        assert "note" not in [row[1] for row in connection.execute("PRAGMA table_info(commits)")]


def _mark(path: Path, number: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(number),))


def test_only_what_must_last_waits_for_the_disk(tmp_path: Path) -> None:
    """Claims and reserved ids die with their machine; the next commit forces them to disk with it."""
    ledger = open_ledger(tmp_path / "ledger.sqlite")
    told: list[str] = []

    @event.listens_for(ledger._database._engine, "before_cursor_execute")  # type: ignore[attr-defined]
    def _listen(*seen: Any) -> None:
        if "synchronous" in seen[2]:
            told.append(seen[2].rpartition("=")[2])

    one = entry(ledger.allocate(1))
    claim = ledger.claim(
        slice_of(DAY), holder="a", at=T0, lease=timedelta(minutes=5), dead=lambda _: False
    )
    ledger.commit(Commit(at_utc=T0, kind="collect", report=REPORT, claim=claim, entries=(one,)))
    assert told == ["NORMAL", "NORMAL", "FULL"]
    ledger.close()
