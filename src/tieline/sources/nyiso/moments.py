"""Printed wall-clock moments that are values, not stamps: when an outage begins, when a message was said.

Nothing beside them says which pass of the repeated hour they mean, and they come in no order of their
own: the first is taken, so that nothing is said to begin later than it may have. A moment that the
clock skips is no moment.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tieline.markettime import local_expr, readings_of
from tieline.sources.nyiso.publisher import NYISO


def moments(printed: pl.Series, formats: Sequence[str]) -> pl.DataFrame:
    """Readings of printed moments.

    Gives:   `local`, the naive reading; `said`, the instant with its offset as a column of kind
             `instant` reads it. What cannot be read is null in `local` and stays as printed in `said`,
             so that normalising rejects its row and shows the text.
    """
    table = printed.alias("printed").to_frame()
    local = table.select(local_expr("printed", tuple(formats)).alias("local")).to_series()
    first, _ = readings_of(local, NYISO.zone)
    said = first.dt.to_string("%Y-%m-%dT%H:%M:%S+00:00").alias("said")
    return pl.select(local, pl.coalesce(said, printed).alias("said"))


def spelled(local: pl.Series) -> pl.Series:
    """A naive reading as part of an id: 2026-03-01T10:15:00."""
    return local.dt.to_string("%Y-%m-%dT%H:%M:%S")
