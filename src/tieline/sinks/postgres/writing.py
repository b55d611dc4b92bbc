"""Rows into tables: COPY in bulk, upserts from a staging table, and rows that are refused one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl
import psycopg

from tieline.errors import SinkRefused
from tieline.schema.sql import name
from tieline.sinks.postgres.connecting import Connection, told
from tieline.sinks.postgres.tables import DEAD_LETTERS, holds_rows, months, partition

INSTANT = "%Y-%m-%dT%H:%M:%S%.6fZ"
CHUNK_ROWS = 100_000
MOST_REFUSED = 1_000
"""Refused rows of one table in one batch above which the whole of it is refused: no single rows are wrong."""

Write = Callable[[pl.DataFrame], None]


def copy_rows(connection: Connection, table: str, rows: pl.DataFrame) -> None:
    """Append rows to a table, whatever the order of its columns. Raises: psycopg.Error."""
    columns = ", ".join(name(column) for column in rows.columns)
    statement = f"COPY {name(table)} ({columns}) FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for chunk in rows.iter_slices(CHUNK_ROWS):
            copy.write(chunk.write_csv(include_header=False, datetime_format=INSTANT))


def stage(connection: Connection, like: str, rows: pl.DataFrame) -> str:
    """Rows in a temporary table shaped like another; gives its name. Raises: psycopg.Error."""
    columns = ", ".join(name(column) for column in rows.columns)
    connection.execute(b"DROP TABLE IF EXISTS pg_temp.staged")
    connection.execute(
        f"CREATE TEMPORARY TABLE staged ON COMMIT DROP AS SELECT {columns} FROM {name(like)} LIMIT 0".encode()
    )
    copy_rows(connection, "staged", rows)
    return "pg_temp.staged"


def upsert(connection: Connection, table: str, identity: Sequence[str], rows: pl.DataFrame) -> None:
    """Write rows over those of the same identity; one that says the same is left alone.

    Rows of a month in which there are none yet have nobody to meet, and are copied in as they are.
    Raises: psycopg.Error.
    """
    fresh, rest = _by_meeting(connection, table, rows)
    if fresh.height:
        copy_rows(connection, table, fresh)
    if rest.height:
        _merge(connection, table, identity, rest)


def _by_meeting(
    connection: Connection, table: str, rows: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows whose partition is empty, and all others; a table without months is one partition."""
    if "stamp_utc" not in rows.columns or rows["stamp_utc"].null_count():
        return (rows.clear(), rows) if holds_rows(connection, table) else (rows, rows.clear())
    empty = [
        start
        for start in months(rows["stamp_utc"])
        if not holds_rows(connection, partition(table, start))
    ]
    mine = pl.col("stamp_utc").dt.truncate("1mo").is_in(empty)
    return rows.filter(mine), rows.filter(~mine)


def _merge(connection: Connection, table: str, identity: Sequence[str], rows: pl.DataFrame) -> None:
    staged = stage(connection, table, rows)
    columns = ", ".join(name(column) for column in rows.columns)
    rest = [column for column in rows.columns if column not in identity]
    changed = ", ".join(f"{name(column)} = excluded.{name(column)}" for column in rest)
    old = ", ".join(f"old.{name(column)}" for column in rest)
    new = ", ".join(f"excluded.{name(column)}" for column in rest)
    connection.execute(
        f"INSERT INTO {name(table)} AS old ({columns}) SELECT {columns} FROM {staged} "
        f"ON CONFLICT ({', '.join(name(column) for column in identity)}) "
        f"DO UPDATE SET {changed} WHERE ROW({old}) IS DISTINCT FROM ROW({new})".encode()
    )


def withdraw(
    connection: Connection, table: str, identity: Sequence[str], rows: pl.DataFrame
) -> None:
    """Delete the rows of some identities. Raises: psycopg.Error."""
    staged = stage(connection, table, rows.select(identity))
    same = " AND ".join(
        f"old.{name(column)} IS NOT DISTINCT FROM staged.{name(column)}"
        if column == "stamp_utc"
        else f"old.{name(column)} = staged.{name(column)}"
        for column in identity
    )
    connection.execute(f"DELETE FROM {name(table)} AS old USING {staged} WHERE {same}".encode())


def write_carefully(
    connection: Connection, sink: str, table: str, rows: pl.DataFrame, write: Write
) -> int:
    """Write rows; those that the database will never take go to the dead letters. Gives how many.

    What is refused is halved until single rows remain; everything happens in the caller's transaction.
    Raises: SinkRefused above MOST_REFUSED rows; psycopg.Error for what is no row's fault.
    """
    refused = 0
    waiting = [rows] if rows.height else []
    while waiting:
        part = waiting.pop()
        try:
            with connection.transaction():
                write(part)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            if part.height > 1:
                half = part.height // 2
                waiting += [part.slice(half), part.slice(0, half)]
                continue
            refused += 1
            if refused > MOST_REFUSED:
                raise SinkRefused(
                    f"sink {sink}: {table} refuses more than {MOST_REFUSED} rows of one batch, the last "
                    f"because: {told(error)}"
                ) from error
            _bury(connection, sink, table, part, told(error))
    return refused


def _bury(connection: Connection, sink: str, table: str, row: pl.DataFrame, reason: str) -> None:
    """Keep one refused row with the reason; as JSON text, in which every character has a place."""
    sequence = row.item(0, "row_sequence") if "row_sequence" in row.columns else None
    connection.execute(
        f'INSERT INTO {DEAD_LETTERS} (sink, "table", row_sequence, reason, row)'
        " VALUES (%s, %s, %s, %s, %s)".encode(),
        [sink, table, sequence, reason, row.write_ndjson().strip()],
    )
