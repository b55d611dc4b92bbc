"""What a ledger needs of a database: transactions, a clock, and one writer a name."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from tieline.errors import LedgerUnavailable


class Unsettled(LedgerUnavailable):
    """The connection died during COMMIT: whether it happened has to be looked up."""


class Database(Protocol):
    """Transactions of one database. All raise LedgerUnavailable, StorageFailed or LedgerConflict."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent snapshot."""

    def writing(self, *, lasting: bool = True) -> AbstractContextManager[Connection]:
        """The only writer of the ledger until its end, so that numbers taken in it are in the order
        of the commits. What is not `lasting` may be lost where every process that knew of it is lost
        too: with the machine of an SQLite file.

        Raises: Unsettled if nobody can say whether the commit happened.
        """

    def alone(self, name: str) -> AbstractContextManager[None]:
        """Hold a name that only one process on any host can hold; it falls with the connection."""

    def now(self) -> datetime:
        """The clock that all who share the ledger go by."""

    def close(self) -> None: ...
