"""Grids of a day: received + missing = expected, extras apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.feeds import DailyFile, Entity, Label, Publisher, Report
from tieline.validate import coverage, expected, missing

SINCE, CERTAIN, UNTIL = date(2024, 1, 1), date(2024, 11, 1), date(2024, 11, 4)
LABEL = Label(
    kind="end",
    column=("Time Stamp",),
    formats=(),
    zone="America/New_York",
    grid="PT1H",
    repeated="row_order",
)
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
    label=LABEL,
    entities=(
        Entity(key=(("area_id", "always"),)),
        Entity(key=(("area_id", "new"),), since=SINCE, certain=CERTAIN),
        Entity(key=(("area_id", "old"),), until=UNTIL),
    ),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=5),
    established_by="code",
)


def listed(*cells: tuple[datetime, str]) -> pl.DataFrame:
    schema = pl.Schema({"stamp_utc": pl.Datetime("us", "UTC"), "area_id": pl.String()})
    return pl.DataFrame(cells, schema=schema, orient="row")


def keys(day: date, seen: pl.DataFrame | None = None) -> list[str]:
    grid = expected(REPORT, day, seen)
    assert grid is not None
    return grid.keys["area_id"].to_list()


def test_entities_are_expected_by_their_days() -> None:
    seen = listed((datetime(2024, 3, 10, 12, tzinfo=UTC), "new"))
    assert keys(date(2023, 12, 31), seen) == ["always", "old"]
    assert keys(date(2024, 3, 10)) == ["always", "old"]
    assert keys(date(2024, 3, 10), seen) == ["always", "new", "old"]
    assert keys(CERTAIN) == ["always", "new", "old"]
    assert keys(UNTIL) == ["always", "new"]


@pytest.mark.parametrize(("day", "hours"), [(date(2024, 3, 10), 23), (date(2024, 11, 3), 25)])
def test_change_days_have_their_own_length(day: date, hours: int) -> None:
    grid = expected(REPORT, day)
    assert grid is not None
    assert grid.stamps.len() == hours
    assert grid.count == grid.rows().height == hours * grid.keys.height


def test_irregular_reports_expect_nothing() -> None:
    irregular = replace(REPORT, label=replace(LABEL, regular=False))
    rows = listed((datetime(2024, 3, 10, 12, tzinfo=UTC), "always"))
    found = coverage(irregular, date(2024, 3, 10), rows)
    assert (found.expected, found.received, found.missing.height) == (None, 1, 0)


@settings(deadline=None, derandomize=True)
@given(
    cells=st.lists(
        st.tuples(
            st.integers(0, 30), st.sampled_from([0, 0, 7]), st.sampled_from(["always", "old", "x"])
        ),
        max_size=60,
    )
)
def test_received_and_missing_are_the_expected(cells: list[tuple[int, int, str]]) -> None:
    start = datetime(2024, 11, 3, 4, tzinfo=UTC)
    rows = listed(*((start + timedelta(hours=h, minutes=m), key) for h, m, key in cells))
    found = coverage(REPORT, date(2024, 11, 3), rows)
    assert found.expected == found.received + found.missing.height == 75
    assert found.extras == rows.unique().height - found.received
    absent = missing(REPORT, date(2024, 11, 3), rows)
    assert absent.equals(found.missing)
    assert absent.join(rows, on=absent.columns, how="semi").height == 0


def test_a_running_day_is_judged_up_to_an_instant() -> None:
    until = datetime(2024, 11, 3, 6, 30, tzinfo=UTC)
    rows = listed(*((datetime(2024, 11, 3, 5 + h, tzinfo=UTC), "always") for h in range(4)))
    found = coverage(REPORT, date(2024, 11, 3), rows, until=until)
    assert (found.expected, found.received, found.extras) == (6, 2, 0)


def test_a_forecast_expects_its_vintage() -> None:
    forecast = replace(REPORT, vintage="day", days=6, label=replace(LABEL, kind="start"))
    grid = expected(forecast, date(2024, 11, 1))
    assert grid is not None
    assert grid.stamps.len() == 145
    assert grid.keys["vintage_utc"].unique().to_list() == [datetime(2024, 11, 1, 4, tzinfo=UTC)]
