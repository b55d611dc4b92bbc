"""One day of P-32 asked back: from the parts of 288 commits, from one merged part, over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter, sleep

import httpx2
import uvicorn

from scripts.bench_figure import Figure, emulated, growing, median, sample, scratch
from tieline.assemble import Home, house_of, lake_of, opened, settings_of
from tieline.flow import import_file, merge_report
from tieline.markettime import day_window
from tieline.select import Lake, Question, answer
from tieline.serve.api import create_app

SECTION = "ask"
DAY = date(2017, 11, 22)
NAME = "20171122ExternalLimitsFlows.csv"
FEED, REPORT, ZONE = "iso.rt.interface_flow.nyiso", "nyiso:P-32", "America/New_York"
TURNS = 15


def run(quick: bool = False) -> list[Figure]:
    """Medians of the same question before and after the day's parts are merged."""
    real = sample(f"nyiso/ExternalLimitsFlows/{NAME}")
    versions = growing(emulated("P-32", DAY) if real is None else real)
    turns = 2 if quick else TURNS
    with scratch() as folder, opened(settings_of(folder / "home")) as home:
        _fill(home, folder, versions[:4] if quick else versions)
        lake = lake_of(home)
        parts = len(home.ledger.parts(feeds=[FEED]))
        figures = _asked(lake, f"in {parts} parts", turns)
        house = house_of(home, record=lambda _: None)
        merge_report(house, FEED, REPORT)
        parts = len(home.ledger.parts(feeds=[FEED]))
        figures += _asked(lake, f"in {parts} part", turns)
        with _served(lake) as url:
            figures += [
                _over_http(url, "json", turns),
                _over_http(url, "arrow", turns),
            ]
    return figures


def _fill(home: Home, folder: Path, versions: list[bytes]) -> None:
    """Every version of the day as if it had been fetched five minutes after the one before."""
    house = house_of(home, record=lambda _: None)
    feed, report = house.report(REPORT)
    path = folder / NAME
    at = day_window(ZONE, DAY)[0]
    for version in versions:
        at += timedelta(minutes=5)
        path.write_bytes(version)
        import_file(house, feed, report, path, fetched_at=at)


def _question(as_of: datetime | None) -> Question:
    start, end = day_window(ZONE, DAY)
    return Question(dataset="interface_flow", start=start, end=end, as_of=as_of)


def _asked(lake: Lake, where: str, turns: int) -> list[Figure]:
    rows = answer(lake, _question(None)).table.num_rows
    noon = day_window(ZONE, DAY)[0] + timedelta(hours=12)
    latest, as_of = _in_turns(
        turns,
        lambda: answer(lake, _question(None)).table.num_rows,
        lambda: answer(lake, _question(noon)).table.num_rows,
    )
    return [
        _figure(f"a day of P-32 {where}, latest, through select", latest, f"{rows:,} rows"),
        _figure(f"a day of P-32 {where}, as of noon, through select", as_of, "half of the rows"),
    ]


def _over_http(url: str, format: str, turns: int) -> Figure:
    told = {"start": str(DAY), "end": str(DAY + timedelta(days=1)), "format": format}
    address = f"{url}/v1/datasets/interface_flow/rows"
    with httpx2.Client() as client:
        size = len(client.get(address, params=told).raise_for_status().content)
        (spent,) = _in_turns(
            turns, lambda: client.get(address, params=told).raise_for_status().status_code
        )
    return _figure(f"the same, merged, over HTTP as {format}", spent, f"{size / 1024:.0f} KiB")


def _in_turns(turns: int, *asking: Callable[[], int]) -> list[list[float]]:
    spent: list[list[float]] = [[] for _ in asking]
    for _ in range(turns):
        for place, ask in enumerate(asking):
            begun = perf_counter()
            ask()
            spent[place].append(perf_counter() - begun)
    return spent


def _figure(name: str, spent: list[float], note: str) -> Figure:
    told = f"{note}; median of {len(spent)}, quickest {1000 * min(spent):.0f} ms"
    return Figure(section=SECTION, name=name, value=1000 * median(spent), unit="ms", note=told)


@contextmanager
def _served(lake: Lake) -> Iterator[str]:
    """The API over a lake, on a free port of this machine."""
    app = create_app(lake, version="bench")
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
