"""PostgreSQL as a sink: rows and position in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import psycopg
from psycopg import sql

from tieline.errors import OutcomeUnknown, SinkError, SinkRefused
from tieline.schema import Dataset
from tieline.schema.postgres import HISTORY, identity_of
from tieline.sinks.postgres import relational
from tieline.sinks.postgres.connecting import Connection, connect, reaching, told
from tieline.sinks.postgres.tables import (
    DEAD_LETTERS,
    POSITIONS,
    keep_tables,
    make_own,
    make_partitions,
    make_tables,
    months,
)
from tieline.sinks.postgres.writing import copy_rows, upsert, withdraw, write_carefully
from tieline.sinks.protocol import Batch, Change, Position, Receipt


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
            self._make(connection, batch)
            if not self._hold(connection, batch):
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

    def wipe(self) -> None:
        """Drop the schema with everything in it. Raises: SinkUnavailable, SinkRefused."""
        connection = self._reached()
        with self._reaching():
            connection.execute(
                sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(self._namespace))
            )
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
        if change.withdrawn.height:
            withdraw(connection, table, identity, change.withdrawn)
        if relational.is_shown(change.dataset):
            refused[relational.FLOWS] = relational.write(connection, self._name, change)
        return +refused

    def _make(self, connection: Connection, batch: Batch) -> None:
        """Tables and partitions that this batch needs, before its transaction begins."""
        wanted: dict[str, set[datetime]] = {}
        for change in batch.changes:
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

    def _hold(self, connection: Connection, batch: Batch) -> bool:
        """Lock our position until the transaction ends; whether it is where the batch begins."""
        keep_tables(connection, self._namespace)
        connection.execute(
            f"INSERT INTO {POSITIONS} (sink, sequence, mark, feeds, moved_at_utc)"
            " VALUES (%s, 0, '', %s, now()) ON CONFLICT DO NOTHING".encode(),
            [self._name, list(self._feeds)],
        )
        found = connection.execute(
            f"SELECT sequence FROM {POSITIONS} WHERE sink = %s FOR UPDATE".encode(), [self._name]
        ).fetchone()
        return found is not None and found[0] == batch.after

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
