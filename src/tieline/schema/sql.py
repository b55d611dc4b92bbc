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
    body = ",\n".join(f"    {_column(field)}" for field in fields)
    comments = "\n".join(
        f"COMMENT ON COLUMN {_name(dataset.name)}.{_name(field.name)} IS {_text(_sentence(field))};"
        for field in fields
    )
    return (
        f"CREATE TABLE {_name(dataset.name)} (\n{body}\n);\n"
        f"COMMENT ON TABLE {_name(dataset.name)} IS {_text(dataset.doc)};\n{comments}\n"
    )


def _column(field: Field) -> str:
    return f"{_name(field.name)} {SQL[field.type]}{'' if field.nullable else ' NOT NULL'}"


def _sentence(field: Field) -> str:
    return f"{field.doc} [{field.unit}]" if field.unit else field.doc


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
