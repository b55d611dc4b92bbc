"""Fields as an Arrow schema, with unit and sentence in each column's metadata."""

from __future__ import annotations

import pyarrow as pa

from tieline.schema.field import Field, Type

ARROW: dict[Type, pa.DataType] = {
    "text": pa.string(),
    "f64": pa.float64(),
    "i64": pa.int64(),
    "instant": pa.timestamp("us", "UTC"),
    "date": pa.date32(),
}


def arrow_schema(fields: tuple[Field, ...]) -> pa.Schema:
    """Arrow schema of some fields, in their order."""
    return pa.schema([_column(field) for field in fields])


def _column(field: Field) -> pa.Field:
    said = {"doc": field.doc, "unit": field.unit} if field.unit else {"doc": field.doc}
    return pa.field(field.name, ARROW[field.type], field.nullable, said)
