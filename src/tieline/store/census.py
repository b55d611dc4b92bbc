"""What rows a set of parts holds, as a few numbers that neither order nor files change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tieline.schema import Dataset
from tieline.store.parts import Parts

_HALF = 1 << 32


@dataclass(frozen=True, slots=True)
class Census:
    """Count and sum of the hashes of rows, halves apart so that no sum overflows.

    Equal for equal multisets of rows over all columns; comparable within one version of the library.
    """

    rows: int
    low: int
    high: int


def census(parts: Parts, dataset: Dataset, named: Sequence[tuple[str, int]]) -> Census:
    """Take the census of parts, given as (path, sequence), in bounded memory."""
    rows = parts.read(dataset, named)
    names = rows.collect_schema().names()
    hashed = rows.select(pl.struct(names).hash().alias("hash"))
    counted = hashed.select(
        pl.len().alias("rows"),
        (pl.col("hash") % _HALF).sum().alias("low"),
        (pl.col("hash") // _HALF).sum().alias("high"),
    ).collect(engine="streaming")
    return Census(*(int(value or 0) for value in counted.row(0)))
