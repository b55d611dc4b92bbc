"""A part that is missing or damaged is made again by a replay: nothing is damaged then, no answer differs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.flow.conftest import Bench
from tests.sinks.worlds import life
from tieline.errors import Damaged
from tieline.flow import lost_in, merge_report, replay, replayable
from tieline.flow.verifying import check_parts, derive, groups
from tieline.markettime import day_window
from tieline.select import Question, Revisions, answer
from tieline.select.footers import _shelf
from tieline.select.nearby import nearby
from tieline.values import Window

REPORT = "nyiso:P-32"
FEED = "iso.rt.interface_flow.nyiso"
DAY = Window(*day_window("America/New_York", datetime(2026, 3, 2, tzinfo=UTC).date()))
REVISIONS: tuple[Revisions, ...] = ("latest", "all")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(bytes(data))


BREAK: dict[str, Callable[[Path], None]] = {"flipped": flip, "missing": Path.unlink}


def answers(bench: Bench, head: int) -> dict[tuple[int, str], pl.DataFrame]:
    """What the lake says at every sequence up to `head`, the latest and every revision."""
    nearby.cache_clear()
    _shelf.cache_clear()
    told: dict[tuple[int, str], pl.DataFrame] = {}
    for at in range(1, head + 1):
        for revisions in REVISIONS:
            question = Question(dataset="interface_flow", at_sequence=at, revisions=revisions)
            told[at, revisions] = answer(bench.lake(), question).polars()
    return told


def assert_sound(bench: Bench) -> None:
    house = bench.house
    assert list(check_parts(house, lambda path: None)) == []
    assert [derive(house, one).damage for one in groups(house, None)] == [(), ()]


def repair(bench: Bench) -> int:
    """Replay one day; gives how many parts were made again."""
    feed, report = bench.house.report(REPORT)
    lost = lost_in(bench.house, feed, report, DAY)
    done = replay(bench.house, feed, report, replayable(bench.house, report, DAY), lost)
    return len(done.repaired)


def lived(bench: Bench, *, merged: bool) -> None:
    commits = life(bench)
    for what in commits:
        if not merged and "redundant" in what:
            return


@pytest.mark.parametrize("how", list(BREAK))
@pytest.mark.parametrize("merged", [False, True], ids=["loose", "merged"])
def test_a_lost_part_is_made_again(bench: Bench, how: str, merged: bool) -> None:
    lived(bench, merged=merged)
    for part in bench.home.ledger.parts(report=REPORT):
        head = bench.home.ledger.sequence()
        before = answers(bench, head)
        rows = sum(one.rows for one in bench.home.ledger.parts())
        BREAK[how](bench.house.parts.folder / part.path)
        assert len(list(check_parts(bench.house, lambda path: None))) == 1
        assert repair(bench) == 1
        assert sum(one.rows for one in bench.home.ledger.parts()) == rows
        assert_sound(bench)
        assert_same(before, answers(bench, head))
        assert repair(bench) == 0
    merge_report(bench.house, FEED, REPORT)
    assert_sound(bench)


def test_all_parts_lost_at_once_are_made_again(bench: Bench) -> None:
    lived(bench, merged=False)
    head = bench.home.ledger.sequence()
    before = answers(bench, head)
    parts = bench.home.ledger.parts(report=REPORT)
    for part in parts:
        (bench.house.parts.folder / part.path).unlink()
    assert repair(bench) == len(parts)
    assert_sound(bench)
    assert_same(before, answers(bench, head))


def test_what_cannot_be_read_again_names_the_backup(bench: Bench) -> None:
    lived(bench, merged=False)
    part = bench.home.ledger.parts(report=REPORT, stamps=DAY)[0]
    (bench.house.parts.folder / part.path).unlink()
    for path in (bench.home.folder / "raw").rglob("*"):
        if path.is_file() and "sidecar" not in str(path):
            path.unlink()
    with pytest.raises(Damaged):
        repair(bench)
    assert part in bench.home.ledger.parts(report=REPORT)


def assert_same(
    before: dict[tuple[int, str], pl.DataFrame],
    after: dict[tuple[int, str], pl.DataFrame],
) -> None:
    differing = [knobs for knobs, told in before.items() if not told.equals(after[knobs])]
    assert not differing, differing
