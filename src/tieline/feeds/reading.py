"""How a report prints: its columns, its time labels, its absences, its completeness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Column:
    """One printed column and what it becomes.

    `printed` are the names it goes or went by. A number equal to one of `sentinels` is null.
    `sign` -1 turns a publisher's sign. A `required` column that is absent is drift. Where the cell
    is blank, the text of the first of the columns `otherwise` is taken.
    """

    name: str
    printed: tuple[str, ...]
    kind: Literal["text", "number"] = "text"
    sentinels: tuple[float, ...] = ()
    sign: Literal[1, -1] = 1
    required: bool = True
    otherwise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a printed time stamp means.

    column:   the names that the stamp's column goes or went by.
    formats:  strptime formats, tried in this order on every cell.
    zone:     the market zone whose wall clock the stamp is read on.
    kind:     which end of the interval the stamp marks; `instant` has no length.
    grid:     regular length, `PT5M` or `PT1H`. A start label's interval ends at the next label of
              its key or at the grid, whichever is first; an end label's begins at the previous
              label or at the grid, whichever is later. None: neighbours alone.
    repeated: how the hour that occurs twice is told apart: by the column `zone_column`
              (`zone_words`: word and offset from UTC in minutes), by the order of rows within each key, or, for a file that
              prints only the newest stamp, by nearness to the known time.
    regular:  False where dispatch does not keep the grid, so that no count can be expected;
              `resolution` is then null.
    """

    kind: Literal["start", "end", "instant"]
    column: tuple[str, ...]
    formats: tuple[str, ...]
    zone: str
    grid: Literal["PT5M", "PT1H"] | None
    repeated: Literal["zone_column", "row_order", "known_time"]
    zone_column: tuple[str, ...] = ()
    zone_words: tuple[tuple[str, int], ...] = ()
    regular: bool = True

    @property
    def step(self) -> timedelta | None:
        return {"PT5M": timedelta(minutes=5), "PT1H": timedelta(hours=1), None: None}[self.grid]


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
