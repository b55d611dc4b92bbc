"""One request to a publisher: what it is for, and where its bytes stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tieline.feeds import Feed, Report
from tieline.store.sidecar import Sidecar
from tieline.values import Slice

Container = Literal["direct", "archive", "static"]


@dataclass(frozen=True, slots=True)
class Job:
    """One address and the slices that its answer brings.

    A direct or static file has one slice; a monthly archive has one for each of its days. `whole`
    is what is claimed while the job runs. `otherwise` is the archive job to try when a direct file
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

    def slice_of(self, day: date) -> Slice | None:
        for slice in self.slices:
            if slice.day == day:
                return slice
        return None

    def __str__(self) -> str:
        return f"{self.report.name} {self.whole.day or self.whole.window} ({self.container})"
