"""A ledger of ten million entries, on SQLite and on PostgreSQL: what `feeds status` asks it, and a commit."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import Connection, create_engine, event, insert, text

from scripts.bench_figure import Figure, median, scratch
from scripts.engines import postgres
from tieline.ledger import Commit, Counts, Entry, open_ledger
from tieline.ledger.catalogue import Catalogue
from tieline.ledger.tables import COMMITS, ENTRIES, REPORTS
from tieline.values import Window

SECTION = "ledger"
COUNT, REPORTS_HELD, ASKED = 10_000_000, 60, 20
BEGIN = datetime(2016, 1, 1, tzinfo=UTC)
STEP_US = 300_000_000


def run(quick: bool = False) -> list[Figure]:
    """Medians over a ledger that was filled by one statement; on PostgreSQL where it is installed."""
    entries = 20_000 if quick else COUNT
    found = []
    with scratch() as folder:
        found += _measured(folder / "ledger.sqlite", "SQLite", entries, _fill_file)
    if postgres.programs() is not None:
        with _server() as url:
            found += _measured(url, "PostgreSQL", entries, _fill_server)
    return found


def _measured(
    place: Path | str, name: str, entries: int, fill: Callable[[Path | str, int], None]
) -> list[Figure]:
    open_ledger(place).close()
    begun = perf_counter()
    fill(place, entries)
    filled = perf_counter() - begun
    ledger = open_ledger(place)
    try:
        status, commits = [], []
        for number in range(ASKED):
            begun = perf_counter()
            _status(ledger)
            status.append(perf_counter() - begun)
            begun = perf_counter()
            _commit(ledger, entries + number + 1)
            commits.append(perf_counter() - begun)
    finally:
        ledger.close()
    told = f"{entries:,} entries of {REPORTS_HELD} reports, filled in {filled:.0f} s"
    return [
        _figure(f"{name}: what feeds status asks a large ledger", median(status), 100, told),
        _figure(f"{name}: one entry committed to it", median(commits), None, "allocated, synced"),
    ]


def _figure(name: str, seconds: float, target: float | None, note: str) -> Figure:
    return Figure(
        section=SECTION, name=name, value=1000 * seconds, unit="ms", target=target, note=note
    )


def _fill_file(place: Path | str, entries: int) -> None:
    """Without a journal and without waiting for the disk; nobody else has the file."""
    engine = create_engine(f"sqlite:///{place}")

    @event.listens_for(engine, "connect")
    def _hasten(connection: sqlite3.Connection, _record: object) -> None:
        for said in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-256000"):
            connection.execute(f"PRAGMA {said}")

    try:
        with engine.begin() as connection:
            _fill(connection, entries)
    finally:
        engine.dispose()


def _fill_server(place: Path | str, entries: int) -> None:
    """In one transaction; indexes are made of what lies there."""
    ledger = open_ledger(place)
    try:
        with ledger._database.writing() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
            _fill(connection, entries)
            for table in (ENTRIES, COMMITS):
                connection.execute(text(f"ANALYZE {table.name}"))
    finally:
        ledger.close()


def _fill(connection: Connection, entries: int) -> None:
    """Entries of many reports by turns, one commit each, every fiftieth one a failure without bytes."""
    reports = f"'bench:R' || (n % {REPORTS_HELD})"
    start = (
        f"{(BEGIN - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)} + n * 10000000"
    )
    failed = "n % 50 = 0"
    if connection.dialect.name == "postgresql":
        series = f"(SELECT n FROM generate_series(CAST(1 AS BIGINT), {entries}) AS n) AS s"
    else:
        series = (
            "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c "
            f"WHERE n < {entries}) SELECT n FROM c) AS s"
        )
    zeros = ", ".join(["0"] * 9)
    for index in ENTRIES.indexes:
        index.drop(connection)
    connection.execute(
        text(
            "INSERT INTO entries (entry_id, observation_id, report, start_us, end_us, day, state, "
            "origin, recipe, fetched_at_us, payload_sha256, content_sha256, known_at_us, "
            "known_basis, bytes, rows_read, rows_new, rows_revised, rows_unchanged, "
            "rows_duplicate, rows_conflicting, rows_rejected, rows_gone, rows_same, rows_aside, "
            f"sequence, run, version) SELECT n, n, {reports}, {start}, {start} + {STEP_US}, "
            f"'20' || (10 + n % 16) || '-03-' || (10 + n % 18), CASE WHEN {failed} THEN 'failed' "
            f"ELSE 'completed' END, 'collect', '1-x', {start}, "
            f"CASE WHEN {failed} THEN NULL ELSE 'sha-' || n END, "
            f"CASE WHEN {failed} THEN NULL ELSE 'sha-' || n END, {start}, 'fetched', 1000, "
            f"CASE WHEN {failed} THEN 0 ELSE 2 END, {zeros}, n, 'bench', '0' FROM {series}"
        )
    )
    connection.execute(
        text(
            "INSERT INTO commits (sequence, at_us, kind, report, run, version) "
            f"SELECT n, {start}, 'collect', {reports}, 'bench', '0' FROM {series}"
        )
    )
    for index in ENTRIES.indexes:
        index.create(connection)
    connection.execute(
        insert(REPORTS),
        [
            {
                "report": f"bench:R{number}", "sequence": entries - number,
                "entries": entries // REPORTS_HELD, "rows": 0, "rejected": 0,
                "failed_entry": 50 * (number + 1),
            }
            for number in range(REPORTS_HELD)
        ],
    )  # fmt: skip
    connection.execute(text(f"UPDATE counters SET value = {entries} WHERE name = 'entry'"))


def _status(ledger: Catalogue) -> None:
    """The questions of `tieline feeds status`."""
    if len(ledger.summaries()) != REPORTS_HELD:
        raise AssertionError("a report is missing")
    ledger.watermarks()
    ledger.gaps()
    ledger.sequence()


def _commit(ledger: Catalogue, number: int) -> None:
    at = BEGIN + timedelta(days=4000, minutes=5 * number)
    first = ledger.allocate(1)
    entry = Entry(
        entry_id=first, observation_id=first, report="bench:R1",
        window=Window(at, at + timedelta(minutes=5)), day=date(2026, 1, 1), state="completed",
        origin="collect", recipe="1-x", fetched_at_utc=at, payload_sha256=f"new-{number}",
        content_sha256=f"new-{number}", known_at_utc=at, known_basis="fetched",
        counts=Counts(read=2, new=2),
    )  # fmt: skip
    ledger.commit(Commit(at_utc=at, kind="collect", report="bench:R1", entries=(entry,)))


@contextmanager
def _server() -> Iterator[str]:
    """A server that syncs every commit, on the disk of temporary files."""
    folder = Path(tempfile.mkdtemp(prefix="tieline-bench-"))
    folder.chmod(0o755)
    try:
        yield postgres.start(folder, durable=True)
    finally:
        postgres.stop(folder, at_once=True)
        shutil.rmtree(folder, ignore_errors=True)
