"""Raw bytes read again: equal values write no rows, a new recipe revises, the old answer stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.flow.conftest import Bench, p32
from tests.flow.operator import Scene, balanced, scene_of, zip_of
from tieline.errors import Damaged
from tieline.flow import Replayed, replay, replayable
from tieline.markettime import day_window
from tieline.select import read
from tieline.values import Window

REPORT = "nyiso:P-32"
FILE = "20260302ExternalLimitsFlows.csv"
STAMPS = ("00:00", "00:05")
DAY = Window(*day_window("America/New_York", datetime(2026, 3, 2, tzinfo=UTC).date()))


@pytest.fixture
def scene(bench: Bench) -> Scene:
    return scene_of(bench)


def flat(flow: object, stamps: Sequence[str] = STAMPS) -> bytes:
    return p32(stamps, lambda stamp, point: flow)


def replayed(scene: Scene) -> Replayed:
    feed, report = scene.house.report(REPORT)
    return replay(scene.house, feed, report, replayable(scene.house, report, DAY))


def with_sentinel(scene: Scene, value: float) -> None:
    _, report = scene.house.report(REPORT)
    columns = tuple(
        replace(one, sentinels=(value,)) if one.name == "flow_mw" else one for one in report.columns
    )
    scene.changed(REPORT, columns=columns)


def answered(scene: Scene, at_sequence: int | None = None) -> list[float | None]:
    answer = read(scene.bench.lake(), "interface_flow", DAY.start, DAY.end, at_sequence=at_sequence)
    found: list[float | None] = (
        answer.polars().sort("stamp_utc", "interface_id")["flow_mw"].to_list()
    )
    return found


def test_equal_values_write_entries_and_no_rows(scene: Scene) -> None:
    for hour, flow in (("06:00", 1), ("07:00", 2), ("08:00", 1)):
        scene.bench.bring(flat(flow), hour)
    before = scene.bench.stored()
    parts = scene.house.ledger.parts()
    (summary,) = scene.house.ledger.summaries()
    done = replayed(scene)
    assert (done.read, done.failed, done.healed) == (3, (), 0)
    assert done.landed is not None
    assert done.landed.rows == 0
    assert scene.house.ledger.parts() == parts
    assert scene.bench.stored().equals(before)
    (after,) = scene.house.ledger.summaries()
    assert (after.rows, after.entries) == (summary.rows, 6)
    states = [one.state for one in scene.house.ledger.entries()]
    assert states == ["superseded"] * 3 + ["completed"] * 3
    assert all(balanced(one.counts) for one in scene.house.ledger.entries())


def test_a_new_recipe_revises_and_the_old_answer_stands(scene: Scene) -> None:
    scene.bench.bring(flat(77), "06:00")
    scene.bench.bring(flat(5, (*STAMPS, "00:10")), "07:00")
    before = scene.house.ledger.sequence()
    assert answered(scene) == [5.0] * 9
    with_sentinel(scene, 5.0)
    done = replayed(scene)
    assert done.landed is not None
    assert done.landed.rows == 9
    assert answered(scene) == [None] * 9
    assert answered(scene, before) == [5.0] * 9
    again = replayed(scene)
    assert again.landed is not None
    assert again.landed.rows == 0
    with_sentinel(scene, 6.0)
    replayed(scene)
    assert answered(scene) == [5.0] * 9


def test_replaying_back_and_forth_ends_where_it_began(scene: Scene) -> None:
    for hour, flow in (("06:00", 1), ("07:00", 2), ("08:00", 2), ("09:00", 1)):
        scene.bench.bring(flat(flow), hour)
    before = scene.bench.stored()
    columns = scene.house.report(REPORT)[1].columns
    with_sentinel(scene, 2.0)
    replayed(scene)
    assert not scene.bench.stored().equals(before)
    scene.changed(REPORT, columns=columns)
    replayed(scene)
    assert scene.bench.stored().equals(before)


def test_what_fails_supersedes_nothing(scene: Scene) -> None:
    scene.bench.bring(flat(1), "06:00")
    before = scene.bench.stored()
    _, report = scene.house.report(REPORT)
    columns = tuple(
        replace(one, printed=("Nowhere",)) if one.name == "flow_mw" else one
        for one in report.columns
    )
    scene.changed(REPORT, columns=columns)
    done = replayed(scene)
    assert (done.read, len(done.failed), done.landed) == (0, 1, None)
    assert [one.state for one in scene.house.ledger.entries()] == ["completed"]
    assert scene.bench.stored().equals(before)


def test_a_refused_payload_is_healed_by_a_recipe_that_reads_it(scene: Scene) -> None:
    renamed = flat(3).replace(b"Flow (MWH)", b"Power (MW)")
    scene.bench.bring(renamed, "06:00")
    refused = scene.house.ledger.sequence()
    assert answered(scene) == []
    _, report = scene.house.report(REPORT)
    columns = tuple(
        replace(one, printed=(*one.printed, "Power (MW)")) if one.name == "flow_mw" else one
        for one in report.columns
    )
    scene.changed(REPORT, columns=columns)
    done = replayed(scene)
    assert (done.read, done.healed) == (1, 1)
    assert answered(scene) == [3.0] * 6
    (then,) = scene.house.ledger.entries(at_sequence=refused)
    assert (then.state, then.error) == ("failed", "DriftFound")
    assert "quarantined" not in {gap.cause for gap in scene.house.ledger.gaps()}
    assert scene.house.ledger.summaries()[0].last_failure is None


def test_an_empty_answer_or_a_day_an_archive_lacked_is_nothing_to_replay(scene: Scene) -> None:
    scene.bench.bring(b"", "06:00")
    scene.bench.bring(flat(1), "07:00")
    other = "20260301ExternalLimitsFlows.csv"
    first = p32(STAMPS, lambda stamp, point: 1, day="03/01/2026")
    scene.at(12, day=datetime(2026, 3, 9, tzinfo=UTC).date())
    scene.operator.puts("20260301ExternalLimitsFlows_csv.zip", zip_of({other: first}))
    scene.takes(scene.archive(DAY.start.date(), DAY.start.date()))
    done = replayed(scene)
    assert (done.read, done.failed) == (1, ())


def test_lost_bytes_are_damage(scene: Scene) -> None:
    scene.bench.bring(flat(1), "06:00")
    for path in (scene.bench.home.folder / "raw").rglob("*"):
        if path.is_file() and "sidecar" not in str(path):
            path.unlink()
    scene.house = scene_of(scene.bench).house
    with pytest.raises(Damaged):
        replayed(scene)


def test_a_day_of_versions_replays_to_the_same_rows(scene: Scene) -> None:
    stamps: list[str] = []
    for minute in range(0, 60, 5):
        stamps.append(f"00:{minute:02}")
        scene.bench.bring(flat(minute // 20, stamps), f"06:{minute:02}")
    before = scene.bench.stored()
    done = replayed(scene)
    assert done.read == 12
    assert scene.bench.stored().equals(before)
