"""The reports and partitions that names mean, with what other programs wrote of the same feeds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tieline.cli.visiting import now, reports_of
from tieline.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from tieline.assemble import Home
    from tieline.feeds import Feed, Report
    from tieline.ledger import Entry


@dataclass(frozen=True, slots=True)
class Named:
    """What a name means; without a name all that there is.

    ours:     reports that tieline collects
    outside:  feeds of which other programs wrote
    reports:  names of the reports of both, and of those that the ledger has and no feed declares any more
    """

    ours: tuple[tuple[Feed, Report], ...]
    outside: tuple[str, ...]
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partition:
    """A market day, a text by which another program may call a partition of its own, or both."""

    day: date | None
    text: str | None

    def words(self) -> list[str]:
        """The names under which other programs may have written it."""
        day = None if self.day is None else self.day.isoformat()
        return [word for word in (day, self.text) if word is not None]


def named_in(home: Home, name: str | None) -> Named:
    """Raises: UnknownName if neither the feeds nor the entries of other programs have the name."""
    from tieline.ledger.outside import outside_feed, outside_report

    written = [one.report for one in home.ledger.summaries()]
    theirs = [feed for report in written if (feed := outside_feed(report)) is not None]
    if name is None:
        ours = reports_of(home.feeds, None)
        reports = {*written, *(report.name for _, report in ours)}
        return Named(tuple(ours), tuple(theirs), tuple(sorted(reports)))
    meant = meaning(name, theirs)
    try:
        ours = reports_of(home.feeds, name)
    except UnknownName:
        if not meant:
            raise
        ours = []
    reports = {*(report.name for _, report in ours), *map(outside_report, meant)}
    return Named(tuple(ours), tuple(meant), tuple(sorted(reports)))


def meaning(name: str, theirs: Iterable[str]) -> list[str]:
    """Which of the feeds of other programs a name means: their ids, or the names of their reports."""
    from tieline.ledger.outside import outside_report

    wanted = name.strip().casefold()
    return [feed for feed in theirs if wanted in (feed.casefold(), outside_report(feed).casefold())]


def ours_of(home: Home, name: str | None) -> list[tuple[Feed, Report]]:
    """The reports that tieline collects itself.

    Raises: UnknownName; UsageError for a feed of which only other programs wrote.
    """
    from tieline.ledger.outside import outside_feeds

    try:
        return reports_of(home.feeds, name)
    except UnknownName as unknown:
        if name is None or not meaning(name, outside_feeds(home.ledger)):
            raise
        raise UsageError(
            f"{name} is what another program writes of: tieline has no bytes of it to read again, and "
            "knows of no holes in it; `tieline feeds entries --feed` lists what was written"
        ) from unknown


def partition_in(home: Home, named: Named, text: str | None) -> Partition | None:
    """The partition that a text means.

    Raises: UsageError if it is no day and no entry of another program is of a partition that is called so.
    """
    from tieline.cli.moments import day_of
    from tieline.ledger.outside import partition_day

    if text is None:
        return None
    if day := partition_day(text):
        return Partition(day, None)
    zone = named.ours[0][0].publisher.zone if named.ours else "UTC"
    known = bool(_called(home, named, text))
    try:
        return Partition(day_of(text, zone, now()), text if known else None)
    except UsageError:
        if not known:
            raise
        return Partition(None, text)


def _called(home: Home, named: Named, text: str) -> list[Entry]:
    from tieline.ledger.outside import outside_report, written_partition

    reports = [outside_report(feed) for feed in named.outside]
    found = home.ledger.entries(reports=reports) if reports else []
    return [entry for entry in found if written_partition(entry) == text]
