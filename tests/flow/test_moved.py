"""A recipe that read stamps on a wrong clock is mended: rows move over midnight, and all of them do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.flow.conftest import Bench, bench_of, p32
from tests.flow.operator import Scene, scene_of, zip_of
from tieline.assemble import opened, settings_of
from tieline.flow import replay, replayable
from tieline.flow.verifying import derive, groups
from tieline.values import Window

REPORT = "nyiso:P-32"
RIGHT = "America/New_York"
STAMPS = ("00:00:00", "00:05:00", "23:50:00", "23:55:00")
DAYS = tuple(date(2026, 2, 28) + timedelta(days=n) for n in range(3))
ALL = Window(datetime(2026, 2, 20, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
WRONG = ("America/Los_Angeles", "UTC", "Asia/Tokyo")

Then = Callable[[Scene], None]


def file(day: date, base: int) -> bytes:
    def flow(stamp: str, point: str) -> int:
        return base + 10 * STAMPS.index(stamp) + int(point) % 7

    return p32(STAMPS, flow, f"{day:%m/%d/%Y}")


def name(day: date) -> str:
    return f"{day:%Y%m%d}ExternalLimitsFlows.csv"


def begun(scene: Scene, zone: str) -> Scene:
    """Three days of files, read on the clock of a zone."""
    zoned(scene, zone).at(21, day=date(2026, 3, 9))
    for number, day in enumerate(DAYS):
        scene.bench.bring(file(day, 100 * number), "18:00", name=name(day))
    return scene


def zoned(scene: Scene, zone: str) -> Scene:
    _, report = scene.house.report(REPORT)
    assert report.label is not None
    scene.changed(REPORT, label=replace(report.label, zone=zone))
    scene.bench.house = scene.house
    return scene


def one_day(scene: Scene) -> None:
    scene.bench.bring(file(DAYS[1], 700), "20:00", name=name(DAYS[1]))


def one_day_before_the_others(scene: Scene) -> None:
    scene.bench.bring(file(DAYS[1], 700), "16:00", name=name(DAYS[1]))


def an_archive(scene: Scene) -> None:
    members = {name(day): file(day, 900 + number) for number, day in enumerate(DAYS[1:])}
    scene.bench.bring(zip_of(members), name="20260301ExternalLimitsFlows_csv.zip")


def nothing(scene: Scene) -> None:
    pass


def replayed(scene: Scene) -> int:
    feed, report = scene.house.report(REPORT)
    done = replay(scene.house, feed, report, replayable(scene.house, report, ALL))
    assert not done.failed
    return done.read


def stored_in(folder: Path, then: Then) -> pl.DataFrame:
    """What is stored where the zone was right from the first day."""
    folder.mkdir()
    with opened(settings_of(folder / "home")) as home:
        scene = begun(scene_of(bench_of(home, folder)), RIGHT)
        then(scene)
        return scene.bench.stored()


@pytest.mark.parametrize("then", [nothing, one_day, one_day_before_the_others, an_archive])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_replay_moves_every_row(bench: Bench, tmp_path: Path, wrong: str, then: Then) -> None:
    scene = zoned(begun(scene_of(bench), wrong), RIGHT)
    then(scene)
    assert replayed(scene) >= len(DAYS)
    assert bench.stored().equals(stored_in(tmp_path / "right", then))


@pytest.mark.parametrize("then", [one_day_before_the_others, an_archive])
@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_read_again_beside_news_has_all_its_rows(
    bench: Bench, wrong: str, then: Then
) -> None:
    scene = zoned(begun(scene_of(bench), wrong), RIGHT)
    then(scene)
    checked = [derive(scene.house, group) for group in groups(scene.house, None)]
    assert not [damage for one in checked for damage in one.damage]
    assert any(not one.outdated for one in checked)
