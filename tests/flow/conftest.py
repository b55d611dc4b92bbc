"""A home to work in, files in the operator's format, and a way to ask what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from tieline.assemble import Home, house_of, lake_of, opened, settings_of
from tieline.flow import House, Imported, import_file
from tieline.fold import visible
from tieline.select import Lake
from tieline.watch import Happening

HEADER = "Timestamp,Interface Name,Point ID,Flow (MWH),Positive Limit (MWH),Negative Limit (MWH)"
POINTS = {"23316": "SCH - PJ - NY", "23318": "SCH - NE - NY", "23324": "SCH - HQ - NY"}
DAY = date(2026, 3, 2)


def p32(
    stamps: Sequence[str], flow: Callable[[str, str], object], day: str = "03/02/2026"
) -> bytes:
    """A P-32 file: every point at every stamp, flows as `flow(stamp, point)` says."""
    lines = [HEADER]
    for stamp in stamps:
        lines += [
            f"{day} {stamp},{name},{point},{flow(stamp, point)},1500,-1000"
            for point, name in POINTS.items()
        ]
    return ("\r\n".join(lines) + "\r\n").encode()


@dataclass
class Bench:
    """An open home with shorthand for what tests do to it."""

    home: Home
    house: House
    happenings: list[Happening]
    folder: Path

    def bring(
        self,
        data: bytes,
        at: str | None = None,
        *,
        report: str = "nyiso:P-32",
        name: str = "20260302ExternalLimitsFlows.csv",
        day: date | None = None,
    ) -> Imported:
        """Import bytes as a file of that name, fetched at `HH:MM` of 3 March 2026."""
        path = self.folder / name
        path.write_bytes(data)
        feed, row = self.house.report(report)
        fetched = None
        if at is not None:
            hour, minute = at.split(":")
            fetched = datetime(2026, 3, 3, int(hour), int(minute), tzinfo=UTC)
        return import_file(self.house, feed, row, path, day=day, fetched_at=fetched)

    def lake(self) -> Lake:
        return lake_of(self.home, self.house.now)

    def stored(self, report: str = "nyiso:P-32") -> pl.DataFrame:
        """Visible rows of a report, without what differs between two equal histories."""
        feed, _ = self.house.report(report)
        assert feed.dataset is not None
        parts = self.home.ledger.parts(report=report)
        rows = self.house.parts.read(
            feed.dataset, [(part.path, part.sequence or 0) for part in parts]
        ).collect()
        return (
            visible(feed.dataset, rows)
            .drop("entry_id", "observation_id", "row_sequence")
            .sort("stamp_utc", *feed.dataset.key_names, "known_at_utc")
        )


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with opened(settings_of(tmp_path / "home")) as home:
        yield bench_of(home, tmp_path)


def bench_of(home: Home, folder: Path) -> Bench:
    happenings: list[Happening] = []
    house = house_of(home, record=happenings.append)
    return Bench(home, house, happenings, folder)
