"""A publisher that archived its files until some month and prints single ones ever since."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

import pytest

from tests.flow.conftest import Bench
from tests.flow.operator import Scene, scene_of, zip_of
from tests.flow.worlds import fetcher_over
from tieline.emulate.archive import unpacked
from tieline.emulate.miso.site import Miso
from tieline.flow import Outcome, Plan, collect, plans

REPORT = "miso:da_expost_lmp"
NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)
MONTH = (date(2022, 12, 1), date(2022, 12, 31))
ARCHIVE = "202212_da_expost_lmp_csv.zip"


def planned(scene: Scene, first: date, last: date) -> Plan:
    (made,) = plans(scene.house, [scene.house.report(REPORT)], first, last, {})
    return made


def collected(scene: Scene, made: Plan) -> list[Outcome]:
    async def run() -> list[Outcome]:
        async with fetcher_over(scene.operator, scene.clock) as fetcher:
            return await collect(
                scene.house, fetcher, made.jobs, concurrency=4, done=lambda outcome: None
            )

    return asyncio.run(run())


def served(scene: Scene, path: str) -> bytes:
    file = Miso(7).file(f"marketreports/{path}", int(scene.clock.now().timestamp()))
    assert file is not None and file.body is not None
    return file.body


def test_years_come_by_month_until_the_last_archive(bench: Bench) -> None:
    made = planned(scene_of(bench, NOW), date(2021, 1, 1), date(2025, 12, 31))
    names = [job.url.rsplit("/", 1)[-1] for job in made.jobs if job.container == "archive"]
    months = [f"{year}{month:02}" for year in (2021, 2022) for month in range(1, 13)]
    assert names == [f"{month}_da_expost_lmp_csv.zip" for month in months]
    single = [job for job in made.jobs if job.container == "direct"]
    assert [single[0].whole.day, single[-1].whole.day] == [date(2023, 1, 1), date(2025, 12, 31)]
    assert single[0].otherwise is None
    assert len(single) == 3 * 365 + 1


def test_a_month_comes_out_of_its_archive(bench: Bench) -> None:
    scene = scene_of(bench, NOW)
    scene.operator.puts(ARCHIVE, served(scene, ARCHIVE))
    collected(scene, planned(scene, *MONTH))
    entries = scene.house.ledger.entries(states=["completed"])
    assert len(scene.operator.asked) == 1
    assert [entry.day for entry in entries] == [date(2022, 12, day) for day in range(1, 32)]
    assert {entry.known_basis for entry in entries} == {"modified"}
    assert planned(scene, *MONTH).settled == 31


@pytest.mark.parametrize("archive", ["not there", "of files with strange names"])
def test_an_archive_that_is_not_what_it_was_taken_for_leaves_the_single_files(
    bench: Bench, archive: str
) -> None:
    scene = scene_of(bench, NOW)
    members = {name: data for name, _, data in unpacked(served(scene, ARCHIVE))}
    for name, data in members.items():
        scene.operator.puts(name, data)
    if archive != "not there":
        strange = {f"{place}.csv": data for place, data in enumerate(members.values())}
        scene.operator.puts(ARCHIVE, zip_of(strange))
    outcomes = collected(scene, planned(scene, *MONTH))
    assert [one.job.container for one in outcomes] == ["archive", *["direct"] * 31]
    done = scene.house.ledger.entries(states=["completed"])
    assert {entry.day for entry in done} == {date(2022, 12, day) for day in range(1, 32)}
    assert planned(scene, *MONTH).settled == 31
