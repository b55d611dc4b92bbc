"""From a number back to the line of the file that it stood in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tieline.ledger.records import Entry
from tieline.select.answer import answer
from tieline.select.certificate import Certificate
from tieline.select.lake import Lake
from tieline.select.question import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageRow:
    """One row and the observation it came by.

    `values` are the served columns. The line itself is `source_row` of the file `member` (None: the
    payload is the file) in the raw object `payload_sha256`; None where the ledger has no entry.
    """

    values: Mapping[str, object]
    feed: str
    report: str
    print: str
    state: str
    stamp_utc: datetime | None
    known_at_utc: datetime
    known_basis: str
    entry_id: int
    source_row: int | None
    payload_sha256: str | None
    content_sha256: str | None
    member: str | None
    url: str | None
    fetched_at_utc: datetime | None
    recipe: str | None
    sequence: int | None


@dataclass(frozen=True, slots=True)
class Lineage:
    """Steps in the order of the answer that they explain, and what can be said of that answer."""

    steps: tuple[LineageRow, ...]
    certificate: Certificate
    truncated: bool


def lineage(lake: Lake, question: Question, *, stamp: datetime | None = None) -> Lineage:
    """Where the rows of an answer come from.

    With `revisions="all"` these are the steps by which each number came to be what it is. `stamp`
    keeps the facts with that printed stamp.

    Raises: as `answer`.
    """
    if stamp is not None:
        near = timedelta(days=2)
        question = replace(
            question,
            start=stamp - near if question.start is None else question.start,
            end=stamp + near if question.end is None else question.end,
            where={**question.where, "stamp_utc": stamp},
        )
    given = answer(lake, replace(question, columns=None))
    entries: dict[int, Entry | None] = {}
    steps = []
    for row in given.polars().iter_rows(named=True):
        entry_id = row["entry_id"]
        if entry_id not in entries:
            entries[entry_id] = lake.ledger.entry(entry_id)
        steps.append(_step(row, entries[entry_id]))
    return Lineage(tuple(steps), given.certificate, given.truncated)


def _step(row: Mapping[str, object], entry: Entry | None) -> LineageRow:
    kept = {name: row[name] for name in _ROW_COLUMNS}
    return LineageRow(
        values=row,
        payload_sha256=entry.payload_sha256 if entry else None,
        content_sha256=entry.content_sha256 if entry else None,
        member=entry.member if entry else None,
        url=entry.url if entry else None,
        fetched_at_utc=entry.fetched_at_utc if entry else None,
        recipe=entry.recipe if entry else None,
        sequence=entry.sequence if entry else None,
        **kept,  # type: ignore[arg-type]
    )


_ROW_COLUMNS = (
    "feed",
    "report",
    "print",
    "state",
    "stamp_utc",
    "known_at_utc",
    "known_basis",
    "entry_id",
    "source_row",
)
