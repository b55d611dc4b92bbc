"""A PostgreSQL server of our own whose databases are copied, cut off and crashed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from scripts.engines import postgres

WAIT_MS = 10_000


@dataclass(frozen=True, slots=True)
class Databases:
    """The server in a folder. It forces every commit to disk."""

    folder: Path

    def url(self, name: str = "postgres") -> str:
        return postgres.url(self.folder, name)

    def make(self, name: str, like: str = "template1") -> None:
        """Make a database as another one is, to which nobody is connected."""
        self._do(f"CREATE DATABASE {name} TEMPLATE {like}")

    def drop(self, name: str) -> None:
        self._do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def end_connections(self, name: str) -> None:
        """End every connection to a database, and wait until they have ended."""
        with psycopg.connect(self.url(), autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity WHERE datname = %s",
                [WAIT_MS, name],
            )

    def restart(self) -> None:
        """Stop the server without a checkpoint, and start it."""
        postgres.stop(self.folder, at_once=True)
        postgres.start(self.folder, durable=True)

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as admin:
            admin.execute(statement.encode())


@dataclass(frozen=True, slots=True)
class Served:
    """One database as the world of a process."""

    databases: Databases
    name: str

    @property
    def url(self) -> str:
        return self.databases.url(self.name)

    def end_connections(self) -> None:
        self.databases.end_connections(self.name)

    def restart(self) -> None:
        self.databases.restart()


@contextmanager
def databases() -> Iterator[Databases]:
    """A server that is removed at the end, in memory where the machine has a folder there.

    Raises: NotStarted.
    """
    memory = Path("/dev/shm")
    where = memory if memory.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="tieline-postgres-", dir=where))
    folder.chmod(0o755)
    try:
        postgres.start(folder, durable=True)
        yield Databases(folder)
    finally:
        postgres.stop(folder, at_once=True)
        shutil.rmtree(folder, ignore_errors=True)
