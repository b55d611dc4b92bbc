"""From a row back to the line of its file."""

from __future__ import annotations

from tieline.flow.house import House
from tieline.flow.past import document_of


def line_of(house: House, entry_id: int, source_row: int) -> str | None:
    """The line that a row stands in, out of the raw store; None if the ledger has no such entry.

    Raises: Damaged if the bytes are gone or do not match their hash.
    """
    entry = house.ledger.entry(entry_id)
    if entry is None or entry.payload_sha256 is None:
        return None
    lines = document_of(house, entry).data.split(b"\n")
    if not 1 <= source_row <= len(lines):
        return None
    return lines[source_row - 1].rstrip(b"\r").decode("utf-8", errors="replace")
