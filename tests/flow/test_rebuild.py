"""A ledger that was lost comes back from the raw store, with every known time and every hole."""

from __future__ import annotations

import importlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.flow.conftest import Bench, bench_of
from tests.flow.operator import Scene, flat, scene_of, zip_of
from tests.flow.rebuilt import lost_and_rebuilt
from tests.flow.worlds import VALUES, live
from tieline.assemble import lake_of, opened, settings_of
from tieline.emulate.faults import parse
from tieline.flow import House, Rebuilt, orphaned, rebuild
from tieline.markettime import day_window
from tieline.select import Certificate, read
from tieline.values import Window

REPORT = "nyiso:P-32"
SEED = int(os.environ.get("TIELINE_SEED", "1"))
FILE = "20260302ExternalLimitsFlows.csv"
DAY = date(2026, 3, 2)
KINDS = (
    "http_500", "empty_200", "truncated", "html_200", "missing_interval", "shrunk",
    "text_in_number", "renamed_column", "wrong_day", "error_in_zip", "clock_skew",
)  # fmt: skip
FAULTS = json.dumps({"faults": [{"name": name, "rate": 0.06} for name in KINDS]})
SPAN = Window(*day_window("America/New_York", DAY))


def rebuilt(house: House, name: str = REPORT) -> Rebuilt:
    feed, report = house.report(name)
    return rebuild(house, feed, report, lambda: None)


def lost(folder: Path) -> None:
    """The ledger and the lake are gone."""
    for path in folder.glob("ledger.sqlite*"):
        path.unlink()
    shutil.rmtree(folder / "parts", ignore_errors=True)


def again(bench: Bench, now: Callable[[], datetime], reports: tuple[str, ...]) -> Bench:
    """The same home opened anew after its ledger was lost, and rebuilt."""
    folder = bench.home.folder
    bench.home.ledger.close()
    lost(folder)
    with opened(settings_of(folder)) as home:
        fresh = bench_of(home, bench.folder)
        fresh.house = replace(fresh.house, now=now)
        for name in reports:
            assert rebuilt(fresh.house, name).damage == []
    return fresh


def facts(certificate: Certificate) -> tuple[object, ...]:
    holes = [(gap.report, gap.start_utc, gap.end_utc, gap.cause) for gap in certificate.gaps]
    return certificate.complete, certificate.expected, certificate.received, sorted(holes)


def rows_of(bench: Bench, dataset: str, **knobs: object) -> pl.DataFrame:
    start, end = SPAN.start - timedelta(days=1), SPAN.end + timedelta(days=2)
    answer = read(lake_of(bench.home, bench.house.now), dataset, start, end, **knobs)  # type: ignore[arg-type]
    frame = answer.polars()
    return frame.drop("entry_id", "row_sequence", strict=False).sort(frame.columns[:8])


@pytest.mark.slow
def test_every_answer_is_as_before(bench: Bench) -> None:
    reports = tuple(f"nyiso:{code}" for code in VALUES)
    end = SPAN.end
    house = live(
        bench,
        reports,
        end - timedelta(hours=5),
        end + timedelta(hours=14),
        DAY,
        faults=parse(FAULTS),
        every=timedelta(hours=1),
    )
    bench.house = house
    datasets = sorted(
        {
            feed.dataset.name
            for feed in house.feeds
            if feed.dataset and feed.reports[0].name in reports
        }
    )
    moments = [end + timedelta(hours=hours) for hours in (-4, -2, 1, 6, 14)]

    def answers(of: Bench) -> list[object]:
        found: list[object] = []
        for dataset in datasets:
            for revisions in ("latest", "first", "all"):
                found.append(rows_of(of, dataset, revisions=revisions).to_dicts())
            found += [rows_of(of, dataset, as_of=moment).to_dicts() for moment in moments]
            answer = read(lake_of(of.home, of.house.now), dataset, SPAN.start, SPAN.end)
            found.append(facts(answer.certificate))
        return found

    before = answers(bench)
    fresh = again(bench, house.now, reports)
    assert answers(fresh) == before


@pytest.mark.slow
def test_a_random_life_answers_as_before(tmp_path: Path) -> None:
    outcome = lost_and_rebuilt(SEED, tmp_path)
    assert outcome.wrong == []
    assert outcome.questions > 20 and outcome.rows > 1000


@pytest.fixture
def scene(bench: Bench) -> Scene:
    return scene_of(bench)


def test_archives_imports_and_failures_come_back(scene: Scene) -> None:
    scene.operator.puts(FILE, flat(1, ("00:00",)))
    scene.at(18).polls()
    scene.at(19).polls()
    scene.operator.puts(
        FILE, flat(2, ("00:00", "00:05")), modified=datetime(2026, 3, 2, 19, 30, tzinfo=UTC)
    )
    scene.at(20).polls()
    del scene.operator.files[FILE]
    scene.at(21).takes(replace(scene.job(), otherwise=None))
    scene.bench.bring(flat(3, ("00:00",)), "05:00")
    scene.bench.bring(flat(4, ("00:00",)), "09:00")
    scene.bench.bring(b"no csv", "10:00")
    archive = zip_of({FILE: flat(5, ("00:00", "00:05")), "20260303ExternalLimitsFlows.csv": b""})
    scene.operator.puts("20260301ExternalLimitsFlows_csv.zip", archive)
    scene.at(9, day=date(2026, 4, 20)).takes(scene.archive(DAY, date(2026, 3, 4)))
    house, before = scene.house, scene.bench.stored()
    entries = _told(house)
    gaps = house.ledger.gaps()
    marks = house.ledger.watermarks()

    fresh = again(scene.bench, scene.clock.now, (REPORT,))

    assert before.height > 6
    assert fresh.stored().equals(before)
    assert _told(fresh.house) == entries
    assert fresh.home.ledger.gaps() == gaps
    assert [(mark.high_utc, mark.contiguous_utc) for mark in fresh.home.ledger.watermarks()] == [
        (mark.high_utc, mark.contiguous_utc) for mark in marks
    ]


def _told(house: House) -> list[tuple[object, ...]]:
    """What every entry says, without the numbers of this ledger."""
    return sorted(
        (
            str(entry.window),
            str(entry.fetched_at_utc),
            entry.member or "",
            entry.state,
            entry.error or "",
            entry.cause or "",
            entry.payload_sha256 or "",
            str(entry.known_at_utc),
            entry.known_basis or "",
            entry.counts.read,
            entry.counts.new,
            entry.counts.revised,
        )
        for entry in house.ledger.entries()
        if entry.state != "superseded"
    )


def test_a_whole_ledger_takes_in_nothing(scene: Scene) -> None:
    scene.operator.puts(FILE, flat(1, ("00:00",)))
    scene.at(18).polls()
    scene.bench.bring(flat(3, ("00:00",)), "05:00")
    sequence = scene.house.ledger.sequence()
    done = rebuilt(scene.house)
    assert (done.notes, done.known, done.entries) == (2, 2, 0)
    assert scene.house.ledger.sequence() == sequence


def test_bytes_that_were_never_committed_are_taken_in(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.operator.puts(FILE, flat(1, ("00:00",)))
    with monkeypatch.context() as patched:
        patched.setattr(importlib.import_module("tieline.flow.step"), "land", _dies)
        with pytest.raises(KeyboardInterrupt):
            scene.at(18).polls()
    assert scene.bench.stored().height == 0
    done = rebuilt(scene.house)
    assert (done.notes, done.entries, done.rows) == (1, 1, 3)
    assert scene.bench.stored()["known_at_utc"].unique().to_list() == [
        datetime(2026, 3, 2, 18, tzinfo=UTC)
    ]


def _dies(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_damaged_object_is_named_and_the_others_come_back(scene: Scene) -> None:
    scene.operator.puts(FILE, flat(1, ("00:00",)))
    scene.at(18).polls()
    scene.operator.puts(FILE, flat(2, ("00:00",)))
    scene.at(19).polls()
    folder = scene.bench.home.folder
    (pack,) = (folder / "raw" / "packs").glob("*.pack")
    data = bytearray(pack.read_bytes())
    data[len(data) - 1] ^= 1
    scene.bench.home.ledger.close()
    lost(folder)
    pack.write_bytes(bytes(data))
    with opened(settings_of(folder)) as home:
        fresh = bench_of(home, scene.bench.folder)
        fresh.house = replace(fresh.house, now=scene.clock.now)
        done = rebuilt(fresh.house)
        assert len(done.damage) == 1
        assert done.entries == 1
        assert fresh.stored()["flow_mw"].unique().to_list() == [1.0]


def test_observations_of_a_report_without_a_feed_are_named(scene: Scene) -> None:
    scene.operator.puts(FILE, flat(1, ("00:00",)))
    scene.at(18).polls()
    assert orphaned(scene.house) == []
    rest = tuple(feed for feed in scene.house.feeds if REPORT not in {r.name for r in feed.reports})
    assert orphaned(replace(scene.house, feeds=rest)) == [REPORT]
