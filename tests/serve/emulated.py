"""A lake of two emulated days of New York, and an application over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from starlette.testclient import TestClient

from tieline.assemble import house_of, lake_of, opened, settings_of
from tieline.emulate import eastern
from tieline.emulate.nyiso import Nyiso
from tieline.emulate.nyiso.facts import KINDS, NOTICES
from tieline.flow import import_file
from tieline.select import Lake
from tieline.serve.api import create_app

SEED = 11
SITE = Nyiso(SEED)
FIRST = date(2026, 3, 10)
DAYS = (FIRST, FIRST + timedelta(days=1))
NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
BY_CODE = {kind.code: kind for kind in (*KINDS, *NOTICES)}
PLACES = {"P-2A/zones": "P-2A", "P-32/interfaces": "P-32", "P-8-HAM": "P-8"}
"""Reports that read another one's file."""
CODES = (
    *("P-2A", "P-4A", "P-24A", "P-5", "P-6B", "P-7", "P-8", "P-32", "P-33", "P-511A", "P-58B"),
    *("P-42", "P-7A", "P-58C", "P-63", "P-35", "P-25", "P-54A", "P-54B", "P-54C", *PLACES),
)


@dataclass(frozen=True, slots=True)
class Served:
    """The lake and what asks it over HTTP."""

    lake: Lake
    client: TestClient


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Import each report's files of the days as they stood two days after their end."""
    with opened(settings_of(folder / "home")) as home:
        house = house_of(home, record=lambda _: None, now=lambda: NOW)
        for day in DAYS:
            for code in CODES:
                path, at = _written(folder, code, day)
                feed, row = house.report(f"nyiso:{code}")
                fetched = datetime.fromtimestamp(at, UTC)
                import_file(house, feed, row, path, day=day, fetched_at=fetched)
        static = SITE.file("public/csv/os/outage-schedule.csv", int(NOW.timestamp()))
        assert static is not None
        (folder / "outage-schedule.csv").write_bytes(static.body)
        feed, row = house.report("nyiso:P-14B")
        import_file(house, feed, row, folder / "outage-schedule.csv", fetched_at=NOW)
        lake = lake_of(home, lambda: NOW)
        app = create_app(lake, version="0.1.0")
        yield Served(lake, TestClient(app, raise_server_exceptions=True))


def _written(folder: Path, code: str, day: date) -> tuple[Path, int]:
    kind = BY_CODE[PLACES.get(code, code)]
    at = eastern.bounds(day)[1] + 2 * 86400 if code != "P-7" else eastern.midnight(day) + 43200
    file = SITE.file(f"public/csv/{kind.folder}/{day:%Y%m%d}{kind.stem}.csv", at)
    assert file is not None
    path = folder / f"{day:%Y%m%d}{kind.stem}.csv"
    path.write_bytes(file.body)
    return path, min(at, int(NOW.timestamp()))
