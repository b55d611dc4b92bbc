"""A copy as the database of a ledger that can only be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection

from tieline.errors import Unconfigured
from tieline.ledger.catalogue import Catalogue
from tieline.ledger.clickhouse.dialect import engine_over
from tieline.ledger.clickhouse.server import Server
from tieline.ledger.clickhouse.shape import POSITION, statements


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
    def writing(self, *, lasting: bool = True) -> Iterator[Connection]:
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
    """The tables of a copy, where they are missing: the last of them says that all are there.

    Raises: as Server.
    """
    if server.ask(f"EXISTS TABLE {POSITION} FORMAT TabSeparated").strip() == b"1":
        return
    for statement in statements():
        server.tell(statement)


def copied(server: Server) -> Catalogue:
    """A copy as a ledger: every question of the Ledger protocol, and no writing. Closing it closes the server."""
    return Catalogue(Copied(server))
