"""Addresses of a report's files, and the day that a file's name carries."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tieline.errors import UsageError
from tieline.feeds.feed import Report
from tieline.feeds.locator import DailyFile, StaticFile

_DAY_SPEC = re.compile(r"\{day:([^}]*)\}")
_DIGITS = {"%Y": r"\d{4}", "%m": r"\d{2}", "%d": r"\d{2}"}


def url_of(report: Report, day: date | None = None, *, archive: bool = False) -> str:
    """Address of the report's file for a market day, or of the archive that holds it.

    A static file has one address on every day, unless its row says by which day it moves, and no
    archive of its own.
    Raises: UsageError if a dated file is asked for without a day, or an archive where none is.
    """
    base = report.publisher.base_url
    if isinstance(report.at, StaticFile) and not report.at.moves:
        return base + report.at.path
    if day is None:
        raise UsageError(f"{report.name} has one file a market day: say which day")
    if isinstance(report.at, StaticFile):
        return base + report.at.path_on(day)
    if not archive:
        return base + report.at.path_of(day)
    path = report.at.archive_of(day)
    if path is None:
        raise UsageError(f"{report.name} has no archive of {day:%Y-%m}; ask for the day's own file")
    return base + path


def day_in_name(report: Report, file_name: str) -> date | None:
    """Market day that a file's name carries, None where it carries none.

    The name is matched against the report's own pattern; folders before it and words around it do
    not disturb (`20171122pal (1).csv`), another stem does (`20171122palIntegrated.csv`). Where the
    day stands in a folder, the path from there on counts, with `/` or `_` between its parts.
    """
    if not isinstance(report.at, DailyFile):
        return None
    pattern = _pattern(report.at)
    spec = _DAY_SPEC.search(pattern)
    if spec is None:
        return None
    digits = spec[1]
    for word, expression in _DIGITS.items():
        digits = digits.replace(word, expression)
    before = re.escape(pattern[: spec.start()])
    after = re.escape(pattern[spec.end() :].rsplit(".", 1)[0]).replace("/", r"[/\\_]")
    folders = pattern.count("/")
    name = "/".join(re.split(r"[/\\]", file_name)[-1 - folders :])
    found = re.search(rf"(?<!\d){before}({digits}){after}(?![A-Za-z0-9_])", name, re.IGNORECASE)
    if found is None:
        return None
    try:
        named = datetime.strptime(found[1], spec[1]).date()  # noqa: DTZ007 a day has no zone
    except ValueError:
        return None
    return named - timedelta(days=report.at.shift)


def report_in_name(reports: Sequence[Report], file_name: str) -> Report | None:
    """The report whose own pattern a file's name fits best; None where it fits no more than a day."""
    best, most = None, 0
    for report in reports:
        if isinstance(report.at, DailyFile) and day_in_name(report, file_name) is not None:
            words = _DAY_SPEC.sub("", _pattern(report.at)).rsplit(".", 1)[0]
            if len(words) > most:
                best, most = report, len(words)
    return best


def _pattern(at: DailyFile) -> str:
    return at.member or _from_day_on(at.path)


def _from_day_on(path: str) -> str:
    """The end of a path, from the part that has the day; a query counts where it says the day."""
    plain = path.split("?", 1)[0]
    parts = (plain if "{day" in plain else path).split("/")
    at = next((n for n, part in enumerate(parts) if "{day" in part), len(parts) - 1)
    return "/".join(parts[at:])
