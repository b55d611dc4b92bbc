"""When a hole is asked for again: growing intervals, bounded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Probing:
    """How patiently a publisher is asked again for what a closed market day lacks.

    What the publisher has not: the next look is `growth` of the hole's age after the last one, at
    least `first` and at most `longest` later. What we could not ask or read ourselves: `failed`
    after the first failure, twice that after each further one in a row, at most `longest`. The last
    look is `until` after the day's end, however soon after the one before it.
    """

    first: timedelta = timedelta(hours=1)
    growth: float = 0.5
    longest: timedelta = timedelta(days=2)
    failed: timedelta = timedelta(minutes=15)
    until: timedelta = timedelta(days=14)

    def after_look(self, closed: datetime, asked: datetime) -> datetime | None:
        """The next look for a hole of a day that ended at `closed` and was last asked for at `asked`.

        None: nobody looks again.
        """
        wait = min(self.longest, max(self.first, (asked - closed) * self.growth))
        return self._bounded(closed, asked, wait)

    def after_failures(self, closed: datetime, asked: datetime, failures: int) -> datetime | None:
        """The next try after `failures` tries in a row that our side or the line spoiled."""
        wait = min(self.longest, self.failed * 2 ** min(failures - 1, 30))
        return self._bounded(closed, asked, wait)

    def _bounded(self, closed: datetime, asked: datetime, wait: timedelta) -> datetime | None:
        last = closed + self.until
        return min(asked + wait, last) if asked < last else None


PATIENT = Probing()
"""What applies where a report says nothing else."""
