"""Where a report stands: dated files with an archive, or one static address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyFile:
    """One file a market day, and a monthly archive of them for older days.

    Patterns are `str.format` patterns over `day` and `month` (the first of its month), relative to
    the publisher's base address. `member` names the day's file inside the archive. Days older than
    `direct_days` are asked from the archive at once; younger ones directly first.
    """

    path: str
    archive: str | None = None
    member: str | None = None
    direct_days: int = 7

    def path_of(self, day: date) -> str:
        return self.path.format(day=day, month=day.replace(day=1))

    def archive_of(self, day: date) -> str | None:
        if self.archive is None:
            return None
        return self.archive.format(day=day, month=day.replace(day=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """One address whose content is replaced in place; a slice is a poll slot."""

    path: str


Locator = DailyFile | StaticFile
