"""Tables that print several facts side by side, turned so that each row is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from tieline.values.normalised import SOURCE_ROW

Reshape = Callable[[pl.DataFrame], pl.DataFrame]


def side_by_side(columns: Mapping[str, str], *, name: str, id: str, cell: str) -> Reshape:
    """A reshape for a report that has a column a thing.

    columns: printed column to the thing's id; one that a file lacks is left out
    Gives:   the other columns, and for each thing and line a row: `name` the printed column, `id`
             its id, `cell` what stands there. Rows stay in the order of lines.
    """

    def long(table: pl.DataFrame) -> pl.DataFrame:
        found = [one for one in columns if one in table.columns]
        kept = [one for one in table.columns if one not in columns]
        rows = table.unpivot(found, index=kept, variable_name=name, value_name=cell)
        return rows.with_columns(
            pl.col(name).replace_strict(dict(columns), return_dtype=pl.String).alias(id)
        ).sort(SOURCE_ROW, maintain_order=True)

    return long
