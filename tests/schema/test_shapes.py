"""Every derived shape says the same about every dataset."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from tieline.datasets import DATASETS
from tieline.datasets import fields as f
from tieline.datasets.rows import served_fields, served_schema
from tieline.schema import Dataset, Field, Type
from tieline.schema.arrow import ARROW, arrow_schema
from tieline.schema.document import from_document, to_document
from tieline.schema.markdown import cell, chapter, field_table
from tieline.schema.openapi import OPENAPI, row_schema
from tieline.schema.shape import POLARS
from tieline.schema.sql import SQL, create_table

every_dataset = pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)

EXAMPLE: dict[Type, Any] = {
    "text": "it's | printed",
    "f64": -1.5,
    "i64": 2**40,
    "instant": datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    "date": date(2026, 11, 1),
}


def test_every_type_has_every_shape() -> None:
    assert set(POLARS) == set(ARROW) == set(SQL) == set(OPENAPI) == set(EXAMPLE)


@every_dataset
def test_arrow_holds_what_polars_holds(dataset: Dataset) -> None:
    frame = pl.DataFrame(
        [{field.name: EXAMPLE[field.type] for field in served_fields(dataset)}],
        schema=served_schema(dataset),
    )
    table = frame.to_arrow().cast(arrow_schema(served_fields(dataset)))
    assert table.schema.equals(arrow_schema(served_fields(dataset)))
    back = pl.from_arrow(table)
    assert isinstance(back, pl.DataFrame)
    assert back.schema == served_schema(dataset)
    assert back.equals(frame)


@every_dataset
def test_arrow_carries_unit_and_sentence(dataset: Dataset) -> None:
    schema = arrow_schema(served_fields(dataset))
    for field in served_fields(dataset):
        metadata = schema.field(field.name).metadata
        assert metadata[b"doc"].decode() == field.doc
        assert metadata.get(b"unit", b"").decode() == field.unit
        assert schema.field(field.name).nullable is field.nullable


@every_dataset
def test_the_sql_makes_a_table_that_takes_a_row(dataset: Dataset) -> None:
    fields = served_fields(dataset)
    with duckdb.connect() as connection:
        connection.execute(create_table(dataset, f.COMMON))
        marks = ", ".join("?" for _ in fields)
        connection.execute(
            f'INSERT INTO "{dataset.name}" VALUES ({marks})',
            [EXAMPLE[field.type] for field in fields],
        )
        names = [
            (name, null)
            for name, null in connection.execute(
                "SELECT column_name, is_nullable FROM information_schema.columns "
                "WHERE table_name = ? ORDER BY ordinal_position",
                [dataset.name],
            ).fetchall()
        ]
    assert names == [(field.name, "YES" if field.nullable else "NO") for field in fields]


@every_dataset
def test_the_openapi_names_every_column_and_allows_null_where_it_may_be(dataset: Dataset) -> None:
    schema = row_schema(dataset, f.COMMON)
    fields = served_fields(dataset)
    assert list(schema["properties"]) == [field.name for field in fields] == schema["required"]
    for field in fields:
        assert ("null" in schema["properties"][field.name]["type"]) is field.nullable
    json.dumps(schema)


@every_dataset
def test_the_document_comes_back_as_the_dataset(dataset: Dataset) -> None:
    written = json.loads(json.dumps(to_document(dataset, f.COMMON)))
    assert from_document(written) == (dataset, f.COMMON)


@every_dataset
def test_the_chapter_has_a_line_for_every_column(dataset: Dataset) -> None:
    text = chapter(dataset)
    for field in (*dataset.key, *dataset.values):
        assert f"| `{field.name}` |" in text


def test_a_quote_cannot_leave_its_sql_text() -> None:
    odd = Dataset("o'dd", "Odd", "It's odd.", (), (Field('a"b', "text", "It's; DROP."),))
    with duckdb.connect() as connection:
        connection.execute(create_table(odd, ()))
        assert connection.execute('SELECT "a""b" FROM "o\'dd"').fetchall() == []


def test_a_bar_cannot_leave_its_cell() -> None:
    assert cell("a | b\nc") == "a \\| b c"
    lines = field_table([Field("x", "f64", "Said | so.", "MW", low=-1, high=2000)]).splitlines()
    assert lines[-1] == "| `x` | f64 | MW | yes | Said \\| so. Plausible from -1 to 2,000. |"


def test_arrow_types_are_those_every_reader_knows() -> None:
    assert ARROW["instant"] == pa.timestamp("us", "UTC")
    assert ARROW["text"] == pa.string()
