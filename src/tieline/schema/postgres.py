"""A dataset as tables of a PostgreSQL that follows the lake: the current view and the history."""

from __future__ import annotations

from tieline.schema.field import Dataset, Field
from tieline.schema.sql import column, comments, name

HISTORY = "_history"
"""What the name of a dataset's table of all rows ends in."""
IDENTITY = "_identity"
"""What the name of the index ends in by which a dataset's current view has each identity once."""


def create_tables(dataset: Dataset, current: tuple[Field, ...], history: tuple[Field, ...]) -> str:
    """The statements that make a dataset's two tables where they are not there yet.

    `current` are the columns of the current view, of which each identity has one row; `history` those of
    the rows as the ledger's commits stored them. Both are divided by month of `stamp_utc`, unless the
    dataset has no stamp. Needs PostgreSQL 15, whose unique indexes can hold a null stamp once.
    """
    identity = ", ".join(name(column) for column in identity_of(dataset))
    past = dataset.name + HISTORY
    return (
        _table(dataset.name, current, divided=dataset.stamped)
        + f"CREATE UNIQUE INDEX IF NOT EXISTS {name(dataset.name + IDENTITY)}"
        f" ON {name(dataset.name)} ({identity}) NULLS NOT DISTINCT;\n"
        + comments(dataset.name, dataset.doc, current)
        + _table(past, history, divided=dataset.stamped)
        + f"CREATE INDEX IF NOT EXISTS {name(past + '_sequence')}"
        f" ON {name(past)} USING brin (row_sequence);\n"
        + comments(past, f"Every row of {dataset.name} as it was stored.", history)
    )


def identity_of(dataset: Dataset) -> tuple[str, ...]:
    """Columns that say which fact a row is about."""
    return ("feed", *dataset.key_names, "stamp_utc")


def _table(table: str, fields: tuple[Field, ...], *, divided: bool) -> str:
    body = ",\n".join(f"    {column(field)}" for field in fields)
    by = " PARTITION BY RANGE (stamp_utc)" if divided else ""
    return f"CREATE TABLE IF NOT EXISTS {name(table)} (\n{body}\n){by};\n"
