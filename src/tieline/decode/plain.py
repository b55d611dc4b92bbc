"""Lines of cells by the library's own reader, and whether what it gives is what we would have read."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def read_plain(
    lines: bytes,
    names: Sequence[str],
    numbers: frozenset[str],
    *,
    null: str | None = None,
    ends_line: str = "\n",
    passed_over: int = 0,
) -> pl.DataFrame | None:
    """Read lines of comma-separated cells without a header, the first ones `passed_over`.

    Gives:   text columns, f64 for the `numbers`; a blank cell and the word `null` are null, a short
             line ends in nulls, a blank line is one of nulls alone. None where a line has too many
             cells, a quote is out of place, or a number is none or not finite.
    """
    kinds = {name: pl.Float64() if name in numbers else pl.String() for name in names}
    try:
        table = pl.read_csv(
            lines,
            has_header=False,
            schema=kinds,
            null_values=null,
            eol_char=ends_line,
            skip_lines=passed_over,
            glob=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if any(not table[name].is_finite().all() for name in names if name in numbers):
        return None
    return table


def is_clean(column: pl.Series, *, quoted: bool) -> bool:
    """Whether texts are what stripping would make of them, not empty and, if `quoted`, without quotes.

    Numbers are clean: blanks around them were passed over.
    """
    if column.dtype != pl.String:
        return True
    text = pl.col("cell")
    faults = (text == "") | (text.str.strip_chars() != text)
    if quoted:
        faults = faults | text.str.contains('"', literal=True)
    return not column.to_frame("cell").select(faults.any()).item()
