"""Which ledger an address means."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import exc, make_url

from tieline.errors import StorageFailed, Unconfigured
from tieline.ledger.catalogue import Catalogue
from tieline.ledger.clickhouse import copied, make_tables, open_server
from tieline.ledger.database import Database
from tieline.ledger.migrations import migrate
from tieline.ledger.postgres import Postgres
from tieline.ledger.sqlite import Sqlite

SCHEMA = "tieline"
EXAMPLE = "postgresql://user:password@host:5432/database"


def open_ledger(where: Path | str, *, schema: str = SCHEMA) -> Catalogue:
    """Open, or make, a ledger; brings an older format up to date.

    `where` is the path of an SQLite file, or the address of a PostgreSQL database, in which the ledger
    has the schema `schema`.

    Raises: LedgerUnavailable if it cannot be opened or was written by a newer tieline; StorageFailed;
            Unconfigured for an address that means neither, without repeating it.
    """
    if isinstance(where, Path):
        return _opened(_sqlite(where), str(where))
    try:
        url = make_url(where)
    except exc.ArgumentError:
        raise Unconfigured(f"the ledger's address cannot be read; say {EXAMPLE}") from None
    if url.drivername == "sqlite" and url.database:
        return _opened(_sqlite(Path(url.database)), url.database)
    if url.drivername not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise Unconfigured(f"a ledger lies in SQLite or PostgreSQL; say {EXAMPLE}")
    server = Postgres(url, schema)
    try:
        server.make_schema()
    except BaseException:
        server.close()
        raise
    return _opened(server, f"{url.host}/{url.database}")


def open_copy(url: str) -> Catalogue:
    """Open the copy of a ledger that lies in ClickHouse, to read; an empty one knows nothing.

    Raises: Unconfigured for an address that means no ClickHouse, and from whatever would write;
            LedgerUnavailable.
    """
    server = open_server(url)
    try:
        make_tables(server)
    except BaseException:
        server.close()
        raise
    return copied(server)


def _sqlite(path: Path) -> Sqlite:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFailed(f"{path.parent} cannot be made: {error}") from error
    return Sqlite(path)


def _opened(database: Database, name: str) -> Catalogue:
    try:
        with database.writing() as connection:
            migrate(connection, name)
    except BaseException:
        database.close()
        raise
    return Catalogue(database)
