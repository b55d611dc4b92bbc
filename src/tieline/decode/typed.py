"""Comma-separated text whose first column says what a line is: C comment, H header, D data, T trailer."""

from __future__ import annotations

import re

import polars as pl

from tieline.decode.csv import read_csv
from tieline.errors import EmptyAnswer, Truncated, WrongReport
from tieline.feeds import Report
from tieline.values.normalised import SOURCE_ROW

_MARK = "H"
_LOOK = 4096
_LINE = re.compile(rb'^"?([CHDT])"?,[^\r\n]*', re.M)
_TRAILER = re.compile(rb'^"?T"?,"?(\d[\d,]*) lines?"?', re.M)


def read_typed(
    report: Report, data: bytes, *, numbers: frozenset[str] = frozenset()
) -> pl.DataFrame:
    """Read the data lines under the names of the first header line.

    Reads:   a file of lines marked in their first cell, quoted or not; comments and the second header
             line (units) are passed over wherever they stand. The trailer counts the data lines.
    Gives:   as `read_csv`, without the marking column; `source_row` the physical line.
    Raises:  WrongReport without a header line, or if the comments have the words by which the report
             knows another; Truncated without a trailer, or if it counts other lines
             than there are; EmptyAnswer where there is no data line; DriftFound.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    _refuse_other(report, data)
    orderly = _orderly(data)
    if orderly is not None:
        before, body = orderly
        table = read_csv(report, body, numbers=numbers).drop(_MARK)
        return table.with_columns(pl.col(SOURCE_ROW) + before)
    kinds = [found[1] for found in _LINE.finditer(data)]
    if b"H" not in kinds:
        raise WrongReport(f"{report.name}: no line is marked as the header: {data[:60]!r}")
    trailer = _TRAILER.search(data)
    lines = kinds.count(b"D")
    if trailer is None:
        raise Truncated(f"{report.name}: {lines} data lines and no trailer: the file is cut off")
    if _count(trailer) != lines:
        raise Truncated(
            f"{report.name}: the trailer counts {_count(trailer)} lines, there are {lines}"
        )
    if lines == 0:
        raise EmptyAnswer(f"{report.name}: the file has no data lines")
    seen = 0

    def kept(found: re.Match[bytes]) -> bytes:
        """Data and the first header as they are, everything else an empty line."""
        nonlocal seen
        seen += found[1] == b"H"
        return found[0] if found[1] == b"D" or (found[1] == b"H" and seen == 1) else b""

    return read_csv(report, _LINE.sub(kept, data)).drop(_MARK)


def _count(trailer: re.Match[bytes]) -> int:
    return int(trailer[1].replace(b",", b""))


def _refuse_other(report: Report, data: bytes) -> None:
    """Raises: WrongReport if the comments above the header are those of another report."""
    if not report.others:
        return
    lines = data[:_LOOK].splitlines()
    said = b"\n".join(line for line in lines if line.lstrip(b'"').startswith(b"C"))
    for other, words in report.others:
        if all(word.encode() in said for word in words):
            raise WrongReport(f"this is {other}, not {report.name}: it says {', '.join(words)}")


def _orderly(data: bytes) -> tuple[int, bytes] | None:
    """Comments and headers, then data lines alone, then the trailer that counts them.

    Gives:   the first header with the data lines below it, and how many lines the first of these
             stands further down in the file; None for a file that is laid out in another way.
    """
    first = re.search(rb'^("?D"?,)', data, re.M)
    last = data.rstrip().rfind(b"\n") + 1
    if first is None or first.start() == 0 or last <= first.start():
        return None
    above, lines = data[: first.start()], data[first.start() : last]
    count = lines.count(b"\n")
    marked = [_LINE.match(line) for line in above.splitlines()]
    headers = [found[0] for found in marked if found is not None and found[1] == b"H"]
    trailer = _TRAILER.match(data, last)
    if (
        any(found is None or found[1] not in b"CH" for found in marked)
        or lines.count(b"\n" + first[1]) + 1 != count
        or not headers
        or trailer is None
        or _count(trailer) != count
    ):
        return None
    return len(marked) - 1, headers[0] + b"\n" + lines
