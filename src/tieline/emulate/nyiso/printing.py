"""Numbers, stamps and lines as NYISO prints them, made by columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from tieline.emulate import eastern
from tieline.emulate.noise import Floats, Ints


def plain(values: Floats | Ints) -> pl.Series:
    """Shortest form, no trailing zeros: 4932, 705.2202."""
    return pl.Series(values.ravel()).cast(pl.String).str.strip_suffix(".0")


def cents(values: Floats) -> pl.Series:
    """Two decimals always: 0.00, -21.03; what is no number is 0.00 too."""
    whole = pl.Series("whole", np.nan_to_num(np.round(values.ravel() * 100)).astype(np.int64))
    size = whole.abs()
    return (
        pl.select(
            pl.concat_str(
                pl.when(whole < 0).then(pl.lit("-")).otherwise(pl.lit("")),
                (size // 100).cast(pl.String),
                pl.lit("."),
                (size % 100).cast(pl.String).str.zfill(2),
            )
        )
        .to_series()
        .alias("cents")
    )


def stamps(seconds: Ints, pattern: str) -> pl.Series:
    """Wall-clock text of instants."""
    return eastern.printed(seconds, pattern)


def zone_words(seconds: Ints) -> pl.Series:
    """EST or EDT."""
    return eastern.printed(seconds, "%Z")


def lines(
    heads: pl.Series,
    middles: Sequence[str],
    columns: Sequence[pl.Series],
    end: str,
    *,
    middle_first: bool = False,
    kept: npt.NDArray[np.bool_] | None = None,
) -> list[bytes]:
    """The lines of each stamp as one text.

    A line is the stamp's head, the entity's middle (or the other way round), and the columns (row
    after row of stamp times entity) between commas. Of all lines only those that are `kept`.
    """
    count = len(middles)
    table = pl.DataFrame(
        [
            heads.gather(np.repeat(np.arange(len(heads)), count)).alias("head"),
            pl.Series("middle", list(middles) * len(heads)),
            *(column.alias(f"column {n}") for n, column in enumerate(columns)),
        ]
    )
    values = [pl.concat_str(pl.lit(","), pl.col(f"column {n}")) for n in range(len(columns))]
    begin = ("middle", "head") if middle_first else ("head", "middle")
    line = table.select(pl.concat_str(*begin, *values, pl.lit(end))).to_series()
    if kept is not None:
        line = pl.select(pl.when(pl.Series(kept)).then(line).otherwise(pl.lit(""))).to_series()
    texts = line.to_list()
    return ["".join(texts[first : first + count]).encode() for first in range(0, len(texts), count)]
