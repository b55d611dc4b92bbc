"""The pick rules said again, row by row, as slowly and plainly as can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from tieline.feeds import PRINT_RANK

Row = Mapping[str, object]


def observed(row: Row) -> tuple[object, ...]:
    return row["known_at_utc"], row["fetched_at_utc"], row["content_sha256"]


def picked(
    rows: Iterable[Row],
    identity: tuple[str, ...],
    reports: tuple[str, ...],
    *,
    at_sequence: int,
    as_of: datetime | None = None,
    revisions: str = "latest",
    print: str | None = None,
    newest_vintage: bool = False,
) -> list[Row]:
    """The rows that answer, in no order."""
    visible: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if row["sequence"] > at_sequence:  # type: ignore[operator]
            continue
        names = ("report", "observation_id", "print", *identity)
        key = tuple(row[name] for name in names)
        if key not in visible or row["sequence"] > visible[key]["sequence"]:  # type: ignore[operator]
            visible[key] = row
    facts: dict[tuple[object, ...], list[Row]] = {}
    for row in visible.values():
        late = as_of is not None and row["known_at_utc"] > as_of  # type: ignore[operator]
        if row["state"] == "same" or late or (print is not None and row["print"] != print):
            continue
        facts.setdefault(tuple(row[name] for name in identity), []).append(row)
    chosen = {}
    for fact, chain in facts.items():
        if revisions == "first":
            earliest = min(row["known_at_utc"] for row in chain)  # type: ignore[type-var]
            chain = [row for row in chain if row["known_at_utc"] == earliest]
        best = _best(chain, reports)
        if best["state"] == "live":
            chosen[fact] = best
    if newest_vintage:
        place = identity.index("vintage_utc")
        greatest: dict[tuple[object, ...], datetime] = {}
        for fact in chosen:
            series, vintage = fact[:place] + fact[place + 1 :], fact[place]
            assert isinstance(vintage, datetime)
            greatest[series] = max(greatest.get(series, vintage), vintage)
        chosen = {
            fact: row
            for fact, row in chosen.items()
            if greatest[fact[:place] + fact[place + 1 :]] == fact[place]
        }
    if revisions != "all":
        return list(chosen.values())
    return [
        row
        for fact, chain in facts.items()
        if not newest_vintage or fact in chosen
        for row in chain
    ]


def _best(rows: list[Row], reports: tuple[str, ...]) -> Row:
    heads: dict[tuple[object, object], Row] = {}
    for row in rows:
        chain = (row["report"], row["print"])
        if chain not in heads or observed(row) > observed(heads[chain]):
            heads[chain] = row

    def merit(row: Row) -> tuple[object, ...]:
        precedence = -reports.index(str(row["report"]))
        return row["state"] == "live", PRINT_RANK[str(row["print"])], precedence, *observed(row)

    return max(heads.values(), key=merit)
