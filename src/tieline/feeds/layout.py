"""Where the table stands in a file that holds more than a table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Banner, header, rows, repeated headers, notes.

    header: words that stand in the header's line; it is looked for among the first lines, wherever
            it may have moved to
    said:   what the banner above the header says: name of a column that every row gets, and an
            expression whose first group is its text
    notes:  an expression for lines that are notes and no rows; a line with one filled cell is one
            without being named
    until:  an expression for the first line behind the table, where another table follows
    sheet:  name of the worksheet; None is the first
    """

    header: tuple[str, ...]
    said: tuple[tuple[str, str], ...] = ()
    notes: str | None = None
    until: str | None = None
    sheet: str | None = None
