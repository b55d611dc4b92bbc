"""The three row shapes a dataset has inside the house, as polars schemas.

read     what normalise gives: print, resolution, times, market day, source row, key, values
stored   what lies in a part: the common columns, what orders observations, key, values
served   what an answer shows: the common columns, key, values
"""

from __future__ import annotations

import polars as pl

from tieline.schema.field import Dataset, Field, Type

POLARS: dict[Type, pl.DataType] = {
    "text": pl.String(),
    "f64": pl.Float64(),
    "i64": pl.Int64(),
    "instant": pl.Datetime("us", "UTC"),
    "date": pl.Date(),
}


def schema_of(fields: tuple[Field, ...]) -> pl.Schema:
    """Polars schema of some fields, in their order."""
    return pl.Schema({field.name: POLARS[field.type] for field in fields})


def columns(common: tuple[Field, ...], dataset: Dataset) -> tuple[Field, ...]:
    """Common fields, then the dataset's key and values."""
    return (*common, *dataset.key, *dataset.values)
