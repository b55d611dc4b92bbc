"""Comma-separated text to a table in the publisher's own words."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tieline.decode.header import check_header, known_names
from tieline.decode.plain import read_plain, unclean
from tieline.errors import EmptyAnswer, Truncated
from tieline.feeds import Report
from tieline.values.normalised import SOURCE_ROW, UNREAD

_Places = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]
_NEWLINE, _RETURN, _COMMA, _QUOTE = 10, 13, 44, 34
_MARK = b'"'


@dataclass(frozen=True, slots=True)
class _Lines:
    """Records of a file: where each begins and ends (without its line end), its fields, its line."""

    start: _Places
    end: _Places
    fields: _Places
    number: _Places
    balanced: _Flags


def read_csv(report: Report, data: bytes, *, numbers: frozenset[str] = frozenset()) -> pl.DataFrame:
    """Read a table with one header line.

    Reads:   UTF-8, or Latin-1 where it is no UTF-8; a byte order mark, quotes, either line end and a
             missing last newline are all fine; blank lines are skipped and counted as lines.
    Gives:   text columns under the stripped header names, spelled as the report spells them where
             only letter case or blanks differ; stripped cells, null where blank;
             `source_row` the physical line; `unread` the whole line where its fields do not fit the
             header or its end was cut off: such a row has no other cell. The columns `numbers` are
             f64 where nothing of the file needs its text: every cell is a number or blank.
    Raises:  EmptyAnswer, WrongReport, DriftFound; Truncated where a table with a layout breaks off.
    """
    data = _as_utf8(data)
    plain = _plain(report, data, numbers)
    if plain is not None:
        return plain
    buffer = np.frombuffer(data, dtype=np.uint8)
    lines = _records(buffer, _physical_lines(buffer))
    if lines.start.size == 0:
        raise EmptyAnswer(f"{report.name}: the file has nothing but blank lines")
    header_text = data[lines.start[0] : lines.end[0]].decode()
    names = check_header(report, known_names(report, _fields(header_text)))
    whole = (lines.fields == len(names)) & lines.balanced
    _check_end(report, data, bool(whole[-1]))
    body = np.arange(lines.start.size) > 0
    cells = _cells(data, buffer, lines, whole & body, names)
    table = cells.with_columns(
        pl.Series(SOURCE_ROW, lines.number[whole & body], dtype=pl.Int64),
        pl.lit(None, dtype=pl.String).alias(UNREAD),
    )
    if whole[-1]:
        table = _without_cut_end(report, data, table, names)
    broken = np.flatnonzero(~whole & body)
    if broken.size == 0:
        return table
    torn = pl.DataFrame(
        {
            SOURCE_ROW: pl.Series(lines.number[broken], dtype=pl.Int64),
            UNREAD: [data[lines.start[at] : lines.end[at]].decode() for at in broken.tolist()],
        }
    )
    return pl.concat([table, torn], how="diagonal").sort(SOURCE_ROW)


def _plain(report: Report, data: bytes, numbers: frozenset[str]) -> pl.DataFrame | None:
    """The whole table by the library's own reader; None unless that is sure to be what we read.

    It refuses a line with too many fields, gives a row of nulls for a blank line and one row for what
    an open quote joins, and fills a short line with nulls. So every line is whole if there are as many
    rows as lines, and no last cell is null or all commas are accounted for.
    """
    end = data.find(b"\n")
    if end < 0 or not data.endswith(b"\n"):
        return None
    head = data[:end].removesuffix(b"\r")
    if head.count(_MARK) % 2 or not head.strip():
        return None
    names = check_header(report, known_names(report, _fields(head.decode())))
    table = read_plain(data[end + 1 :], names, numbers)
    if table is None or table.height == 0 or data.count(b"\n") != table.height + 1:
        return None
    quoted = data.find(_MARK, end) >= 0
    if table.to_series(-1).null_count():
        whole = data.count(b",", end) == table.height * (len(names) - 1)
        if quoted or not whole:
            return None
    if unclean(table, quoted=quoted):
        return None
    return table.with_columns(
        pl.int_range(2, table.height + 2, dtype=pl.Int64).alias(SOURCE_ROW),
        pl.lit(None, dtype=pl.String).alias(UNREAD),
    )


def _as_utf8(data: bytes) -> bytes:
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.isascii():
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1").encode("utf-8")
    return data


def _physical_lines(buffer: npt.NDArray[np.uint8]) -> _Lines:
    """Every physical line, blank ones included, and whether its quotes are balanced."""
    newlines = np.flatnonzero(buffer == _NEWLINE)
    start = np.concatenate(([0], newlines + 1))
    end = np.concatenate((newlines, [buffer.size]))
    return _lines(buffer, start, end, np.arange(1, start.size + 1))


def _lines(buffer: npt.NDArray[np.uint8], start: _Places, end: _Places, number: _Places) -> _Lines:
    """Count fields between places; commas inside quotes do not count."""
    long = end > start
    returns = np.zeros(start.size, dtype=np.bool_)
    returns[long] = buffer[end[long] - 1] == _RETURN
    end = end - returns
    commas = np.flatnonzero(buffer == _COMMA)
    quotes = np.flatnonzero(buffer == _QUOTE)
    balanced = np.ones(start.size, dtype=np.bool_)
    if quotes.size:
        before = np.searchsorted(quotes, start)
        balanced = (np.searchsorted(quotes, end) - before) % 2 == 0
        line_of = np.searchsorted(start, commas, side="right") - 1
        commas = commas[(np.searchsorted(quotes, commas) - before[line_of]) % 2 == 0]
    fields = np.searchsorted(commas, end) - np.searchsorted(commas, start) + 1
    return _Lines(start, end, fields, number, balanced)


def _records(buffer: npt.NDArray[np.uint8], lines: _Lines) -> _Lines:
    """Lines to records: blank lines go, and lines that a quoted newline divides become one.

    A line with an open quote begins such a record only if joining makes every joined record as wide
    as the header; else it is one broken line, and its neighbours stay whole. A file that breaks off
    inside such a record ends with it: its quote stays open, and no line below it could be a record.
    """
    if not lines.balanced.all():
        lines = _joined(buffer, lines)
    blank = lines.end == lines.start
    single = np.flatnonzero((lines.fields == 1) & ~blank)
    for at in single.tolist():
        text = buffer[lines.start[at] : lines.end[at]].tobytes()
        blank[at] = not text.strip()
    keep = ~blank
    return _Lines(
        lines.start[keep],
        lines.end[keep],
        lines.fields[keep],
        lines.number[keep],
        lines.balanced[keep],
    )


def _joined(buffer: npt.NDArray[np.uint8], lines: _Lines) -> _Lines:
    open_before = np.concatenate(([0], np.cumsum(~lines.balanced)))[:-1] % 2 == 1
    first = np.flatnonzero(~open_before)
    last = np.concatenate((first[1:] - 1, [lines.start.size - 1]))
    together = _lines(buffer, lines.start[first], lines.end[last], lines.number[first])
    wide = together.fields[0]
    fits = (last == first) | (together.balanced & (together.fields == wide))
    if not together.balanced[-1]:
        below = lines.fields[first[-1] + 1 :]
        fits[-1] = (last > first)[:-1].any() or not (below == wide).any()
    return together if fits.all() and together.balanced[:-1].all() else lines


def _cells(
    data: bytes,
    buffer: npt.NDArray[np.uint8],
    lines: _Lines,
    whole: _Flags,
    names: list[str],
) -> pl.DataFrame:
    """The cells of the whole lines, stripped, null where blank."""
    if not whole.any():
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    if whole[1:].all():
        text = data[lines.start[1] :]
    else:
        width = np.diff(np.concatenate((lines.start, [buffer.size])))
        mask = np.concatenate((np.zeros(lines.start[0], dtype=np.bool_), np.repeat(whole, width)))
        text = buffer[mask].tobytes()
    table = _fast(text, names) if _plainly_quoted(text) else None
    if table is not None and table.height == int(whole.sum()):
        if _bare(text):
            return table
    else:
        lost = np.flatnonzero(whole).tolist()
        rows = [_fields(data[lines.start[at] : lines.end[at]].decode()) for at in lost]
        table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    stripped = pl.all().str.strip_chars()
    return table.select(pl.when(stripped != "").then(stripped))


def _fast(text: bytes, names: list[str]) -> pl.DataFrame | None:
    """The cells by the library's own reader; None where it counts other fields than we do."""
    try:
        table = pl.read_csv(io.BytesIO(text), has_header=False, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    if table.width != len(names):
        return None
    table.columns = names
    return table


def _bare(text: bytes) -> bool:
    """True where no cell can begin or end with a blank, and none is an empty pair of quotes.

    Then there is nothing to strip. Any byte but a printable one of ASCII beside a separator or quote
    counts as a blank, so that a letter with an accent there only costs time.
    """
    if b'""' in text:
        return False
    padded = np.frombuffer(b"\n" + text + b"\n", dtype=np.uint8)
    edges = (padded == _COMMA) | (padded == _NEWLINE) | (padded == _RETURN) | (padded == _QUOTE)
    blanks = ((padded <= 32) | (padded >= 127)) & ~edges
    return not ((edges[:-1] & blanks[1:]).any() or (blanks[:-1] & edges[1:]).any())


def _plainly_quoted(text: bytes) -> bool:
    """True where every quote opens right after a separator and closes right before one."""
    if b'"' not in text:
        return True
    padded = np.frombuffer(b"\n" + text + b"\n", dtype=np.uint8)
    quotes = np.flatnonzero(padded == _QUOTE)
    before, after = padded[quotes[0::2] - 1], padded[quotes[1::2] + 1]
    opens = (before == _COMMA) | (before == _NEWLINE)
    closes = (after == _COMMA) | (after == _NEWLINE) | (after == _RETURN)
    return bool(opens.all() and closes.all())


def _fields(line: str) -> list[str]:
    """Cells of one record; commas between quotes are part of a cell."""
    cells, inside = [""], False
    for at, piece in enumerate(line.split('"')):
        inside = at % 2 == 1
        if at:
            cells[-1] += '"'
        if inside:
            cells[-1] += piece
            continue
        first, *others = piece.split(",")
        cells[-1] += first
        cells += others
    return [_unquoted(cell.strip()) for cell in cells]


def _check_end(report: Report, data: bytes, whole: bool) -> None:
    """Raises: Truncated if a table between banner and notes that does not grow ends inside a line.

    Its lists are long and open, so that nobody would miss what stood behind. A note is no such line.
    """
    if whole or report.layout is None or report.absence.kind != "final" or data.endswith(b"\n"):
        return
    last, notes = data.rsplit(b"\n", 1)[-1].decode(), report.layout.notes
    if "," not in last or (notes is not None and re.search(notes, last)):
        return
    raise Truncated(f"{report.name}: the file breaks off inside its last line, {last[-60:]!r}")


def _unquoted(cell: str) -> str:
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _without_cut_end(
    report: Report, data: bytes, table: pl.DataFrame, names: list[str]
) -> pl.DataFrame:
    """Mark the last row as unread if the file breaks off inside it.

    Without a line end, a last cell may lack its last digits. Where the report always ends with a
    newline that is enough to distrust it; elsewhere it is if the cell has fewer decimals than any other.
    """
    if table.height == 0 or data.endswith((b"\n", b"\r")):
        return table
    last = data.rstrip().rsplit(b"\n", 1)[-1].decode()
    if not report.final_newline:
        decimals = table.select(
            pl.col(names[-1]).str.extract(r"\.(\d+)$").str.len_chars().fill_null(0)
        ).to_series()
        others = decimals[:-1].min()
        if not isinstance(others, int) or decimals[-1] >= others:
            return table
    is_last = pl.col(SOURCE_ROW) == table[SOURCE_ROW].max()
    return table.with_columns(
        pl.when(~is_last).then(pl.col(names)),
        pl.when(is_last).then(pl.lit(last)).alias(UNREAD),
    )
