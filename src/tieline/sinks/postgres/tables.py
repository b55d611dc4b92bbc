"""The tables a sink keeps: made where they are missing, divided by month on demand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl
from psycopg import sql

from tieline.datasets.rows import history_fields, published_fields
from tieline.errors import SinkRefused
from tieline.schema import Dataset, Field
from tieline.schema.postgres import HISTORY, IDENTITY, create_tables, identity_of
from tieline.schema.sql import SQL, name
from tieline.sinks.postgres.connecting import Connection
from tieline.sinks.reading import AGAIN

POSITIONS = "tieline_positions"
DEAD_LETTERS = "tieline_dead_letters"
OLDEST = 150_000

OWN = f"""
CREATE TABLE IF NOT EXISTS {POSITIONS} (
    sink TEXT PRIMARY KEY,
    sequence BIGINT NOT NULL,
    mark TEXT NOT NULL,
    feeds TEXT[] NOT NULL,
    moved_at_utc TIMESTAMPTZ NOT NULL,
    ledger TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS {DEAD_LETTERS} (
    letter_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sink TEXT NOT NULL,
    "table" TEXT NOT NULL,
    row_sequence BIGINT,
    reason TEXT NOT NULL,
    row TEXT NOT NULL,
    refused_at_utc TIMESTAMPTZ NOT NULL DEFAULT now()
);
"""


ONE_SINK = f"CREATE UNIQUE INDEX IF NOT EXISTS {POSITIONS}_one ON {POSITIONS} ((true))"
"""A schema belongs to one sink: of two that begin in an empty one at once, the second finds it taken."""


def make_own(connection: Connection, namespace: str) -> None:
    """The schema, and the tables of positions and dead letters; commits.

    Raises: SinkRefused if the server is too old, or several sinks have written to the schema; psycopg.Error.
    """
    if connection.info.server_version < OLDEST:
        raise SinkRefused(
            f"PostgreSQL {connection.info.server_version // 10_000} is too old: 15 is the oldest whose "
            "unique indexes can hold a null once"
        )
    with connection.cursor() as cursor:
        _alone(connection, namespace)
        found = cursor.execute(
            "SELECT 1 FROM information_schema.schemata WHERE schema_name = %s", [namespace]
        ).fetchone()
        if found is None:
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(namespace)))
        cursor.execute(OWN.encode())
        if "ledger" not in _columns(connection, namespace, POSITIONS):
            cursor.execute(
                f"ALTER TABLE {POSITIONS} ADD COLUMN ledger TEXT NOT NULL DEFAULT ''".encode()
            )
        owners = cursor.execute(f"SELECT sink FROM {POSITIONS} ORDER BY sink".encode()).fetchall()
        if len(owners) > 1:
            raise SinkRefused(
                f"the sinks {', '.join(str(row[0]) for row in owners)} have all written to the schema {namespace}, "
                "so its tables are nobody's: drop it, and give each its own `namespace`"
            )
        cursor.execute(ONE_SINK.encode())
    connection.commit()


def make_tables(
    connection: Connection, namespace: str, dataset: Dataset, besides: str = ""
) -> None:
    """The two tables of a dataset, and what it has come to be since they were made; commits.

    Columns that it has gained are added. One that may be null, or that it no longer has, is NOT NULL no
    more, unless it has a default. `besides` are statements that make other tables where they are missing.
    Raises: SinkRefused if its rows were written under another key; psycopg.Error.
    """
    shapes = {
        dataset.name: published_fields(dataset),
        dataset.name + HISTORY: history_fields(dataset),
    }
    with connection.cursor() as cursor:
        _alone(connection, namespace)
        cursor.execute("SET LOCAL client_min_messages = warning")
        _leave_old_key(connection, namespace, dataset)
        for table, fields in shapes.items():
            for field in _missing(connection, namespace, table, fields):
                cursor.execute(
                    f"ALTER TABLE {name(table)} ADD COLUMN {name(field.name)} {SQL[field.type]}".encode()
                )
            for column in _too_strict(connection, namespace, table, fields):
                cursor.execute(
                    f"ALTER TABLE {name(table)} ALTER COLUMN {name(column)} DROP NOT NULL".encode()
                )
        statements = create_tables(dataset, shapes[dataset.name], shapes[dataset.name + HISTORY])
        cursor.execute((statements + besides).encode())
    connection.commit()


def _leave_old_key(connection: Connection, namespace: str, dataset: Dataset) -> None:
    """Drop the index of identities where the dataset has another key than it was made for.

    Raises: SinkRefused if the current view has rows; psycopg.Error.
    """
    index = dataset.name + IDENTITY
    found = connection.execute(
        "SELECT a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)"
        " WHERE n.nspname = %s AND c.relname = %s"
        " ORDER BY array_position(i.indkey::int2[], a.attnum)",
        [namespace, index],
    ).fetchall()
    columns = [str(row[0]) for row in found]
    if not columns or set(columns) == set(identity_of(dataset)):
        return
    if holds_rows(connection, dataset.name):
        raise SinkRefused(
            f"the key of {dataset.name} is ({', '.join(identity_of(dataset))}), and the sink holds it by "
            f"({', '.join(columns)}): {AGAIN}"
        )
    connection.execute(f"DROP INDEX {name(index)}".encode())


def holds_rows(connection: Connection, table: str) -> bool:
    """Whether a table has any row. Raises: psycopg.Error."""
    found = connection.execute(f"SELECT EXISTS (SELECT 1 FROM {name(table)})".encode()).fetchone()
    return found != (False,)


def empty_tables(connection: Connection, namespace: str, besides: Sequence[str]) -> None:
    """Empty the sink's own tables, and those `besides` that are there: datasets are known by their history."""
    _alone(connection, namespace)
    found = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'row_sequence'"
        " WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND NOT c.relispartition",
        [namespace],
    ).fetchall()
    kept = {str(row[0]) for row in found}
    own = {table for table in kept if table + HISTORY in kept}
    own |= {table + HISTORY for table in own} | {POSITIONS, DEAD_LETTERS}
    own |= {table for table in besides if _columns(connection, namespace, table)}
    connection.execute(f"TRUNCATE {', '.join(name(table) for table in sorted(own))}".encode())


def make_partitions(
    connection: Connection, namespace: str, tables: dict[str, set[datetime]]
) -> None:
    """Partitions of months that rows are about to be written to; commits, so that readers wait briefly."""
    with connection.cursor() as cursor:
        _alone(connection, namespace)
        cursor.execute("SET LOCAL client_min_messages = warning")
        for table, starts in sorted(tables.items()):
            for start in sorted(starts):
                end = _next_month(start)
                cursor.execute(
                    f"CREATE TABLE IF NOT EXISTS {name(partition(table, start))} "
                    f"PARTITION OF {name(table)} "
                    f"FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')".encode()
                )
    connection.commit()


def partition(table: str, start: datetime) -> str:
    """What the partition of a month is called."""
    return f"{table}_{start:%Y_%m}"


def months(stamps: pl.Series) -> set[datetime]:
    """Starts of the months (UTC) that stamps lie in."""
    found = stamps.drop_nulls().dt.truncate("1mo").unique().to_list()
    return {start.astimezone(UTC) for start in found}


def _next_month(start: datetime) -> datetime:
    return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def _missing(
    connection: Connection, namespace: str, table: str, fields: tuple[Field, ...]
) -> list[Field]:
    """Fields that a table, if it is there at all, does not have."""
    names = _columns(connection, namespace, table)
    return [field for field in fields if names and field.name not in names]


def _too_strict(
    connection: Connection, namespace: str, table: str, fields: tuple[Field, ...]
) -> list[str]:
    """Columns of a table that must be given and that our rows need not have."""
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s AND is_nullable = 'NO'"
        " AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'",
        [namespace, table],
    ).fetchall()
    given = {field.name for field in fields if not field.nullable}
    return sorted({str(row[0]) for row in found} - given)


def _columns(connection: Connection, namespace: str, table: str) -> set[object]:
    """Names of the columns of a table; none if it is not there."""
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s",
        [namespace, table],
    ).fetchall()
    return {row[0] for row in found}


def keep_tables(connection: Connection, namespace: str) -> None:
    """Nobody makes or alters tables until the transaction ends; who writes to them asks for it first."""
    connection.execute(
        "SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [f"tieline {namespace}"]
    )


def _alone(connection: Connection, namespace: str) -> None:
    """One maker of tables at a time and no writer, until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"tieline {namespace}"])
