"""The daemon lives through midnights, change days and a month's end as fast as its work is done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.flow.conftest import Bench, bench_of
from tests.flow.operator import balanced
from tests.flow.worlds import VALUES, live, told, told_true
from tieline.assemble import lake_of, opened, settings_of
from tieline.emulate.faults import parse
from tieline.markettime import day_window
from tieline.select import read

REPORTS = tuple(f"nyiso:{code}" for code in VALUES)
HOUR = timedelta(hours=1)


def latest(bench: Bench, code: str, day: date) -> pl.DataFrame:
    """What the lake says of a day at last, under the truth's columns."""
    key, columns = VALUES[code]
    start, _ = day_window("America/New_York", day)
    stored = bench.stored(f"nyiso:{code}")
    mine = pl.col("vintage_utc") == start if code == "P-7" else pl.col("market_day") == day
    return (
        stored.filter(mine)
        .unique(("stamp_utc", key), keep="last", maintain_order=True)
        .filter(pl.col("state") == "live")
        .select("stamp_utc", key, *columns.values())
        .sort("stamp_utc", key)
    )


def assert_true(bench: Bench, code: str, day: date) -> None:
    found, right = latest(bench, code, day), told_true(code, day)
    key, columns = VALUES[code]
    both = found.join(right, on=["stamp_utc", key], how="full", suffix=":true")
    assert both.height == found.height == right.height, (code, day, found.height, right.height)
    for name in columns.values():
        off = both.filter((pl.col(name) - pl.col(f"{name}:true")).abs() > 0.006)
        assert off.height == 0, (code, day, off.head(3))
        assert both[name].is_null().equals(both[f"{name}:true"].is_null()), (code, day, name)


def lives(bench: Bench, day: date, hours: float = 13.5) -> None:
    """From two hours before a day's end until every report of it is settled."""
    end = day_window("America/New_York", day)[1]
    live(bench, REPORTS, end - 2 * HOUR, end + hours * HOUR, day, every=HOUR)
    assert told(bench.happenings) == []


@pytest.mark.slow
@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])
def test_a_change_day_is_what_the_operator_said(bench: Bench, day: date) -> None:
    lives(bench, day)
    for code in VALUES:
        assert_true(bench, code, day)
    assert [one for one in bench.home.ledger.entries() if not balanced(one.counts)] == []
    after = day + timedelta(days=1)
    closed = {
        report: next(count for count in bench.home.ledger.days(report) if count.day == day)
        for report in REPORTS
    }
    assert {report: count.hole_utc for report, count in closed.items()} == dict.fromkeys(REPORTS)
    for mark in bench.home.ledger.watermarks():
        assert mark.contiguous_utc is not None
        assert mark.contiguous_utc >= day_window("America/New_York", day)[1], mark
    gaps = [gap for gap in bench.home.ledger.gaps() if gap.day not in (after, None)]
    assert gaps == []
    start, end = day_window("America/New_York", day)
    now = end + 13 * HOUR
    answer = read(lake_of(bench.home, lambda: now), "iso.rt.interface_flow.nyiso", start, end)
    assert answer.certificate.complete
    assert answer.certificate.expected == answer.certificate.received
    assert answer.polars().height == told_true("P-32", day).height


@pytest.mark.slow
def test_a_month_that_ended_long_ago_comes_from_its_archive(bench: Bench) -> None:
    """Days out of direct reach come by month; once they are there nobody asks again."""
    start = datetime(2026, 3, 24, 15, 50, tzinfo=UTC)
    reports = ("nyiso:P-32", "nyiso:P-63")
    first = date(2026, 3, 13)
    live(bench, reports, start, start + timedelta(minutes=1), first, every=HOUR)
    assert told(bench.happenings) == []
    for code in ("P-32", "P-63"):
        assert_true(bench, code, first)
        assert_true(bench, code, date(2026, 3, 22))
    urls = [one.url or "" for one in bench.home.ledger.entries(day=first)]
    assert all(url.endswith("_csv.zip") for url in urls)
    before = len(bench.home.ledger.entries())
    live(bench, reports, start + HOUR / 12, start + HOUR / 10, first, every=HOUR)
    assert len(bench.home.ledger.entries()) == before


@pytest.mark.slow
def test_a_life_with_faults_ends_true_once_they_are_over(tmp_path: Path) -> None:
    day = date(2026, 3, 7)
    end = day_window("America/New_York", day)[1]
    faults = parse(
        '{"faults": [{"name": "http_500", "rate": 0.2}, {"name": "html_200", "rate": 0.1},'
        ' {"name": "truncated", "rate": 0.1}, {"name": "shrunk", "rate": 0.1},'
        ' {"name": "text_in_number", "rate": 0.1}, {"name": "empty_200", "rate": 0.1}]}'
    )
    reports = ("nyiso:P-32", "nyiso:P-58B")
    with opened(settings_of(tmp_path / "home")) as home:
        bench = bench_of(home, tmp_path)
        live(bench, reports, end - 4 * HOUR, end + HOUR, day, faults=faults, every=HOUR / 2)
        assert any(one.state == "failed" for one in home.ledger.entries())
        live(bench, reports, end + HOUR, end + 8 * HOUR, day, every=HOUR)
        assert told(bench.happenings) == []
        for code in ("P-32", "P-58B"):
            assert_true(bench, code, day)
        assert [one for one in home.ledger.entries() if not balanced(one.counts)] == []
        assert [gap for gap in home.ledger.gaps() if gap.day == day] == []


def test_a_catch_up_that_was_stopped_goes_on_with_the_next_month(bench: Bench) -> None:
    """One archive is there, the other not yet; a life that begins at the same moment asks for it."""
    start = datetime(2026, 3, 12, 15, 50, tzinfo=UTC)
    reports, end = ("nyiso:P-7",), start + timedelta(minutes=1)
    live(bench, reports, start, end, date(2026, 3, 1))
    assert not [one for one in bench.home.ledger.entries() if one.day == date(2026, 2, 27)]
    live(bench, reports, start, end, date(2026, 2, 27))
    (entry,) = bench.home.ledger.entries(day=date(2026, 2, 27))
    assert (entry.state, entry.fetched_at_utc) == ("completed", start)
