"""Verdicts: every row counted, other days and other reports refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.datasets import LMP, LOAD
from tieline.datasets.rows import identity, read_schema
from tieline.errors import Unreadable, WrongReport
from tieline.feeds import DailyFile, Label, Publisher, Report
from tieline.schema import Dataset
from tieline.validate import validate
from tieline.values import REJECTED, Slice, Verdict, Window
from tieline.values.normalised import Normalised

DAY = date(2024, 7, 1)
START = datetime(2024, 7, 1, 4, tzinfo=UTC)
ASKED = Slice("test:T", Window(START, START + timedelta(days=1)), DAY)
REPORT = Report(
    publisher=Publisher(
        id="test",
        name="Test",
        zone="America/New_York",
        clock="America/New_York",
        base_url="http://x/",
    ),
    code="T",
    title="Test",
    at=DailyFile(path="{day:%Y%m%d}t.csv"),
    label=Label(
        kind="start",
        column=("Time Stamp",),
        formats=(),
        zone="America/New_York",
        grid="PT5M",
        repeated="row_order",
    ),
    codes=(("area_id", ("a", "b")),),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=5),
    established_by="code",
)


def rows_of(
    cells: Sequence[tuple[int, str, float | None]], dataset: Dataset = LOAD, step: int = 5
) -> pl.DataFrame:
    """Canonical rows of (place on the grid, key, value)."""
    made = []
    for line, (place, key, value) in enumerate(cells, 2):
        stamp = START + timedelta(minutes=step * place)
        made.append(
            {
                "print": "final",
                "resolution": "PT5M",
                "stamp_utc": stamp,
                "interval_start_utc": stamp,
                "interval_end_utc": stamp + timedelta(minutes=step),
                "market_day": (stamp - timedelta(hours=4)).date(),
                "source_row": line,
                "area_id": key,
                "load_mw": value,
                "market": "RT5",
                "location_id": key,
                "energy_per_mwh": value,
                "price_per_mwh": value,
            }
        )
    schema = read_schema(dataset)
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in made], schema=schema)


def judged(
    rows: pl.DataFrame,
    rejected: list[tuple[int, str, str, str]] | None = None,
    *,
    cut_off: int = 0,
    dataset: Dataset = LOAD,
    asked: Slice = ASKED,
    report: Report = REPORT,
) -> Verdict:
    kept_out = pl.DataFrame(rejected or [], schema=REJECTED, orient="row")
    keys = rows.select(identity(dataset)).clear()
    made = Normalised(rows, rows.height + kept_out.height, kept_out, keys, keys, False, cut_off)
    verdict = validate(report, dataset, made, asked)
    counted = verdict.rows.height + verdict.duplicate + verdict.conflicting
    assert verdict.rows_read == counted + verdict.rejected.height
    key = [*identity(dataset), "print"]
    assert verdict.rows.select(key).is_unique().all()
    return verdict


def test_equal_rows_are_duplicates_and_others_conflicts() -> None:
    verdict = judged(
        rows_of([(0, "a", 1.0), (0, "b", 1.0), (0, "a", 2.0), (0, "b", 1.0), (0, "a", None)])
    )
    assert verdict.rows.select("source_row", "load_mw").rows() == [(5, 1.0), (6, None)]
    assert verdict.duplicate == 1
    assert verdict.conflicts.rows() == [
        (2, "load_mw", "1.0", "conflict"),
        (4, "load_mw", "2.0", "conflict"),
    ]


@settings(deadline=None, derandomize=True)
@given(
    cells=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from("ab"), st.sampled_from([None, 1.0, 2.0])),
        max_size=12,
    )
)
def test_the_last_printed_is_taken_and_all_are_counted(
    cells: list[tuple[int, str, float | None]],
) -> None:
    verdict = judged(rows_of(cells))
    last = {(place, key): value for place, key, value in cells}
    assert verdict.rows.height == len(last)
    equal = sum(last[place, key] == value for place, key, value in cells)
    assert verdict.duplicate == equal - len(last)


def test_too_many_unreadable_rows_refuse_the_payload() -> None:
    rows = rows_of([(place, "a", 1.0) for place in range(98)])
    bad = [(line, "Load", "?", "unreadable") for line in (200, 201, 202)]
    assert judged(rows, bad[:2]).rejected.height == 2
    with pytest.raises(Unreadable, match=r"3 of 101 rows .*line 200 Load '\?'"):
        judged(rows, bad)


def test_advisory_rows_and_a_cut_end_do_not_count_towards_the_share() -> None:
    rows = rows_of([(0, "a", 1.0), (1, "a", 1.0)])
    judged(rows, [(9, "Time Stamp", "x", "advisory")] * 5)
    judged(rows, [(9, "line", "07/0", "unreadable")], cut_off=1)


def test_another_day_is_refused_and_strays_are_rejected() -> None:
    day = [(place, "a", 1.0) for place in range(288)]
    with pytest.raises(WrongReport, match="2024-07-01, asked was 2024-06-30"):
        asked = Slice("test:T", ASKED.window, date(2024, 6, 30))
        judged(rows_of(day), asked=asked)
    verdict = judged(rows_of([*day, (288, "a", 1.0)]))
    assert verdict.rejected.row(0)[1:] == (
        "Time Stamp",
        "2024-07-02T04:00:00.000000+00:00",
        "unreadable",
    )
    assert verdict.rejected_keys.height == 1
    no_day = Slice("test:T", ASKED.window)
    assert judged(rows_of([(600, "a", 1.0)]), asked=no_day).rows.height == 1


def test_an_hourly_table_is_no_five_minute_report() -> None:
    with pytest.raises(WrongReport, match="another report"):
        judged(rows_of([(place, "a", 1.0) for place in range(24)], step=60))


def test_strange_values_are_warned_of_and_kept() -> None:
    verdict = judged(rows_of([(0, "a", 1e9), (1, "z", 1.0)]))
    assert verdict.rows.height == 2
    assert "load_mw outside -10000 to 250000, first line 2" in verdict.warnings[0]
    assert "unknown area_id: z" in verdict.warnings[1]


def test_a_derived_energy_part_must_be_equal() -> None:
    priced = replace(REPORT, codes=())
    alike = rows_of([(0, "a", 20.0), (0, "b", 20.02), (1, "a", 5.0)], LMP)
    assert judged(alike, dataset=LMP, report=priced).warnings == ()
    unlike = rows_of([(0, "a", 20.0), (0, "b", 21.0), (1, "a", 5.0)], LMP)
    (warning,) = judged(unlike, dataset=LMP, report=priced).warnings
    assert "at 1 of 2 stamps the energy part differs between locations, by up to 1.00" in warning


def test_nothing_in_nothing_out() -> None:
    verdict = judged(rows_of([]))
    assert (verdict.rows_read, verdict.warnings) == (0, ())
