"""The ledger's format and how an older one becomes today's.

Every change of a table raises FORMAT and adds a step, made of `add_table`, `add_column` and `add_index`, which take what
stands in `tables.py`; so a new column is nullable or has a server default. An old ledger of each format lies in
tests/ledger/formats and must come out as a new one is made.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy import Column, Connection, Index, Table, insert, inspect, select, update
from sqlalchemy.schema import CreateColumn

from tieline.errors import LedgerUnavailable
from tieline.ledger.tables import (
    ATTEMPTS,
    BARREN_ENTRIES,
    CLAIMS,
    COMMITS,
    COUNTERS,
    ENTRIES_BY_SEQUENCE,
    FORGOTTEN,
    META,
    METADATA,
    PARTS,
    UNREAD,
    VERDICTS,
    VERDICTS_BY_SEQUENCE,
)

FORMAT = 6


def migrate(connection: Connection, name: str) -> None:
    """Bring a ledger to FORMAT inside the caller's transaction.

    Raises: LedgerUnavailable if a newer tieline wrote it.
    """
    if not inspect(connection).has_table(META.name):
        METADATA.create_all(connection)
        connection.execute(
            insert(META),
            [
                {"key": "format", "value": str(FORMAT)},
                {"key": "identity", "value": uuid.uuid4().hex},
            ],
        )
        connection.execute(
            insert(COUNTERS),
            [{"name": "entry", "value": 0}, {"name": "fence", "value": 0}],
        )
        return
    found = int(connection.execute(select(META.c.value).where(META.c.key == "format")).scalar_one())
    if found > FORMAT:
        raise LedgerUnavailable(
            f"the ledger {name} has format {found}, this tieline knows up to {FORMAT}; install a newer tieline"
        )
    for step in range(found, FORMAT):
        STEPS[step](connection)
    if not connection.execute(select(META.c.key).where(META.c.key == "identity")).first():
        connection.execute(insert(META), {"key": "identity", "value": uuid.uuid4().hex})
    if found < FORMAT:
        connection.execute(update(META).where(META.c.key == "format").values(value=str(FORMAT)))


def add_table(connection: Connection, table: Table) -> None:
    """Make a table with its indexes, as it is today."""
    table.create(connection)


def add_column(connection: Connection, column: Column[object]) -> None:
    """Add a column to its table, unless an earlier step made the table of today."""
    table = column.table.name
    if column.name in [one["name"] for one in inspect(connection).get_columns(table)]:
        return
    clause = str(CreateColumn(column).compile(dialect=connection.dialect)).strip()
    connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {clause}")


def add_index(connection: Connection, index: Index) -> None:
    """Make an index on a table that is there, unless an earlier step made the table with it."""
    index.create(connection, checkfirst=True)


def _levels(connection: Connection) -> None:
    """Parts say how far they were merged, whether identities occur once, and their range of keys."""
    for column in (PARTS.c.level, PARTS.c.single, PARTS.c.bounds):
        add_column(connection, column)
    connection.execute(update(PARTS).where(PARTS.c.merged).values(level=1))


def _who_and_attempts(connection: Connection) -> None:
    """Commits say who wrote them, claims how long they hold; tries and what was forgotten are kept."""
    for column in (COMMITS.c.who, COMMITS.c.token, CLAIMS.c.lease_us):
        add_column(connection, column)
    add_table(connection, ATTEMPTS)
    add_table(connection, FORGOTTEN)
    add_index(connection, BARREN_ENTRIES)


def _verdicts(connection: Connection) -> None:
    """What a verdict was before a commit changed it is kept."""
    add_table(connection, VERDICTS)


def _unread(connection: Connection) -> None:
    """Which places unreadable rows speak of is kept; what was written before does not say it."""
    add_table(connection, UNREAD)


def _by_sequence(connection: Connection) -> None:
    """What some commits wrote is found by their numbers."""
    add_index(connection, ENTRIES_BY_SEQUENCE)
    add_index(connection, VERDICTS_BY_SEQUENCE)


STEPS: dict[int, Callable[[Connection], None]] = {
    1: _levels,
    2: _who_and_attempts,
    3: _verdicts,
    4: _unread,
    5: _by_sequence,
}
"""From format n to n + 1, by n."""
