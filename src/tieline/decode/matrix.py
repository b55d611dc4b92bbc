"""JSON of `headers` and rows without names, as large as fifty megabytes, without an object per cell."""

from __future__ import annotations

import re

import msgspec
import polars as pl

from tieline.decode.header import check_header
from tieline.decode.plain import read_plain, unclean
from tieline.errors import EmptyAnswer, Truncated, Unreadable, WrongReport
from tieline.feeds import Report
from tieline.values.normalised import SOURCE_ROW, UNREAD

_HEAD = re.compile(rb'\s*\{\s*"headers"\s*:\s*(\[[^\]]*\])\s*,\s*"data"\s*:\s*\[', re.S)
_TAIL = re.compile(rb"\]\s*\}\s*$")


_BEFORE = "before"
"""What stands between a row's end and the next one's first cell: nothing but a comma."""
_BEHIND = 2
_MARKS = 3


class _Matrix(msgspec.Struct):
    headers: list[str]
    data: list[list[str | float | int | None]]


def read_matrix(
    report: Report, data: bytes, *, numbers: frozenset[str] = frozenset()
) -> pl.DataFrame:
    """Read `{"headers": ["INTERVAL", ...], "data": [["2026-07-27T08:15:00", ...], ...]}`.

    Gives:   text columns under the printed headers, null where blank; `source_row` is the place in
             `data`, from 1; `unread` is null. The columns `numbers` are f64 where every cell is a
             number or blank.
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
    table = _flat(text, head.end(), tail.start(), names, numbers)
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


def _flat(
    text: bytes, start: int, end: int, names: list[str], numbers: frozenset[str]
) -> pl.DataFrame | None:
    """Rows between two places of a text by the library's own reader, to which `]` ends a line.

    So no byte is copied: the headers and the first row are two lines that are passed over (the first
    row is read by itself), each other row begins with `,["`, and `]` and `}` are two lines behind.
    None where that is not how the text is written, or where an escape could lie in a cell. The reader
    refuses a row with too many cells and fills a short one with nulls: where the last column has
    none, every row is whole.
    """
    first = text.find(b"]", start)
    if text[start : start + 1] != b"[" or first < 0 or b"\\" in text or b"\n" in text:
        return None
    opening = names[0]
    numbers = numbers - {opening}
    head = read_plain(text[start + 1 : first], names, numbers, null="null")
    below = read_plain(
        text, [_BEFORE, *names], numbers, null="null", ends_line="]", passed_over=2
    )  # fmt: skip
    if head is None or below is None or head.height != 1 or below.height < _BEHIND:
        return None
    behind = below.tail(_BEHIND).select(_BEFORE, opening).rows()
    below = below.head(below.height - _BEHIND)
    quoted = pl.col(opening)
    opened = quoted.str.starts_with('["') & quoted.str.ends_with('"')
    if (
        [one for one, _ in behind] != [None, text[end + 1 :].decode("utf-8", "replace")]
        or any(cell is not None for _, cell in behind)
        or below[_BEFORE].null_count() < below.height
        or not below.select((opened & (quoted.str.len_bytes() > _MARKS)).all()).item()
    ):
        return None
    cells = below.drop(_BEFORE).with_columns(quoted.str.slice(2).str.head(-1))
    table = pl.concat([head, cells])
    if table.to_series(-1).null_count() or unclean(table, quoted=True):
        return None
    return table


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
