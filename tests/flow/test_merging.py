"""Small parts become one and no answer changes by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Literal

import polars as pl
import pytest

from tests.flow.conftest import Bench, p32
from tests.flow.operator import flat
from tieline.flow import House, merge_report, sweep
from tieline.flow.layers import MANY
from tieline.ledger import Commit
from tieline.markettime import day_window
from tieline.select import read

REPORT, FEED = "nyiso:P-32", "iso.rt.interface_flow.nyiso"
START, END = day_window("America/New_York", date(2026, 3, 2))
REVISIONS: tuple[Literal["latest", "first", "all"], ...] = ("latest", "first", "all")


def fill(bench: Bench, versions: int = 8) -> None:
    """Versions of a growing file that revises itself, and one late one."""
    stamps: list[str] = []
    for number in range(versions):
        stamps.append(f"{number // 12:02}:{number % 12 * 5:02}")
        data = flat(number // 3, stamps)
        bench.bring(data, f"{6 + number // 60:02}:{number % 60:02}")
    bench.bring(p32(stamps[:3], lambda stamp, point: 0.5), "05:00")


def answers(bench: Bench, newest: int) -> Iterator[pl.DataFrame]:
    """What every way of asking gives, sequences up to `newest`."""
    moments = (
        None,
        datetime(2026, 3, 3, 5, 30, tzinfo=UTC),
        datetime(2026, 3, 3, 6, 4, tzinfo=UTC),
    )
    for revisions, as_of, at in product(REVISIONS, moments, (None, newest - 2, newest // 2)):
        found = read(
            bench.lake(),
            "interface_flow",
            START,
            END,
            revisions=revisions,
            as_of=as_of,
            at_sequence=at,
        ).polars()
        yield found.sort("stamp_utc", "interface_id", "known_at_utc")


def test_a_closed_day_becomes_one_part_and_answers_stay(bench: Bench) -> None:
    fill(bench)
    newest = bench.home.ledger.sequence()
    before = list(answers(bench, newest))
    stored = bench.stored()
    assert len(bench.home.ledger.parts()) == 9
    assert merge_report(bench.house, FEED, REPORT) == 9
    (part,) = bench.home.ledger.parts()
    assert part.merged
    assert bench.home.ledger.sequence() == newest + 1
    assert bench.stored().equals(stored)
    for left, right in zip(before, answers(bench, newest), strict=True):
        assert left.equals(right)
    assert any(frame.height for frame in before)
    assert merge_report(bench.house, FEED, REPORT) == 0


def test_a_merged_day_is_folded_on(bench: Bench) -> None:
    """A late file after the merge changes the past as if nothing had been merged."""
    fill(bench)
    merge_report(bench.house, FEED, REPORT)
    late = p32(("00:00", "00:05", "00:10"), lambda stamp, point: 42)
    bench.bring(late, "05:30")
    assert len(bench.home.ledger.parts()) == 2
    merged = bench.stored()
    assert merge_report(bench.house, FEED, REPORT) == 2
    assert bench.stored().equals(merged)
    assert 42.0 in set(merged["flow_mw"])


def at_noon(house: House) -> House:
    return replace(house, now=lambda: START + timedelta(hours=12))


def test_a_running_day_is_merged_when_it_has_many(bench: Bench) -> None:
    house = at_noon(bench.house)
    fill(bench, MANY - 2)
    assert len(bench.home.ledger.parts()) == MANY - 1
    assert merge_report(house, FEED, REPORT) == 0
    bench.bring(p32(("11:00",), lambda stamp, point: 1), "04:00")
    stored = bench.stored()
    assert merge_report(house, FEED, REPORT) == MANY
    assert len(bench.home.ledger.parts()) == 1
    assert bench.stored().equals(stored)


def test_two_merges_at_once_leave_one_part(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(bench)
    stored = bench.stored()
    commit = type(bench.home.ledger).commit
    merged: list[int] = []

    elsewhere = replace(bench.house, locks=bench.folder / "locks of another host")

    def interrupted(ledger: object, told: Commit) -> int:
        monkeypatch.undo()
        assert merge_report(bench.house, FEED, REPORT) == 0
        merged.append(merge_report(elsewhere, FEED, REPORT))
        return commit(ledger, told)  # type: ignore[arg-type]

    monkeypatch.setattr(type(bench.home.ledger), "commit", interrupted)
    assert merge_report(bench.house, FEED, REPORT) == 0
    assert merged == [9]
    assert len(bench.home.ledger.parts()) == 1
    assert bench.stored().equals(stored)


def test_merged_files_go_when_no_reader_can_still_want_them(bench: Bench) -> None:
    fill(bench)
    old = {part.path for part in bench.home.ledger.parts()}
    merge_report(bench.house, FEED, REPORT)
    assert old < set(bench.house.parts.listing())
    bench.bring(p32(("00:00",), lambda stamp, point: 42), "05:30")
    merge_report(bench.house, FEED, REPORT)
    assert sweep(bench.house).replaced == 0
    assert old < set(bench.house.parts.listing())
    after = bench.house.grace + timedelta(minutes=1)
    later = replace(bench.house, beat=lambda: datetime.now(UTC) + after)
    stored = bench.stored()
    assert sweep(later).replaced == len(old) + 2
    assert sweep(later).replaced == 0
    named = {part.path for part in bench.home.ledger.parts()}
    assert named == set(bench.house.parts.listing())
    assert bench.stored().equals(stored)


@pytest.mark.slow
def test_days_leave_a_part_each(bench: Bench) -> None:
    """Three weeks of many versions a day: as many files as days, whatever was committed."""
    days = [date(2026, 3, 2) + timedelta(days=number) for number in range(21)]
    for day in days:
        for flow in (1, 2, 3):
            bench.bring(
                flat(flow, ("00:00", "00:05"), f"{day:%m/%d/%Y}"),
                name=f"{day:%Y%m%d}ExternalLimitsFlows.csv",
            )
    assert len(bench.home.ledger.parts()) == 3 * len(days)
    merge_report(bench.house, FEED, REPORT)
    assert [part.day for part in bench.home.ledger.parts()] == days
