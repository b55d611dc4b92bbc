"""JSON rows that are all alike, read by a decoder made for the first of them: no object per cell's name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
import polars as pl

from tieline.decode.plain import unclean

_LOOK = 16_384
"""The first row is looked for in so many bytes from the beginning of its list."""
_DEEP = 8
"""Rows that are nested deeper are looked at one by one."""
_Shape = tuple[tuple[str, "str | _Shape"], ...]
"""Names of a row's cells and what each is: `number`, `scalar`, `skipped`, or an object's own shape."""
_KINDS: Mapping[str, Any] = {
    "number": float | None,
    "scalar": str | int | float | bool | None,
    "skipped": msgspec.Raw,
}


@dataclass(frozen=True, slots=True)
class Alike:
    """Rows of one shape: the columns that are read, and how many rows there are."""

    columns: list[pl.Series]
    height: int


def read_alike(
    text: bytes, path: tuple[str, ...], first: Mapping[str, Any], kinds: Mapping[str, str]
) -> Alike | None:
    """Read a list of rows that all have the cells of the first one, or fewer.

    path:    names from the outermost object to the list
    kinds:   by dotted name what a cell is: `number`, or `skipped` where nobody reads it; else text
    Gives:   f64 for the numbers and text for all others, null where a cell is null or left out, in
             the order of the first row; None where the path, a row or a cell is of another kind.
    """
    shape = _shape(first, kinds, "")
    if shape is None:
        return None
    try:
        tree = _decoder(path, shape).decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    for _ in path:
        tree = tree.inner
    columns = _stripped(
        _column(name, kind, list(map(attrgetter(place), tree)))
        for name, place, kind in _leaves(shape, "", "")
        if kind != "skipped"
    )
    return Alike(columns, len(tree))


def first_row(text: bytes, name: str) -> dict[str, Any] | None:
    """The first row of the list of that name; None if it is not found at once."""
    start = text.find(b'"%s":[{' % name.encode())
    if start < 0:
        return None
    start = text.index(b"{", start)
    try:
        row, _ = json.JSONDecoder().raw_decode(
            text[start : start + _LOOK].decode("utf-8", "ignore")
        )
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _shape(row: Mapping[str, Any], kinds: Mapping[str, str], before: str) -> _Shape | None:
    """The shape of a row; None where it holds a list or is nested too deep."""
    if before.count(".") > _DEEP:
        return None
    shape: list[tuple[str, str | _Shape]] = []
    for name, cell in row.items():
        if isinstance(cell, list):
            return None
        if isinstance(cell, dict):
            inner = _shape(cell, kinds, f"{before}{name}.")
            if inner is None:
                return None
            shape.append((name, inner))
            continue
        kind = kinds.get(before + name, "scalar")
        plain = isinstance(cell, (int, float)) and not isinstance(cell, bool)
        shape.append((name, "scalar" if kind == "number" and not plain else kind))
    return tuple(shape)


@lru_cache(maxsize=256)
def _decoder(path: tuple[str, ...], shape: _Shape) -> msgspec.json.Decoder[Any]:
    kind: Any = list[_struct(shape)]  # type: ignore[misc]
    for name in reversed(path):
        kind = msgspec.defstruct("Outer", [("inner", kind)], rename={"inner": name})
    return msgspec.json.Decoder(kind)


def _struct(shape: _Shape) -> type[msgspec.Struct]:
    objects = [
        (f"f{at}", _struct(kind)) for at, (_, kind) in enumerate(shape) if not isinstance(kind, str)
    ]
    cells = [
        (f"f{at}", _KINDS[kind], None)
        for at, (_, kind) in enumerate(shape)
        if isinstance(kind, str)
    ]
    return msgspec.defstruct(
        "Row",
        [*objects, *cells],
        rename={f"f{at}": name for at, (name, _) in enumerate(shape)},
        forbid_unknown_fields=True,
        gc=False,
    )


def _leaves(shape: _Shape, before: str, place: str) -> list[tuple[str, str, str]]:
    """Dotted name, way through the structs and kind of every cell."""
    found = []
    for at, (name, kind) in enumerate(shape):
        if isinstance(kind, str):
            found.append((before + name, f"{place}f{at}", kind))
        else:
            found += _leaves(kind, f"{before}{name}.", f"{place}f{at}.")
    return found


def _column(name: str, kind: str, cells: list[Any]) -> pl.Series:
    if kind == "number":
        return pl.Series(name, cells, dtype=pl.Float64)
    return pl.Series(name, cells, dtype=pl.String, strict=False)


def _stripped(cells: Iterable[pl.Series]) -> list[pl.Series]:
    """The columns with texts stripped, null where nothing is left."""
    columns = list(cells)
    wanting = unclean(columns, quoted=False)
    if not wanting:
        return columns
    stripped = pl.col(wanting).str.strip_chars()
    return pl.DataFrame(columns).with_columns(pl.when(stripped != "").then(stripped)).get_columns()
