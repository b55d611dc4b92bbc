"""`tieline.lineage` and `tieline.history`: where a number came from, and what a thing was when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, overload

from tieline.assemble import house_of, lake_of, opened, settings_of
from tieline.errors import UsageError
from tieline.facades.asking import words
from tieline.flow import Line, lines_of
from tieline.select import (
    Certificate,
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
    """A row with the observation it came by, and the lines of the file that its values stood on.

    Most rows are one line. Each has its `source_row` and its `text` as published; of a workbook or JSON
    its printed cells, as a JSON object. `line` is the text of the first, the one that the row names. A
    withdrawal has none.
    """

    row: LineageRow
    lines: tuple[Line, ...]

    @property
    def line(self) -> str | None:
        return self.lines[0].text if self.lines else None


@dataclass(frozen=True, slots=True)
class Trace(Sequence[Step]):
    """Steps in the order of `read`, the certificate of these rows, and whether `limit` cut them."""

    steps: tuple[Step, ...]
    certificate: Certificate
    truncated: bool

    def __len__(self) -> int:
        return len(self.steps)

    @overload
    def __getitem__(self, at: int) -> Step: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Step, ...]: ...

    def __getitem__(self, at: int | slice) -> Step | tuple[Step, ...]:
        return self.steps[at]


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
) -> Trace:
    """Lead numbers back to the bytes they were read from.

    stamp:  the printed instant; else `start` says which numbers are meant
    limit:  at most so many steps; default: all of them
    All others are those of `read`; `revisions="all"` gives the steps by which a number came to be.

    Gives:  one step a row, in the order of `read`, as a sequence with `.certificate` and `.truncated`.
            `row.values` has the served columns, each in the unit of the dataset's column; `row` also has
            entry, recipe, address, file and hash of the payload.
    Time:   instants are UTC; a day is the publisher's market day.
    Raises: UsageError if neither stamp nor start is given; Damaged if raw bytes are gone; else as `read`.
    Source: the lake's parts, ledger and raw store on this machine.
    """
    if stamp is None and start is None:
        raise UsageError("say which numbers: stamp='2026-11-01T05:05:00Z', or start and end")
    asking = words(locals())
    with opened(settings_of(home), create=False) as opened_home:
        lake, house = lake_of(opened_home), house_of(opened_home, record=_quiet)
        at = moment(stamp, market_zones(lake, dataset, where))
        told = lineage_of(lake, asked(lake, dataset, start, end, **asking), stamp=at)
        steps = tuple(
            Step(row, lines_of(house, row.entry_id, row.source_row)) for row in told.steps
        )
        return Trace(steps, told.certificate, told.truncated)


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
    asking = words(locals())
    with opened(settings_of(home), create=False) as opened_home:
        lake = lake_of(opened_home)
        return history_of(lake, asked(lake, dataset, **asking))


def _quiet(happening: Happening) -> None:
    """Asking is nothing that happens to a lake."""
