"""Where a report stands: dated files with an archive, or one static address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyFile:
    """One file a market day, and a monthly archive of them for older days.

    Patterns are `str.format` patterns over `day` and `month` (the first of its month), relative to
    the publisher's base address. A name may carry another day than the one whose data it holds,
    `shift` days after it; of an answer in pages, each is asked for until one says it is the last
    (`pages`). `member` names the day's file inside the archive. Days older than `direct_days` are
    asked from the archive at once; younger ones directly first, or from the archive
    where that is cheaper and their day ended at least `archived_after` ago. `archive_until` is the
    first of the last month that has an archive; None: every month has one. Where there is no archive,
    a file older than `kept_days` is gone for good; None: it stays.
    `typical_bytes` of one daily file and `archive_ratio`, plain bytes to packed ones, serve to guess
    what a request weighs before any was seen.
    """

    path: str
    archive: str | None = None
    archive_until: date | None = None
    member: str | None = None
    direct_days: int = 7
    shift: int = 0
    pages: Literal["last_page"] | None = None
    archived_after: timedelta = timedelta(days=2)
    kept_days: int | None = None
    typical_bytes: int = 200_000
    archive_ratio: float = 7.0

    def path_of(self, day: date) -> str:
        named = day + timedelta(days=self.shift)
        return self.path.format(day=named, month=named.replace(day=1))

    def archive_of(self, day: date) -> str | None:
        """The archive that holds a day's file; None where its month has none."""
        month = day.replace(day=1)
        if self.archive is None or (self.archive_until and month > self.archive_until):
            return None
        return self.archive.format(day=day, month=month)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """One address whose content is replaced in place; a slice is a poll slot.

    `path` is a `str.format` pattern over `day`, for an address that moves on with the calendar: the
    market day in which the slot begins, and `shift` days after it.
    """

    path: str
    shift: int = 0
    typical_bytes: int = 200_000

    @property
    def moves(self) -> bool:
        """Whether the address is another one on other days."""
        return "{day" in self.path

    def path_on(self, day: date) -> str:
        return self.path.format(day=day + timedelta(days=self.shift))


Locator = DailyFile | StaticFile
