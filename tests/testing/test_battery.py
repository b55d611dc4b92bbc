"""Every report of the registry is proved on bytes; and the battery sees what is wrong with bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from tests.testing.elsewhere import FEED, LOADS, PlainsWriter
from tieline.errors import TielineError
from tieline.feeds import Feed, Report
from tieline.flow import understand
from tieline.sources import FEEDS
from tieline.testing import (
    CHECKS,
    Case,
    Expectation,
    Printed,
    Writer,
    battery,
    cases,
    change_days,
    check_report,
    leaders,
    seen,
)
from tieline.testing.mutants import hunt, mutants
from tieline.testing.seen import slice_of
from tieline.testing.writers import WRITERS
from tieline.values import Document, Known, Slice, Verdict

OTHER_DAYS = (
    date(2015, 12, 31),
    date(2016, 2, 29),
    date(2016, 12, 31),
    date(2017, 1, 1),
    date(2021, 12, 31),
    date(2022, 1, 1),
    date(2026, 1, 31),
    date(2026, 2, 1),
    date(2026, 7, 4),
    date(2035, 12, 31),
)
"""A leap day, New Year, and the days on either side of what NYISO's files changed."""
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)


LEADERS = {report.name for _, report in leaders(FEEDS)}


CASES = [
    case
    for case in cases(FEEDS, WRITERS)
    if case.day in (SPRING, AUTUMN)
    or (case.report.name in LEADERS and case.writer.expectation.clock.changes)
]
"""Reports that differ in their place alone, and those of a clock that never changes, are proved on the
days of one year."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.id))
def test_every_change_of_the_clock_is_read_as_the_page_says(case: Case) -> None:
    case.prove()


@pytest.mark.parametrize("name", sorted(LEADERS))
def test_leap_days_new_years_and_cutovers_are_read_as_the_page_says(name: str) -> None:
    found = battery(FEEDS, {name: WRITERS[name]}, OTHER_DAYS)
    assert not found.findings, found.summary()


def test_every_report_with_a_decoder_has_a_writer() -> None:
    found = battery(FEEDS, WRITERS, ())
    assert found.unproved == ()
    assert not found.passed, "nothing was read, so nothing is proved"
    assert sorted(WRITERS) == sorted(
        report.name
        for feed in FEEDS
        if feed.dataset is not None and feed.dataset.stamped
        for report in feed.reports
    )


def test_a_feed_from_elsewhere_is_proved_with_its_own_writer() -> None:
    found = battery((FEED,), {LOADS.name: PlainsWriter()}, [*change_days(), *OTHER_DAYS])
    assert found.passed, found.summary()
    assert found.tallies[LOADS.name].rows == 2 * (21 * 48 + 10 * 24)


def test_every_mutant_of_the_feed_from_elsewhere_is_found() -> None:
    hunted = list(hunt(mutants(FEED, LOADS), PlainsWriter()))
    assert len(hunted) > 25
    assert [one.mutant.name for one in hunted if one.finding is None] == []


def test_a_report_without_a_writer_is_not_passed_over() -> None:
    found = battery((FEED,), {})
    assert found.unproved == (LOADS.name,)
    assert not found.passed
    assert "no writer: plains:HOURLY" in found.summary()


@dataclass(frozen=True)
class Spoilt:
    """A writer whose bytes are not what it says."""

    spoil: Callable[[Printed], Printed]
    writer: Writer = field(default_factory=PlainsWriter)

    @property
    def expectation(self) -> Expectation:
        return self.writer.expectation

    def printed(self, day: date) -> Sequence[Printed]:
        return [self.spoil(printed) for printed in self.writer.printed(day)]


def edited(edit: Callable[[list[bytes]], list[bytes]]) -> Callable[[Printed], Printed]:
    return lambda printed: replace(
        printed, data=b"".join(edit(printed.data.splitlines(keepends=True)))
    )


SPOILT = [
    ("same", edited(lambda lines: lines[:-1])),
    ("counted", edited(lambda lines: [*lines, lines[-1]])),
    ("complete", edited(lambda lines: [*lines[:9], *lines[11:]])),
    ("valued", edited(lambda lines: [*lines[:-1], lines[-1].replace(b",1", b",7")])),
    ("ordered", edited(lambda lines: [lines[0], *lines[11:], *lines[1:11]])),
    ("refused", edited(lambda lines: [b"<html>", *lines])),
    ("address", lambda printed: replace(printed, path="load/latest.csv")),
]


@pytest.mark.parametrize(("check", "spoil"), SPOILT, ids=[check for check, _ in SPOILT])
def test_what_is_wrong_with_the_bytes_is_found(
    check: str, spoil: Callable[[Printed], Printed]
) -> None:
    found = check_report(LOADS, FEED, date(2026, 7, 4), Spoilt(spoil))
    assert check in {finding.check for finding in found}
    assert {finding.check for finding in found} <= set(CHECKS)


LIES = [
    ("nyiso:P-58B", SPRING, "skipped"),
    ("nyiso:P-7", SPRING, "skipped"),
    ("nyiso:P-32-CURRENT", SPRING, "skipped"),
    ("nyiso:P-63", SPRING, "the other word beside"),
    ("nyiso:P-24A", AUTUMN, "the repeated hour, standing there once"),
    ("nyiso:P-7", AUTUMN, "the repeated hour, standing there once"),
    ("nyiso:P-32-CURRENT", AUTUMN, "the file had at"),
    ("nyiso:P-58C", AUTUMN, "is taken for 2026-11-02's"),
]


@pytest.mark.parametrize(("name", "day", "words"), LIES)
def test_a_reader_that_guesses_where_it_should_refuse_is_found(
    name: str, day: date, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = WRITERS[name].printed(day)

    def guess(feed: Feed, report: Report, slice: Slice, document: Document, *known: Any) -> Verdict:
        try:
            return understand(feed, report, slice, document, *known)
        except TielineError:
            at = Known(good[0].known_at_utc, "fetched")
            asked = slice_of(report, good[0].day, at.at_utc)
            return understand(feed, report, asked, Document(good[0].data), at, at.at_utc)

    monkeypatch.setattr(seen, "understand", guess)
    found = battery(FEEDS, {name: WRITERS[name]}, [day]).findings
    assert {finding.check for finding in found} == {"lied"}
    assert [finding for finding in found if words in finding.text]


def test_a_writer_that_prints_nothing_proves_nothing() -> None:
    class Silent(PlainsWriter):
        def printed(self, day: date) -> Sequence[Printed]:
            return ()

    assert [finding.check for finding in check_report(LOADS, FEED, AUTUMN, Silent())] == ["printed"]


def test_a_finding_says_report_day_check_and_what_was_seen() -> None:
    wrong = replace(LOADS, label=replace(LOADS.label, zone="Etc/GMT+6"))  # type: ignore[type-var]
    feed = replace(FEED, reports=(wrong,))
    case = cases((feed,), {wrong.name: PlainsWriter()}, [date(2026, 7, 4)])[0]
    assert case.id == "plains:HOURLY 2026-07-04"
    with pytest.raises(
        AssertionError, match="plains:HOURLY 2026-07-04 same: 2 of 48 facts are lost"
    ):
        case.prove()
