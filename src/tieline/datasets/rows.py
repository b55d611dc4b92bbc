"""The row shapes of a dataset: as read, as stored, as served."""

from __future__ import annotations

import polars as pl

from tieline.datasets import fields as f
from tieline.schema import Dataset, Field
from tieline.schema.shape import columns, schema_of

READ = (
    f.PRINT,
    f.RESOLUTION,
    f.STAMP,
    f.INTERVAL_START,
    f.INTERVAL_END,
    f.MARKET_DAY,
    f.SOURCE_ROW,
)


def read_fields(dataset: Dataset) -> tuple[Field, ...]:
    """What normalise gives and fold takes."""
    return columns(READ, dataset)


def stored_fields(dataset: Dataset) -> tuple[Field, ...]:
    """What lies in a part."""
    return columns((*f.COMMON, *f.ORDERING), dataset)


def served_fields(dataset: Dataset) -> tuple[Field, ...]:
    """What an answer shows."""
    return columns(f.COMMON, dataset)


def published_fields(dataset: Dataset) -> tuple[Field, ...]:
    """What a sink's current view shows of an identity."""
    return (*served_fields(dataset), f.PUBLISHED_SEQUENCE)


def history_fields(dataset: Dataset) -> tuple[Field, ...]:
    """What a sink's history holds: a row as a commit stored it."""
    return (*stored_fields(dataset), f.PUBLISHED_SEQUENCE)


def read_schema(dataset: Dataset) -> pl.Schema:
    return schema_of(read_fields(dataset))


def stored_schema(dataset: Dataset) -> pl.Schema:
    return schema_of(stored_fields(dataset))


def served_schema(dataset: Dataset) -> pl.Schema:
    return schema_of(served_fields(dataset))


def identity(dataset: Dataset) -> tuple[str, ...]:
    """Columns that, within one feed, say which fact a row is about."""
    return ("stamp_utc", *dataset.key_names)


OF_THE_LOOK = (f.ISSUED_AT.name, f.ISSUED_BASIS.name)
"""Values that come from when a payload was known: the same numbers seen again are no revision."""


def compared(dataset: Dataset) -> tuple[str, ...]:
    """Columns whose change makes a revision: the values and the interval derived from the labels.

    An entity has no interval: the day of the listing in which it stands is no fact of its own.
    """
    interval = ("resolution", "interval_start_utc", "interval_end_utc", "market_day")
    return (
        *(interval if dataset.stamped else ()),
        *(name for name in dataset.value_names if name not in OF_THE_LOOK),
    )
