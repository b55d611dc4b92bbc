"""A copy as the database of a ledger that can only be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection

from tieline.errors import Unconfigured
from tieline.ledger.clickhouse.dialect import engine_over
from tieline.ledger.clickhouse.server import Server
from tieline.ledger.clickhouse.shape import statements


class Copied:
    """The Database protocol over a copy: it reads, and refuses to write."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._engine = engine_over(server)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection; each question sees the copy as it stands then, for ClickHouse has no snapshots."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Connection]:
        """Raises: Unconfigured."""
        raise Unconfigured(
            "the ledger in ClickHouse is a copy and cannot be written; write to the one that it follows, "
            "in sqlite or postgres, and `tieline publish` brings it here"
        )
        yield

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Nobody writes here, so nobody waits."""
        yield

    def now(self) -> datetime:
        """The machine's clock."""
        return datetime.now(UTC)

    def close(self) -> None:
        self._engine.dispose()
        self._server.close()


def make_tables(server: Server) -> None:
    """The tables of a copy, where they are missing. Raises: as Server."""
    for statement in statements():
        server.tell(statement)
