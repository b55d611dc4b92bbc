"""The rules of choosing among stored rows, written to be read, for tests only.

Rows are dicts as visible at a sequence; each report and print is a chain whose last row counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from tieline.datasets.rows import identity
from tieline.feeds import PRINT_RANK
from tieline.schema import Dataset

Row = dict[str, Any]
Revisions = Literal["latest", "first", "all"]


def known_order(row: Row) -> tuple[datetime, datetime, str]:
    return row["known_at_utc"], row["fetched_at_utc"], row["content_sha256"]


def pick(
    dataset: Dataset,
    rows: Iterable[Row],
    as_of: datetime,
    precedence: Sequence[str],
    revisions: Revisions = "latest",
    named: str | None = None,
) -> list[Row]:
    """Rows that answer: `named` is the print asked for, `precedence` the reports, best first.

    An identity whose best chain is gone is answered with its `gone` row.
    """
    facts: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if row["known_at_utc"] <= as_of and named in (None, row["print"]):
            facts.setdefault(tuple(row[name] for name in identity(dataset)), []).append(row)
    match revisions:
        case "all":
            return [row for fact in facts.values() for row in fact]
        case "latest":
            return [_best(fact, precedence) for fact in facts.values()]
        case "first":
            return [_best(_earliest(fact), precedence) for fact in facts.values()]


def greatest_vintage(dataset: Dataset, picked: Iterable[Row]) -> list[Row]:
    """Of each key and stamp, the live row of the greatest vintage."""
    best: dict[tuple[Any, ...], Row] = {}
    names = [name for name in identity(dataset) if name != "vintage_utc"]
    for row in picked:
        fact = tuple(row[name] for name in names)
        if row["state"] == "live" and (
            fact not in best or row["vintage_utc"] > best[fact]["vintage_utc"]
        ):
            best[fact] = row
    return list(best.values())


def starting_in(picked: Iterable[Row], start: datetime, end: datetime) -> list[Row]:
    """Live picked rows whose interval starts in `[start, end)`."""
    return [
        row for row in picked if row["state"] == "live" and start <= row["interval_start_utc"] < end
    ]


def _earliest(fact: list[Row]) -> list[Row]:
    first = min(row["known_at_utc"] for row in fact)
    return [row for row in fact if row["known_at_utc"] == first]


def _best(fact: list[Row], precedence: Sequence[str]) -> Row:
    chains: dict[tuple[str, str], Row] = {}
    for row in sorted(fact, key=known_order):
        chains[row["report"], row["print"]] = row
    return max(
        chains.values(),
        key=lambda row: (
            row["state"] == "live",
            PRINT_RANK[row["print"]],
            -precedence.index(row["report"]),
            known_order(row),
        ),
    )
