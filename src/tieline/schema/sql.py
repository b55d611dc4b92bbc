"""A dataset as a table in SQL that PostgreSQL and DuckDB both read."""

from __future__ import annotations

from tieline.schema.field import Dataset, Field, Type
from tieline.schema.shape import columns

SQL: dict[Type, str] = {
    "text": "TEXT",
    "f64": "DOUBLE PRECISION",
    "i64": "BIGINT",
    "instant": "TIMESTAMPTZ",
    "date": "DATE",
}


def create_table(dataset: Dataset, common: tuple[Field, ...]) -> str:
    """The statements that make one empty table of a dataset's rows, comments included.

    No primary key: a table of all revisions holds an identity many times.
    """
    fields = columns(common, dataset)
    body = ",\n".join(f"    {column(field)}" for field in fields)
    return f"CREATE TABLE {name(dataset.name)} (\n{body}\n);\n" + comments(
        dataset.name, dataset.doc, fields
    )


def column(field: Field) -> str:
    """A column as it stands in CREATE TABLE."""
    return f"{name(field.name)} {SQL[field.type]}{'' if field.nullable else ' NOT NULL'}"


def comments(table: str, doc: str, fields: tuple[Field, ...]) -> str:
    """The statements that say what a table and its columns mean."""
    said = "\n".join(
        f"COMMENT ON COLUMN {name(table)}.{name(field.name)} IS {_text(_sentence(field))};"
        for field in fields
    )
    return f"COMMENT ON TABLE {name(table)} IS {_text(doc)};\n{said}\n"


def name(text: str) -> str:
    """A quoted name."""
    return '"' + text.replace('"', '""') + '"'


def _sentence(field: Field) -> str:
    return f"{field.doc} [{field.unit}]" if field.unit else field.doc


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
