"""Bytes that were kept are never fetched again, whatever interrupted the work on them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.flow.conftest import Bench, p32
from tests.flow.operator import DAY, Scene, scene_of, zip_of
from tests.flow.worlds import BASES, fetcher_over
from tieline.errors import LedgerUnavailable
from tieline.flow import Outcome, Plan, collect, plans, read_held, step
from tieline.ledger import Commit

ARCHIVE = "20260301ExternalLimitsFlows_csv.zip"
STAMPS = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(0, 60, 5)]
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 3)


def members(*days: date) -> dict[str, bytes]:
    return {
        f"{day:%Y%m%d}ExternalLimitsFlows.csv": p32(
            STAMPS, lambda stamp, point: 1, f"{day:%m/%d/%Y}"
        )
        for day in days
    }


@pytest.fixture
def scene(bench: Bench) -> Scene:
    scene = scene_of(bench, datetime(2026, 5, 1, tzinfo=UTC))
    days = [FIRST + timedelta(days=n) for n in range(3)]
    scene.operator.puts(ARCHIVE, zip_of(members(*days)))
    return scene


def planned(scene: Scene) -> Plan:
    (made,) = plans(scene.house, [scene.house.report("nyiso:P-32")], FIRST, LAST, BASES)
    return made


def runs(scene: Scene, made: Plan) -> list[Outcome]:
    async def run() -> list[Outcome]:
        async with fetcher_over(scene.operator, scene.clock) as fetcher:
            return await collect(
                scene.house, fetcher, made.jobs, concurrency=2, done=lambda outcome: None
            )

    return asyncio.run(run())


class Broken:
    """A ledger that is lost before anything can be committed."""

    def __init__(self, ledger: Any) -> None:
        self._ledger = ledger

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def commit(self, commit: Commit) -> int:
        raise LedgerUnavailable("gone")


def interrupted(scene: Scene, made: Plan) -> None:
    """Work on a plan that ends after the bytes were kept and before the ledger knew."""
    whole = scene.house
    scene.house = replace(whole, ledger=Broken(whole.ledger))
    with pytest.raises(LedgerUnavailable):
        runs(scene, made)
    scene.house = whole
    for claim in whole.ledger.claims():
        whole.ledger.release(claim)


def test_an_archive_that_was_kept_is_read_and_not_fetched(scene: Scene) -> None:
    made = planned(scene)
    assert (made.requests(), made.containers()) == (1, {"archive": 1})
    interrupted(scene, made)
    assert (len(scene.operator.asked), scene.house.ledger.entries()) == (1, [])
    made = planned(scene)
    assert (made.requests(), made.bytes(), made.containers()) == (0, 0, {"held": 1})
    (outcome,) = runs(scene, made)
    assert outcome.result == "committed"
    assert {entry.day for entry in scene.house.ledger.entries()} == {
        FIRST + timedelta(days=n) for n in range(3)
    }
    assert len(scene.operator.asked) == 1
    assert len(list(scene.house.sidecars.all())) == 1
    assert planned(scene).containers() == {}


def test_a_daily_file_that_was_kept_is_read_and_not_fetched(bench: Bench) -> None:
    scene = scene_of(bench, datetime(2026, 3, 4, 12, tzinfo=UTC))
    for name, data in members(DAY).items():
        scene.operator.puts(name, data)
    (made,) = plans(scene.house, [scene.house.report("nyiso:P-32")], DAY, DAY, BASES)
    interrupted(scene, made)
    (made,) = plans(scene.house, [scene.house.report("nyiso:P-32")], DAY, DAY, BASES)
    assert made.containers() == {"held": 1}
    runs(scene, made)
    (entry,) = scene.house.ledger.entries()
    assert entry.fetched_at_utc == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert len(scene.operator.asked) == 1


def test_an_early_version_that_was_kept_is_read_before_the_final_one_is_fetched(
    bench: Bench,
) -> None:
    scene = scene_of(bench, datetime(2026, 3, 2, 12, tzinfo=UTC))
    name = "20260302ExternalLimitsFlows.csv"
    scene.operator.puts(name, p32(STAMPS[:80], lambda stamp, point: 1))
    (made,) = plans(scene.house, [scene.house.report("nyiso:P-32")], DAY, DAY, BASES)
    interrupted(scene, made)
    scene.at(12, day=date(2026, 3, 4)).operator.puts(name, members(DAY)[name])
    (made,) = plans(scene.house, [scene.house.report("nyiso:P-32")], DAY, DAY, BASES)
    assert made.containers() == {"held": 1, "direct": 1}
    assert [outcome.result for outcome in runs(scene, made)] == ["committed", "committed"]
    assert [entry.counts.new for entry in scene.house.ledger.entries()] == [80 * 3, 208 * 3]


def test_what_an_older_recipe_refused_is_read_again_and_not_fetched(bench: Bench) -> None:
    scene = scene_of(bench, datetime(2026, 3, 4, 12, tzinfo=UTC))
    name = "20260302ExternalLimitsFlows.csv"
    data = members(DAY)[name].replace(b"Flow (MWH)", b"Stream (MWH)", 1)
    scene.operator.puts(name, data)
    assert scene.polls().error == "DriftFound"
    assert planned_day(scene).reread == ()
    _, report = scene.house.report("nyiso:P-32")
    columns = tuple(
        replace(column, printed=(*column.printed, "Stream (MWH)"))
        if column.name == "flow_mw"
        else column
        for column in report.columns
    )
    scene.changed("nyiso:P-32", columns=columns)
    made = planned_day(scene)
    assert len(made.reread) == 1
    told = read_held(scene.house, made)
    assert told is not None
    assert told.healed == 1
    assert len(scene.operator.asked) == 1
    assert planned_day(scene).reread == ()


def planned_day(scene: Scene) -> Plan:
    (made,) = plans(scene.house, [scene.house.report("nyiso:P-32")], DAY, DAY, BASES)
    return made


def test_a_young_day_that_its_archive_lacks_is_asked_for_directly(bench: Bench) -> None:
    scene = scene_of(bench, datetime(2026, 3, 10, 17, tzinfo=UTC))
    young = date(2026, 3, 5)
    scene.operator.puts(ARCHIVE, zip_of(members(FIRST)))
    for name, data in members(young).items():
        scene.operator.puts(name, data)
    feed, report = scene.house.report("nyiso:P-32")
    (made,) = plans(scene.house, [(feed, report)], FIRST, young, BASES)
    assert made.containers() == {"archive": 1}
    runs(scene, made)
    (newest,) = scene.house.ledger.entries(day=young, states=["completed"])
    assert newest.url is not None
    assert newest.url.endswith(f"{young:%Y%m%d}ExternalLimitsFlows.csv")
    asked = [str(request.url) for request in scene.operator.asked]
    assert len(asked) == len(set(asked)) == 4, "the archive once, each absent young day once"


def test_a_step_that_reads_held_bytes_asks_nobody(scene: Scene) -> None:
    interrupted(scene, planned(scene))
    (job,) = planned(scene).jobs
    scene.operator.files.clear()

    async def run() -> Outcome:
        async with fetcher_over(scene.operator, scene.clock) as fetcher:
            return await step(scene.house, fetcher, job)

    assert asyncio.run(run()).result == "committed"
