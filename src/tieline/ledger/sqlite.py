"""The ledger's database on one machine: SQLite in WAL mode, shared by several processes."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, exc, pool

from tieline.errors import LedgerConflict, LedgerUnavailable, StorageFailed

BUSY_SECONDS = 30.0
_FULL = ("disk is full", "readonly", "read-only", "disk i/o", "unable to open")


class Sqlite:
    """Connections to one SQLite file; every transaction is begun by hand, writers take the lock."""

    def __init__(self, path: Path) -> None:
        """Raises: StorageFailed if what lies there cannot be forced to disk."""
        self._path = path
        _make_last(path)
        self._engine = _engine(path)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent snapshot."""
        with self._guarded("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[Connection]:
        """The write lock from the first moment, so that nothing read here can be outdated.

        What need not last is forced to disk by the next commit that must.
        """
        with self._guarded("BEGIN IMMEDIATE", "FULL" if lasting else "NORMAL") as connection:
            yield connection

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Nothing to hold: who shares the file shares the home, whose lock of a report is a file."""
        yield

    def now(self) -> datetime:
        """The machine's clock."""
        return datetime.now(UTC)

    @contextmanager
    def _guarded(self, begin: str, sync: str = "FULL") -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA synchronous={sync}")
                connection.exec_driver_sql(begin)
                try:
                    yield connection
                except BaseException:
                    # Where the disk is full SQLite has rolled back already; the driver's own
                    # rollback does nothing then, the statement would fail and hide the reason.
                    connection.rollback()
                    raise
                connection.exec_driver_sql("COMMIT")
        except exc.IntegrityError as error:
            raise LedgerConflict(
                f"the ledger {self._path} was written by another process first: {error.orig}; read again"
            ) from error
        except exc.DBAPIError as error:
            words = str(error.orig).lower()
            if any(word in words for word in _FULL):
                raise StorageFailed(
                    f"the ledger {self._path} cannot be written: {error.orig}; free or remount the disk"
                ) from error
            raise LedgerUnavailable(
                f"the ledger {self._path} cannot be used: {error.orig}; "
                "see `tieline doctor`, or wait for the process that holds it"
            ) from error

    def close(self) -> None:
        self._engine.dispose()


def _make_last(path: Path) -> None:
    """Force the log to disk that an earlier process left.

    One that was killed after it had written a commit and before it had forced it leaves a commit that
    the next process finds whole and believes; what is then built on it must not outlast it.
    """
    log = path.with_name(f"{path.name}-wal")
    try:
        for name, kind in ((log, os.O_RDONLY), (log.parent, os.O_RDONLY | os.O_DIRECTORY)):
            handle = os.open(name, kind)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageFailed(
            f"the ledger {path} cannot be forced to disk: {error.strerror}; free or remount the disk"
        ) from error


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        isolation_level="AUTOCOMMIT",
        poolclass=pool.QueuePool,
        pool_size=16,
        max_overflow=48,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        _into_wal(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA cache_size=-32000")

    return engine


def _into_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL; SQLite does not wait by itself while another process makes the same switch.

    Raises: sqlite3.OperationalError if it stays locked for BUSY_SECONDS.
    """
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
        time.sleep(0.02)
