"""One request to a publisher: what it is for, and where its bytes stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tieline.feeds import Feed, Report
from tieline.markettime import day_start
from tieline.store.sidecar import Sidecar
from tieline.values import Slice, Window

Container = Literal["direct", "archive", "static"]


@dataclass(frozen=True, slots=True)
class Job:
    """One address and the slices that its answer brings.

    A direct or static file has one slice; a monthly archive has one for each of its days, which together
    are the `whole`. `otherwise` is the archive job to try when a direct file
    is not there any more. `held` is the note of an answer whose bytes were kept before and never
    read: then nobody is asked. `deadline` is how long one try may take, None for the fetcher's own.
    """

    feed: Feed
    report: Report
    container: Container
    url: str
    whole: Slice
    slices: tuple[Slice, ...]
    otherwise: Job | None = None
    held: Sidecar | None = None
    deadline: timedelta | None = None

    @property
    def claimed(self) -> Slice:
        """What is claimed while the job runs: of an archive the month, whichever of its days are wanted."""
        day = self.slices[0].day
        if self.container != "archive" or day is None:
            return self.whole
        zone, first = self.report.publisher.zone, day.replace(day=1)
        following = (first + timedelta(days=31)).replace(day=1)
        month = Window(day_start(zone, first), day_start(zone, following))
        return Slice(self.report.name, month, None)

    def slice_of(self, day: date) -> Slice | None:
        for slice in self.slices:
            if slice.day == day:
                return slice
        return None

    def __str__(self) -> str:
        return f"{self.report.name} {self.whole.day or self.whole.window} ({self.container})"
