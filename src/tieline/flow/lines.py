"""From a row back to the line of its file."""

from __future__ import annotations

import json

import polars as pl

from tieline.decode import read
from tieline.errors import SourceError
from tieline.feeds import Report
from tieline.flow.house import House
from tieline.flow.past import document_of
from tieline.values import Document


def line_of(house: House, entry_id: int, source_row: int) -> str | None:
    """What stands where a row was read, out of the raw store.

    The line itself of a text file; of a workbook or JSON its printed cells, as a JSON object. None if
    the ledger has no such entry, or today's reader does not find the place.
    Raises: Damaged if the bytes are gone or do not match their hash.
    """
    entry = house.ledger.entry(entry_id)
    if entry is None or entry.payload_sha256 is None:
        return None
    _, report = house.report(entry.report)
    document = document_of(house, entry)
    if report.reads == "csv":
        return _text_line(document, source_row)
    return _printed(report, document, source_row)


def _text_line(document: Document, source_row: int) -> str | None:
    lines = document.data.split(b"\n")
    if not 1 <= source_row <= len(lines):
        return None
    return lines[source_row - 1].rstrip(b"\r").decode("utf-8", errors="replace")


def _printed(report: Report, document: Document, source_row: int) -> str | None:
    """The cells that are not blank under the publisher's own names."""
    try:
        table = read(report, document, texts=True)
    except SourceError:
        return None
    found = table.filter(pl.col("source_row") == source_row).drop("source_row", "unread").to_dicts()
    if not found:
        return None
    cells = {name: cell for name, cell in found[0].items() if cell is not None}
    return json.dumps(cells, ensure_ascii=False)
