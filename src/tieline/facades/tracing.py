"""`tieline.lineage` and `tieline.history`: where a number came from, and what a thing was when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tieline.assemble import house_of, lake_of, opened, settings_of
from tieline.errors import UsageError
from tieline.flow import line_of
from tieline.select import (
    History,
    KnownRule,
    LineageRow,
    Moment,
    Revisions,
    Wanted,
    asked,
    market_zones,
    moment,
)
from tieline.select import history as history_of
from tieline.select import lineage as lineage_of
from tieline.watch import Happening


@dataclass(frozen=True, slots=True)
class Step:
    """A row with the observation it came by, and the line of the file that it stood in.

    `line` is text as published; of a workbook or JSON its printed cells, as a JSON object. None for a
    withdrawal, and where the reader does not find the place.
    """

    row: LineageRow
    line: str | None


def lineage(
    dataset: str,
    start: Moment = None,
    end: Moment = None,
    *,
    stamp: Moment = None,
    where: Mapping[str, Wanted] | None = None,
    as_of: Moment = None,
    revisions: Revisions = "latest",
    print: str | None = None,
    vintage: Literal["latest", "all"] | Moment = "latest",
    at_sequence: int | None = None,
    known: KnownRule = "recorded",
    limit: int | None = None,
    home: Path | str | None = None,
) -> list[Step]:
    """Lead numbers back to the bytes they were read from.

    stamp:  the printed instant; else `start` says which numbers are meant
    limit:  at most so many steps; default: all of them
    All others are those of `read`; `revisions="all"` gives the steps by which a number came to be.

    Gives:  one step a row, in the order of `read`. `row.values` has the served columns, each in the unit
            of the dataset's column; `row` also has entry, recipe, address, file and hash of the payload.
    Time:   instants are UTC; a day is the publisher's market day.
    Raises: UsageError if neither stamp nor start is given; Damaged if raw bytes are gone; else as `read`.
    Source: the lake's parts, ledger and raw store on this machine.
    """
    if stamp is None and start is None:
        raise UsageError("say which numbers: stamp='2026-11-01T05:05:00Z', or start and end")
    with opened(settings_of(home), create=False) as opened_home:
        lake, house = lake_of(opened_home), house_of(opened_home, record=_quiet)
        at = moment(stamp, market_zones(lake, dataset, where))
        question = asked(
            lake, dataset, start, end, where=where, as_of=as_of, revisions=revisions, print=print,
            vintage=vintage, at_sequence=at_sequence, known=known, limit=limit,
        )  # fmt: skip
        rows = lineage_of(lake, question, stamp=at)
        lines = (
            None if row.source_row is None else line_of(house, row.entry_id, row.source_row)
            for row in rows
        )
        return [Step(row, line) for row, line in zip(rows, lines, strict=True)]


def history(
    dataset: str,
    *,
    where: Mapping[str, Wanted] | None = None,
    as_of: Moment = None,
    print: str | None = None,
    at_sequence: int | None = None,
    known: KnownRule = "recorded",
    limit: int | None = None,
    home: Path | str | None = None,
) -> History:
    """Every state of things without a stamp: outages, generators, locations, constraints.

    where:  columns of the key, publisher or feed, to value or values
    All others are those of `read`.

    Gives:  one row a state, by feed, key and known time, with `.polars()`, `.arrow()`, `.pandas()`, and
            `.certificate`; `event_id`, `revision` (from 1), `valid_from_utc`, `valid_to_utc` (null: it
            stands), then the served columns in their units. `.truncated` says that `limit` cut it.
    Time:   instants are UTC; a state holds from when it was known until the next one was.
    Raises: UsageError for a dataset with stamps or a filter by a value; else as `read`.
    Source: the lake's parts and ledger on this machine.
    """
    with opened(settings_of(home), create=False) as opened_home:
        lake = lake_of(opened_home)
        question = asked(
            lake, dataset, where=where, as_of=as_of, print=print, at_sequence=at_sequence,
            known=known, limit=limit,
        )  # fmt: skip
        return history_of(lake, question)


def _quiet(happening: Happening) -> None:
    """Asking is nothing that happens to a lake."""
