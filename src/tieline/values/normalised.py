"""What decode hands to normalise, and normalise to validate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from tieline.values.payload import Basis

SOURCE_ROW = "source_row"
"""Column of a decoded table: physical line of the file, the header being line 1."""
UNREAD = "unread"
"""Column of a decoded table: the whole line where its fields do not fit the header, else null."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about a document besides its bytes; `day` is the market day of a dated file."""

    day: date | None
    known_at_utc: datetime
    fetched_at_utc: datetime
    known_basis: Basis = "fetched"


@dataclass(frozen=True, slots=True)
class Normalised:
    """Canonical rows before duplicates are taken out, and what was kept out.

    `rows`: columns of `datasets.rows.read_schema`. `rejected`: schema REJECTED, one line a row.
    `rejected_keys`, `unread`, `blind`: as in Verdict. `cut_off` counts rejected rows that are only the torn
    last line of a file still being written. Always: rows_read = rows.height + rejected.height.
    """

    rows: pl.DataFrame
    rows_read: int
    rejected: pl.DataFrame
    rejected_keys: pl.DataFrame
    unread: pl.DataFrame
    blind: bool = False
    cut_off: int = 0
    warnings: tuple[str, ...] = ()
