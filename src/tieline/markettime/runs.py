"""Runs of equal values: tables are mostly written stamp by stamp."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

Places = npt.NDArray[np.int64]


def starts_of(column: pl.Series) -> Places:
    """Where each run of equal values begins in a column of instants or numbers; null equals null."""
    if column.len() == 0:
        return np.empty(0, dtype=np.int64)
    values = (column.rle_id() if column.null_count() else column.to_physical()).to_numpy()
    return np.concatenate(([0], np.flatnonzero(values[1:] != values[:-1]) + 1))


def run_of_each(starts: Places, height: int) -> Places:
    """The number of the run that each of so many rows belongs to."""
    return np.repeat(np.arange(starts.size), np.diff(starts, append=height))
