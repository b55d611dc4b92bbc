"""What a writer brings: the bytes of a finished day, what they must say, and what the page says.

The table that a writer works from is written by hand from the publisher's pages. It never reads the
report row under test: a wrong zone would then be written and read in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

import polars as pl

from tieline.testing.clock import Clock

Marks = Literal["start", "end", "instant"]
Twice = Literal["words", "label", "order", "newest"]
Spelling = Callable[[datetime, bool], str]
"""How a stamp stands in its line: from the wall clock's reading, and whether that is summer time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What the publisher's page says of one report, by hand.

    clock:    the wall clock on which its stamps and its market days are read
    marks:    which end of the interval a stamp marks
    minutes:  length of the grid; None where there is none
    regular:  False where dispatch leaves the grid, so that rows have no resolution
    places:   how many entities a day lists at each stamp of the grid; None where no count is promised
    holes:    stamps that a day may lack all the same
    beside:   how many more a day lists at each stamp than are promised
    odd:      whether stamps off the grid occur
    twice:    what tells the two passes of the repeated hour apart: `words` beside the stamp, its
              own `label` or what its row says of it, the `order` of rows, or, for a file of the `newest`
              stamp alone, when it was had
    spelled:  the stamp in its line, with what stands beside it to tell its pass
    also:     another spelling that the publisher uses at times, None where it knows one alone
    elsewhere: True where a stamp stands elsewhere than in the row it belongs to: in a banner, in the
              title of a column, taken apart
    dayless:  True where nothing in a file tells its day
    aside:    rows that a file prints and that are to be set aside, and are no part of the truth
    ahead:    days by which a file's first row lies after its own day
    days:     market days that a file covers
    since:    the first day that the writer prints
    cutovers: days from which something else is printed
    between:  what stands between two rows; `},{` in JSON, where the line of a row is its place
    before:   pieces before the first row, where rows are taken apart by what they begin with
    sealed:   makes the file whole again after its rows were changed, where it counts them
    """

    clock: Clock
    marks: Marks
    minutes: int | None
    twice: Twice
    spelled: Spelling
    also: Spelling | None = None
    regular: bool = True
    places: Callable[[date], int] | None = None
    holes: int = 0
    beside: int = 0
    odd: bool = False
    elsewhere: bool = False
    dayless: bool = False
    aside: int = 0
    ahead: int = 0
    days: int = 1
    since: date = date(2015, 1, 1)
    cutovers: tuple[date, ...] = field(default=())
    between: bytes = b"\n"
    before: int = 0
    sealed: Callable[[bytes], bytes] = bytes

    def records(self, data: bytes) -> list[bytes]:
        """The text of each row, or physical line, from 1 on."""
        return data.split(self.between)[self.before :]


@dataclass(frozen=True, slots=True)
class Printed:
    """Bytes as they stood at an instant, and what a reader must find in them.

    `day` is the market day of a dated file, None for a static one; `path` the end of its address;
    `modified` when it was last written, None where nothing says so. `truth` has one line a fact:
    `line` (physical, the header being 1), `stamp_utc`, the dataset's printed key columns, and any of
    its value columns in tieline's units and signs.
    """

    data: bytes
    path: str
    day: date | None
    known_at_utc: datetime
    truth: pl.DataFrame
    modified: datetime | None = None


class Writer(Protocol):
    """Prints one report."""

    @property
    def expectation(self) -> Expectation: ...

    def printed(self, day: date) -> Sequence[Printed]:
        """The finished file of a market day; for a static address, what stood there at some moments
        of the day, more of them around a change of the clock. The same at every call."""
        ...
