"""One file read by its report, beside what it should have said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from tieline.datasets.rows import identity
from tieline.feeds import Feed, Report
from tieline.flow.plan import day_slice, poll_slot
from tieline.flow.reading import understand
from tieline.testing.writing import Expectation, Printed
from tieline.values import Document, Known, Slice, Verdict


@dataclass(frozen=True, slots=True)
class Seen:
    """A verdict and its measure. `key` are the columns that name a fact in `truth` and in the rows."""

    feed: Feed
    report: Report
    expectation: Expectation
    day: date
    printed: Printed
    verdict: Verdict
    key: tuple[str, ...]

    @property
    def rows(self) -> pl.DataFrame:
        return self.verdict.rows

    @property
    def truth(self) -> pl.DataFrame:
        return self.printed.truth

    @property
    def entities(self) -> list[str]:
        """The key without the stamp."""
        return [name for name in self.key if name != "stamp_utc"]

    def stamps(self) -> list[datetime]:
        """The stamps that were printed, each once, in order of time."""
        return self.truth["stamp_utc"].unique().sort().to_list()


def see(feed: Feed, report: Report, expectation: Expectation, day: date, printed: Printed) -> Seen:
    """Read what was printed. Raises: what `understand` raises."""
    verdict = read(feed, report, printed.data, printed.day, printed.known_at_utc)
    names = identity(feed.dataset) if feed.dataset else ()
    key = tuple(name for name in names if name in printed.truth.columns)
    return Seen(feed, report, expectation, day, printed, verdict, key)


def read(
    feed: Feed, report: Report, data: bytes, day: date | None, known_at_utc: datetime
) -> Verdict:
    """Bytes to a verdict, the way every slice goes. Raises: what `understand` raises."""
    slice = slice_of(report, day, known_at_utc)
    known = Known(known_at_utc, "fetched")
    return understand(feed, report, slice, Document(data), known, known_at_utc)


def slice_of(report: Report, day: date | None, known_at_utc: datetime) -> Slice:
    """The slice as which the flow would have asked for a file."""
    return poll_slot(report, known_at_utc) if day is None else day_slice(report, day)
