"""A dataset as a plain tree for a JSON file, and back.

The file that is checked in is the dataset as readers know it; `evolution` compares it with the one
in the code.
"""

from __future__ import annotations

from typing import Any

from tieline.schema.arrow import ARROW
from tieline.schema.field import Dataset, Field


def to_document(dataset: Dataset, common: tuple[Field, ...]) -> dict[str, Any]:
    """Everything that is said of a dataset and of the common columns before it."""
    return {
        "name": dataset.name,
        "title": dataset.title,
        "doc": dataset.doc,
        "stamped": dataset.stamped,
        "span": dataset.span,
        "common": [_field(field) for field in common],
        "key": [_field(field) for field in dataset.key],
        "values": [_field(field) for field in dataset.values],
    }


def from_document(document: dict[str, Any]) -> tuple[Dataset, tuple[Field, ...]]:
    """The dataset and the common columns that `to_document` wrote."""
    dataset = Dataset(
        document["name"],
        document["title"],
        document["doc"],
        key=_fields(document["key"]),
        values=_fields(document["values"]),
        stamped=document.get("stamped", True),
        span=_span(document.get("span")),
    )
    return dataset, _fields(document["common"])


def _span(names: list[str] | None) -> tuple[str, str] | None:
    return None if names is None else (names[0], names[1])


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": field.type,
        "arrow": str(ARROW[field.type]),
        "nullable": field.nullable,
        "unit": field.unit,
        "doc": field.doc,
        "low": field.low,
        "high": field.high,
    }


def _fields(trees: list[dict[str, Any]]) -> tuple[Field, ...]:
    return tuple(Field(**{k: v for k, v in tree.items() if k != "arrow"}) for tree in trees)
