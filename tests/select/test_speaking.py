"""A feed that is published in several ways: which report speaks of a place that none of them brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.select.test_certificate import END, GRID, HOLE, HOUR, entry, row
from tests.select.world import DAY, ENTITIES, FLOWS, T0, World
from tieline.feeds import Entity, Feed, Report
from tieline.ledger import Counts, Unread
from tieline.select import Certificate, Question, answer

NOW = END + 9 * HOUR
API: Report = replace(GRID, code="API")
FILE: Report = replace(GRID, code="FILE")
EARLY: Report = replace(
    GRID, code="EARLY", print="preliminary", due=timedelta(days=1), promised_within=HOUR
)
LATE: Report = replace(GRID, code="LATE", due=timedelta(days=3), promised_within=HOUR)
MISSING = "missing_upstream"

Facts = Mapping[str, object]


def failed(cause: str) -> Facts:
    return {"state": "failed", "cause": cause}


def lived(
    folder: Path, reports: Sequence[Report], said: Mapping[str, Facts], now: datetime
) -> World:
    """A day of which one stamp is missing, and one entry a report."""
    feed = Feed(FLOWS.id, FLOWS.dataset, reports=tuple(reports))
    world = World(folder, (feed,), now)
    for number, (code, facts) in enumerate(said.items(), 1):
        given = {"fetched_at_utc": now, "report": f"nyiso:{code}", **facts}
        world.ledger.listed_entries.append(entry(DAY, number, **given))
    stamps = [T0 + 5 * n * timedelta(minutes=1) for n in range(288)]
    rows = [
        row(stamp, entity, f"nyiso:{reports[-1].code}")
        for stamp in stamps
        if stamp != HOLE
        for entity in "ab"
    ]
    world.put(feed, rows)
    return world


def asked(world: World, start: datetime = T0, end: datetime = END) -> Certificate:
    question = Question(dataset=FLOWS.id, start=start, end=end)
    found = answer(world.lake, question).certificate
    if found.expected is not None:
        assert found.received + sum(gap.missing for gap in found.gaps) == found.expected
    return found


def told(found: Certificate) -> list[tuple[str, str, int]]:
    return sorted((gap.report.split(":")[1], gap.cause, gap.missing) for gap in found.gaps)


@pytest.mark.parametrize(
    ("said", "speaks"),
    [
        ({}, ("API", "not_collected")),
        ({"FILE": {}}, ("FILE", MISSING)),
        ({"FILE": {"fetched_at_utc": END + HOUR}}, ("FILE", "late_upstream")),
        ({"FILE": failed("quarantined")}, ("FILE", "quarantined")),
        ({"FILE": {"counts": Counts(rejected=1)}}, ("FILE", "quarantined")),
        ({"FILE": failed("empty_200")}, ("FILE", "empty_200")),
        ({"FILE": failed("fetch_failed")}, ("FILE", "fetch_failed")),
        ({"FILE": {"fetched_at_utc": T0 + HOUR}}, ("FILE", "not_collected")),
        ({"API": {}}, ("API", MISSING)),
        ({"API": {}, "FILE": {}}, ("API", MISSING)),
        ({"API": {}, "FILE": failed("empty_200")}, ("FILE", "empty_200")),
        ({"API": {}, "FILE": failed("fetch_failed")}, ("FILE", "fetch_failed")),
        ({"API": failed("fetch_failed"), "FILE": failed("quarantined")}, ("FILE", "quarantined")),
        ({"API": {"fetched_at_utc": END + HOUR}, "FILE": {}}, ("FILE", MISSING)),
    ],
)
def test_of_two_ways_the_one_that_was_asked_says_why(
    tmp_path: Path, said: Mapping[str, Facts], speaks: tuple[str, str]
) -> None:
    world = lived(tmp_path, (API, FILE), said, NOW)
    assert told(asked(world)) == [(*speaks, 2)]


@pytest.mark.parametrize(
    ("said", "days", "speaks"),
    [
        ({}, 2, ("LATE", "not_yet_due")),
        ({"EARLY": {}}, 2, ("LATE", "not_yet_due")),
        ({"EARLY": failed("quarantined")}, 2, ("EARLY", "quarantined")),
        ({"EARLY": {}}, 5, ("EARLY", MISSING)),
        ({}, 5, ("LATE", "not_collected")),
        ({"EARLY": failed("empty_200"), "LATE": {}}, 5, ("LATE", MISSING)),
    ],
)
def test_a_print_that_is_still_to_come_speaks_before_one_that_had_nothing(
    tmp_path: Path, said: Mapping[str, Facts], days: int, speaks: tuple[str, str]
) -> None:
    world = lived(tmp_path, (LATE, EARLY), said, T0 + timedelta(days=days))
    assert told(asked(world)) == [(*speaks, 2)]


def test_each_place_is_told_once_by_a_report_that_lists_it(tmp_path: Path) -> None:
    """An unreadable row speaks of its place alone, and a file of a place that it does not list."""
    few = replace(FILE, entities=ENTITIES[:1])
    world = lived(tmp_path, (API, few), {"FILE": {}}, NOW)
    assert told(asked(world)) == [("API", "not_collected", 1), ("FILE", MISSING, 1)]
    world = lived(tmp_path, (API, FILE), {"FILE": {"counts": Counts(rejected=1)}}, NOW)
    world.ledger.listed_unread.append(Unread(1, HOLE, ("b",)))
    assert told(asked(world)) == [("FILE", MISSING, 1), ("FILE", "quarantined", 1)]
    begun = replace(FILE, since=DAY + timedelta(days=1))
    world = lived(tmp_path, (API, begun), {"FILE": {}}, NOW)
    assert told(asked(world)) == [("API", "not_collected", 2)]


def test_days_of_unknown_size_are_told_the_same_way(tmp_path: Path) -> None:
    perhaps = (Entity(key=(("interface_id", "a"),), certain=DAY + timedelta(days=9)),)
    assert GRID.label is not None
    irregular = replace(GRID.label, regular=False)
    for facts in (
        {"entities": perhaps},
        {"label": irregular},
        {"label": irregular, "entities": ()},
    ):
        reports = tuple(replace(one, **facts) for one in (API, FILE))
        world = lived(tmp_path, reports, {}, NOW)
        world.now = NOW + timedelta(days=1)
        start, end = T0 + timedelta(days=1), END + timedelta(days=1)
        assert told(asked(world, start, end)) == [("API", "not_collected", 0)]
        spoiled = entry(
            DAY + timedelta(days=1), 9, report="nyiso:FILE", cover=None, **failed("quarantined")
        )
        world.ledger.listed_entries.append(spoiled)
        assert told(asked(world, start, end)) == [("FILE", "quarantined", 0)]


def test_several_ways_are_asked_of_the_ledger_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world = lived(tmp_path, (API, FILE), {"FILE": {}}, NOW)
    asks: list[object] = []
    entries = world.ledger.entries

    def noting(**facts: object) -> object:
        asks.append(facts["reports"])
        return entries(**facts)  # type: ignore[arg-type]

    monkeypatch.setattr(world.ledger, "entries", noting)
    asked(world)
    assert asks == [["nyiso:API", "nyiso:FILE"]]
