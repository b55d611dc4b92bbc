"""The pick rules, as SQL: which of the stored rows is the answer.

The statements read a relation of stored rows with `row_sequence` on each (`seen`) and two small tables,
`precedence(feed, report, report_rank)` and `print_ranks(feed, printed, print_rank)`, which hold the
contract in force. Visible is, for one observation, identity and print, the row with the highest
sequence, unless that is a `same` mark. A chain (report, identity, print) is ordered by known time,
fetch time and content; its last row is its head. The pick is the best head: live before gone, then
print, then report precedence, then the order of the chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from tieline.select.question import Revisions

ORDERING = ("report", "print", "state", "known_at_utc", "fetched_at_utc", "content_sha256")
"""Columns that the rules compare, besides the identity, `observation_id` and `row_sequence`."""

TURN = "known_at_utc desc, fetched_at_utc desc, content_sha256 desc, observation_id desc"
"""The order of observations, last first; equal ones were the same bytes at the same moment."""

Promised = Mapping[str, str]
"""What stands in for columns of the first row of a chain, as SQL."""


def identity_of(key: tuple[str, ...]) -> tuple[str, ...]:
    return ("feed", *key, "stamp_utc")


def instant(moment: datetime) -> str:
    """An instant as an SQL literal."""
    return f"timestamptz '{moment.astimezone(UTC).isoformat()}'"


def quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def contested(seen: str, key: tuple[str, ...]) -> str:
    """Gives one row if any identity has more than one row, so that there is something to pick."""
    return f"select 1 from {seen} group by {quoted(identity_of(key))} having count(*) > 1 limit 1"


def only(
    seen: str, *, as_of: str | None, revisions: Revisions, promised: Promised | None = None
) -> str:
    """The pick where no identity has more than one row."""
    state = "state <> 'same'" if revisions == "all" else "state = 'live'"
    if promised:
        seen = f"(select * replace ({_replaced(promised)}) from {seen})"
    return f"select * from {seen} where {state}{_known_by(as_of)}"


def pick(
    seen: str,
    key: tuple[str, ...],
    *,
    as_of: str | None,
    revisions: Revisions,
    precedence: str = "precedence",
    print_ranks: str = "print_ranks",
    printed: str = "print",
    promised: Promised | None = None,
    assuming: str = "true",
) -> str:
    """The pick among any rows. `as_of` is an SQL expression, null or None for everything known.

    Where `assuming`, `promised` stands in for what was recorded of the row that each chain begins with;
    what came later was seen to come later. `precedence` and `print_ranks` are relations with the columns of those
    tables, `printed` is the name under which `seen` has the print.
    Every window is partitioned by the identity, so that a condition on a key or the stamp that is put
    around the statement reaches down to the parts.
    """
    identity = quoted(identity_of(key))
    chains = f"""
        select * from (
            select * from {seen}
            qualify row_number() over (
                partition by {identity}, report, {printed}, observation_id order by row_sequence desc
            ) = 1
        ) where state <> 'same'"""
    if promised:
        begun = {
            # In this order, so that where nothing is assumed DuckDB needs no window at all.
            name: f"case when begins and {assuming} then {value} else {name} end"
            for name, value in promised.items()
        }
        chains = f"""
        select * exclude (begins) replace ({_replaced(begun)}) from (
            select *, row_number() over (
                partition by {identity}, report, {printed} order by {TURN.replace(" desc", "")}
            ) = 1 as begins from ({chains})
        )"""
    visible = f"select * from ({chains}) where true{_known_by(as_of)}"
    if revisions == "all":
        return visible
    if revisions == "first":
        visible = f"""
        select * from ({visible})
        qualify known_at_utc = min(known_at_utc) over (partition by {identity})"""
    heads = f"""
        select * from ({visible})
        qualify row_number() over (partition by {identity}, report, {printed} order by {TURN}) = 1"""
    ranked = f"""
        select heads.*, precedence.report_rank, print_ranks.print_rank from ({heads}) as heads
        left join {precedence} on precedence.feed = heads.feed
            and precedence.report = heads.report
        left join {print_ranks} on print_ranks.feed = heads.feed
            and print_ranks.printed = heads.{printed}"""
    return f"""
        select * exclude (report_rank, print_rank) from (
            select * from ({ranked})
            qualify row_number() over (
                partition by {identity}
                order by state = 'live' desc, print_rank desc nulls last,
                         report_rank nulls last, {TURN}
            ) = 1
        ) where state = 'live'"""


def newest_vintage(picked: str, key: tuple[str, ...]) -> str:
    """Of picked rows of a forecast, those of the greatest vintage for each key and stamp."""
    series = tuple(name for name in identity_of(key) if name != "vintage_utc")
    return f"""
    select * from ({picked})
    qualify vintage_utc = max(vintage_utc) over (partition by {quoted(series)})"""


def of_same_fact(rows: str, chosen: str, key: tuple[str, ...]) -> str:
    """Rows whose identity stands among the chosen ones."""
    same = " and ".join(f'a."{name}" is not distinct from b."{name}"' for name in identity_of(key))
    return f"select a.* from ({rows}) a semi join ({chosen}) b on {same}"


def _replaced(promised: Promised) -> str:
    return ", ".join(f"{value} as {name}" for name, value in promised.items())


def _known_by(as_of: str | None) -> str:
    return "" if as_of is None else f" and ({as_of} is null or known_at_utc <= {as_of})"
