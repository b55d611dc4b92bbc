"""Over which time an imported file is certified: that of its own intervals, and no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.flow.mutilated import address_of, root
from tieline.emulate.server import sites
from tieline.feeds import DailyFile, StaticFile
from tieline.sources import FEEDS

DAY = date(2026, 8, 4)
AT = datetime(2026, 8, 5, 13, 3, tzinfo=UTC)


def certificate(run: Run, put: Callable[[str, bytes], Path], name: str) -> Any:
    (report,) = (one for feed in FEEDS for one in feed.reports if one.name == name)
    day: tuple[str, ...] = ()
    if isinstance(report.at, DailyFile):
        path, day = address_of(report, DAY), ("--day", str(DAY))
    else:
        assert isinstance(report.at, StaticFile)
        path = root(report) + report.at.path
    file = sites(1)[report.publisher.id].file(path, int(AT.timestamp()))
    assert file is not None
    given = put(path.rsplit("/", 1)[-1], file.body)
    asked = ("import", name, given, *day, "--fetched-at", AT.isoformat(), "--json")
    (line,) = run(*asked).json()
    assert line["new"] > 0
    return line["certificate"]


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("isone:fiveminutelmp", 5),
        ("miso:MarketPricing/GetLmpConsolidatedTable/HourlyIntegratedLMP", 60),
        ("nyiso:P-32-CURRENT", 5),
    ],
)
def test_a_display_of_one_stamp_is_certified_over_its_interval(
    run: Run, put: Callable[[str, bytes], Path], name: str, minutes: int
) -> None:
    told = certificate(run, put, name)
    start, end = (datetime.fromisoformat(told[side]) for side in ("start", "end"))
    assert end - start == timedelta(minutes=minutes)
    assert end <= AT + timedelta(minutes=minutes)
    assert 0 < told["received"] <= told["expected"]
    assert told["complete"] is (told["received"] == told["expected"])


def test_a_display_of_a_day_is_certified_over_all_its_intervals(
    run: Run, put: Callable[[str, bytes], Path]
) -> None:
    told = certificate(run, put, "miso:FuelMix/Today")
    start, end = (datetime.fromisoformat(told[side]) for side in ("start", "end"))
    assert start == datetime(2026, 8, 5, 5, tzinfo=UTC)
    assert AT - timedelta(minutes=10) < end <= AT + timedelta(minutes=5)
    assert told["expected"] == told["received"] == 8 * ((end - start) // timedelta(minutes=5))


@pytest.mark.parametrize(
    ("name", "start", "end", "expected"),
    [
        ("nyiso:P-7", "2026-08-04T04:00:00Z", "2026-08-10T04:00:00Z", 6 * 24 * 12),
        ("isone:sevendayforecast", "2026-08-05T04:00:00Z", "2026-08-11T04:00:00Z", None),
        ("miso:df_al/forecast", "2026-08-03T05:00:00Z", "2026-08-10T05:00:00Z", None),
    ],
)
def test_a_file_of_several_days_is_certified_over_them(
    run: Run,
    put: Callable[[str, bytes], Path],
    name: str,
    start: str,
    end: str,
    expected: int | None,
) -> None:
    told = certificate(run, put, name)
    assert (told["start"], told["end"], told["expected"]) == (start, end, expected)
    assert told["received"] > 24 if expected is None else told["received"] == expected
