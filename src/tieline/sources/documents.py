"""Feeds from the two text files that users keep: `URL_Instructions.txt` and `URL_Lookup.txt`.

A line in both is a feed without code. A report that the registry knows keeps its decoder and takes
the line's address and cadence; an unknown one is kept raw: its bytes are archived and its freshness
watched, and its feed says that no decoder exists.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from tieline.errors import UsageError
from tieline.feeds import DailyFile, Feed, Locator, Report, StaticFile
from tieline.sources.nyiso.publisher import NYISO
from tieline.sources.nyiso.unread import UNREAD
from tieline.sources.registry import FEEDS

_PLACES = {
    "YYYYMMDD": "{day:%Y%m%d}",
    "YYYY-MM-DD": "{day:%Y-%m-%d}",
    "YYYYMM01": "{month:%Y%m%d}",
    "YYYYMM": "{day:%Y%m}",
    "YYYY": "{day:%Y}",
    "MM": "{day:%m}",
    "DD": "{day:%d}",
}
_CADENCES: tuple[tuple[str, timedelta], ...] = (
    (r"real[- ]?time|continuous", timedelta(minutes=5)),
    (r"multiple times (daily|a day|per day)", timedelta(hours=1)),
    (r"(half[- ]hourly)", timedelta(minutes=30)),
    (r"hourly|every hour", timedelta(hours=1)),
    (r"daily|every day", timedelta(days=1)),
    (r"weekly|monthly|yearly|annual(ly)?|quarterly|as needed", timedelta(days=1)),
)
_COUNTED = re.compile(r"(\d+)[- ]?(minute|min|hour|day)", re.IGNORECASE)
_UNITS = {"min": timedelta(minutes=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_DEFAULT = timedelta(hours=1)
_AFTER_THE_DAY_AHEAD_MARKET = timedelta(hours=16, minutes=30)
"""Slot of a daily report in UTC: day-ahead results stand there by 11:00 Eastern."""
_FORMAT = re.compile(r"[A-Z]{2,5}")


@dataclass(frozen=True, slots=True)
class Address:
    """One line of URL_Instructions."""

    code: str
    title: str
    direct: str
    archive: str


@dataclass(frozen=True, slots=True)
class Description:
    """One line of URL_Lookup."""

    code: str
    category: str
    title: str
    frequency: str
    text: str


@dataclass(frozen=True, slots=True)
class UrlTable:
    """What the documents make: feeds, and what a person should know about lines that made none."""

    feeds: tuple[Feed, ...]
    notes: tuple[str, ...]


def feeds_from_documents(
    instructions: str, lookup: str = "", known: tuple[Feed, ...] = FEEDS
) -> UrlTable:
    """Turn the text of both documents into feeds.

    Gives:   one feed a known feed that the documents name, its named reports at the documents'
             address and cadence and in their old order; one raw feed for each other code.
    Raises:  UsageError if a line cannot be understood, naming it.
    """
    addresses = read_instructions(instructions)
    described = {one.code.upper(): one for one in read_lookup(lookup)}
    by_code = {one.code.upper(): one for one in addresses}
    feeds: list[Feed] = []
    decoded: set[str] = set()
    for feed in known:
        named = [report for report in feed.reports if report.code.upper() in by_code]
        if not named:
            continue
        decoded.update(report.code.upper() for report in named)
        reports = tuple(
            _moved(report, by_code[report.code.upper()], described.get(report.code.upper()))
            if report in named
            else report
            for report in feed.reports
        )
        feeds.append(replace(feed, reports=reports))
    built_in = {report.code.upper() for feed in known for report in feed.reports}
    raw = [one for code, one in by_code.items() if code not in decoded]
    feeds += [_raw(one, described.get(one.code.upper())) for one in raw]
    notes = [_kept(one.code) for one in raw]
    notes += [
        f"{one.code} ({one.title}) stands in the lookup without an address: nothing is collected"
        for code, one in described.items()
        if code not in by_code and code not in built_in
    ]
    return UrlTable(tuple(feeds), tuple(notes))


def read_instructions(text: str) -> tuple[Address, ...]:
    """Lines of URL_Instructions. Raises: UsageError for a missing column, address or double code."""
    rows = _rows(text)
    if not rows:
        return ()
    header = [name.strip().casefold() for name in rows[0][1]]
    for name in ("report code", "direct csv url"):
        if name not in header:
            raise UsageError(f"URL_Instructions has no column {name!r}; it has {', '.join(header)}")
    found: dict[str, Address] = {}
    for line, cells in rows[1:]:
        row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        code, direct = row.get("report code", ""), row.get("direct csv url", "")
        if not code or not urlsplit(direct).netloc:
            raise UsageError(
                f"URL_Instructions line {line}: needs a Report Code and a Direct CSV URL"
            )
        if code.upper() in found:
            raise UsageError(f"URL_Instructions line {line}: {code} stands there twice")
        archive = row.get("archive zip url", "")
        found[code.upper()] = Address(code, row.get("data type", "") or code, direct, archive)
    return tuple(found.values())


def read_lookup(text: str) -> tuple[Description, ...]:
    """Lines of URL_Lookup.

    Commas that should have been quoted are understood: the access point, which is an address, and
    the formats after it, which are short capitals, say where the other cells end.
    Raises: UsageError for a line without an address.
    """
    found = []
    for line, cells in _rows(text)[1:]:
        row = [cell.strip() for cell in cells]
        at = next((place for place, cell in enumerate(row) if "://" in cell), None)
        if at is None or at < 2:
            raise UsageError(f"URL_Lookup line {line}: needs a Report Code and an Access Point")
        after = at + 1
        while after < len(row) and _is_formats(row[after]):
            after += 1
        frequency = row[after] if after < len(row) else ""
        found.append(
            Description(
                code=row[at - 1],
                category=", ".join(row[: at - 2]),
                title=row[at - 2],
                frequency=frequency,
                text=", ".join(row[after + 1 :]),
            )
        )
    return tuple(found)


def cadence(frequency: str) -> timedelta:
    """How often a report of that `Update Frequency` is asked for: the first word that says so.

    `5-minute intervals` is five minutes, `Hourly (updated 30 min before the hour)` an hour, real time
    five minutes; what is not understood, an hour.
    """
    said = [
        (found.start(), every)
        for pattern, every in _CADENCES
        if (found := re.search(pattern, frequency, re.IGNORECASE))
    ]
    if found := _COUNTED.search(frequency):
        unit = _UNITS.get(found[2].lower(), timedelta(days=1))
        said.append((found.start(), max(int(found[1]), 1) * unit))
    return min(said, default=(0, _DEFAULT))[1]


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Lines that are neither blank nor comments, with their number."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    return [
        (reader.line_num, cells)
        for cells in reader
        if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#")
    ]


def _is_formats(cell: str) -> bool:
    words = [word.strip() for word in cell.split(",")]
    return all(_FORMAT.fullmatch(word) for word in words)


def _moved(report: Report, address: Address, described: Description | None) -> Report:
    """A known report at the documents' address and cadence."""
    direct = _pattern(address.direct)
    every = cadence(described.frequency) if described and described.frequency else report.every
    if direct.endswith(report.at.path):
        base = direct.removesuffix(report.at.path)
        return replace(report, publisher=replace(report.publisher, base_url=base), every=every)
    base, at = _locator(address)
    return replace(report, publisher=replace(report.publisher, base_url=base), at=at, every=every)


def _raw(address: Address, described: Description | None) -> Feed:
    """A feed that keeps the bytes of a report nobody can decode."""
    base, at = _locator(address)
    every = cadence(described.frequency) if described else _DEFAULT
    report = Report(
        publisher=replace(NYISO, base_url=base),
        code=address.code,
        title=address.title,
        at=at,
        reads="raw",
        every=every,
        offset=_AFTER_THE_DAY_AHEAD_MARKET if every >= timedelta(days=1) else timedelta(seconds=30),
        promised_within=2 * every,
        established_by=_source(address.code),
    )
    code = re.sub(r"[^a-z0-9]+", "-", address.code.lower()).strip("-")
    return Feed(f"iso.raw.{code}.nyiso", None, (report,))


def _kept(code: str) -> str:
    """What a person should know of a report without a decoder, with the reason where one is known."""
    reason = UNREAD.get(code.upper())
    because = f" ({reason})" if reason else ""
    return f"{code} has no decoder{because}: its bytes are kept as they come"


def _source(code: str) -> str:
    reason = UNREAD.get(code.upper())
    return "doc: URL_Instructions.txt" + (f"; no decoder: {reason}" if reason else "")


def _locator(address: Address) -> tuple[str, Locator]:
    """Base address, and where the file stands below it."""
    parts = urlsplit(address.direct)
    base = f"{parts.scheme}://{parts.netloc}/"
    path = _pattern(address.direct.removeprefix(base))
    if "{day" not in path and "{month" not in path:
        return base, StaticFile(path=path)
    archive = None
    if address.archive.startswith(base):
        archive = _pattern(address.archive.removeprefix(base))
    return base, DailyFile(path=path, archive=archive)


def _pattern(url: str) -> str:
    """A documented address as a pattern of ours. Raises: UsageError for an unknown placeholder."""

    def ours(found: re.Match[str]) -> str:
        place = _PLACES.get(found[1])
        if place is None:
            known = ", ".join(f"{{{name}}}" for name in _PLACES)
            raise UsageError(f"{url}: unknown placeholder {found[0]}; known are {known}")
        return place

    return re.sub(r"\{([^}]*)\}", ours, url)
