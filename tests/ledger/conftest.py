"""A ledger of its own, and small records to write into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tieline.ledger import Counts, DayCount, Entry, Gap, Ledger, Part, open_ledger
from tieline.markettime import day_window
from tieline.values import Slice, Window

REPORT = "nyiso:P-58B"
FEED = "iso.rt.load.nyiso"
DAY = date(2026, 3, 2)
T0 = datetime(2026, 3, 3, 6, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a ledger lies that any of the two databases keeps."""
    if request.param == "sqlite":
        return tmp_path / "ledger.sqlite"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def ledger(place: Path | str) -> Iterator[Ledger]:
    opened = open_ledger(place)
    yield opened
    opened.close()


def window(day: date = DAY) -> Window:
    return Window(*day_window("America/New_York", day))


def slice_of(day: date = DAY) -> Slice:
    return Slice(REPORT, window(day), day)


def entry(entry_id: int, day: date | None = DAY, **told: Any) -> Entry:
    """A completed entry with two new rows, unless told otherwise."""
    values: dict[str, Any] = {
        "entry_id": entry_id,
        "observation_id": entry_id,
        "report": REPORT,
        "window": window(day or DAY),
        "day": day,
        "state": "completed",
        "origin": "collect",
        "recipe": "1-x",
        "fetched_at_utc": T0 + timedelta(minutes=entry_id),
        "payload_sha256": f"{entry_id:064x}",
        "content_sha256": f"{entry_id:064x}",
        "known_at_utc": T0,
        "known_basis": "fetched",
        "cover": Window(window(day or DAY).start, window(day or DAY).end - timedelta(minutes=5)),
        "counts": Counts(read=2, new=2),
    }
    return Entry(**(values | told))


def part(name: str, start: datetime, end: datetime, **told: Any) -> Part:
    values: dict[str, Any] = {
        "sha256": name,
        "path": f"load/{FEED}/202603/{name}.parquet",
        "dataset": "load",
        "feed": FEED,
        "report": REPORT,
        "rows": 2,
        "bytes": 100,
        "merged": False,
        "stamps": (start, end),
        "known": (T0, T0),
        "day": DAY,
    }
    return Part(**(values | told))


def gap(day: date, start: datetime, cause: Any = "late_upstream") -> Gap:
    return Gap(
        feed=FEED,
        report=REPORT,
        start_utc=start,
        end_utc=start + timedelta(minutes=5),
        cause=cause,
        missing=11,
        day=day,
    )


def day_count(day: date, hole: datetime | None = None, received: int = 3168) -> DayCount:
    return DayCount(
        feed=FEED,
        report=REPORT,
        day=day,
        expected=3168,
        received=received,
        extras=0,
        high_utc=T0,
        hole_utc=hole,
    )
