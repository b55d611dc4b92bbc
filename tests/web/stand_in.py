"""A double of the HTTP API for the page tests: it answers the contract from numbers it makes up.

It is no part of the package. Every fault that the page must be honest about is an attribute or a method:
a hole, a stale feed, a source that is down, a server that refuses, a stream that breaks.
"""

from __future__ import annotations

import json
import math
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

FLOW_FEED = "iso.rt.interface_flow.nyiso"
CADENCE = timedelta(minutes=5)
BLANK = (datetime(2026, 11, 20, 16, 40, tzinfo=UTC), datetime(2026, 11, 20, 18, 5, tzinfo=UTC))
CONTENT_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'"
MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class Point:
    name: str
    id: str
    region: str
    node: str
    positive: float | None
    negative: float | None
    base: float
    swing: float = 0.0
    is_total: bool = False


POINTS = (
    Point("SCH - OH - NY", "23317", "IESO", "OH", 1900, -1600, 905, 420),
    Point("SCH - HQ - NY", "23324", "HQ", "CHATEAUGUAY", 1500, -985, 1180, 290),
    Point("SCH - HQ_CEDARS", "325274", "HQ", "CEDARS", 49, 0, 0),
    Point("SCH - HQ_CHPE", "625211", "HQ", "CHPE", 1250, -1250, 1250),
    Point("SCH - NE - NY", "23318", "ISO-NE", "NE", 1400, -1600, -640, 380),
    Point("SCH - NPX_1385", "325277", "ISO-NE", "1385", 200, -200, 120, 60),
    Point("SCH - NPX_CSC", "325154", "ISO-NE", "CSC", 330, -330, 285, 40),
    Point("SCH - PJ - NY", "23316", "PJM", "PJ", 1700, -1050, 720, 510),
    Point("SCH - PJM_HTP", "325905", "PJM", "HTP", 660, -660, 210, 60),
    Point("SCH - PJM_NEPTUNE", "325305", "PJM", "NEPTUNE", 660, -660, 660),
    Point("SCH - PJM_VFT", "325658", "PJM", "VFT", None, None, -112, 70),
    Point("SCH - HQ_IMPORT_EXPORT", "325376", "HQ", "TOTAL", 1310, None, 1290, 15, True),
)


def instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def flow_at(point: Point, stamp: datetime) -> float | None:
    if point.node == "1385" and BLANK[0] <= stamp < BLANK[1]:
        return None
    turns = stamp.timestamp() / 86_400
    seed = int(point.id) % 97
    wave = math.sin(math.tau * (turns + seed / 97)) + 0.35 * math.sin(math.tau * (turns * 7 + seed))
    steps = 0.08 * math.sin(stamp.timestamp() / 300 * (2.1 + seed / 40))
    return round(point.base + point.swing * (wave + steps) / 1.4, 2)


def row_of(point: Point, stamp: datetime) -> dict[str, object]:
    flow = flow_at(point, stamp)
    bound = None if flow is None else (point.positive if flow >= 0 else point.negative)
    return {
        "timestamp": instant(stamp),
        "interface_name": point.name,
        "interface_id": point.id,
        "region": point.region,
        "node_name": point.node,
        "flow_mw": flow,
        "direction": None
        if flow is None
        else "zero"
        if flow == 0
        else "import"
        if flow > 0
        else "export",
        "positive_limit_mw": point.positive,
        "negative_limit_mw": point.negative,
        "utilization_percent": None if flow is None or not bound else abs(flow / bound) * 100,
        "is_total": point.is_total,
    }


@dataclass
class StandIn:
    """What the double knows. Tests change it and then call `commit` or `fail`."""

    site: Path
    now: datetime = datetime(2026, 11, 20, 18, 2, 10, tzinfo=UTC)
    mode: str = "live"
    newest: datetime = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    sequence: int = 41_207
    hole: tuple[datetime, datetime, str] | None = None
    down: bool = False
    refusing: bool = False
    holding: threading.Event = field(default_factory=threading.Event)
    streams: list[queue.Queue[str | None]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.holding.set()

    def commit(self) -> None:
        """Five more minutes come from the publisher."""
        self.newest += CADENCE
        self.now += CADENCE
        self.sequence += 1
        data = {
            "sequence": self.sequence,
            "feed": FLOW_FEED,
            "report": "nyiso:P-32",
            "slice": instant(self.newest),
            "rows": len(POINTS),
            "known_at_utc": instant(self.now),
            "stamp_max_utc": instant(self.newest),
        }
        self.tell("status", self.status())
        self.tell("commit", data)

    def fail(self) -> None:
        """The publisher stops answering."""
        self.down = True
        self.tell("failure", {"feed": FLOW_FEED, "report": "nyiso:P-32", **self.last_error()})

    def age(self, by: timedelta) -> None:
        self.now += by
        self.tell("status", self.status())

    def tell(self, event: str, data: dict[str, object]) -> None:
        text = f"id: {self.sequence}\nevent: {event}\ndata: {json.dumps(data)}\n\n"
        for stream in list(self.streams):
            stream.put(text)

    def break_streams(self) -> None:
        for stream in list(self.streams):
            stream.put(None)

    def status(self) -> dict[str, object]:
        return {
            "now_utc": instant(self.now),
            "version": "0.1.0",
            "mode": self.mode,
            "speed": 1.0,
            "sequence": self.sequence,
            "publisher_reachable": not self.down,
        }

    def rows(self, start: datetime, end: datetime) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        stamp = self.newest
        while stamp >= start:
            inside = self.hole is not None and self.hole[0] <= stamp < self.hole[1]
            if stamp < end and not inside:
                rows.extend(row_of(point, stamp) for point in POINTS)
            stamp -= CADENCE
        return rows

    def gaps(self, start: datetime, end: datetime) -> list[dict[str, object]]:
        if self.hole is None or self.hole[1] <= start or self.hole[0] >= end:
            return []
        return [
            {
                "feed": FLOW_FEED,
                "report": "nyiso:P-32",
                "start_utc": instant(self.hole[0]),
                "end_utc": instant(self.hole[1]),
                "cause": self.hole[2],
                "missing": int((self.hole[1] - self.hole[0]) / CADENCE) * len(POINTS),
            }
        ]

    def last_error(self) -> dict[str, object]:
        return {
            "error": "Unreachable",
            "cause": "fetch_failed",
            "text": "no connection to mis.nyiso.com within 20 s",
            "at_utc": instant(self.now - timedelta(seconds=40)),
        }

    def feeds(self) -> list[dict[str, object]]:
        late = self.now - self.newest > 3 * CADENCE
        state = "down" if self.down else "stale" if late else "ok"
        flow = self.feed(FLOW_FEED, "interface_flow", "Interface limits and flows", state, 5)
        made = [
            ("iso.rt.lmp.nyiso", "lmp", "Real-time zonal prices", "ok", 5),
            ("iso.rt.load.nyiso", "load", "Actual load, 5 minutes", "ok", 5),
            ("iso.rt.load_hourly.nyiso", "load", "Actual load, integrated hours", "late", 60),
            ("iso.rt.generation.nyiso", "generation_by_fuel", "Fuel mix", "ok", 5),
            ("iso.da.lmp.nyiso", "lmp", "Day-ahead zonal prices", "ok", 1440),
            ("iso.da.ancillary.nyiso", "ancillary_price", "Day-ahead ancillary prices", "ok", 1440),
            ("iso.rt.constraint.nyiso", "binding_constraint", "Limiting constraints", "down", 5),
            ("iso.events.outage.nyiso", "outage_event", "Transmission outages", "ok", 60),
            ("iso.fc.load.nyiso", "load_forecast", "Load forecast", "stale", 1440),
            ("iso.rt.advisory.nyiso", "event", "Market advisories", "idle", 5),
        ]
        return [flow, *(self.feed(*each) for each in made)]

    def feed(
        self, feed: str, dataset: str, title: str, state: str, minutes: int
    ) -> dict[str, object]:
        newest = {"stale": self.now - timedelta(hours=30), "down": self.now - timedelta(hours=3)}
        high = self.newest if feed == FLOW_FEED else newest.get(state, self.newest)
        broken = state == "down" or (state == "late")
        holes = 3 if state in ("late", "down") else int(self.hole is not None and feed == FLOW_FEED)
        idle = state == "idle"
        report: dict[str, object] = {
            "report": "nyiso:P-32" if feed == FLOW_FEED else f"nyiso:{dataset}",
            "title": f"{title}, daily file",
            "state": state,
            "every_seconds": minutes * 60,
            "last_fetch_utc": None if idle else instant(self.now - timedelta(seconds=70)),
            "last_new_utc": None if idle else instant(high + timedelta(seconds=55)),
            "high_watermark_utc": None if idle else instant(high),
            "contiguous_watermark_utc": None
            if idle
            else instant(high - timedelta(hours=2) if holes else high),
            "rows": 0 if idle else 1_482_336,
            "entries": 0 if idle else 2_911,
            "rejected": 0,
            "last_error": self.last_error() if broken else None,
        }
        second = {
            **report,
            "report": f"{report['report']}-CURRENT",
            "title": f"{title}, newest file",
        }
        return {
            "feed": feed,
            "dataset": dataset,
            "publisher": "nyiso",
            "title": title,
            "state": state,
            "age_seconds": None if idle else (self.now - high).total_seconds(),
            "rows": 0 if idle else 2_964_672,
            "gaps": holes,
            "reports": [report, second] if feed == FLOW_FEED else [report],
        }


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    double: ClassVar[StandIn]

    def log_message(self, format: str, *args: object) -> None:
        """Tests read what was asked from the double instead of the screen."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        double = self.double
        double.asked.append(self.path)
        if address.path.startswith(("/api/", "/v1/")):
            double.holding.wait(20)
            if double.refusing:
                self.answer(503, b'{"text": "the ledger is not available"}', "application/json")
            elif address.path == "/v1/stream":
                self.stream()
            else:
                self.answer_question(address.path, query)
        else:
            self.answer_file(address.path)

    def answer_question(self, path: str, query: dict[str, str]) -> None:
        double = self.double
        start = datetime.fromisoformat(query.get("start", "2000-01-01T00:00:00Z"))
        end = datetime.fromisoformat(query.get("end", "2100-01-01T00:00:00Z"))
        headers: dict[str, str] = {}
        body: object
        if path == "/v1/status":
            body = double.status()
        elif path == "/v1/feeds":
            body = {"feeds": double.feeds()}
        elif path == "/v1/gaps":
            body = {"gaps": double.gaps(start, end)}
        elif path == "/api/interregional-flows":
            latest = query.get("latest") == "true"
            rows = double.rows(double.newest, end) if latest else double.rows(start, end)
            missing = sum(int(str(gap["missing"])) for gap in double.gaps(start, end))
            headers = {
                "Tieline-Complete": str(missing == 0).lower(),
                "Tieline-Expected": str(len(rows) + missing),
                "Tieline-Received": str(len(rows)),
                "Tieline-Gaps": str(int(missing > 0)),
                "Tieline-As-Of": instant(double.now),
                "Tieline-Sequence": str(double.sequence),
                "Tieline-Truncated": "false",
            }
            body = rows
        else:
            self.answer(404, b"{}", "application/json")
            return
        self.answer(200, json.dumps(body).encode(), "application/json", headers)

    def answer_file(self, path: str) -> None:
        site = self.double.site.resolve()
        file = (site / path.lstrip("/")).resolve()
        if path in ("/", "/feeds") or not file.is_relative_to(site):
            file = site / "index.html"
        if not file.is_file():
            self.answer(404, b"", "text/plain")
            return
        media = MEDIA.get(file.suffix, "application/octet-stream")
        self.answer(200, file.read_bytes(), media)

    def answer(
        self, status: int, body: bytes, media: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        sent = {
            "Content-Type": media,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": CONTENT_POLICY,
            **(headers or {}),
        }
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.close_connection = True
        happenings: queue.Queue[str | None] = queue.Queue()
        self.double.streams.append(happenings)
        self.wfile.write(b": open\n\n")
        self.wfile.flush()
        try:
            while (text := happenings.get()) is not None:
                self.wfile.write(text.encode())
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            return
        finally:
            self.double.streams.remove(happenings)


def serve(double: StandIn) -> Iterator[str]:
    """Serve the double on a free loopback port; gives its address."""
    handler = type("BoundAnswers", (Answers,), {"double": double})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        double.holding.set()
        double.break_streams()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def demonstrate(site: Path) -> None:
    """Serve the pages with a commit every five seconds, for looking at them by hand."""
    double = StandIn(site)
    for address in serve(double):
        print(address, flush=True)
        while True:
            time.sleep(5)
            double.commit()


if __name__ == "__main__":
    demonstrate(Path(__file__).resolve().parents[2] / "src" / "tieline" / "serve" / "web")
