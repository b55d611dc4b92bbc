"""A command's visit to a home, and the feeds it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING

from tieline.cli.options import BACKEND
from tieline.errors import Unconfigured

if TYPE_CHECKING:
    from tieline.assemble import Home
    from tieline.feeds import Feed, Report
    from tieline.flow import House
    from tieline.select import Lake
    from tieline.values import Window
    from tieline.watch import Happening


@contextmanager
def visited(home: Path | None, *, create: bool = False, writes: bool = False) -> Iterator[Home]:
    """The open home, with the copy of its ledger where a command was told `--backend clickhouse`.

    Raises: Unconfigured if there is none and it may not be made, or who `writes` was told to ask the copy;
            StoreError.
    """
    from tieline.assemble import opened, settings_of
    from tieline.facades.backends import copy_of

    with opened(settings_of(home), create=create) as found:
        if BACKEND.get() != "clickhouse":
            yield found
            return
        if writes:
            raise Unconfigured(
                "the ledger in ClickHouse is a copy and cannot be written; leave --backend out"
            )
        with closing(copy_of(found.settings)) as copy:
            yield replace(found, ledger=copy)


@contextmanager
def planning(home: Path | None) -> Iterator[Home]:
    """A home to plan in: what is there is read, and nothing is written.

    Where none was ever opened its ledger is an empty one that vanishes, wherever the settings would have it.
    Raises: StoreError.
    """
    from tieline.assemble import has_lake, opened, settings_of
    from tieline.store.files import storing

    settings = settings_of(home)
    if has_lake(settings):
        with opened(settings, create=False, planning=True) as found:
            yield found
        return
    with ExitStack() as kept:
        with storing(Path(gettempdir())):
            folder = Path(kept.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        alone = settings.ledger.model_copy(update={"url": None})
        empty = settings.model_copy(update={"home": folder, "ledger": alone})
        found = kept.enter_context(opened(empty, planning=True))
        yield replace(found, settings=settings)


def house_in(home: Home) -> House:
    """The stages over a home; a command tells its results itself, so nothing is logged."""
    from tieline.assemble import house_of

    return house_of(home, record=_quiet, steady=True)


def lake_in(home: Home) -> Lake:
    from tieline.assemble import lake_of

    return lake_of(home)


def _quiet(happening: Happening) -> None:
    """Takes a happening and says nothing."""


def now() -> datetime:
    return datetime.now(UTC)


def one_report(feeds: Sequence[Feed], name: str) -> tuple[Feed, Report]:
    """The report that a name means; for a feed's id the one that comes first.

    Raises: UnknownName.
    """
    from tieline import sources

    return sources.feed(name, tuple(feeds)), sources.report(name, tuple(feeds))


def report_of_file(feed: Feed, report: Report, name: str, file_name: str) -> Report:
    """The report that a file is read as: the one named; for a feed's id the one whose pattern its
    name fits, else the first."""
    from tieline.feeds import report_in_name

    if name.strip().casefold() != feed.id.casefold():
        return report
    return report_in_name(feed.reports, file_name) or report


def reports_of(feeds: Sequence[Feed], name: str | None) -> list[tuple[Feed, Report]]:
    """The reports that a name means: all of a feed's, or one; without a name all there are.

    Raises: UnknownName.
    """
    if name is None:
        return [(feed, report) for feed in feeds for report in feed.reports]
    feed, report = one_report(feeds, name)
    if name.strip().casefold() == feed.id.casefold():
        return [(feed, each) for each in feed.reports]
    return [(feed, report)]


def zones_of(wanted: Sequence[tuple[Feed, Report]]) -> set[str]:
    return {feed.publisher.zone for feed, _ in wanted}


def window_of(
    start: str | None, end: str | None, zones: set[str], *, default: Window | None = None
) -> Window | None:
    """The half-open window that two texts mean; an open end reaches until now.

    Raises: UsageError, also where it would end before it starts.
    """
    from tieline.cli.moments import instant_of
    from tieline.errors import UsageError
    from tieline.values import Window

    if start is None and end is None:
        return default
    at = now()
    last = at if end is None else instant_of(end, zones, at)
    first = datetime.min.replace(tzinfo=UTC) if start is None else instant_of(start, zones, at)
    if last < first:
        raise UsageError(f"the window ends before it starts: {start or ''} to {end or 'now'}")
    return Window(first, last)
