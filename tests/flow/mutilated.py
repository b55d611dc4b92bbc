"""An emulated world whose files are spoiled by chance, and what must then be missing, and why.

What a day should hold is read from its whole file; which lines are then taken out, and which files
never come, is decided here and known exactly. Every dated report of the registry takes part that the
emulator plays, those behind a key too: those in lines of text lose lines, all of them lose files.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from urllib.parse import urlsplit

import httpx2
import polars as pl

from tieline.emulate import archive
from tieline.emulate.damage import PAGE
from tieline.emulate.server import sites
from tieline.emulate.site import Site
from tieline.errors import EmptyAnswer
from tieline.feeds import DailyFile, Feed, Report, day_in_name
from tieline.fetch.pages import PAGE as NEXT_PAGE
from tieline.flow import day_slice, understand
from tieline.flow.probes import out_of_reach
from tieline.markettime import day_window
from tieline.sources import FEEDS
from tieline.validate import coverage
from tieline.values import Document, Known

LINES = ("row", "rows", "interval", "run", "tail", "cell")
FILES = ("absent", "empty", "page", "late", "late_tail")
ONE = timedelta(days=1)
TAKEN = 10
"""Feeds that one world takes out of those that the emulator plays, each with two reports at most."""
SETTLED = timedelta(hours=30)
"""After a day's end, its files are as they stay, unless their report says later."""
LATER = timedelta(days=4)
"""How long holes are asked for again after the first collecting."""


@dataclass(frozen=True, slots=True)
class Wound:
    """What is done to one day's file; `until` is when a late one is whole."""

    kind: str
    lines: frozenset[int] = frozenset()
    cells: frozenset[int] = frozenset()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clean:
    """One day's whole file and the rows in it: identity, `stamp_utc` and `source_row`."""

    data: bytes
    rows: pl.DataFrame

    @property
    def in_lines(self) -> bool:
        """Whether rows can be taken out line by line: a line is of one stamp, none counts the others."""
        last = self.rows["source_row"].max()
        text = self.data[:2] != b"PK" and last == len(self.data.splitlines())
        stamps = self.rows.group_by("source_row").agg(pl.col("stamp_utc").n_unique())
        return text and stamps["stamp_utc"].max() == 1

    @property
    def long(self) -> bool:
        return self.rows["source_row"].n_unique() == self.rows.height


@dataclass
class World:
    """Some weeks of some reports, spoiled from a seed.

    The last days of a report may not be asked for; an archive has `brought` them all the same.
    """

    seed: int
    first: date
    days: int
    pairs: tuple[tuple[Feed, Report], ...] = ()
    wounds: dict[tuple[str, date], Wound] = field(default_factory=dict)
    down: str = ""
    unasked: dict[str, int] = field(default_factory=dict)
    brought: set[tuple[str, date]] = field(default_factory=set)
    cleaned: dict[tuple[str, date], Clean | None] = field(default_factory=dict)
    sites: Mapping[str, Site] = field(init=False)

    def __post_init__(self) -> None:
        self.sites = sites(self.seed)
        chance = random.Random(self.seed)
        taken: dict[tuple[str, str], tuple[Feed, Report]] = {}
        for feed in chance.sample(list(played(self.sites)), TAKEN):
            reports = dated(feed)
            for report in chance.sample(reports, min(2, len(reports))):
                # Two reports that stand in one file would be spoiled together.
                taken.setdefault((feed.publisher.id, report.at.path), (feed, report))
        self.pairs = tuple(
            (feed, report)
            for feed, report in taken.values()
            if all(self.clean(feed, report, day) is not None for day in self.all_days)
        )
        for feed, report in self.pairs:
            self.unasked[report.name] = chance.choice((0, 0, 0, 1, 2))
            for day in self.all_days:
                if chance.random() < 0.6:
                    wound = self._wound(feed, report, day, chance)
                    if wound is not None:
                        self.wounds[(report.name, day)] = wound
        self.down = chance.choice([report.name for _, report in self.pairs] + [""] * 4)

    @cached_property
    def all_days(self) -> list[date]:
        return [self.first + n * ONE for n in range(self.days)]

    @property
    def begins(self) -> datetime:
        """When collecting begins: everything was settled a while ago."""
        return max(settled_at(report, self.all_days[-1]) for _, report in self.pairs)

    def asked_days(self, report: Report) -> list[date]:
        """Days that collecting asks for and that the publisher still has when it begins."""
        asked = self.all_days[: self.days - self.unasked[report.name]]
        return [day for day in asked if not out_of_reach(report, day, self.begins)]

    def known_days(self, report: Report) -> list[date]:
        """Days of which the lake has heard."""
        asked = self.asked_days(report)
        return [d for d in self.all_days if d in asked or (report.name, d) in self.brought]

    def clean(self, feed: Feed, report: Report, day: date) -> Clean | None:
        """The day's file as it stands at last; None if the emulator has it not, or nothing in it."""
        if (report.name, day) not in self.cleaned:
            self.cleaned[(report.name, day)] = self._clean(feed, report, day)
        return self.cleaned[(report.name, day)]

    def _clean(self, feed: Feed, report: Report, day: date) -> Clean | None:
        at = settled_at(report, day)
        path = address_of(report, day)
        file = self.sites[report.publisher.id].file(path, int(at.timestamp()))
        if file is None:
            return None
        known = Known(datetime.fromtimestamp(file.modified or at.timestamp(), UTC), "modified")
        slice = day_slice(report, day)
        body = file.body
        if isinstance(report.at, DailyFile) and report.at.pages is not None:
            body = b"".join(_pages(self.sites[report.publisher.id], path, body, at))
        try:
            verdict = understand(feed, report, slice, Document(body), known, at)
        except EmptyAnswer:
            return None
        return Clean(body, verdict.rows)

    def _wound(self, feed: Feed, report: Report, day: date, chance: random.Random) -> Wound | None:
        kind = chance.choice((*LINES, *LINES, *FILES))
        until = self.begins + timedelta(hours=chance.uniform(0, 48))
        closed = day_window(report.publisher.zone, day)[1]
        if kind in ("late", "late_tail") and until > closed + report.probing.until - 2 * ONE:
            kind = "absent"  # it would come after the last look
        if kind in ("absent", "empty", "page"):
            return Wound(kind)
        if kind == "late":
            return Wound(kind, until=until)
        clean = self.clean(feed, report, day)
        assert clean is not None
        counted = coverage(report, day, clean.rows).expected is not None
        if not counted or not clean.in_lines:
            return Wound("absent")
        if kind == "late_tail":
            return Wound(kind, lines=_lines(clean, "tail", chance), until=until)
        if kind == "cell":
            line = chance.choice(clean.rows["source_row"].to_list())
            some = clean.long and _bearable(report, clean.rows.height)
            return Wound(kind, cells=frozenset([line])) if some else None
        cells: frozenset[int] = frozenset()
        lines = _lines(clean, kind, chance)
        if clean.long and chance.random() < 0.1:
            left = set(clean.rows["source_row"].to_list()) - lines
            if _bearable(report, len(left)):
                cells = frozenset([chance.choice(sorted(left))])
        return Wound(kind, lines=lines, cells=cells)

    def came(self, report: Report, day: date) -> int | None:
        """The second at which a late file was written whole, None for all others."""
        wound = self.wounds.get((report.name, day))
        return None if wound is None or wound.until is None else int(wound.until.timestamp())

    def spoiled(self, report: Report, day: date, data: bytes, at: datetime) -> bytes | None:
        """A day's file as it is served at a time; None where it is not."""
        wound = self.wounds.get((report.name, day))
        if wound is None or (wound.until is not None and at >= wound.until):
            return data
        if wound.kind in ("absent", "late"):
            return None
        if wound.kind == "empty":
            return b""
        if wound.kind == "page":
            return PAGE
        return _cut(data, wound)


def _bearable(report: Report, rows: int) -> bool:
    """Whether a file of so many rows is taken with one of them unreadable."""
    return report.reject_share * rows >= 1


def dated(feed: Feed) -> list[Report]:
    return [report for report in feed.reports if isinstance(report.at, DailyFile)]


def played(worlds: Mapping[str, Site]) -> Iterator[Feed]:
    """Feeds with dated files of publishers that the emulator plays."""
    for feed in FEEDS:
        if feed.dataset is not None and feed.publisher.id in worlds and dated(feed):
            yield feed


def settled_at(report: Report, day: date) -> datetime:
    """When a day's file is as it stays."""
    end = day_window(report.publisher.zone, day)[1]
    return end + max(SETTLED, report.settles_after + timedelta(hours=6))


def address_of(report: Report, day: date) -> str:
    """Where a day's file stands at its publisher."""
    assert isinstance(report.at, DailyFile)
    return root(report) + report.at.path_of(day)


def root(report: Report) -> str:
    """What stands before a report's path in the emulator's addresses."""
    return urlsplit(report.publisher.base_url).path.lstrip("/")


def _lines(clean: Clean, kind: str, chance: random.Random) -> frozenset[int]:
    """Lines to take out."""
    listed = clean.rows["source_row"].unique().sort().to_list()
    if kind in ("row", "rows"):
        count = 1 if kind == "row" else chance.randint(2, min(40, len(listed) - 1))
        return frozenset(chance.sample(listed, count))
    stamps = clean.rows["stamp_utc"].unique().sort().to_list()
    if kind == "interval":
        hit = [chance.choice(stamps)]
    elif kind == "run":
        begin = chance.randrange(len(stamps))
        hit = stamps[begin : begin + chance.randint(2, 30)]
    else:
        hit = stamps[-max(1, len(stamps) * chance.randint(5, 40) // 100) :]
    struck = clean.rows.filter(pl.col("stamp_utc").is_in(hit))["source_row"]
    return frozenset(struck.to_list()) if len(set(struck)) < len(listed) else frozenset(listed[:1])


def _cut(data: bytes, wound: Wound) -> bytes:
    kept = []
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        if number in wound.cells:
            body = line.rstrip(b"\r\n")
            line = body.rpartition(b",")[0] + b",N/A" + line[len(body) :]
        if number not in wound.lines:
            kept.append(line)
    return b"".join(kept)


def _pages(site: Site, path: str, first: bytes, at: datetime) -> Iterator[bytes]:
    """The pages of an answer, marked as they are kept; one alone as it is."""
    between, number = "&" if "?" in path else "?", 2
    page = site.file(f"{path}{between}pageNumber=2", int(at.timestamp()))
    if page is None:
        yield first
        return
    yield NEXT_PAGE + first + b"\n"
    while page is not None:
        yield NEXT_PAGE + page.body + b"\n"
        number += 1
        page = site.file(f"{path}{between}pageNumber={number}", int(at.timestamp()))


def _stands_at(path: str, whole: str) -> bool:
    """Whether an address is that of a whole answer or of one of its pages."""
    page = path[len(whole) + 1 :]
    return path == whole or (path.startswith(whole) and page.startswith("pageNumber="))


class Spoiled(httpx2.AsyncBaseTransport):
    """Carries requests to the spoiled world and counts them."""

    def __init__(self, world: World, now: Callable[[], datetime]) -> None:
        self._world, self._now = world, now
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url))
        target = request.url.raw_path.decode().lstrip("/")
        publisher, _, path = target.partition("/")
        at = self._now()
        site = self._world.sites[publisher]
        status, data, modified = 404, site.not_found(), None
        file = site.file(path, int(at.timestamp()))
        owner = self._owner(publisher, path)
        if owner is not None and owner[0].name == self._world.down:
            status, data = 503, b"down"
        elif file is not None and owner is not None:
            body = self._body(*owner, file.body, at)
            if body is not None:
                status, data, modified = 200, body, file.modified
                late = None if owner[2] else self._world.came(owner[0], owner[1])
                if late is not None and late <= at.timestamp():
                    modified = max(modified or 0, late)
        headers = {}
        if modified is not None:
            told = datetime.fromtimestamp(modified, UTC)
            headers["Last-Modified"] = format_datetime(told, usegmt=True)
        return httpx2.Response(status, headers=headers, content=data, request=request)

    def _owner(self, publisher: str, path: str) -> tuple[Report, date, bool] | None:
        for _, report in self._world.pairs:
            at = report.at
            assert isinstance(at, DailyFile)
            for day in self._world.all_days:
                if report.publisher.id != publisher:
                    continue
                if _stands_at(path, address_of(report, day)):
                    return report, day, False
                if at.archive is not None and path == root(report) + (at.archive_of(day) or ""):
                    return report, day, True
        return None

    def _body(
        self, report: Report, day: date, packed: bool, data: bytes, at: datetime
    ) -> bytes | None:
        if not packed:
            return self._world.spoiled(report, day, data, at)
        members = []
        for name, modified, content in archive.unpacked(data):
            of_day = day_in_name(report, name)
            kept = self._world.spoiled(report, of_day, content, at) if of_day else content
            if kept is not None and of_day is not None:
                self._world.brought.add((report.name, of_day))
                late = self._world.came(report, of_day)
                if late is not None and late <= at.timestamp():
                    site = self._world.sites[report.publisher.id]
                    modified = max(modified, site.archive_clock(late))
                members.append(archive.member(name, modified, kept))
        return archive.archive(members) if members else None
