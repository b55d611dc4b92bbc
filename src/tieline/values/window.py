"""Half-open windows of time and the slices of a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime


def stamp(instant: datetime) -> str:
    """Write an instant as the house writes it: `2017-11-22T05:00:00Z`, microseconds only if any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Half-open `[start, end)`, both aware and in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for instant in (self.start, self.end):
            if instant.utcoffset() is None:
                raise ValueError(f"a window needs aware instants, got {instant!r}")
        if self.end < self.start:
            raise ValueError(f"a window cannot end before it starts: {self}")

    def __str__(self) -> str:
        return f"[{stamp(self.start)}, {stamp(self.end)})"

    def contains(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def overlaps(self, other: Window) -> bool:
        return self.start < other.end and other.start < self.end

    def hull(self, other: Window) -> Window:
        """The smallest window that covers both."""
        return Window(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Slice:
    """What is asked for at once: a report and a window.

    For a dated file `day` is the market day and the window is that day in UTC; for a static file
    `day` is None and the window is the poll slot.
    """

    report: str
    window: Window
    day: date | None = None

    def __str__(self) -> str:
        return f"{self.report} {self.day or self.window}"
