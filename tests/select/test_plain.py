"""Rows with nothing to choose among are read straight; everything else goes through the pick."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.select.test_pick import MINUTE, REPORTS, flow
from tests.select.world import FLOWS, FORECAST, OUTAGES, T0, World
from tieline.select import Question, answer, engine, nearby, plain

IDS = ("a", "b", "c")


def unmerged(folder: Path) -> World:
    world = World(folder, (FLOWS, FORECAST, OUTAGES))
    world.contract(FLOWS)
    for stamp in (0, 5, 10, 15):
        rows = [flow(stamp, stamp + 1, stamp, interface_id=name) for name in IDS]
        world.put(FLOWS, rows)
    return world


def world_of(folder: Path, *, revised: bool) -> World:
    """Three interfaces and four stamps in one merged month; of "a" one stamp was revised."""
    world = unmerged(folder)
    if revised:
        world.put(FLOWS, [flow(5, 30, 99.0)])
    world.merge(FLOWS, lambda part: True)
    return world


def asked(world: World, **told: Any) -> list[tuple[object, ...]]:
    question = Question(**{"dataset": "interface_flow", **told})
    columns = ["stamp_utc", "interface_id", "flow_mw"]
    return answer(world.lake, question).polars().select(columns).rows()


KNOBS: tuple[dict[str, Any], ...] = (
    {},
    {"where": {"interface_id": "b"}},
    {"where": {"interface_id": ["a", "c"]}},
    {"where": {"flow_mw": 5.0}},
    {"start": T0 + 5 * MINUTE, "end": T0 + 15 * MINUTE},
    {"as_of": T0 + 7 * MINUTE},
    {"at_sequence": 3},
    {"revisions": "all"},
    {"revisions": "first"},
    {"newest_first": True, "limit": 4},
    {"limit": 5},
    {"limit": 0},
    {"print": "preliminary"},
    {"columns": ("flow_mw", "stamp_utc", "interface_id"), "where": {"interface_id": "nobody"}},
)


@pytest.mark.parametrize("revised", [False, True])
@pytest.mark.parametrize("told", KNOBS, ids=str)
def test_both_ways_give_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], revised: bool
) -> None:
    world = world_of(tmp_path, revised=revised)
    swift = asked(world, **told)
    monkeypatch.setattr(plain, "suits", lambda scope: False)
    assert swift == asked(world, **told)


def test_a_merged_month_needs_no_pick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(tmp_path, revised=False)

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("the pick was asked")

    monkeypatch.setattr(engine, "pick_into", forbidden)
    assert len(asked(world)) == 12


def test_what_lies_beside_a_month_makes_it_disputed(tmp_path: Path) -> None:
    world = world_of(tmp_path, revised=True)
    parts = world.ledger.parts(feeds=[FLOWS.id])
    plain_parts, rest = plain.divide(parts)
    assert [part.single for part in plain_parts] == [True]
    assert [part.single for part in rest] == [False]
    world.put(FLOWS, [flow(15, 60, 7.0, interface_id="c", report=REPORTS[1])])
    assert plain.divide(world.ledger.parts(feeds=[FLOWS.id]))[0] == []
    assert (T0 + 15 * MINUTE, "c", 15) in asked(world)
    away = [replace(part, stamps=(T0 + timedelta(days=9),) * 2) for part in rest]
    assert plain.divide([*plain_parts, *away]) == (plain_parts, away)


def test_a_cut_answer_goes_on(tmp_path: Path) -> None:
    world = world_of(tmp_path, revised=True)
    whole = asked(world)
    question = Question(dataset="interface_flow", limit=5)
    rows: list[tuple[object, ...]] = []
    while True:
        found = answer(world.lake, question)
        rows += found.polars().select("stamp_utc", "interface_id", "flow_mw").rows()
        if found.next is None:
            break
        question = replace(question, after=found.next)
    assert rows == whole


@pytest.mark.parametrize("some", [1, 9])
@pytest.mark.parametrize("small", [0, nearby.SMALL_ROWS])
@pytest.mark.parametrize("merged", [False, True])
def test_a_column_added_later_is_null(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, merged: bool, small: int, some: int
) -> None:
    """In some parts or in all, merged or not, read straight or through the pick."""
    monkeypatch.setattr(nearby, "SMALL_ROWS", small)
    world = world_of(tmp_path, revised=True) if merged else unmerged(tmp_path)
    for part in world.ledger.parts(feeds=[FLOWS.id])[:some]:
        path = tmp_path / part.path
        pl.read_parquet(path).drop("neighbour").write_parquet(path)
    found = answer(world.lake, Question(dataset="interface_flow")).polars()
    assert found["neighbour"].null_count() == found.height == 12
