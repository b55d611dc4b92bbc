"""PostgreSQL as a sink: rows and position in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import psycopg

from tieline.errors import OutcomeUnknown, SinkError, SinkRefused
from tieline.schema import Dataset
from tieline.schema.postgres import HISTORY, identity_of
from tieline.select import Lake
from tieline.sinks.postgres import relational
from tieline.sinks.postgres.connecting import Connection, connect, reaching, told
from tieline.sinks.postgres.letters import Retry, letter_of, retries_of
from tieline.sinks.postgres.tables import (
    DEAD_LETTERS,
    POSITIONS,
    empty_tables,
    keep_tables,
    make_own,
    make_partitions,
    make_tables,
    months,
)
from tieline.sinks.postgres.writing import copy_rows, upsert, withdraw, write_carefully
from tieline.sinks.protocol import Again, Batch, Change, Letter, Position, Receipt
from tieline.sinks.reading import check_position, followed

AGAIN_TRIES = 5
"""How often dead letters are tried again while another publisher moves the position."""


class PostgresSink:
    """Keeps, in one schema of a database, every dataset twice and the relational schema of `relational`.

    `<dataset>` is the current view: one row an identity, what `select` gives with `revisions=latest`
    and every vintage. `<dataset>_history` has every row as a commit stored it, so that no revision is lost.
    """

    def __init__(self, name: str, url: str, namespace: str, feeds: Sequence[str] = ()) -> None:
        self._name = name
        self._url = url
        self._namespace = namespace
        self._feeds = tuple(feeds)
        self._connection: Connection | None = None
        self._made: set[str] = set()
        self._divided: set[tuple[str, datetime]] = set()

    @property
    def name(self) -> str:
        return self._name

    @property
    def feeds(self) -> tuple[str, ...]:
        return self._feeds

    def close(self) -> None:
        self._forget()

    def position(self) -> Position:
        connection = self._reached()
        with self._reaching():
            if connection.execute("SELECT to_regclass(%s)", [POSITIONS]).fetchone() == (None,):
                self._remake(connection)
            found = connection.execute(
                f"SELECT sink, sequence, mark, feeds, ledger FROM {POSITIONS}".encode()
            ).fetchall()
            connection.rollback()
        for sink, sequence, mark, feeds, ledger in found:
            if sink != self._name:
                raise SinkRefused(
                    f"sink {self._name}: the schema {self._namespace} belongs to sink {sink}; give this one "
                    "another `namespace`"
                )
            assert isinstance(sequence, int) and isinstance(feeds, list)
            return Position(
                sequence=sequence, mark=str(mark), ledger=str(ledger), feeds=tuple(feeds)
            )
        return Position()

    def apply(self, batch: Batch) -> Receipt | None:
        connection = self._reached()
        with self._reaching():
            self._make(connection, batch.changes)
            if not self._hold(connection, batch.after):
                connection.rollback()
                return None
            refused: Counter[str] = Counter()
            for change in batch.changes:
                refused += self._write(connection, change)
            connection.execute(
                f"UPDATE {POSITIONS} SET sequence = %s, mark = %s, ledger = %s, moved_at_utc = now()"
                " WHERE sink = %s".encode(),
                [batch.upto, batch.mark, batch.ledger, self._name],
            )
        self._commit(connection)
        return Receipt(
            after=batch.after,
            upto=batch.upto,
            rows=batch.rows,
            withdrawn=sum(change.withdrawn.height for change in batch.changes),
            refused=dict(refused),
        )

    def dead_letters(self) -> int:
        connection = self._reached()
        with self._reaching():
            found = connection.execute(
                f"SELECT count(*) FROM {DEAD_LETTERS} WHERE sink = %s".encode(), [self._name]
            ).fetchone()
            connection.rollback()
        return int(str(found[0])) if found else 0

    def letters(self) -> list[Letter]:
        connection = self._reached()
        with self._reaching():
            found = connection.execute(
                'SELECT letter_id, "table", row_sequence, reason, row, refused_at_utc'
                f" FROM {DEAD_LETTERS} WHERE sink = %s ORDER BY letter_id".encode(),
                [self._name],
            ).fetchall()
            connection.rollback()
        return [letter_of(row) for row in found]

    def try_again(self, lake: Lake) -> Again:
        for _ in range(AGAIN_TRIES):
            position = self.position()
            check_position(lake, position, self._feeds)
            feeds = followed(lake, self._feeds)
            retries = retries_of(lake, feeds, self.letters(), position.sequence)
            refused = self._written_again(retries, position.sequence)
            if refused is not None:
                return Again(sum(len(retry.letters) for retry in retries), refused)
        raise OutcomeUnknown(
            f"sink {self._name}: its position moved {AGAIN_TRIES} times meanwhile; try it once more"
        )

    def _written_again(self, retries: Sequence[Retry], sequence: int) -> int | None:
        """How many rows were refused once more; None, with nothing changed, if somebody else came first."""
        connection = self._reached()
        refused = 0
        with self._reaching():
            self._make(connection, [retry.change for retry in retries])
            ours = self._hold(connection, sequence)
            for retry in retries if ours else ():
                gone = connection.execute(
                    f"DELETE FROM {DEAD_LETTERS} WHERE letter_id = ANY(%s)".encode(),
                    [list(retry.letters)],
                )
                ours = ours and gone.rowcount == len(retry.letters)
                refused += sum(self._write(connection, retry.change).values())
            if not ours:
                connection.rollback()
                return None
        self._commit(connection)
        return refused

    def wipe(self) -> None:
        """Empty our own tables; what others made in the schema, or of our tables, stays.

        Raises: SinkUnavailable; SinkRefused, also where a table of somebody else refers to a row of ours, or
                the schema is another sink's.
        """
        self.position()
        connection = self._reached()
        with self._reaching():
            empty_tables(connection, self._namespace, (relational.INTERFACES, relational.FLOWS))
        self._commit(connection)
        self._forget()

    def _write(self, connection: Connection, change: Change) -> Counter[str]:
        """One dataset's rows; gives how many each table refused."""
        table, past = change.dataset.name, change.dataset.name + HISTORY
        identity = identity_of(change.dataset)
        refused = Counter(
            {
                past: write_carefully(
                    connection,
                    self._name,
                    past,
                    change.history,
                    lambda rows: copy_rows(connection, past, rows),
                ),
                table: write_carefully(
                    connection,
                    self._name,
                    table,
                    change.current,
                    lambda rows: upsert(connection, table, identity, rows),
                ),
            }
        )
        refused[table] += write_carefully(
            connection,
            self._name,
            table,
            change.withdrawn.select(identity),
            lambda rows: withdraw(connection, table, identity, rows),
        )
        if relational.is_shown(change.dataset):
            refused[relational.FLOWS] = relational.write(connection, self._name, change)
        return +refused

    def _make(self, connection: Connection, changes: Iterable[Change]) -> None:
        """Tables and partitions that changes need, before its transaction begins."""
        wanted: dict[str, set[datetime]] = {}
        for change in changes:
            self._make_tables(connection, change.dataset)
            if change.dataset.stamped:
                table = change.dataset.name
                wanted[table] = months(change.current["stamp_utc"])
                wanted[table + HISTORY] = months(change.history["stamp_utc"])
        missing = {
            table: {start for start in starts if (table, start) not in self._divided}
            for table, starts in wanted.items()
        }
        if any(missing.values()):
            make_partitions(connection, self._namespace, missing)
            self._divided |= {
                (table, start) for table, starts in missing.items() for start in starts
            }

    def _make_tables(self, connection: Connection, dataset: Dataset) -> None:
        if dataset.name in self._made:
            return
        besides = relational.CREATE if relational.is_shown(dataset) else ""
        make_tables(connection, self._namespace, dataset, besides)
        self._made.add(dataset.name)

    def _hold(self, connection: Connection, sequence: int) -> bool:
        """Lock our position until the transaction ends; whether it is at a commit."""
        keep_tables(connection, self._namespace)
        connection.execute(
            f"INSERT INTO {POSITIONS} (sink, sequence, mark, feeds, moved_at_utc)"
            " VALUES (%s, 0, '', %s, now()) ON CONFLICT DO NOTHING".encode(),
            [self._name, list(self._feeds)],
        )
        found = connection.execute(
            f"SELECT sequence FROM {POSITIONS} WHERE sink = %s FOR UPDATE".encode(), [self._name]
        ).fetchone()
        return found is not None and found[0] == sequence

    def _commit(self, connection: Connection) -> None:
        """Raises: OutcomeUnknown if the connection was lost while the commit was under way."""
        with self._reaching():
            try:
                connection.commit()
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                raise OutcomeUnknown(
                    f"sink {self._name}: the connection was lost during a commit: {told(error)}"
                ) from error

    def _reached(self) -> Connection:
        """The connection, made anew where it was lost; the sink's own tables are there.

        Raises: SinkUnavailable, SinkRefused.
        """
        if self._connection is not None and not self._connection.closed:
            return self._connection
        self._forget()
        connection = connect(self._url, self._name, self._namespace)
        self._connection = connection
        with self._reaching():
            make_own(connection, self._namespace)
        return connection

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """Raises: SinkUnavailable, SinkRefused; the connection is then made anew."""
        try:
            with reaching(self._name):
                yield
        except SinkError:
            self._forget()
            raise

    def _remake(self, connection: Connection) -> None:
        """Begin anew in a schema that somebody dropped while we were connected."""
        connection.rollback()
        self._made.clear()
        self._divided.clear()
        make_own(connection, self._namespace)

    def _forget(self) -> None:
        """Drop the connection and what was believed of the database behind it."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._made.clear()
        self._divided.clear()
