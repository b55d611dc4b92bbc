"""Closed months become large parts sorted for asking; what nothing needs goes; no answer changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import polars as pl
import pytest

from tests.flow.conftest import Bench
from tests.flow.operator import flat
from tieline.datasets import INTERFACE_FLOW
from tieline.errors import Damaged
from tieline.flow import House, merge_days, merge_months, merging, sweep, tasks_of
from tieline.flow.layers import plan_months
from tieline.ledger import Part
from tieline.select import read
from tieline.store.census import census
from tieline.store.merged import Merging

REPORT = "nyiso:P-32"
FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=number) for number in (0, 1, 2, 30, 31, 32)]
LONG_AFTER = datetime(2026, 7, 1, tzinfo=UTC)


def fill(bench: Bench) -> None:
    """Some days of March and April; the second of each month is revised."""
    for day in DAYS:
        for flow in (1, 2) if day.day == 2 else (1,):
            data = flat(flow, ("00:00", "00:05", "12:00"), f"{day:%m/%d/%Y}")
            bench.bring(data, name=f"{day:%Y%m%d}ExternalLimitsFlows.csv")


def later(house: House) -> House:
    return replace(house, now=lambda: LONG_AFTER)


def compacted(house: House) -> int:
    done = [*merge_days(house, REPORT), *merge_months(house, REPORT)]
    return sum(len(one.left) for one in done)


def answers(bench: Bench, newest: int) -> Iterator[pl.DataFrame]:
    moments = (None, datetime(2026, 11, 1, tzinfo=UTC))
    for revisions, as_of, at in product(("latest", "first", "all"), moments, (None, newest // 2)):
        answer = read(
            bench.lake(),
            "interface_flow",
            datetime(2026, 3, 1, 5, tzinfo=UTC),
            datetime(2026, 5, 1, tzinfo=UTC),
            revisions=revisions,  # type: ignore[arg-type]
            as_of=as_of,
            at_sequence=at,
        )
        yield answer.polars().sort("stamp_utc", "interface_id", "known_at_utc", "report")


def test_months_become_parts_of_single_and_of_disputed_rows(bench: Bench) -> None:
    fill(bench)
    newest = bench.home.ledger.sequence()
    before = list(answers(bench, newest))
    stored = bench.stored()
    house = later(bench.house)
    assert compacted(house) > 0
    parts = bench.home.ledger.parts(report=REPORT)
    assert [(part.level, part.merged) for part in parts] == [(2, True)] * 4
    assert sorted(part.single for part in parts) == [False, False, True, True]
    assert parts[0].bounds == (("interface_id", "23316", "23324"),)
    assert bench.stored().equals(stored)
    for left, right in zip(before, answers(bench, newest), strict=True):
        assert left.equals(right)
    assert any(frame.height for frame in before)


def test_compacting_twice_is_compacting_once(bench: Bench) -> None:
    fill(bench)
    house = later(bench.house)
    assert tasks_of(house, REPORT)
    compacted(house)
    sequence, files = house.ledger.sequence(), house.parts.listing()
    assert compacted(house) == 0
    assert tasks_of(house, REPORT) == []
    assert (house.ledger.sequence(), house.parts.listing()) == (sequence, files)


def test_a_month_is_merged_again_when_it_is_worth_it(bench: Bench) -> None:
    fill(bench)
    house = later(bench.house)
    compacted(house)
    _, report = house.report(REPORT)
    merged = house.ledger.parts(report=REPORT)
    late = replace(merged[0], sha256="late", level=0, merged=False, rows=1)
    assert plan_months(report, [*merged, late], LONG_AFTER, thrifty=False)
    many = replace(merged[0], rows=1000)
    assert not plan_months(report, [many, *merged[1:], late], LONG_AFTER, thrifty=True)
    more = replace(late, rows=9)
    assert plan_months(report, [*merged, more], LONG_AFTER, thrifty=True)


def test_a_running_month_is_left_alone(bench: Bench) -> None:
    fill(bench)
    house = replace(bench.house, now=lambda: datetime(2026, 5, 2, tzinfo=UTC))
    compacted(house)
    levels = {part.day: part.level for part in house.ledger.parts() if part.day}
    assert all(levels[day] < 2 for day in DAYS if day.month == 4)
    assert date(2026, 3, 1) not in levels or levels[date(2026, 3, 1)] == 2


def test_a_damaged_part_is_not_merged(bench: Bench) -> None:
    fill(bench)
    house = later(bench.house)
    part = house.ledger.parts(report=REPORT)[0]
    path = house.parts.folder / part.path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Damaged, match="has hash"):
        compacted(house)
    assert part in house.ledger.parts(report=REPORT)


def test_rows_that_would_be_lost_stop_the_merge(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(bench)
    house = later(bench.house)
    sequence = house.ledger.sequence()
    add = Merging.add
    monkeypatch.setattr(Merging, "add", lambda self, rows: add(self, rows.head(rows.height - 1)))
    with pytest.raises(Damaged, match="would have changed their rows"):
        compacted(house)
    assert house.ledger.sequence() == sequence
    monkeypatch.undo()
    monkeypatch.setattr(
        Merging, "add", lambda self, rows: add(self, rows.with_columns(pl.col("flow_mw") + 1))
    )
    with pytest.raises(Damaged, match="would have changed their rows"):
        compacted(house)
    assert house.ledger.sequence() == sequence


def test_orphans_go_when_they_are_old_and_nobody_writes(bench: Bench) -> None:
    fill(bench)
    house = bench.house
    part = house.ledger.parts(report=REPORT)[0]
    folder = (house.parts.folder / part.path).parent
    orphan, half = folder / "orphan.parquet", folder.parent / ".merged.1.x.tmp"
    for file in (orphan, half):
        file.write_bytes(b"left by a crash")
    assert sweep(house).orphans == 0
    for path in (orphan, half, *(house.parts.folder / one for one in house.parts.listing())):
        _age(path, timedelta(days=2))
    assert sweep(house, dry_run=True).orphans == 2
    with house.merging(REPORT) as ours:
        assert ours
        assert sweep(house).orphans == 0
    assert sweep(house).orphans == 2
    assert not orphan.exists() and not half.exists()
    assert set(house.parts.listing()) == {one.path for one in house.ledger.parts()}
    assert sweep(house).orphans == 0


def _age(path: Path, by: timedelta) -> None:
    then = (datetime.now(UTC) - by).timestamp()
    os.utime(path, (then, then))


def test_a_part_written_before_a_column_was_added_is_read_and_merged(bench: Bench) -> None:
    fill(bench)
    house = later(bench.house)
    old = house.ledger.parts(report=REPORT)
    for part in old:
        path = house.parts.folder / part.path
        pl.read_parquet(path).drop("neighbour", "export_limit_mw").write_parquet(path)
    named = [(part.path, part.sequence or 0) for part in old]
    rows = house.parts.read(INTERFACE_FLOW, named).collect()
    assert rows["neighbour"].null_count() == rows.height
    counted = census(house.parts, INTERFACE_FLOW, named)
    assert counted.rows == rows.height == sum(part.rows for part in old)


def test_chunks_and_files_hold_all_rows(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks and files of a few rows: nothing is lost at any seam."""
    monkeypatch.setattr(merging, "CHUNK", 4)
    monkeypatch.setattr(merging, "MOST_ROWS", 8)
    fill(bench)
    stored = bench.stored()
    house = later(bench.house)
    compacted(house)
    parts: list[Part] = house.ledger.parts(report=REPORT)
    assert len(parts) > 4
    assert bench.stored().equals(stored)
    for part in parts:
        ids = pl.read_parquet(house.parts.folder / part.path)["interface_id"]
        assert ids.is_sorted()
