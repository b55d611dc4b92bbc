"""What reading a document gave: rows, rejections, counts."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

REJECTED = pl.Schema(
    {"source_row": pl.Int64, "column": pl.String, "text": pl.String, "reason": pl.String}
)
"""One line for each row kept out: where it stands, what could not be read, why.

`reason` is one of `unreadable` (a cell that is no number or time), `conflict` (another row of the
same same payload said otherwise and came later), or the word with which the report's `derive` sets rows
aside that belong elsewhere: `advisory` (a look-ahead run in a dispatch report), `placeholder`,
`reissued` (an issue of which the same payload has a newer one).
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Rows that may be believed, and everything that may not, counted.

    `rows`: canonical columns of `datasets.rows(dataset)` without the ledger's; keys unique per print.
    `rejected`: schema REJECTED. `rejected_keys`: the identity columns of rejected rows whose key
    could still be read; `blind` is True when some rejected row's key could not be read, so that no
    absence in this document means anything. `unread`: the identity columns of unreadable rows, a
    line a row, null in what could not be read; rows set aside are not among them.
    Always: rows_read = rows.height + duplicate + conflicting + rejected.height, where conflicting
    rows stand in `conflicts` (schema REJECTED) and not in `rejected`.
    """

    rows: pl.DataFrame
    rows_read: int
    duplicate: int
    conflicts: pl.DataFrame
    rejected: pl.DataFrame
    rejected_keys: pl.DataFrame
    unread: pl.DataFrame
    blind: bool = False
    warnings: tuple[str, ...] = field(default=())

    @property
    def conflicting(self) -> int:
        return self.conflicts.height
