"""How a report prints: its columns, its time labels, its absences, its completeness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tieline.markettime import Convention

Grid = Literal["PT1M", "PT5M", "PT15M", "PT1H"]
_STEPS: dict[str, timedelta] = {
    "PT1M": timedelta(minutes=1),
    "PT5M": timedelta(minutes=5),
    "PT15M": timedelta(minutes=15),
    "PT1H": timedelta(hours=1),
}


@dataclass(frozen=True, slots=True)
class Published:
    """How a document says when it was made: a clock reading and its zone's word. The latest counts.

    pattern: finds both as its two groups, in ASCII
    format:  how the reading is written
    offsets: hours from UTC by the zone's word
    """

    pattern: str
    format: str
    offsets: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One printed column and what it becomes.

    `printed` are the names it goes or went by. An `instant` is printed with its offset from UTC, as
    `2024-11-03T01:00:00.000-04:00`. A number in `accounting` form may be printed `($1,020.93)`. A cell
    that is one of the words `blank` is null. A number equal to one of `sentinels` is null.
    `sign` -1 turns a publisher's sign. A `required` column that is absent is drift. Where the cell
    is blank, the text of the first of the columns `otherwise` is taken.
    """

    name: str
    printed: tuple[str, ...]
    kind: Literal["text", "number", "accounting", "instant"] = "text"
    sentinels: tuple[float, ...] = ()
    sign: Literal[1, -1] = 1
    required: bool = True
    otherwise: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a printed time stamp means.

    column:   the names that the stamp's column goes or went by.
    formats:  strptime formats, tried in this order on every cell.
    zone:     the market zone whose wall clock the stamp is read on.
    kind:     which end of the interval the stamp marks; `instant` has no length.
    grid:     regular length, `PT1M`, `PT5M`, `PT15M` or `PT1H`. A start label's interval ends at the next
              label of its key or at the grid, whichever is first; an end label's begins at the previous
              label or at the grid, whichever is later. None: neighbours alone.
    repeated: how the hour that occurs twice is told apart: by the column `zone_column`
              (`zone_words`: word and offset from UTC in minutes), by the order of rows within each key,
              for a file that prints only the newest stamp by nearness to the known time, or as the
              `convention` says.
    regular:  False where dispatch does not keep the grid, so that no count can be expected;
              `resolution` is then null.
    convention: how time is written where `repeated` is `convention`: several columns, numbered hours,
              offsets. Its columns are read under the names it gives, on the clock of `zone`.
    """

    kind: Literal["start", "end", "instant"]
    column: tuple[str, ...]
    formats: tuple[str, ...]
    zone: str
    grid: Grid | None
    repeated: Literal["zone_column", "row_order", "known_time", "convention"]
    zone_column: tuple[str, ...] = ()
    zone_words: tuple[tuple[str, int], ...] = ()
    regular: bool = True
    convention: Convention | None = None

    @property
    def step(self) -> timedelta | None:
        return _STEPS[self.grid] if self.grid else None

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The printed columns that the stamp is read from, each with its names."""
        if self.repeated == "convention" and self.convention is not None:
            others = tuple((name,) for name in self.convention.columns if name not in self.column)
            return (self.column, *others)
        return (self.column,)


@dataclass(frozen=True, slots=True)
class Absence:
    """What it means that a key is not in a payload; part of the fold.

    growing:  rows only come; a missing key makes the payload suspicious (shrunk); when the next one
              lacks it too, it is gone.
    rolling:  old rows leave; means nothing.
    snapshot: missing from `listings` listings in a row is gone.
    final:    written once; a correction replaces the whole.
    """

    kind: Literal["growing", "rolling", "snapshot", "final"]
    listings: int = 1


GROWING = Absence("growing")
ROLLING = Absence("rolling")
FINAL = Absence("final")


def snapshot(listings: int) -> Absence:
    return Absence("snapshot", listings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One thing a grid report is expected to list, from `since` until before `until`.

    `certain` is the first day from which its absence is a hole; on days from `since` to `certain`
    it is expected only if the day lists it.
    """

    key: tuple[tuple[str, str], ...]
    since: date | None = None
    until: date | None = None
    certain: date | None = None
