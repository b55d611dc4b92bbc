"""An import in another process while the daemon lives: the lake has what either order would give."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.flow.conftest import Bench, bench_of
from tests.flow.operator import balanced
from tests.flow.worlds import SEED, live, told
from tieline.assemble import opened, settings_of
from tieline.emulate.nyiso import Nyiso
from tieline.flow import import_file
from tieline.markettime import day_window

DAY = date(2026, 3, 2)
REPORT = "nyiso:P-32"
START, _ = day_window("America/New_York", DAY)
NAME = "20260302ExternalLimitsFlows.csv"
SPAWNED = multiprocessing.get_context("spawn")


def versions(folder: Path) -> list[tuple[Path, datetime]]:
    """The day's file as it stood every hour of its first eight."""
    world = Nyiso(SEED)
    made = []
    for number in range(1, 9):
        at = START + number * timedelta(hours=1)
        file = world.file(f"public/csv/ExternalLimitsFlows/{NAME}", int(at.timestamp()))
        assert file is not None
        path = folder / f"{number}_{NAME}"
        path.write_bytes(file.body)
        made.append((path, at))
    return made


def bring(home: str, files: Sequence[tuple[Path, datetime]], begin: object = None) -> None:
    """Another process: import some files, the newest first, so that each changes the past."""
    with opened(settings_of(home)) as opened_home:
        bench = bench_of(opened_home, Path(home))
        feed, report = bench.house.report(REPORT)
        if begin is not None:
            begin.wait(60)  # type: ignore[attr-defined]
        for path, at in reversed(files):
            import_file(bench.house, feed, report, path, day=DAY, fetched_at=at)


def lived(bench: Bench) -> None:
    begin, end = START + timedelta(hours=9), START + timedelta(hours=12)
    live(bench, (REPORT,), begin, end, DAY, every=timedelta(minutes=15))


@pytest.mark.slow
def test_an_import_beside_the_daemon_loses_nothing(tmp_path: Path) -> None:
    files = versions(tmp_path)
    stored: list[pl.DataFrame] = []
    for name in ("after", "beside"):
        folder = str(tmp_path / name)
        with opened(settings_of(folder)) as home:
            bench = bench_of(home, tmp_path)
            if name == "after":
                lived(bench)
                bring(folder, files)
            else:
                begin = SPAWNED.Barrier(2)
                other = SPAWNED.Process(target=bring, args=(folder, files, begin))
                other.start()
                begin.wait(60)
                lived(bench)
                other.join(120)
                assert other.exitcode == 0
            assert told(bench.happenings) == []
            entries = home.ledger.entries(reports=[REPORT])
            assert [one for one in entries if not balanced(one.counts)] == []
            assert len({one.sequence for one in entries}) == len(entries)
            stored.append(bench.stored())
    assert stored[0].height > 0
    assert stored[0].equals(stored[1])
