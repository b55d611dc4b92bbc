"""From a row back to the lines of its file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tieline.decode import read
from tieline.errors import SourceError
from tieline.feeds import Report
from tieline.flow.house import House
from tieline.flow.past import document_of
from tieline.values import Document

TEXTS = ("csv", "typed_csv")
"""Readers of files that are lines of text."""


@dataclass(frozen=True, slots=True)
class Line:
    """A place of a document, counted as in `source_row`, and what stands there.

    `text` is the line itself of a text file; of a workbook or JSON its printed cells that are not
    blank, as a JSON object. None where today's reader does not find the place.
    """

    source_row: int
    text: str | None


def lines_of(house: House, entry_id: int, source_row: int | None) -> tuple[Line, ...]:
    """Every line that the values of a row stand on, out of the raw store; the row's own first.

    None for a row that was taken back, and where the ledger has no such entry.
    Raises: Damaged if the bytes are gone or do not match their hash.
    """
    entry = house.ledger.entry(entry_id)
    if source_row is None or entry is None or entry.payload_sha256 is None:
        return ()
    _, report = house.report(entry.report)
    document = document_of(house, entry)
    table = None
    if report.lines is not None or report.reads not in TEXTS:
        table = _table(report, document)
    places = [source_row]
    if report.lines is not None and table is not None:
        places += [one for one in report.lines(table, source_row) if one != source_row]
    if report.reads in TEXTS:
        lines = document.data.split(b"\n")
        return tuple(Line(place, _text_line(lines, place)) for place in places)
    return tuple(Line(place, _printed(table, place)) for place in places)


def _table(report: Report, document: Document) -> pl.DataFrame | None:
    try:
        return read(report, document, texts=True)
    except SourceError:
        return None


def _text_line(lines: Sequence[bytes], source_row: int) -> str | None:
    if not 1 <= source_row <= len(lines):
        return None
    return lines[source_row - 1].rstrip(b"\r").decode("utf-8", errors="replace")


def _printed(table: pl.DataFrame | None, source_row: int) -> str | None:
    """The cells that are not blank under the publisher's own names."""
    if table is None:
        return None
    found = table.filter(pl.col("source_row") == source_row).drop("source_row", "unread").to_dicts()
    if not found:
        return None
    cells = {name: cell for name, cell in found[0].items() if cell is not None}
    return json.dumps(cells, ensure_ascii=False)
