"""How a publisher writes time, as data: one value says it, `labels` reads and writes by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from tieline.errors import UsageError
from tieline.markettime.zones import zone_of

Meaning = Literal["daylight", "standard", "second", "not_second", "first", "not_first"]
"""What a word beside a stamp says of it: the clock in force, or its pass of a repeated hour."""
Repeated = Literal["refused", "row_order", "marker", "suffix", "extra", "offset", "first_only"]
Numbers = Literal["clock", "clock_end", "count"]
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Marker:
    """A column that tells the passes of the repeated hour apart.

    words: what is printed, in any case, and what it means. When writing, the first word whose
           meaning holds is printed.
    """

    column: str
    words: tuple[tuple[str, Meaning], ...]


EASTERN_WORDS: tuple[tuple[str, Meaning], ...] = (("EDT", "daylight"), ("EST", "standard"))
SECOND_IF_Y: tuple[tuple[str, Meaning], ...] = (("N", "not_second"), ("Y", "second"))
SECOND_IF_TRUE: tuple[tuple[str, Meaning], ...] = (("false", "not_second"), ("true", "second"))


@dataclass(frozen=True, slots=True)
class Clocked:
    """A wall-clock stamp in one column, or in several that are read one after the other.

    columns:  name and strftime format of each; `%-m` writes without padding and reads both.
    also:     further formats of the whole, columns joined by a blank, tried after the first.
    midnight: how the end of a day is written: as `00:00` of the next, or as `24:00` of its own.
    offset:   the form of the offset from UTC behind the stamp, where one is printed.
    """

    columns: tuple[tuple[str, str], ...]
    also: tuple[str, ...] = ()
    midnight: Literal["00:00", "24:00"] = "00:00"
    offset: Literal["", "-05", "-0500", "-05:00"] = ""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A day and the number of an hour, in text: `1`, `01`, `01:00`, `HE 1`, `25:00`, `02X`.

    day:      column and strftime format of the market day.
    hour:     column of the hour; `before`, `width` (0: not padded) and `after` make up its text.
              Reading accepts any padding.
    first:    1 for hour ending, 0 for hour beginning.
    interval: column that numbers the parts of an hour from 1, where there is one.
    numbers:  `clock`: the wall-clock hour of the start, so on the 23-hour day the number of the
              absent hour is absent; `clock_end`: the wall-clock hour of the end there, so the number
              before is absent; `count`: real hours counted from 1 to 23, 24 or 25.
    """

    day: tuple[str, str]
    hour: str
    before: str = ""
    width: int = 0
    after: str = ""
    first: Literal[0, 1] = 1
    interval: str = ""
    numbers: Numbers = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """What the printed time of a report means.

    zone:     the zone whose wall clock is printed; `UTC` for GMT columns.
    label:    which instant of the interval the stamp is; `instant` has no length.
    step:     length of the interval; needed where hours are numbered or the clock is the start's.
    clock:    whose wall clock is printed: the label's own, or the start's plus the length, which
              differ at a change of the clock. Numbered hours are always the start's.
    repeated: what tells the passes of the repeated hour apart. `refused`: nothing does;
              `row_order`: the rows of one key stand in time order; `marker`: a word in a column;
              `suffix`: `suffix` behind the second; `extra`: the second has the number 25;
              `offset`: the offset printed behind; `first_only`: the second is never printed.
    source:   where this is known from.
    """

    zone: str
    label: Literal["start", "end", "instant"]
    text: Clocked | Numbered
    source: str
    step: timedelta | None = None
    clock: Literal["label", "start"] = "label"
    repeated: Repeated = "refused"
    marker: Marker | None = None
    suffix: str = ""

    def __post_init__(self) -> None:
        """Raises: UsageError for rules that contradict each other; UnknownZone."""
        zone_of(self.zone)
        numbered = isinstance(self.text, Numbered)
        for wrong, text in (
            (
                numbered and not _divides(self.step),
                "numbered hours need a step that divides 1 hour",
            ),
            (numbered and self.label == "instant", "a numbered hour is no instant"),
            (self.clock == "start" and self.step is None, "the start's clock needs a step"),
            (self.clock == "start" and self.label != "end", "only an end is told by its start"),
            (
                (self.repeated == "marker") != (self.marker is not None),
                "a marker goes with `marker`",
            ),
            ((self.repeated == "suffix") != bool(self.suffix), "a suffix goes with `suffix`"),
            (self.repeated == "extra" and not numbered, "only a numbered hour has an extra number"),
            (_counts(self.text) and self.repeated != "refused", "counted hours come once each"),
            (self.repeated == "offset" and not _has_offset(self.text), "no offset is printed"),
        ):
            if wrong:
                raise UsageError(f"this is no convention: {text}")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that carry the time, in the order in which they are written."""
        text = self.text
        if isinstance(text, Clocked):
            found = [name for name, _ in text.columns]
        else:
            found = [text.day[0], text.hour, *([text.interval] if text.interval else [])]
        return (*found, *([self.marker.column] if self.marker else []))


def _divides(step: timedelta | None) -> bool:
    return step is not None and step > timedelta(0) and not _HOUR % step


def _counts(text: Clocked | Numbered) -> bool:
    return isinstance(text, Numbered) and text.numbers == "count"


def _has_offset(text: Clocked | Numbered) -> bool:
    return isinstance(text, Clocked) and bool(text.offset)
