"""Wall clocks written down by hand, so that the kit shares no arithmetic with what it tests.

The change days are a table, the changing hour is 02:00 of the local clock, and an offset is a number:
no zone database is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

SUNDAYS: dict[int, tuple[int, int]] = {
    2014: (9, 2),
    2015: (8, 1),
    2016: (13, 6),
    2017: (12, 5),
    2018: (11, 4),
    2019: (10, 3),
    2020: (8, 1),
    2021: (14, 7),
    2022: (13, 6),
    2023: (12, 5),
    2024: (10, 3),
    2025: (9, 2),
    2026: (8, 1),
    2027: (14, 7),
    2028: (12, 5),
    2029: (11, 4),
    2030: (10, 3),
    2031: (9, 2),
    2032: (14, 7),
    2033: (13, 6),
    2034: (12, 5),
    2035: (11, 4),
    2036: (9, 2),
}
"""Year, day of March on which clocks go forward, day of November on which they go back."""

FIRST, LAST = 2015, 2035
"""Years whose days may be asked for; the table has one more at each end for days that reach over."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """A market's wall clock: hours from UTC in winter, and whether it changes in summer."""

    name: str
    winter: int
    changes: bool = True

    def summer(self, year: int) -> tuple[datetime, datetime]:
        """A year's summer time, half-open: from 02:00 winter time to 02:00 summer time."""
        march, november = SUNDAYS[year]
        west = timedelta(hours=self.winter)
        return (
            datetime(year, 3, march, 2, tzinfo=UTC) - west,
            datetime(year, 11, november, 1, tzinfo=UTC) - west,
        )

    def is_summer(self, instant: datetime) -> bool:
        if not self.changes:
            return False
        start, end = self.summer(instant.year)
        return start <= instant < end

    def wall(self, instant: datetime) -> datetime:
        """What the clock shows, without a zone."""
        hours = self.winter + self.is_summer(instant)
        return (instant + timedelta(hours=hours)).replace(tzinfo=None)

    def midnight(self, day: date) -> datetime:
        """First instant of a market day. The clock never changes at midnight.

        Raises: ValueError for a day beyond the table.
        """
        if not FIRST <= day.year <= LAST + 1:
            raise ValueError(f"the change days of {day.year} are not written down")
        winter = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=self.winter)
        return winter - _HOUR if self.is_summer(winter - _HOUR) else winter

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """First instant of a market day and of the next."""
        return self.midnight(day), self.midnight(day + timedelta(days=1))

    def hours(self, day: date) -> int:
        """23, 24 or 25."""
        start, end = self.bounds(day)
        return (end - start) // _HOUR

    def occurs_twice(self, instant: datetime) -> bool:
        """Whether the clock shows this instant's reading at another instant too."""
        wall = self.wall(instant)
        return any(self.wall(instant + step) == wall for step in (_HOUR, -_HOUR))


EASTERN = Clock("Eastern", -5)
CENTRAL = Clock("Central", -6)
MOUNTAIN = Clock("Mountain", -7)
PACIFIC = Clock("Pacific", -8)
EASTERN_STANDARD = Clock("Eastern Standard, all year", -5, changes=False)
GREENWICH = Clock("UTC", 0, changes=False)
