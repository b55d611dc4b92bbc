"""The ledger's format and how an older one becomes today's."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy import Connection, insert, inspect, select, text, update

from tieline.errors import LedgerUnavailable
from tieline.ledger.tables import COUNTERS, META, METADATA

FORMAT = 2


def _levels(connection: Connection) -> None:
    """Parts say how far they were merged, whether identities occur once, and their range of keys."""
    connection.execute(text("ALTER TABLE parts ADD COLUMN level INTEGER NOT NULL DEFAULT 0"))
    connection.execute(text("ALTER TABLE parts ADD COLUMN single BOOLEAN NOT NULL DEFAULT FALSE"))
    connection.execute(text("ALTER TABLE parts ADD COLUMN bounds TEXT"))
    connection.execute(text("UPDATE parts SET level = 1 WHERE merged"))


STEPS: dict[int, Callable[[Connection], None]] = {1: _levels}
"""From format n to n + 1, by n."""


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
