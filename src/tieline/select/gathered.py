"""Picked rows from both ways of reading, together: filtered by values, ordered and cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from tieline.ledger.records import Part
from tieline.select import engine, pick, plain
from tieline.select.lake import Lake
from tieline.select.scope import Scope


def gather(lake: Lake, scope: Scope, order: Sequence[str]) -> pa.Table | None:
    """The picked rows of the window, before value filters; None if no part of them is plain.

    Plain parts are read straight, all others through the pick.
    Gives: the wanted columns, those of value filters, the identity, `state`, and what `order` names
    where rows of one identity can be several.
    Raises: Damaged if a part is missing.
    """
    if not plain.suits(scope):
        return None
    found: list[pa.Table] = []

    def act(parts: Sequence[Part]) -> None:
        found.clear()
        swift, rest = plain.divide(parts)
        if swift:
            found.append(_together(lake, scope, swift, rest, order))

    engine.with_parts(lake, scope.feeds, scope, act)
    return found[0] if found else None


def _together(
    lake: Lake, scope: Scope, swift: Sequence[Part], rest: Sequence[Part], order: Sequence[str]
) -> pa.Table:
    names = [*scope.columns, *(wanted.column for wanted in scope.values), "state"]
    names += [*pick.identity_of(scope.dataset.key_names), "interval_start_utc"]
    if not rest:
        return plain.read(lake.parts_folder, scope, swift, list(dict.fromkeys(names)))
    names = list(dict.fromkeys([*names, *order]))
    table = plain.read(lake.parts_folder, scope, swift, names)
    with engine.session() as connection:
        engine.pick_into(connection, lake, scope, scope.columns, parts=rest)
        chosen = engine.fetch(connection, f"select {pick.quoted(tuple(names))} from picked")
    return pa.concat_tables([undictionaried(table), chosen], promote_options="permissive")


def facts(table: pa.Table, scope: Scope) -> pl.DataFrame:
    """The distinct facts among gathered rows: feed, key, stamp."""
    names = list(pick.identity_of(scope.dataset.key_names))
    live = table
    is_live = pc.equal(table.column("state"), "live")
    if not bool(pc.all(is_live).as_py()):
        live = table.filter(is_live)
    frame = pl.from_arrow(undictionaried(live.select(names)))
    assert isinstance(frame, pl.DataFrame)
    return frame if scope.question.revisions != "all" else frame.unique()


def ordered(table: pa.Table, scope: Scope, order: Sequence[str]) -> pa.Table:
    """Rows that the value filters let pass, in the order of answers, cut to one more than the limit."""
    for wanted in scope.values:
        table = table.filter(_wanted(table.column(wanted.column), wanted.values, wanted.blank))
    if not _is_ordered(table, scope):
        first = "descending" if scope.question.newest_first else "ascending"
        keys = [("interval_start_utc", first, "at_end")]
        rest = ("feed", *scope.dataset.key_names, "stamp_utc", *order)
        keys += [
            (name, "ascending", "at_end")
            for name in dict.fromkeys(rest)
            if name in table.column_names
        ]
        table = undictionaried(table)
        table = table.take(pc.sort_indices(table, sort_keys=keys))
    skip = 0 if scope.cursor is None else scope.cursor.skip
    limit = scope.question.limit
    return table.slice(skip) if limit is None else table.slice(skip, limit + 1)


def undictionaried(table: pa.Table) -> pa.Table:
    """Text as text, where Parquet gave places in a dictionary."""
    columns = [_text(column) for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """One text said all along is written out at once: most columns of a node's answer say one thing."""
    if not pa.types.is_dictionary(column.type):
        return column
    said = set()
    for chunk in column.chunks:
        ends = pc.min_max(chunk.indices)
        first = ends["min"].as_py()
        if chunk.null_count or first != ends["max"].as_py():
            return column.cast(column.type.value_type)
        if first is not None:
            said.add(chunk.dictionary[first].as_py())
    if len(said) != 1:
        return column.cast(column.type.value_type)
    value = pa.scalar(said.pop(), column.type.value_type)
    return pa.chunked_array([pa.repeat(value, len(column))])


def _wanted(column: pa.ChunkedArray, values: Sequence[object], blank: bool) -> pa.ChunkedArray:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    wanted = pa.array([*values, None] if blank else list(values), kind)
    return pc.is_in(column, value_set=wanted)


def _is_ordered(table: pa.Table, scope: Scope) -> bool:
    """Whether every interval starts after the one before, so that there is nothing to order."""
    starts = table.column("interval_start_utc")
    rows: int = table.num_rows
    if scope.question.newest_first or starts.null_count or rows < 2:
        return rows < 2
    numbers = starts.cast(pa.int64()).to_numpy()
    backward = int(np.count_nonzero(np.diff(numbers) <= 0))
    return backward == 0
