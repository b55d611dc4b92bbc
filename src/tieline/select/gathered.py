"""Picked rows from both ways of reading, together: filtered by values, ordered and cut."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from tieline.ledger.records import Part
from tieline.select import engine, pick, plain
from tieline.select.lake import Lake, with_parts
from tieline.select.scope import Scope


def gather(lake: Lake, scope: Scope, order: Sequence[str]) -> pa.Table | None:
    """The picked rows of the window, before value filters; None if no part of them is plain.

    Plain parts are read straight, all others through the pick.
    Gives: the wanted columns, those of value filters, the identity, `state`, and what `order` names
    where rows of one identity can be several.
    Raises: Damaged if a part cannot be read.
    """
    if not plain.suits(scope):
        return None
    found: list[pa.Table] = []

    def act(parts: Sequence[Part]) -> None:
        found.clear()
        swift, rest = plain.divide(parts)
        if swift:
            found.append(_together(lake, scope, swift, rest, order))

    with_parts(lake, partial(engine.parts_of, lake, scope.feeds, scope), act)
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
    states = table.column("state")
    if not pa.types.is_dictionary(states.type) or _said(states) != "live":
        live = table.filter(pc.equal(states, "live"))
    said: dict[str, str] = {}
    for name in names:
        column = live.column(name)
        only = _said(column) if pa.types.is_dictionary(column.type) else None
        if only is not None:
            said[name] = only
    frame = pl.from_arrow(undictionaried(live.select([n for n in names if n not in said])))
    assert isinstance(frame, pl.DataFrame)
    frame = frame.with_columns(pl.lit(value).alias(name) for name, value in said.items())
    frame = frame.select(names)
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
    value = _said(column)
    if value is None:
        return column.cast(column.type.value_type)
    return pa.chunked_array([pa.repeat(pa.scalar(value, pa.string()), len(column))])


def _said(column: pa.ChunkedArray) -> str | None:
    """The one text of a column of dictionaries; None if it says several, or nothing somewhere."""
    said: set[str] = set()
    for chunk in column.chunks:
        if not len(chunk):
            continue
        if chunk.null_count:
            return None
        first = last = 0
        if len(chunk.dictionary) > 1:
            ends = pc.min_max(chunk.indices)
            first, last = ends["min"].as_py(), ends["max"].as_py()
        if first != last:
            return None
        said.add(chunk.dictionary[first].as_py())
    return said.pop() if len(said) == 1 else None


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
