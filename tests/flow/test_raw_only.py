"""Reports that nobody can decode: bytes are kept and watched, no row is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.flow.conftest import Bench
from tests.flow.operator import Scene, scene_of, zip_of
from tieline.assemble import feeds_of, settings_of
from tieline.feeds import DailyFile
from tieline.flow import replay, replayable
from tieline.flow.daemon import jobs_at, next_slot
from tieline.settings import UrlTableSettings
from tieline.sources import feeds_from_documents

DAY = date(2026, 3, 2)
LINE = (
    "Data Type,Report Code,Direct CSV URL,Archive ZIP URL\n"
    "Uplift,P-45,http://mis.nyiso.com/public/csv/ZonalUplift/{YYYYMMDD}zonaluplift.csv,"
    "http://mis.nyiso.com/public/csv/ZonalUplift/{YYYYMM01}zonaluplift_csv.zip\n"
    "Owners,P-23,http://mis.nyiso.com/public/csv/tp/tp.csv,\n"
)
DATED, STATIC = "nyiso:P-45", "nyiso:P-23"
NAME = "20260302zonaluplift.csv"


@pytest.fixture
def scene(bench: Bench) -> Scene:
    scene = scene_of(bench)
    scene.house = replace(scene.house, feeds=feeds_from_documents(LINE).feeds)
    return scene


def test_bytes_are_kept_and_nothing_is_read(scene: Scene) -> None:
    data = b"anything,at all\n1,2\n"
    scene.operator.puts(NAME, data)
    entry = scene.polls(report=DATED)
    assert (entry.state, entry.counts.read, entry.cover) == ("completed", 0, None)
    assert scene.house.raw.get(entry.payload_sha256 or "") == data
    assert scene.house.ledger.parts() == []
    assert scene.house.ledger.gaps() == []
    assert scene.house.ledger.days(DATED) == []
    (summary,) = scene.house.ledger.summaries()
    assert summary.last_fetch_utc == scene.clock.now()
    assert summary.rows == 0


def test_versions_and_equal_looks_are_entries(scene: Scene) -> None:
    for minute, data in ((0, b"a\n1\n"), (5, b"a\n1\n"), (10, b"a\n1\n2\n")):
        scene.at(17, minute).operator.puts(NAME, data)
        scene.polls(report=DATED)
    entries = scene.house.ledger.entries()
    assert [entry.state for entry in entries] == ["completed"] * 3
    assert len({entry.content_sha256 for entry in entries}) == 2


def test_an_archive_of_raw_files_brings_its_days(scene: Scene) -> None:
    scene.at(12, day=date(2026, 3, 9)).operator.puts(
        "20260301zonaluplift_csv.zip", zip_of({NAME: b"x\n", "20260301zonaluplift.csv": b"y\n"})
    )
    landed = scene.takes(scene.archive(date(2026, 3, 1), DAY, DATED)).landed
    assert landed is not None
    assert {entry.day for entry in landed.entries} == {date(2026, 3, 1), DAY}


def test_errors_of_raw_feeds_are_told(scene: Scene) -> None:
    scene.operator.puts(NAME, b"<html><body>no</body></html>")
    assert scene.polls(report=DATED).error == "ErrorPage"
    scene.at(17, 5).operator.files.clear()
    assert scene.polls(report=DATED).cause == "late_upstream"
    scene.at(17, 10).operator.puts(NAME, b"x\n")
    assert scene.polls(report=DATED).state == "completed"


def test_a_static_raw_file_is_polled(scene: Scene) -> None:
    scene.operator.puts("tp.csv", b"a,b\n1,2\n")
    first = scene.polls(report=STATIC)
    second = scene.at(18).polls(report=STATIC)
    assert (first.state, second.state) == ("completed", "completed")
    assert second.known_at_utc == scene.clock.now()


def test_a_replay_has_nothing_to_read(scene: Scene) -> None:
    scene.operator.puts(NAME, b"x\n")
    entry = scene.polls(report=DATED)
    feed, report = scene.house.report(DATED)
    assert replayable(scene.house, report, entry.window)
    with pytest.raises(ValueError, match="no decoder"):
        replay(scene.house, feed, report, [entry])
    assert [one.state for one in scene.house.ledger.entries()] == ["completed"]


def test_every_line_of_the_users_real_files_is_polled(bench: Bench, samples: Path) -> None:
    folder = samples / "documents"
    tables = UrlTableSettings(
        instructions=folder / "URL_Instructions.txt", lookup=folder / "URL_Lookup.txt"
    )
    scene = scene_of(bench)
    feeds = feeds_of(settings_of(bench.home.folder, url_tables=tables))
    scene.house = replace(scene.house, feeds=feeds)
    raw = [feed for feed in feeds if feed.dataset is None]
    assert [feed.id for feed in raw] == ["iso.raw.p-8a.nyiso"]
    for feed in raw:
        (report,) = feed.reports
        slot = next_slot(report, scene.clock.now())
        job = next(iter(jobs_at(scene.house, feed, report, slot, {})))
        name = job.url.rsplit("/", 1)[-1]
        scene.operator.puts(name, f"{report.code}\n1\n".encode())
        outcome = scene.takes(job)
        assert outcome.landed is not None
        assert [entry.state for entry in outcome.landed.entries] == ["completed"], report.name
        assert (job.whole.day is not None) == isinstance(report.at, DailyFile)
    watched = {summary.report for summary in scene.house.ledger.summaries()}
    assert watched == {feed.reports[0].name for feed in raw}
