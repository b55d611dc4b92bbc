"""Observations in any order of arrival give one answer, and keep every version of the bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest

from tests.flow.conftest import Bench, bench_of, p32
from tieline.assemble import opened, settings_of
from tieline.select import read

STAMPS = ("00:00", "00:05", "00:10")
A = p32(STAMPS, lambda stamp, point: 100)
B = p32(STAMPS, lambda stamp, point: 200 if point == "23316" else 100)
START, END = datetime(2026, 3, 2, 5, tzinfo=UTC), datetime(2026, 3, 3, 5, tzinfo=UTC)


def flows(bench: Bench, as_of: str | None, at_sequence: int | None = None) -> list[float]:
    """Flow of the PJM tie at each stamp, as known at `HH:MM` of 3 March."""
    moment = None
    if as_of is not None:
        hour, minute = as_of.split(":")
        moment = datetime(2026, 3, 3, int(hour), int(minute), tzinfo=UTC)
    answer = read(
        bench.lake(),
        "interface_flow",
        START,
        END,
        where={"interface_id": "23316"},
        as_of=moment,
        at_sequence=at_sequence,
    )
    return answer.polars().sort("stamp_utc")["flow_mw"].to_list()


@pytest.mark.parametrize("order", list(permutations([(A, "06:00"), (B, "07:00"), (A, "08:00")])))
def test_a_b_a_answers_the_same_in_any_order(
    tmp_path: Path, order: tuple[tuple[bytes, str], ...]
) -> None:
    with opened(settings_of(tmp_path / "home")) as home:
        bench = bench_of(home, tmp_path)
        for data, at in order:
            bench.bring(data, at)
        asked = {
            at: flows(bench, at) for at in ("05:59", "06:00", "06:59", "07:00", "08:00", "09:00")
        }
        entries = home.ledger.entries(reports=["nyiso:P-32"], states=["completed"])
        kept = {bench.house.raw.get(entry.payload_sha256 or "") for entry in entries}
    a, b = [100.0] * 3, [200.0] * 3
    assert asked == {
        "05:59": [],
        "06:00": a,
        "06:59": a,
        "07:00": b,
        "08:00": a,
        "09:00": a,
    }
    assert len(entries) == 3
    assert kept == {A, B}


def test_yesterdays_answer_stands_after_todays_late_import(bench: Bench) -> None:
    bench.bring(A, "06:00")
    bench.bring(A, "08:00")
    yesterday = bench.home.ledger.sequence()
    assert flows(bench, "07:30", at_sequence=yesterday) == [100.0] * 3
    bench.bring(B, "07:00")
    assert flows(bench, "07:30") == [200.0] * 3
    assert flows(bench, "07:30", at_sequence=yesterday) == [100.0] * 3
    assert flows(bench, None) == [100.0] * 3


def test_the_same_file_again_is_nothing_new(bench: Bench) -> None:
    first = bench.bring(A)
    again = bench.bring(A)
    assert first.landed is not None
    assert not first.own_known_time
    assert again.landed is None
    assert again.known_already == 1
    assert bench.home.ledger.sequence() == first.landed.sequence


def test_bytes_without_a_known_time_that_were_there_before_teach_nothing(bench: Bench) -> None:
    for data in (A, B, A):
        bench.bring(data)
    assert flows(bench, None) == [200.0] * 3


def test_stored_rows_do_not_depend_on_the_order(tmp_path: Path) -> None:
    versions = [
        (p32(STAMPS[:2], lambda stamp, point: 1), "06:00"),
        (p32(STAMPS, lambda stamp, point: 1), "07:00"),
        (p32(STAMPS, lambda stamp, point: 2 if stamp == "00:05" else 1), "08:00"),
        (p32((*STAMPS, "00:15"), lambda stamp, point: 1), "09:00"),
    ]
    stored: list[pl.DataFrame] = []
    for number, order in enumerate(permutations(versions)):
        with opened(settings_of(tmp_path / str(number))) as home:
            bench = bench_of(home, tmp_path)
            for data, at in order:
                bench.bring(data, at)
            stored.append(bench.stored())
    assert stored[0].height > 0
    for other in stored[1:]:
        assert stored[0].equals(other)
