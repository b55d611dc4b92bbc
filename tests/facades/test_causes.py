"""Why an answer changed: each cause by a story of its own, by instants and by sequences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

import tieline
from tests.flow.conftest import Bench, p32
from tests.flow.operator import Scene, scene_of
from tieline.flow import replay, replayable
from tieline.select import CAUSES, Difference

REPORT, CURRENT = "nyiso:P-32", "nyiso:P-32-CURRENT"
MARCH = date(2026, 3, 3)
HEADER = "PTID,Outage ID,Equipment Name,Status,Date Out,Time Out,Date In,Time In"


@pytest.fixture
def scene(bench: Bench) -> Scene:
    """A bench whose commits are made when its files were fetched, so that nothing is late by itself."""
    made = scene_of(bench)
    bench.house = made.house
    return made


def brought(scene: Scene, data: bytes, at: str, **more: object) -> int:
    """Import at a time of 3 March; gives the sequence."""
    hour, minute = at.split(":")
    scene.at(int(hour), int(minute), MARCH)
    scene.bench.bring(data, at, **more)  # type: ignore[arg-type]
    return scene.bench.home.ledger.sequence()


def flat(flow: object, stamps: Sequence[str] = ("00:00",)) -> bytes:
    return p32(stamps, lambda stamp, point: flow)


def without(data: bytes, point: str) -> bytes:
    return b"\r\n".join(line for line in data.split(b"\r\n") if point.encode() not in line)


def told(
    scene: Scene, *between: int | str, of: str = "interface_flow", **asked: object
) -> Difference:
    """The difference between two times of 3 March, or two sequences."""
    moments = [f"2026-03-03T{one}:00Z" if isinstance(one, str) else one for one in between]
    first, second = moments
    return tieline.diff(of, between=(first, second), home=scene.bench.home.folder, **asked)  # type: ignore[arg-type]


def replayed(scene: Scene, **facts: object) -> int:
    """Read P-32 again by another row of the report."""
    _, report = scene.house.report(REPORT)
    scene.changed(REPORT, **facts)
    feed, changed = scene.house.report(REPORT)
    entries = scene.house.ledger.entries(reports=[REPORT])
    done = replay(scene.house, feed, changed, replayable(scene.house, report, entries[0].window))
    assert done.landed is not None
    return done.landed.sequence


def blanked(scene: Scene, value: float) -> dict[str, object]:
    """Facts of a P-32 that reads one number as none."""
    _, report = scene.house.report(REPORT)
    named = {one.name: one for one in report.columns}
    named["flow_mw"] = replace(named["flow_mw"], sentinels=(value,))
    return {"columns": tuple(named.values())}


@pytest.mark.parametrize(
    ("where", "changes"),
    [
        ({"flow_mw": 1000.0}, [(1000.0, None)] * 3),
        ({"flow_mw": 2.0}, [(None, 2.0)] * 3),
        ({}, [(1000.0, 2.0)] * 3),
    ],
)
def test_a_row_that_a_filter_no_longer_finds_or_finds_now_is_a_revision(
    scene: Scene, where: Mapping[str, float], changes: list[tuple[float | None, float | None]]
) -> None:
    first = brought(scene, flat(1000), "06:00")
    second = brought(scene, flat(2), "07:00")
    for between in ((first, second), ("06:30", "07:30")):
        found = told(scene, *between, where=where)
        assert found.causes() == {"revision": 3}
        assert found.polars().select("before_flow_mw", "after_flow_mw").rows() == changes


def test_an_outage_that_moved_out_of_the_window_is_revised(scene: Scene) -> None:
    def listed(day: str) -> bytes:
        line = f"25001,77,LINE,Sched,{day},08:00,{day},17:00"
        return f"{HEADER}\r\n{line}\r\n".encode()

    file = {"report": "nyiso:P-14B", "name": "outage-schedule.csv"}
    first = brought(scene, listed("03/05/2026"), "06:00", **file)
    second = brought(scene, listed("03/09/2026"), "07:00", **file)
    for between in ((first, second), ("06:30", "07:30")):
        for start, end in (("2026-03-05", "2026-03-06"), ("2026-03-09", "2026-03-10")):
            asked = {"of": "outage_event", "start": start, "end": end}
            where = {"publisher": "nyiso"}
            found = told(scene, *between, where=where, **asked)
            assert found.causes() == {"revision": 1}


def outdone(scene: Scene) -> tuple[int, int]:
    """A file of 07:00 comes when one of 06:00 had come at 08:00."""
    scene.at(8, 0, MARCH)
    return brought(scene, flat(1000), "06:00"), brought(scene, flat(2), "07:00")


def uncovered(scene: Scene) -> tuple[int, int]:
    """A replay reads the newer file as the older one, whose rows it uncovers."""
    brought(scene, flat(""), "06:00")
    return brought(scene, flat(7), "07:00"), replayed(scene, **blanked(scene, 7.0))


def test_what_a_late_file_changes_is_late_under_a_filter_too(scene: Scene) -> None:
    between = outdone(scene)
    assert told(scene, *between).causes() == {"late": 3}
    assert told(scene, *between, where={"flow_mw": 1000}).causes() == {"late": 3}


def test_a_replay_whose_mark_uncovers_an_older_row_is_a_replay(scene: Scene) -> None:
    between = uncovered(scene)
    rows = tieline.read("interface_flow", home=scene.bench.home.folder).polars()
    assert set(rows["known_at_utc"]) == {datetime(2026, 3, 3, 6, tzinfo=UTC)}, "uncovered"
    assert told(scene, *between).causes() == {"replay": 3}
    assert told(scene, *between, where={"flow_mw": 7}).causes() == {"replay": 3}


def test_a_row_that_a_replay_gives_no_longer_is_lost_by_the_replay(scene: Scene) -> None:
    first = brought(scene, flat(7), "06:00")

    derive = scene.house.report(REPORT)[1].derive
    assert derive is not None

    def fewer(table: pl.DataFrame) -> pl.DataFrame:
        return derive(table.filter(pl.col("interface_id") != "23316"))

    second = replayed(scene, derive=fewer, recipe=9)
    found = told(scene, first, second)
    assert found.causes() == {"replay": 1}
    assert found.polars()["after_state"].to_list() == [None]


def withdrawn(scene: Scene) -> tuple[int, int]:
    """What P-32 takes back, P-32-CURRENT said before of one point: it was there, and is preferred now."""
    brought(scene, without(flat(1), "23324"), "05:00", report=CURRENT, name="current.csv")
    brought(scene, flat(2), "06:00")
    kept = without(without(flat(2), "23316"), "23324")
    return brought(scene, kept, "08:00"), brought(scene, kept, "09:00")


def settled(scene: Scene) -> tuple[int, int]:
    """P-32-CURRENT speaks first, then a P-32 that is final."""
    brought(scene, flat(1), "05:00", report=CURRENT, name="current.csv")
    scene.changed(REPORT, print="final")
    scene.bench.house = scene.house
    return scene.bench.home.ledger.sequence(), brought(scene, flat(2), "09:00")


def test_another_report_steps_in_for_what_is_gone(scene: Scene) -> None:
    for between in (withdrawn(scene), ("08:30", "09:30")):
        found = told(scene, *between).polars()
        assert dict(found.select("interface_id", "cause").rows()) == {
            "23316": "precedence",
            "23324": "gone",
        }
        assert found.filter(cause="precedence")["after_report"].to_list() == [CURRENT]


def test_a_more_settled_print_is_a_print(scene: Scene) -> None:
    for between in (settled(scene), ("08:30", "09:30")):
        assert told(scene, *between).causes() == {"print": 3}


def test_a_fact_that_nobody_told_is_new(scene: Scene) -> None:
    first = brought(scene, flat(1), "06:00")
    second = brought(scene, flat(1, ("00:00", "00:05")), "07:00")
    for between in ((first, second), ("06:30", "07:30")):
        for where in ({}, {"flow_mw": 1}):
            assert told(scene, *between, where=where).causes() == {"new": 3}


def grown(scene: Scene) -> tuple[int, int]:
    """One row is revised and another comes."""
    first = brought(scene, flat(1), "06:00")
    return first, brought(scene, flat(2, ("00:00", "00:05")), "07:00")


STORIES = {
    "new": grown,
    "revision": grown,
    "print": settled,
    "late": outdone,
    "replay": uncovered,
    "precedence": withdrawn,
    "gone": withdrawn,
}


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_occurs(scene: Scene, cause: str) -> None:
    assert cause in told(scene, *STORIES[cause](scene)).causes()
