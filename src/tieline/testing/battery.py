"""The battery: every check on every report and day, over any tuple of feeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tieline.errors import TielineError
from tieline.feeds import Feed, Report
from tieline.testing import facts, lies, times
from tieline.testing.days import change_days
from tieline.testing.finding import Battery, Finding, Tally
from tieline.testing.seen import see
from tieline.testing.writing import Writer

_CHECKS = {
    "counted": facts.counted,
    "same": facts.same,
    "ordered": facts.ordered,
    "spanned": times.spanned,
    "resolution": times.resolved,
    "labelled": facts.labelled,
    "valued": facts.valued,
    "tiled": times.tiled,
    "complete": times.complete,
    "issued": times.issued,
    "window": facts.window,
    "address": facts.address,
}
CHECKS = ("printed", "refused", "crashed", *_CHECKS, "lied")
"""Names of the checks; after the first three there was nothing to check: no file, a file that was
refused, a row that asks a table for what it cannot have. `lied` comes last, and only where the file
itself is read well."""


@dataclass(frozen=True, slots=True)
class Case:
    """One report on one market day; `id` names it among others, for `pytest.mark.parametrize`."""

    feed: Feed
    report: Report
    writer: Writer
    day: date

    @property
    def id(self) -> str:
        return f"{self.report.name} {self.day}"

    def check(self) -> list[Finding]:
        return check_report(self.report, self.feed, self.day, self.writer)

    def prove(self) -> None:
        """Raises: AssertionError with one line a finding, if there is any."""
        if found := self.check():
            raise AssertionError("\n".join(str(finding) for finding in found))


def check_report(report: Report, feed: Feed, day: date, writer: Writer) -> list[Finding]:
    """Read what a writer prints of one day and compare it with what it must say.

    Gives:  every finding; an empty list is the proof. The bytes go the way of every slice: decode,
            normalise, validate. A file that is refused is a finding, not an error, and so is a table
            that polars refuses. Anything else that is raised is a bug and goes through.
    """
    return [finding for finding, _ in _checked(report, feed, day, writer) if finding]


def first_finding(report: Report, feed: Feed, day: date, writer: Writer) -> Finding | None:
    """`check_report` that stops at the first finding."""
    return next((found for found, _ in _checked(report, feed, day, writer) if found), None)


def cases(
    feeds: Iterable[Feed], writers: Mapping[str, Writer], days: Iterable[date] | None = None
) -> list[Case]:
    """Every report that has a writer, on every day from which its writer prints.

    `writers` go by the report's name, `publisher:CODE`. Without `days`, the change days of 2015 to 2035.
    """
    listed = tuple(change_days() if days is None else days)
    return [
        Case(feed, report, writers[report.name], day)
        for feed in feeds
        for report in feed.reports
        if report.name in writers
        for day in listed
        if day >= writers[report.name].expectation.since
    ]


def leaders(feeds: Iterable[Feed]) -> list[tuple[Feed, Report]]:
    """Reports that have rows with a stamp, one of each group of a feed that is read in the same way and
    differs in address and places alone."""
    found: dict[tuple[str, str], tuple[Feed, Report]] = {}
    for feed in feeds:
        if feed.dataset is not None and feed.dataset.stamped:
            for report in feed.reports:
                found.setdefault((feed.id, f"{report.recipe_id} {report.every}"), (feed, report))
    return list(found.values())


def battery(
    feeds: Sequence[Feed], writers: Mapping[str, Writer], days: Iterable[date] | None = None
) -> Battery:
    """Run every case. A report with a decoder and without a writer is `unproved`, never passed over."""
    findings: list[Finding] = []
    tallies: dict[str, Tally] = {}
    for case in cases(feeds, writers, days):
        tally = tallies.get(case.report.name, Tally())
        files = rows = 0
        for found, read in _checked(case.report, case.feed, case.day, case.writer):
            if found:
                findings.append(found)
            else:
                files, rows = files + 1, rows + read
        tallies[case.report.name] = Tally(tally.days + 1, tally.files + files, tally.rows + rows)
    unproved = tuple(
        report.name
        for feed in feeds
        if feed.dataset is not None and feed.dataset.stamped
        for report in feed.reports
        if report.name not in writers
    )
    return Battery(tuple(findings), tallies, unproved)


def _checked(
    report: Report, feed: Feed, day: date, writer: Writer
) -> Iterator[tuple[Finding | None, int]]:
    """Findings as they are made; after each file None and how many rows it gave."""
    expectation, nothing = writer.expectation, True
    for printed in writer.printed(day):
        nothing = False
        try:
            seen = see(feed, report, expectation, day, printed)
        except TielineError as error:
            yield Finding(report.name, day, "refused", facts.refusal(error)), 0
            continue
        except pl.exceptions.PolarsError as error:
            yield Finding(report.name, day, "crashed", facts.crash(error)), 0
            continue
        well = True
        for name, check in _CHECKS.items():
            for text in check(seen):
                well = False
                yield Finding(report.name, day, name, text), 0
        if well:
            yield from ((Finding(report.name, day, "lied", text), 0) for text in lies.lied(seen))
        yield None, seen.rows.height
    if nothing:
        yield Finding(report.name, day, "printed", "the writer printed nothing"), 0
