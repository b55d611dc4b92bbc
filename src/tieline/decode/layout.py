"""Text files with a banner above the table and notes below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from tieline.decode.csv import read_csv
from tieline.errors import DriftFound, EmptyAnswer, WrongReport
from tieline.feeds import Layout, Report
from tieline.values.normalised import SOURCE_ROW, UNREAD

LINES = 60
"""So many lines are searched for the header."""
_FURTHER = 1000
"""So many, where none of those has all its words: another table stands above."""


def read_laid_out(
    report: Report, layout: Layout, data: bytes, *, numbers: frozenset[str] = frozenset()
) -> pl.DataFrame:
    """Read the table that a layout describes out of a text file.

    Reads:   as `read_csv`, from the header's line on.
    Gives:   the same columns, and those that the banner says; `source_row` counts from the file's
             first line. Notes, blank lines and headers that stand there again are no rows.
    Raises:  what `read_csv` raises; WrongReport without a header, DriftFound where the banner lacks
             what it should say.
    """
    lines = data.split(b"\n")
    shown = [_cells(line) for line in lines[:LINES]]
    if not any(set(layout.header) <= set(cells) for cells in shown):
        shown += [_cells(line) for line in lines[LINES:_FURTHER]]
    place = header_place(report, layout, shown)
    banner = "\n".join(",".join(cells) for cells in shown[:place])
    end = _end(layout, lines, place)
    body = b"\n".join(lines[place:end])
    if end < len(lines):
        body += b"\n"
    table = read_csv(report, body, numbers=numbers)
    table = table.with_columns(pl.col(SOURCE_ROW) + place)
    return with_banner(report, layout, without_notes(layout, table, body), banner)


def header_place(report: Report, layout: Layout, shown: Sequence[Sequence[str]]) -> int:
    """Place of the line that is the header: the first that has most of the layout's words.

    Raises: WrongReport if no line has any; EmptyAnswer if there are no lines.
    """
    wanted = set(layout.header)
    found = [len(wanted & set(cells)) for cells in shown]
    if not any("".join(cells) for cells in shown):
        raise EmptyAnswer(f"{report.name}: the file has nothing but blank lines")
    for other, words in report.others:
        if any(set(words) <= set(cells) for cells in shown):
            raise WrongReport(f"this is {other}, not {report.name}")
    if not max(found):
        first = " / ".join(" ".join(cells).strip() for cells in shown[:3])
        raise WrongReport(
            f"this is not {report.name}: no line has {', '.join(layout.header)}; it begins {first[:120]!r}"
        )
    return found.index(max(found))


def without_notes(layout: Layout, table: pl.DataFrame, body: bytes) -> pl.DataFrame:
    """Rows alone: no notes, no blank lines, no header that stands there again.

    A last line that breaks off is no note, however short it is.
    """
    names = [name for name in table.columns if name not in (SOURCE_ROW, UNREAD)]
    filled = pl.sum_horizontal(pl.col(name).is_not_null() for name in names)
    again = pl.all_horizontal(pl.col(name) == name for name in layout.header)
    whole = table[UNREAD].is_null()
    commas = pl.col(UNREAD).str.replace_all(r'[,"\s]+$', "").str.contains(",")
    single = ~commas | pl.col(UNREAD).str.contains(r'^[,\s]*"[^"]*"[,\s]*$')
    note = pl.col(UNREAD).str.contains(layout.notes) if layout.notes else pl.lit(False)
    if not body.endswith(b"\n"):
        note = note & (pl.col(SOURCE_ROW) != pl.col(SOURCE_ROW).max())
        single = single & (pl.col(SOURCE_ROW) != pl.col(SOURCE_ROW).max())
    no_row = pl.when(whole).then((filled == 0) | again.fill_null(False)).otherwise(single | note)
    kept = table.filter(~no_row.fill_null(False))
    if layout.notes:
        said = pl.concat_str(
            [pl.col(name).cast(pl.String).fill_null("") for name in names], separator=","
        )
        kept = kept.filter(~(pl.col(UNREAD).is_null() & said.str.contains(layout.notes)))
    return kept


def with_banner(report: Report, layout: Layout, table: pl.DataFrame, banner: str) -> pl.DataFrame:
    """The table with what its banner says. Raises: DriftFound."""
    said = []
    for name, expression in layout.said:
        match = re.search(expression, banner, re.MULTILINE)
        if match is None:
            raise DriftFound(f"{report.name}: the banner does not say {name!r}: {banner[:120]!r}")
        said.append(pl.lit(match[1]).alias(name))
    return table.with_columns(said) if said else table


def _cells(line: bytes) -> list[str]:
    text = line.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    return [cell.strip().strip('"').strip() for cell in text.split(",")]


def _end(layout: Layout, lines: Sequence[bytes], place: int) -> int:
    """Where the table ends: at the file's end, or where another begins."""
    if layout.until is None:
        return len(lines)
    behind = re.compile(layout.until.encode())
    for at in range(place + 1, len(lines)):
        if behind.search(lines[at]):
            return at
    return len(lines)
