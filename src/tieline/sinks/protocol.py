"""What a sink is: a place that follows the ledger's sequence and keeps its own position in it.

A sink writes a batch and the position behind it as one: by one transaction, by a snapshot that carries
the position, or by names that only one writer can create. So a publisher that dies in between leaves
either the old position or the new one, and nobody else's state must agree with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

import polars as pl

from tieline.schema import Dataset
from tieline.select import Certificate, Lake


@dataclass(frozen=True, slots=True)
class Plan:
    """The batch that follows a position: up to which commit, and at which moment it was decided.

    `mark` tells that commit from another lake's commit of that number, in a batch that was begun; None
    where that was not written down.
    """

    upto: int
    as_of: datetime
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a sink has come.

    `ledger` is the identity of the ledger whose sequence it is. `sequence` is the last commit it holds, 0 if it is empty. `mark` tells one lake's commit of that number from another's. `plan`
    is a batch that was begun and is not known to be finished: a sink's must be finished as it was planned.
    `feeds` are the feeds it follows, none meaning all, as they were when it began.
    """

    sequence: int = 0
    mark: str = ""
    ledger: str = ""
    plan: Plan | None = None
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What a batch changes in one dataset.

    history:   every row that was stored, as it was stored, with `row_sequence`: live, gone and same
    current:   the picked row (`revisions=latest`, every vintage) of each identity that the history is
               about, as it stands at the end of the batch: served columns and `row_sequence`
    withdrawn: identities of the history that have no picked row any more: feed, stamp, key columns,
               market day
    """

    dataset: Dataset
    history: pl.DataFrame
    current: pl.DataFrame
    withdrawn: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Everything the commits in (after, upto] changed, in the order of datasets' names.

    The same lake gives the same batch for the same span, whatever was merged or committed since.
    """

    after: int
    upto: int
    as_of: datetime
    mark: str
    ledger: str
    feeds: tuple[str, ...]
    changes: tuple[Change, ...]
    certify: Certifier

    @property
    def rows(self) -> int:
        return sum(change.history.height for change in self.changes)


class Certifier(Protocol):
    """Says how whole a feed's market day is at the end of a batch; of what has no stamp, `received` counts
    the facts that were told for that day, whenever they hold."""

    def __call__(self, feed: str, day: object) -> Certificate: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a sink took: rows written, withdrawn, and refused one by one into its dead letters."""

    after: int
    upto: int
    rows: int
    withdrawn: int
    refused: Mapping[str, int]
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A row that a table refused, and why. `sequence` is the commit that stored it, where the table
    keeps that; `row` has the table's own columns."""

    number: int
    table: str
    sequence: int | None
    reason: str
    row: Mapping[str, object]
    refused_at_utc: datetime


@dataclass(frozen=True, slots=True)
class Again:
    """What trying dead letters again came to: how many were tried, how many were refused once more."""

    tried: int = 0
    refused: int = 0


@runtime_checkable
class Copy(Protocol):
    """A place that holds what the ledger itself holds, and not the rows of the lake.

    Writing a batch twice leaves what writing it once left, so any number of publishers may work on it.
    """

    @property
    def name(self) -> str: ...

    @property
    def feeds(self) -> tuple[str, ...]: ...

    def position(self) -> Position:
        """Where it stands. Raises: SinkUnavailable, SinkRefused."""

    def advance(self, lake: Lake, position: Position) -> Receipt | None:
        """Copy the commits that come next; None if nothing waits.

        Raises: SinkUnavailable, SinkRefused; LedgerUnavailable.
        """

    def dead_letters(self) -> int:
        """How many rows it refused so far. Raises: SinkUnavailable, SinkRefused."""

    def letters(self) -> list[Letter]:
        """The rows it refused, oldest first. Raises: SinkUnavailable, SinkRefused."""

    def try_again(self, lake: Lake) -> Again:
        """Write what the lake says at our position of the facts that dead letters are about; those that
        are taken are dead letters no more.

        Raises: SinkUnavailable, SinkRefused, OutcomeUnknown; Damaged, LedgerUnavailable.
        """

    def wipe(self) -> None:
        """Empty it, so that it is filled again. Raises: SinkUnavailable, SinkRefused."""

    def close(self) -> None: ...


class Sink(Protocol):
    """A place that rows are written to.

    `feeds` are the ids it takes, none meaning all. One object is used by one thread at a time; any
    number of publishers may work on one sink.
    """

    @property
    def name(self) -> str: ...

    @property
    def feeds(self) -> tuple[str, ...]: ...

    def position(self) -> Position:
        """Where it stands. Raises: SinkUnavailable, SinkRefused."""

    def apply(self, batch: Batch) -> Receipt | None:
        """Write a batch and the position behind it as one.

        Gives None, having changed nothing, if the sink does not stand where the batch begins, or
        another publisher decided on another batch: read the position again.
        Raises: SinkUnavailable, the position stays; SinkRefused, a person must act;
                OutcomeUnknown, look at the position before writing again.
        """

    def dead_letters(self) -> int:
        """How many rows it refused so far. Raises: SinkUnavailable, SinkRefused."""

    def letters(self) -> list[Letter]:
        """The rows it refused, oldest first. Raises: SinkUnavailable, SinkRefused."""

    def try_again(self, lake: Lake) -> Again:
        """Write what the lake says at our position of the facts that dead letters are about; those that
        are taken are dead letters no more.

        Raises: SinkUnavailable, SinkRefused, OutcomeUnknown; Damaged, LedgerUnavailable.
        """

    def wipe(self) -> None:
        """Empty it, so that it is filled again from the first commit.

        Raises: SinkUnavailable, SinkRefused.
        """

    def close(self) -> None: ...


Follower = Sink | Copy
"""Whatever follows the ledger with a position of its own."""
