"""Rows that say the same key twice."""

from __future__ import annotations

import numpy as np
import polars as pl

from tieline.datasets.rows import compared, identity
from tieline.markettime import starts_of
from tieline.schema import Dataset
from tieline.values import REJECTED

_STAMP = "stamp_utc"


def split_doubles(dataset: Dataset, rows: pl.DataFrame) -> tuple[pl.DataFrame, int, pl.DataFrame]:
    """Keep the last printed row of each key and print.

    Gives:   the kept rows in their order; how many others said the same (duplicates); and the others
             that said something else, schema REJECTED, with the first column that differs.
    """
    key = [*identity(dataset), "print"]
    if _all_differ(rows, key):
        return rows, 0, pl.DataFrame(schema=REJECTED)
    numbered = rows.with_row_index("place")
    by_line = numbered.sort("source_row", "place", nulls_last=False)
    kept = by_line.unique(key, keep="last", maintain_order=True)
    others = by_line.join(kept.select("place"), on="place", how="anti", maintain_order="left")
    values = list(compared(dataset))
    paired = others.join(
        kept.select(*key, *values), on=key, how="left", nulls_equal=True, suffix="_kept"
    )
    differs = [(name, pl.col(name).ne_missing(pl.col(f"{name}_kept"))) for name in values]
    seen = paired.select(
        "source_row",
        pl.coalesce(pl.when(wrong).then(pl.lit(name)) for name, wrong in differs).alias("column"),
        pl.coalesce(
            pl.when(wrong).then(pl.col(name).cast(pl.String).fill_null(""))
            for name, wrong in differs
        ).alias("text"),
        pl.lit("conflict").alias("reason"),
    )
    conflicts = seen.filter(pl.col("column").is_not_null()).sort("source_row")
    return (
        kept.sort("place").drop("place"),
        others.height - conflicts.height,
        conflicts.cast(REJECTED),
    )


def _all_differ(rows: pl.DataFrame, key: list[str]) -> bool:
    """Whether no two rows have the same key."""
    telling = [name for name in key if not _says_one(rows[name])]
    if not telling:
        return rows.height < 2
    return _same_places_each_time(rows, telling) or (rows.select(telling).n_unique() == rows.height)


def _same_places_each_time(rows: pl.DataFrame, telling: list[str]) -> bool:
    """Whether every stamp lists the places of the first one in its order, once each.

    This is how grids are mostly printed, and is found without looking for each row among all others.
    """
    places = [name for name in telling if name != _STAMP]
    stamps = rows[_STAMP]
    if not places or stamps.null_count() or rows.height == 0:
        return False
    starts = starts_of(stamps)
    count = rows.height // starts.size
    return (
        np.array_equal(starts, np.arange(0, rows.height, count))
        and rows.height == count * starts.size
        and np.unique(stamps.to_physical().to_numpy()[starts]).size == starts.size
        and all(bool(_repeats(rows[name], count)) for name in places)
        and rows.head(count).select(places).n_unique() == count
    )


def _repeats(column: pl.Series, count: int) -> bool:
    """Whether a column says the same again after each `count` rows."""
    return bool(column.slice(count).eq_missing(column.head(column.len() - count)).all())


def _says_one(column: pl.Series) -> bool:
    return column.null_count() == 0 and column.len() > 0 and bool((column == column[0]).all())
