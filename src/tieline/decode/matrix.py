"""JSON of `headers` and rows without names, as large as fifty megabytes, without an object per cell."""

from __future__ import annotations

import io
import re

import msgspec
import polars as pl

from tieline.decode.header import check_header
from tieline.errors import EmptyAnswer, Truncated, Unreadable, WrongReport
from tieline.feeds import Report
from tieline.values.normalised import SOURCE_ROW, UNREAD

_HEAD = re.compile(rb'\s*\{\s*"headers"\s*:\s*(\[[^\]]*\])\s*,\s*"data"\s*:\s*\[', re.S)
_TAIL = re.compile(rb"\]\s*\}\s*$")


class _Matrix(msgspec.Struct):
    headers: list[str]
    data: list[list[str | float | int | None]]


def read_matrix(report: Report, data: bytes) -> pl.DataFrame:
    """Read `{"headers": ["INTERVAL", ...], "data": [["2026-07-27T08:15:00", ...], ...]}`.

    Gives:   text columns under the printed headers, null where blank; `source_row` is the place in
             `data`, from 1; `unread` is null.
    Raises:  EmptyAnswer without rows; Truncated, Unreadable, WrongReport, DriftFound. A row that is
             wider or narrower than the headers makes the whole answer unreadable.
    """
    text = data.removeprefix(b"\xef\xbb\xbf").strip()
    head = _HEAD.match(text)
    if head is None:
        raise WrongReport(f"this is not {report.name}: no headers and data in {text[:60]!r}")
    tail = _TAIL.search(text, max(len(text) - 16, head.end()))
    if tail is None:
        raise Truncated(f"{report.name}: the JSON breaks off after {len(text)} bytes")
    names = check_header(report, _headers(report, head[1]))
    table = _flat(text[head.end() : tail.start()], names)
    if table is None:
        table = _walked(report, text, names)
    if table.height == 0:
        raise EmptyAnswer(f"{report.name}: the answer has no rows; ask again at the next slot")
    return table.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(SOURCE_ROW),
        pl.lit(None, dtype=pl.String).alias(UNREAD),
    )


def _headers(report: Report, text: bytes) -> list[str]:
    try:
        return msgspec.json.decode(text, type=list[str])
    except msgspec.DecodeError as error:
        raise Unreadable(f"{report.name}: the headers are no list of names ({error})") from None


def _flat(rows: bytes, names: list[str]) -> pl.DataFrame | None:
    """Rows as lines of text, by the library's own reader; None where brackets, commas or escapes may
    lie in a cell, rows differ in width, or are laid out over lines."""
    if not rows.startswith(b"[") or not rows.endswith(b"]") or b"\\" in rows or b"\n" in rows:
        return None
    count = rows.count(b"[")
    if count != rows.count(b"]") or count != rows.count(b"],[") + 1:
        return None
    lines = rows[1:-1].replace(b"],[", b"\n")
    if lines.count(b",") != (len(names) - 1) * count:
        return None
    try:
        table = pl.read_csv(
            io.BytesIO(lines), has_header=False, infer_schema=False, null_values=["null"]
        )
    except pl.exceptions.PolarsError:
        return None
    if table.width != len(names) or table.height != count:
        return None
    table.columns = names
    if not _edges(lines):
        return table
    stripped = pl.all().str.strip_chars()
    return table.select(pl.when(stripped != "").then(stripped))


def _edges(lines: bytes) -> bool:
    """Whether a cell may begin or end with a blank, or be an empty text."""
    return any(pair in lines for pair in (b'""', b'" ', b' "', b", ", b" ,"))


def _walked(report: Report, text: bytes, names: list[str]) -> pl.DataFrame:
    """Rows by the JSON reader, cell by cell."""
    try:
        matrix = msgspec.json.decode(text, type=_Matrix)
    except msgspec.DecodeError as error:
        kind = Truncated if "truncated" in str(error) else Unreadable
        raise kind(f"{report.name}: this is no table in JSON ({error})") from None
    if any(len(row) != len(names) for row in matrix.data):
        raise Unreadable(f"{report.name}: rows are not as wide as their {len(names)} headers")
    table = pl.DataFrame(
        [
            pl.Series(name, [row[at] for row in matrix.data], dtype=pl.String, strict=False)
            for at, name in enumerate(names)
        ]
    )
    stripped = pl.all().str.strip_chars()
    return table.select(pl.when(stripped != "").then(stripped))
