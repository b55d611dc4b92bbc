"""Lost parts are made again beneath sinks that have their rows: no sink keeps a row that is no more, unsaid."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from tests.flow.conftest import Bench, p32
from tests.flow.operator import Scene, scene_of
from tests.flow.test_repairing import DAY, FEED, REPORT, flip
from tests.sinks.worlds import STAMPS, flow
from tieline.errors import SinkRefused
from tieline.flow import lost_in, replay, replayable
from tieline.flow.house import Memory
from tieline.select import Lake, Question, answer
from tieline.select.footers import _shelf
from tieline.select.nearby import nearby
from tieline.sinks import Sink, follow
from tieline.sinks.objects import ObjectSink, open_bucket
from tieline.sinks.postgres import PostgresSink


@pytest.fixture
def scene(bench: Bench) -> Scene:
    """One observation of a day."""
    scene = scene_of(bench)
    bench.house = scene.house
    bench.bring(p32(STAMPS[:2], flow(100)), "06:00")
    return scene


def corrected(scene: Scene) -> None:
    """The second observation, in a part of its own."""
    scene.bench.bring(p32(STAMPS, flow(500)), "09:00")


@pytest.fixture(params=["postgres", "objects"])
def sink(request: pytest.FixtureRequest, tmp_path: Path) -> Sink:
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
        found = PostgresSink("warehouse", url, "tieline")
        request.addfinalizer(found.close)
        return found
    bucket = open_bucket("drop", (tmp_path / "drop").as_uri())
    return ObjectSink("drop", bucket, "parquet", "current", (FEED,))


def lake_of(scene: Scene) -> Lake:
    nearby.cache_clear()
    _shelf.cache_clear()
    return replace(scene.bench.lake(), feeds=scene.house.feeds)


def without_a_key(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("interface_id") != "23316")


def changed(scene: Scene) -> None:
    """A recipe that reads one interface less."""
    scene.changed(REPORT, recipe=77, derive=without_a_key)
    scene.house = replace(scene.house, memory=Memory())
    scene.bench.house = scene.house


def repaired(scene: Scene, number: int) -> str:
    """One of the two first parts is damaged and made again; gives the kind of that commit."""
    parts = sorted(scene.house.ledger.parts(report=REPORT), key=lambda part: part.sequence or 0)
    flip(scene.house.parts.folder / parts[number].path)
    feed, report = scene.house.report(REPORT)
    lost = lost_in(scene.house, feed, report, DAY)
    done = replay(scene.house, feed, report, replayable(scene.house, report, DAY), lost)
    assert len(done.repaired) == 1
    return scene.house.ledger.commits()[-1].kind


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("before", ["at its head", "behind", "replayed"])
def test_rows_lost_with_an_older_recipe_are_gone_from_a_sink_or_it_is_refused(
    scene: Scene, sink: Sink, before: str, number: int
) -> None:
    list(follow(lake_of(scene), sink))
    corrected(scene)
    if before != "behind":
        list(follow(lake_of(scene), sink))
    changed(scene)
    if before == "replayed":
        feed, report = scene.house.report(REPORT)
        replay(scene.house, feed, report, replayable(scene.house, report, DAY))
        list(follow(lake_of(scene), sink))
    assert repaired(scene, number) == "repair"
    with pytest.raises(SinkRefused, match="without the rows that an older recipe had"):
        list(follow(lake_of(scene), sink))
    sink.wipe()
    assert sum(receipt.rows for receipt in follow(lake_of(scene), sink))
    told = answer(lake_of(scene), Question(dataset="interface_flow")).polars()
    assert "23316" not in told["interface_id"].to_list()
    scene.bench.bring(p32(STAMPS, flow(900)), "11:00")
    assert [receipt.rows for receipt in follow(lake_of(scene), sink)] == [told.height]


@pytest.mark.parametrize("number", [0, 1])
def test_under_the_same_recipe_a_sink_stands_as_it_was(
    scene: Scene, sink: Sink, number: int
) -> None:
    corrected(scene)
    list(follow(lake_of(scene), sink))
    assert repaired(scene, number) == "replay"
    assert sum(receipt.rows for receipt in follow(lake_of(scene), sink)) == 0


def test_a_sink_of_other_feeds_goes_on(scene: Scene, tmp_path: Path) -> None:
    bucket = open_bucket("drop", (tmp_path / "drop").as_uri())
    other = ObjectSink("drop", bucket, "parquet", "current", ("iso.rt.load.nyiso",))
    corrected(scene)
    list(follow(lake_of(scene), other))
    changed(scene)
    repaired(scene, 0)
    list(follow(lake_of(scene), other))
