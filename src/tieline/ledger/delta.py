"""What a span of commits wrote into the ledger's tables, for who keeps a copy of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    exists,
    func,
    or_,
    select,
    tuple_,
    union,
)

from tieline.ledger.tables import (
    ATTEMPTS,
    BARREN,
    COMMITS,
    CONTRACTS,
    COUNTERS,
    DAYS,
    ENTRIES,
    FORGOTTEN,
    GAPS,
    META,
    PARTS,
    REPORTS,
    VERDICTS,
    WATERMARKS,
)

WHOLE = (META, COUNTERS, FORGOTTEN)
"""Tables of a few rows that carry no sequence: given whole every time."""

BESIDE = tuple(
    table
    for table in META.metadata.sorted_tables
    if "entry_id" in table.c and table not in (ENTRIES, VERDICTS)
)
"""Tables with rows of entries: they come with the entries that were written or changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """Rows that the commits in (after, upto] wrote or changed, by table, as they stand at `head`.

    A market day of `days` comes with all its gaps, and a slice that was tried with its attempts if it has
    any: what is there of them no longer is not among the rows. `forgotten` entries have left the ledger
    without a commit, and all parts that were merged away but those among the `parts` that it still
    names; `Remaining` says which are there.
    """

    identity: str
    after: int
    upto: int
    head: int
    rows: Mapping[str, list[dict[str, Any]]]
    forgotten: int
    parts: int


@dataclass(frozen=True, slots=True)
class Remaining:
    """What has not left the ledger of all that can: ids of attempts that brought nothing, and names
    and sequences of parts."""

    barren: frozenset[int]
    parts: frozenset[tuple[str, int]]


def delta(connection: Connection, after: int, commits: int) -> Delta:
    """The rows of up to so many commits after a sequence, in one snapshot."""
    span = select(COMMITS.c.sequence).where(COMMITS.c.sequence > after)
    following = connection.execute(span.order_by(COMMITS.c.sequence).limit(commits)).scalars()
    upto = max(following, default=after)
    head = connection.execute(select(func.max(COMMITS.c.sequence))).scalar_one() or 0
    queries = {table: select(table) for table in WHOLE}
    if upto > after:
        queries |= _queries(after, upto)
    return Delta(
        identity=connection.execute(
            select(META.c.value).where(META.c.key == "identity")
        ).scalar_one(),
        after=after,
        upto=upto,
        head=head,
        rows={
            table.name: [dict(row) for row in connection.execute(query).mappings()]
            for table, query in queries.items()
        },
        forgotten=connection.execute(select(func.sum(FORGOTTEN.c.entries))).scalar_one() or 0,
        parts=connection.execute(select(func.count()).select_from(PARTS)).scalar_one(),
    )


def _queries(after: int, upto: int) -> dict[Table, Select[Any]]:
    """How to find what the commits in (after, upto] wrote or changed."""
    written = _within(ENTRIES.c.sequence, after, upto)
    touched = union(
        select(ENTRIES.c.entry_id).where(written),
        select(VERDICTS.c.entry_id).where(_within(VERDICTS.c.until_sequence, after, upto)),
    )
    tried = select(ENTRIES.c.report, ENTRIES.c.start_us, ENTRIES.c.end_us).where(
        written, ENTRIES.c.origin == "collect"
    )
    of_slice = tuple_(ATTEMPTS.c.report, ATTEMPTS.c.start_us, ATTEMPTS.c.end_us)
    counted = and_(
        DAYS.c.report == GAPS.c.report,
        DAYS.c.day == GAPS.c.day,
        _within(DAYS.c.sequence, after, upto),
    )
    order = (GAPS.c.report, GAPS.c.day, GAPS.c.start_us, GAPS.c.end_us, GAPS.c.cause)
    moved = or_(
        _within(PARTS.c.sequence, after, upto), _within(PARTS.c.replaced_sequence, after, upto)
    )
    numbered = (COMMITS, REPORTS, CONTRACTS, DAYS, WATERMARKS)
    return {
        **{one: select(one).where(_within(one.c.sequence, after, upto)) for one in numbered},
        ENTRIES: select(ENTRIES).where(ENTRIES.c.entry_id.in_(touched)),
        VERDICTS: select(VERDICTS).where(_within(VERDICTS.c.until_sequence, after, upto)),
        **{one: select(one).where(one.c.entry_id.in_(touched)) for one in BESIDE},
        ATTEMPTS: select(ATTEMPTS).where(of_slice.in_(tried)),
        PARTS: select(PARTS).where(moved),
        GAPS: select(GAPS).where(exists().where(counted)).order_by(*order),
    }


def _within(column: ColumnElement[int], after: int, upto: int) -> ColumnElement[bool]:
    return and_(column > after, column <= upto)


def remaining(connection: Connection) -> Remaining:
    """What of all that can leave the ledger without a commit is there."""
    names = (PARTS.c.sha256, PARTS.c.sequence)
    return Remaining(
        barren=frozenset(connection.execute(select(ENTRIES.c.entry_id).where(BARREN)).scalars()),
        parts=frozenset((name, sequence) for name, sequence in connection.execute(select(*names))),
    )
