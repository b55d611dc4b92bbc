"""A dataset as a chapter that a person reads."""

from __future__ import annotations

from collections.abc import Iterable

from tieline.schema.field import Dataset, Field


def chapter(dataset: Dataset) -> str:
    """Heading, paragraph, and one table of the dataset's own columns; common ones stand apart."""
    own = [("key", field) for field in dataset.key] + [("", field) for field in dataset.values]
    lines = [
        "| column | key | type | unit | null | meaning |",
        "|---|---|---|---|---|---|",
        *(_line(field, key) for key, field in own),
    ]
    return f"## {dataset.name}\n\n{dataset.title}. {dataset.doc}\n\n" + "\n".join(lines) + "\n"


def field_table(fields: Iterable[Field]) -> str:
    """One table of fields, without the column that says which are keys."""
    lines = ["| column | type | unit | null | meaning |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *(_line(field, None) for field in fields)]) + "\n"


def cell(text: str) -> str:
    """Text that may stand in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _line(field: Field, key: str | None) -> str:
    cells = [f"`{field.name}`", field.type, field.unit, "yes" if field.nullable else "never"]
    if key is not None:
        cells.insert(1, key)
    return "| " + " | ".join([*cells, cell(_meaning(field))]) + " |"


def _meaning(field: Field) -> str:
    if field.low is None and field.high is None:
        return field.doc
    return f"{field.doc} Plausible from {_bound(field.low)} to {_bound(field.high)}."


def _bound(bound: float | None) -> str:
    return "any" if bound is None else f"{bound:,g}"
