"""The ledger's database for several hosts: PostgreSQL, one schema a ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, exc, pool, text

from tieline.errors import LedgerConflict, LedgerUnavailable, StorageFailed
from tieline.ledger.database import Unsettled

CONNECT_SECONDS = 10
LOCK_SECONDS = 30
"""How long a writer waits for another; a commit takes milliseconds."""

STATEMENT_SECONDS = 120
IDLE_SECONDS = 60
"""After so long in an open transaction without a word the server ends a connection: a process that
was stopped, or a host that fell silent, must not keep the others from writing."""

ALONE_SECONDS = 600
"""How long to wait for the one who writes a report elsewhere."""

_SESSION = {
    "lock_timeout": LOCK_SECONDS,
    "statement_timeout": STATEMENT_SECONDS,
    "idle_in_transaction_session_timeout": IDLE_SECONDS,
}
_KEEPALIVE = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
_LOST_RACES = ("40001", "40P01")
_NO_ROOM = ("25006", "53100", "58030")
"""A server that takes no writes, a full disk, a disk that fails."""


class Postgres:
    """Connections to one PostgreSQL database; writers take turns by an advisory lock."""

    def __init__(self, url: URL, schema: str) -> None:
        self._name = f"postgresql://{url.host}:{url.port or 5432}/{url.database} ({schema})"
        self._schema = schema
        self._turn = _key(schema)
        self._engine = _engine(url, schema, _SESSION, overflow=24)
        waiting = {**_SESSION, "lock_timeout": ALONE_SECONDS, "statement_timeout": ALONE_SECONDS}
        self._waiting = _engine(url, schema, waiting, overflow=-1)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent snapshot."""
        with self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as connection:
            yield connection

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[Connection]:
        """A transaction that begins when the one before it can be seen.

        The lock is the transaction's own: the server gives it back after the commit is visible, and also
        when the connection dies. Each statement sees what was committed before it, so nothing read here
        is outdated. All of it lasts: the server can fail without its clients.
        """
        with self._transaction("BEGIN") as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({self._turn})")
            yield connection

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Hold a name on a connection of its own; if that dies, `believed` still guards."""
        key = _key(f"{self._schema}/{name}")
        with self._translated():
            connection = self._waiting.connect()
        try:
            with self._translated():
                connection.exec_driver_sql(f"SELECT pg_advisory_lock({key})")
            yield
        finally:
            try:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({key})")
            except exc.DBAPIError:
                connection.invalidate()
            connection.close()

    def now(self) -> datetime:
        """The server's clock."""
        with self._translated(), self._engine.connect() as connection:
            found: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return found.astimezone(UTC)

    def close(self) -> None:
        self._engine.dispose()
        self._waiting.dispose()

    def make_schema(self) -> None:
        """Make the ledger's schema where it is missing.

        Raises: LedgerUnavailable, also where the account may not make it.
        """
        known = text("SELECT 1 FROM pg_namespace WHERE nspname = :name")
        with self.writing() as connection:
            if connection.execute(known, {"name": self._schema}).first() is None:
                connection.exec_driver_sql(f'CREATE SCHEMA "{self._schema}"')

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        with self._translated(), self._engine.connect() as connection:
            connection.exec_driver_sql(begin)
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            try:
                connection.exec_driver_sql("COMMIT")
            except exc.OperationalError as error:
                raise Unsettled(
                    f"the ledger {self._name} went away during a commit: {_said(error)}"
                ) from error

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """What the driver says, as one of our errors; the account and its password are never in it."""
        try:
            yield
        except exc.IntegrityError as error:
            raise LedgerConflict(
                f"the ledger {self._name} was written by another process first: {_said(error)}; "
                "read again"
            ) from error
        except exc.DBAPIError as error:
            code = getattr(error.orig, "sqlstate", None)
            if code in _LOST_RACES:
                raise LedgerConflict(f"the ledger {self._name}: {_said(error)}") from error
            if code in _NO_ROOM:
                raise StorageFailed(
                    f"the ledger {self._name} cannot be written: {_said(error)}; make room on the "
                    "server, or name the one that takes writes"
                ) from error
            raise LedgerUnavailable(
                f"the ledger {self._name} cannot be used: {_said(error)}; see `tieline doctor`, or "
                "wait until the server is back"
            ) from error
        except exc.TimeoutError as error:
            raise LedgerUnavailable(
                f"the ledger {self._name}: every connection is in use; wait, or lower `concurrency`"
            ) from error


def _said(error: exc.DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__


def _key(name: str) -> int:
    """Number of an advisory lock, the same on every host."""
    digest = hashlib.sha256(f"tieline ledger {name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _engine(url: URL, schema: str, session: dict[str, int], *, overflow: int) -> Engine:
    told = [f"-c {name}={seconds}s" for name, seconds in session.items()]
    options = [str(url.query.get("options", "")), f'-c search_path="{schema}"', *told]
    arguments: dict[str, Any] = {
        **_KEEPALIVE,
        "application_name": "tieline",
        "options": " ".join(options).strip(),
    }
    return create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
        isolation_level="AUTOCOMMIT",
        poolclass=pool.QueuePool,
        pool_size=8,
        max_overflow=overflow,
        pool_timeout=LOCK_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=arguments,
    )
