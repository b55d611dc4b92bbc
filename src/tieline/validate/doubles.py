"""Rows that say the same key twice."""

from __future__ import annotations

import polars as pl

from tieline.datasets.rows import compared, identity
from tieline.schema import Dataset
from tieline.values import REJECTED


def split_doubles(dataset: Dataset, rows: pl.DataFrame) -> tuple[pl.DataFrame, int, pl.DataFrame]:
    """Keep the last printed row of each key and print.

    Gives:   the kept rows in their order; how many others said the same (duplicates); and the others
             that said something else, schema REJECTED, with the first column that differs.
    """
    key = [*identity(dataset), "print"]
    telling = [name for name in key if not _says_one(rows[name])]
    if rows.select(telling or key).n_unique() == rows.height:
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


def _says_one(column: pl.Series) -> bool:
    return column.null_count() == 0 and column.min() == column.max()
