"""A snapshot of a ledger, of whatever database, as a SQLite file that can be opened by itself."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, create_engine, exc, func, insert, select

from tieline.errors import StorageFailed
from tieline.ledger.tables import CLAIMS, COMMITS, METADATA

CHUNK = 10_000


def copy_snapshot(connection: Connection, path: Path) -> int:
    """Copy what a reading transaction sees into a new file; gives the sequence of its last commit.

    Claims stay behind: whoever holds them works on the ledger that was copied.
    Raises: StorageFailed if the file is there already or cannot be written.
    """
    if path.exists():
        raise StorageFailed(f"{path} is there already; a snapshot never overwrites a ledger")
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as target:
            METADATA.create_all(target)
            for table in METADATA.sorted_tables:
                if table is CLAIMS:
                    continue
                # Options of the connection itself would hold for its COMMIT, too.
                found = connection.execute(select(table), execution_options={"yield_per": CHUNK})
                for rows in found.mappings().partitions(CHUNK):
                    target.execute(insert(table), [dict(row) for row in rows])
            return int(
                target.execute(select(func.coalesce(func.max(COMMITS.c.sequence), 0))).scalar_one()
            )
    except exc.DBAPIError as error:
        if error.connection_invalidated or connection.invalidated:
            raise
        raise StorageFailed(
            f"the snapshot {path} cannot be written: {error.orig}; free space or name another folder"
        ) from error
    finally:
        engine.dispose()
