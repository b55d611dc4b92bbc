"""Lines of cells by the library's own reader, and whether what it gives is what we would have read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
    finite = [pl.col(name).is_finite().all() for name in names if name in numbers]
    return table if not finite or all(table.select(finite).row(0)) else None


def unclean(columns: Iterable[pl.Series], *, quoted: bool) -> list[str]:
    """Names of texts that stripping would change, that are empty or, if `quoted`, hold quotes.

    Numbers are clean: blanks around them were passed over.
    """
    texts = [column for column in columns if column.dtype == pl.String]
    faults = []
    for column in texts:
        text = pl.col(column.name)
        fault = (text == "") | (text.str.strip_chars() != text)
        if quoted:
            fault = fault | text.str.contains('"', literal=True)
        faults.append(fault.any())
    if not texts:
        return []
    found = pl.DataFrame(texts).select(faults).row(0)
    return [column.name for column, bad in zip(texts, found, strict=True) if bad]
