"""A row as OpenAPI 3.1 describes it."""

from __future__ import annotations

from typing import Any

from tieline.schema.field import Dataset, Field, Type
from tieline.schema.shape import columns

OPENAPI: dict[Type, dict[str, str]] = {
    "text": {"type": "string"},
    "f64": {"type": "number", "format": "double"},
    "i64": {"type": "integer", "format": "int64"},
    "instant": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
}


def row_schema(dataset: Dataset, common: tuple[Field, ...]) -> dict[str, Any]:
    """Schema object of one row; every column is always there, null where it has no value."""
    fields = columns(common, dataset)
    return {
        "title": dataset.name,
        "description": dataset.doc,
        "type": "object",
        "properties": {field.name: _property(field) for field in fields},
        "required": [field.name for field in fields],
        "additionalProperties": False,
    }


def _property(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {**OPENAPI[field.type], "description": field.doc}
    if field.nullable:
        described["type"] = [described["type"], "null"]
    if field.unit:
        described["x-unit"] = field.unit
    return described
