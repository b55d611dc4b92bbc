"""A real home with a morning of New York's flows in it, and an application over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from starlette.testclient import TestClient

from tieline.datasets import INTERFACE_FLOW
from tieline.datasets.rows import stored_schema
from tieline.ledger import Commit, Counts, Entry, Ledger, Part, open_ledger
from tieline.select import Lake, declared
from tieline.serve.api import create_app
from tieline.sources.nyiso.codes import INTERFACES, NEIGHBOURS
from tieline.sources.nyiso.interchange import FLOWS, FLOWS_NOW, INTERFACE_FLOW_FEED
from tieline.sources.registry import FEEDS
from tieline.store.parts import Parts
from tieline.values import Window

FEED = INTERFACE_FLOW_FEED
DAY = date(2026, 10, 6)
T0 = datetime(2026, 10, 6, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STAMPS = 24


@dataclass
class Home:
    """A ledger and its parts, with a clock that a test sets."""

    folder: Path
    ledger: Ledger
    now: datetime = T0 + (5 * STAMPS + 2) * MINUTE

    @property
    def lake(self) -> Lake:
        return Lake(self.ledger, self.folder / "parts", FEEDS, lambda: self.now)

    def client(self, **more: object) -> TestClient:
        app = create_app(self.lake, version="0.1.0", **more)  # type: ignore[arg-type]
        return TestClient(app, raise_server_exceptions=False)

    def commit(
        self, report: str, rows: Sequence[dict[str, object]], *, known: datetime, day: date | None
    ) -> int:
        """One observation of a report, as the flow writes it."""
        first = self.ledger.allocate(1)
        common: dict[str, object] = {
            "publisher": "nyiso",
            "feed": FEED.id,
            "report": report,
            "print": "preliminary",
            "state": "live",
            "resolution": "PT5M",
            "market_day": DAY,
            "known_at_utc": known,
            "known_basis": "fetched",
            "entry_id": first,
            "observation_id": first,
            "fetched_at_utc": known,
            "content_sha256": f"{first:064d}",
        }
        frame = pl.DataFrame(
            [{**common, **row, **_interval(row)} for row in rows],
            schema=stored_schema(INTERFACE_FLOW),
        )
        written = Parts(self.folder / "parts").write(INTERFACE_FLOW, frame)
        part = Part(
            sha256=written.sha256, path=written.path, dataset="interface_flow", feed=FEED.id,
            report=report, rows=written.rows, bytes=written.bytes, merged=False,
            stamps=written.stamps, known=written.known, day=written.day,
        )  # fmt: skip
        window = Window(T0, T0 + timedelta(days=1)) if day else Window(known, known + 5 * MINUTE)
        entry = Entry(
            entry_id=first, observation_id=first, report=report, window=window, day=day,
            state="completed", origin="collect", recipe="1", fetched_at_utc=known,
            payload_sha256=f"{first:064d}", content_sha256=f"{first:064d}", known_at_utc=known,
            known_basis="fetched", cover=Window(*written.stamps), url="http://x/",
            counts=Counts(read=len(rows), new=len(rows)),
        )  # fmt: skip
        return self.ledger.commit(
            Commit(at_utc=known, kind="collect", report=report, entries=(entry,), parts=(part,))
        )

    def fail(self, report: str, *, error: str, cause: str, at: datetime) -> int:
        first = self.ledger.allocate(1)
        entry = Entry(
            entry_id=first, observation_id=first, report=report, window=Window(at, at + MINUTE),
            day=None, state="failed", origin="collect", recipe="1", fetched_at_utc=at,
            error=error, cause=cause, text="no route to host",  # type: ignore[arg-type]
        )  # fmt: skip
        return self.ledger.commit(
            Commit(at_utc=at, kind="collect", report=report, entries=(entry,))
        )


def _interval(row: dict[str, object]) -> dict[str, object]:
    return {"interval_start_utc": row["stamp_utc"], "interval_end_utc": row["stamp_utc"]}


def flow_rows(stamps: Sequence[int]) -> list[dict[str, object]]:
    """Every interface at some stamps, in minutes after midnight."""
    return [
        {
            "stamp_utc": T0 + minute * MINUTE,
            "interface_id": one.id,
            "interface_name": one.name,
            "flow_mw": flow_of(number, minute),
            "import_limit_mw": None if one.is_total else 1000.0,
            "export_limit_mw": 0.0 if one.node_name == "CEDARS" else 500.0,
            "neighbour": NEIGHBOURS.get(one.id),
            "source_row": number + 2,
        }
        for minute in stamps
        for number, one in enumerate(INTERFACES)
    ]


def flow_of(number: int, minute: int) -> float:
    """Imports on even places, exports on odd ones, nothing on every seventh."""
    return 0.0 if number % 7 == 0 else (-1.0) ** number * (100.0 + minute)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home as every test finds it, made once."""
    folder = tmp_path_factory.mktemp("home")
    ledger = open_ledger(folder / "ledger.sqlite")
    home = Home(folder, ledger)
    feeds = [feed for feed in FEEDS if feed.dataset]
    ledger.commit(
        Commit(at_utc=T0, kind="contract", contracts=tuple(declared(feed) for feed in feeds))
    )
    whole = range(0, 5 * (STAMPS - 1), 5)
    home.commit(FLOWS.name, flow_rows(whole), known=T0 + 5 * (STAMPS - 1) * MINUTE, day=DAY)
    last = 5 * (STAMPS - 1)
    home.commit(FLOWS_NOW.name, flow_rows([last]), known=T0 + (last + 1) * MINUTE, day=None)
    ledger.close()
    return folder


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Iterator[Home]:
    """Two hours of P-32, of which the last stamp came by the static file alone."""
    folder = Path(shutil.copytree(built, tmp_path / "home"))
    ledger = open_ledger(folder / "ledger.sqlite")
    yield Home(folder, ledger)
    ledger.close()
