"""Rows with nothing to choose among, read straight from merged parts.

A merged part that is `single` has one live row for each of its identities. Where no other part can hold a
row of them, every rule of the pick gives that row, so it only has to be found: by the catalogue's hulls,
then by the statistics of row groups, whose footers are kept. Measured 2026-11: a node's year out of 100
million rows takes a fifth of the CPU that DuckDB needs to look at every row group.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tieline.datasets.fields import ROW_SEQUENCE
from tieline.datasets.rows import stored_fields
from tieline.ledger.records import Part
from tieline.schema import Dataset
from tieline.select.footers import Footer, Range, footer_of
from tieline.select.scope import Filter, Scope, window_of

READERS = 4

WASTE = 4
"""How many times the rows that are wanted may stay in memory with them."""


def suits(scope: Scope) -> bool:
    """Whether a single row is the answer for its identity under every knob of the question.

    Not where the newest vintage is looked for over identities, known times are assumed, the key in
    force is another than the one that parts are merged by, rows have no stamp, or a cursor stands among
    rows without a time.
    """
    key = tuple(name for name in scope.dataset.key_names if name != "stamp_utc")
    return (
        not scope.dataset.is_forecast
        and scope.dataset.stamped
        and scope.question.known == "recorded"
        and (scope.cursor is None or scope.cursor.at is not None)
        and all(scope.key_of(feed) == key for feed in scope.feeds)
    )


def divide(parts: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    """Parts whose rows need no choice, and all others.

    Merged parts of one commit share no identity; others do, perhaps, where their stamps overlap.
    """
    plain: list[Part] = []
    rest: list[Part] = []
    for part in parts:
        alone = part.single and not any(
            other.feed == part.feed
            and (other.sequence, other.report) != (part.sequence, part.report)
            and other.stamps[0] <= part.stamps[1]
            and part.stamps[0] <= other.stamps[1]
            for other in parts
        )
        (plain if alone else rest).append(part)
    return plain, rest


def read(folder: Path, scope: Scope, parts: Sequence[Part], columns: Sequence[str]) -> pa.Table:
    """The rows of plain parts that the question's keys, knobs and window allow, values unfiltered.

    Gives: `columns` in their stored types, text perhaps as dictionaries, in no order.
    Raises: FileNotFoundError if a part is gone.
    """
    wanted = [part for part in parts if _may_hold(part, scope)]
    tables = list(_readers().map(lambda part: _read(folder, scope, part, columns), wanted))
    if not tables:
        return _empty(scope, columns)
    return pa.concat_tables(tables, promote_options="permissive")


def _may_hold(part: Part, scope: Scope) -> bool:
    hulls = {column: (least, greatest) for column, least, greatest in part.bounds}
    return all(_in_range(wanted, hulls.get(wanted.column)) for wanted in scope.keys)


def _in_range(wanted: Filter, hull: Range) -> bool:
    if hull is None or wanted.blank:
        return True
    least, greatest = hull
    return any(least <= value <= greatest for value in wanted.values)


def _groups(footer: Footer, scope: Scope) -> list[int]:
    """Row groups that can hold a row of the wanted keys and stamps."""
    kept = np.ones(footer.metadata.num_row_groups, np.bool_)
    for wanted in scope.keys:
        if not wanted.blank:
            kept &= footer.holding(wanted.column, wanted.values)
    groups = [int(group) for group in np.flatnonzero(kept)]
    return [group for group in groups if _in_hull(scope, footer.range("stamp_utc", group))]


def _in_hull(scope: Scope, hull: Range) -> bool:
    if hull is None or scope.stamps is None:
        return True
    least, greatest = hull
    assert isinstance(least, datetime) and isinstance(greatest, datetime)
    return least <= scope.stamps.end and scope.stamps.start <= greatest


def _read(folder: Path, scope: Scope, part: Part, columns: Sequence[str]) -> pa.Table:
    path = folder / part.path
    kinds = _arrow_types(scope.dataset)
    texts = {name for name, kind in kinds.items() if kind == pa.string()}
    footer = footer_of(path)
    groups = _groups(footer, scope)
    if not groups:
        return _empty(scope, columns)
    said = _said(footer, groups, part, columns, texts)
    tests = [test for test in _tests(scope, part) if not _is_sure(test, footer, groups)]
    tested = [test.column for test in tests if test.column in footer.places]
    names = [*tested, *(name for name in columns if name not in said)]
    names = list(dict.fromkeys(names))
    with pq.ParquetFile(
        pa.memory_map(str(path)),
        metadata=footer.metadata,
        read_dictionary=[name for name in names if name in texts],
    ) as file:
        table = file.read_row_groups(groups, columns=names, use_threads=False)
    for test in tests:
        if test.column in names:
            table = _passing(table, test.holds(table.column(test.column)))
        elif not test.blank:
            table = table.slice(0, 0)
    places = pa.array(np.zeros(table.num_rows, np.int32))
    given = [
        _repeated(said[name], places, kinds[name]) if name in said else table.column(name)
        for name in columns
    ]
    return pa.table(given, names=list(columns))


def _said(
    footer: Footer, groups: Sequence[int], part: Part, columns: Sequence[str], texts: set[str]
) -> dict[str, str | None]:
    """Columns that need no reading: what the catalogue or the footer says of every row."""
    told: dict[str, str | None] = {"feed": part.feed, "report": part.report, "state": "live"}
    told["publisher"] = part.report.split(":", 1)[0]
    for name in columns:
        if name in told:
            continue
        if name not in footer.places or footer.is_blank(name, groups):
            told[name] = None
        elif name in texts and (only := footer.only(name, groups)) is not None:
            told[name] = only
    return told


def _repeated(text: str | None, places: pa.Array, kind: pa.DataType) -> pa.Array:
    """One text, or null, for every row; text in a dictionary, as all text is read here."""
    if kind != pa.string():
        return pa.nulls(len(places), kind)
    if text is None:
        blank = pa.nulls(len(places), places.type)
        return pa.DictionaryArray.from_arrays(blank, pa.array([], kind))
    return pa.DictionaryArray.from_arrays(places, pa.array([text], kind))


def _passing(table: pa.Table, mask: np.ndarray) -> pa.Table:
    """Rows of a mask; neighbours are cut out without a copy, unless much else would be kept by it."""
    count = int(np.count_nonzero(mask))
    if count == len(mask):
        return table
    first = int(mask.argmax())
    last = len(mask) - int(mask[::-1].argmax())
    if last - first == count and count * WASTE >= len(mask):
        return table.slice(first, count)
    return table.filter(pa.array(mask))


def _is_sure(test: _Test, footer: Footer, groups: Sequence[int]) -> bool:
    """Whether the statistics say that every row passes."""
    if test.sign in ("in", "="):
        return footer.only(test.column, groups) in test.values
    return all(
        footer.nulls(test.column, group) == 0
        and (hull := footer.range(test.column, group)) is not None
        and test.passes(hull[0])
        and test.passes(hull[1])
        for group in groups
    )


def _tests(scope: Scope, part: Part) -> list[_Test]:
    """What must hold of each row; nothing that the whole part is known to hold."""
    start, end = window_of(scope.question, scope.cursor)
    tests = [_Test(wanted.column, "in", wanted.values, wanted.blank) for wanted in scope.keys]
    bounds: list[tuple[str, str, object]] = []
    if scope.stamps is not None and not (
        scope.stamps.start <= part.stamps[0] and part.stamps[1] <= scope.stamps.end
    ):
        bounds += [("stamp_utc", ">=", scope.stamps.start), ("stamp_utc", "<=", scope.stamps.end)]
    if start is not None:
        bounds.append(("interval_start_utc", ">=", start))
    if end is not None:
        bounds.append(("interval_start_utc", "<", end))
    as_of = scope.question.as_of
    if as_of is not None and part.known[1] > as_of:
        bounds.append(("known_at_utc", "<=", as_of))
    if part.sequence is None or part.sequence > scope.sequence:
        bounds.append((ROW_SEQUENCE.name, "<=", scope.sequence))
    if scope.question.print is not None:
        bounds.append(("print", "=", scope.question.print))
    open_window = scope.question.start is None and scope.question.end is None
    for column, sign, value in bounds:
        blank = column == "interval_start_utc" and open_window
        tests.append(_Test(column, sign, (value,), blank))
    return tests


_ARROW = {">=": pc.greater_equal, "<=": pc.less_equal, "<": pc.less, "=": pc.equal}
_PYTHON: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True)
class _Test:
    """A comparison of one column; `blank` lets null pass."""

    column: str
    sign: str
    values: tuple[object, ...]
    blank: bool

    def passes(self, value: object) -> bool:
        """Whether one value passes that is neither null nor compared for being the same."""
        return _PYTHON[self.sign](value, self.values[0])

    def holds(self, column: pa.ChunkedArray) -> np.ndarray:
        """For each row, whether it passes."""
        masks = [self._holds(chunk) for chunk in column.chunks]
        return np.concatenate(masks) if masks else np.zeros(0, np.bool_)

    def _holds(self, chunk: pa.Array) -> np.ndarray:
        if pa.types.is_dictionary(chunk.type):
            # One more word for null, behind all others.
            words = np.append(self._compared(chunk.dictionary), self.blank)
            places = chunk.indices.fill_null(len(words) - 1)
            mask: np.ndarray = words[places.to_numpy(zero_copy_only=False)]
            return mask
        return self._compared(chunk)

    def _compared(self, values: pa.Array) -> np.ndarray:
        if self.sign == "in":
            wanted = [*self.values, None] if self.blank else list(self.values)
            found = pc.is_in(values, value_set=pa.array(wanted, values.type))
        else:
            wanted_value = pa.scalar(self.values[0], values.type)
            found = pc.fill_null(_ARROW[self.sign](values, wanted_value), self.blank)
        mask: np.ndarray = found.to_numpy(zero_copy_only=False)
        return mask


@cache
def _readers() -> ThreadPoolExecutor:
    """Readers of this process; Parquet is read outside Python's own lock."""
    return ThreadPoolExecutor(READERS, thread_name_prefix="tieline-parts")


@cache
def _arrow_types(dataset: Dataset) -> dict[str, pa.DataType]:
    kinds: dict[str, pa.DataType] = {
        "text": pa.string(),
        "f64": pa.float64(),
        "i64": pa.int64(),
        "instant": pa.timestamp("us", "UTC"),
        "date": pa.date32(),
    }
    return {field.name: kinds[field.type] for field in (*stored_fields(dataset), ROW_SEQUENCE)}


def _empty(scope: Scope, columns: Sequence[str]) -> pa.Table:
    schema = pa.schema([(name, _arrow_types(scope.dataset)[name]) for name in columns])
    return schema.empty_table()
