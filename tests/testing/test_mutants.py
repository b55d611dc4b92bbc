"""The battery is tested: report rows with one fact wrong, and it must find them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from tieline.feeds import Feed, Label, Report
from tieline.sources import FEEDS
from tieline.testing import leaders
from tieline.testing.mutants import hunt, mutants
from tieline.testing.writers import SURVIVORS, WRITERS

REPORTS = leaders(FEEDS)


@pytest.mark.parametrize(("feed", "report"), REPORTS, ids=[report.name for _, report in REPORTS])
def test_mutants_are_found(
    feed: Feed, report: Report, record_property: Callable[[str, object], None]
) -> None:
    hunted = list(hunt(mutants(feed, report), WRITERS[report.name]))
    survivors = {
        one.mutant.name: SURVIVORS.get(one.mutant.name, "nobody knows why")
        for one in hunted
        if one.finding is None
    }
    record_property("mutants", len(hunted))
    record_property("survivors", survivors)
    assert survivors == {name: why for name, why in SURVIVORS.items() if name in survivors}
    assert len(survivors) <= 0.01 * len(hunted)


def test_every_fact_of_a_label_has_mutants() -> None:
    fields = {mutant.field for feed, report in REPORTS for mutant in mutants(feed, report)}
    label = {field for field in fields if field.startswith("label.")}
    stated = {
        field.name
        for field in dataclasses.fields(Label)
        if any(getattr(report.label, field.name) is not None for _, report in REPORTS)
    }
    assert label == {f"label.{name}" for name in stated}


def test_a_mutant_differs_from_its_report_and_has_a_name_of_its_own() -> None:
    for feed, report in REPORTS:
        made = mutants(feed, report)
        assert all(mutant.report != report for mutant in made)
        assert len({mutant.name for mutant in made}) == len(made)
        assert all(mutant.report in mutant.feed.reports for mutant in made)
