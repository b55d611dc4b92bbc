"""What `tieline up` keeps alive: the daemon, the emulator where one is needed, the server."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tieline.errors import Unconfigured, UnknownName

if TYPE_CHECKING:
    import uvicorn

    from tieline.assemble import Home, Mode
    from tieline.emulate.clock import Clock as WorldClock
    from tieline.feeds import Feed, Report
    from tieline.flow import Clock
    from tieline.watch import Recorder, ServiceClosed

DEMO_BEHIND = timedelta(hours=30)
"""How far behind the real time an emulated world begins."""

EMULATED = "emulated"
REPLAYED = "samples"
"""Folders of the home in which lakes of invented or replayed data lie, apart from real ones."""


@dataclass(frozen=True, slots=True)
class Life:
    """How this run lives: where its data come from and which clock it follows."""

    mode: Mode
    home: Path
    clock: Clock
    bases: dict[str, str]
    speed: float
    until: datetime | None = None


async def reachable(base_url: str, seconds: float = 4.0) -> bool:
    """Whether a publisher's server can be connected to at all, with TLS verified."""
    import httpx2

    try:
        async with httpx2.AsyncClient(timeout=seconds) as client:
            await client.head(base_url)
    except httpx2.HTTPError:
        return False
    return True


@contextlib.contextmanager
def emulator(
    clock: WorldClock, *, seed: int, samples: Path | None = None, faults: str = "none"
) -> Iterator[dict[str, str]]:
    """Run the emulator in a thread of its own; gives the address that stands for each publisher's.

    Raises: UsageError if the samples folder or the faults cannot be read.
    """
    import uvicorn

    from tieline.emulate.faults import load
    from tieline.emulate.server import bases_of, create_app

    app = create_app(seed=seed, clock=clock, faults=load(faults), samples=samples)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        log_level="warning",
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="emulator", daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        if not thread.is_alive():
            raise Unconfigured("the emulator could not start on a free local port")
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield bases_of(f"http://127.0.0.1:{port}/")
    finally:
        server.should_exit = True
        thread.join(5)


def world_start(home: Home, now: datetime) -> datetime:
    """Where an emulated world goes on: behind the real time, but never before what the lake has."""
    newest = max(
        (one.last_fetch_utc for one in home.ledger.summaries() if one.last_fetch_utc),
        default=now - DEMO_BEHIND,
    )
    return min(now - timedelta(seconds=1), max(now - DEMO_BEHIND, newest))


def server_of(home: Home, life: Life, recorder: Recorder) -> uvicorn.Server:
    """The API and the pages, not yet started."""
    import uvicorn

    from tieline.assemble import house_of, lake_of
    from tieline.flow import Line, lines_of
    from tieline.select import LineageRow
    from tieline.serve.api import create_app

    told = home.settings.serve
    house = house_of(home, now=life.clock.now, record=recorder.record)

    def lines(row: LineageRow) -> tuple[Line, ...]:
        return lines_of(house, row.entry_id, row.source_row)

    app = create_app(
        lake_of(home, life.clock.now),
        recorder=recorder,
        version=version("tieline"),
        mode=life.mode,
        speed=life.speed,
        api_keys=tuple(key.get_secret_value() for key in told.api_keys),
        lines_of=lines,
    )
    config = uvicorn.Config(
        app,
        host=told.host,
        port=told.port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


def collected(
    home: Home,
) -> tuple[tuple[tuple[Feed, Report], ...], list[ServiceClosed]]:
    """The reports that are wanted and can be asked for, and the services that the settings do not
    open. Raises: UnknownName for a name among `collect` that nothing has.
    """
    from tieline.assemble import credentials_of
    from tieline.fetch import how_to_open, opening
    from tieline.watch import ServiceClosed

    wanted = set(home.settings.collect)
    known = {
        name
        for feed in home.feeds
        for report in feed.reports
        for name in (report.publisher.id, feed.id, report.name)
    }
    for name in sorted(wanted - known):
        raise UnknownName(f"collect names {name!r}, which is no publisher, feed or report")
    credentials = credentials_of(home)
    open_: list[tuple[Feed, Report]] = []
    closed: Counter[tuple[str, str]] = Counter()
    for feed in home.feeds:
        for report in feed.reports:
            publisher = report.publisher
            if wanted and wanted.isdisjoint((publisher.id, feed.id, report.name)):
                continue
            if opening(credentials, publisher.id, publisher.access) is None:
                closed[publisher.id, publisher.access] += 1
            else:
                open_.append((feed, report))
    told = [
        ServiceClosed(publisher=name, reports=count, text=how_to_open(name, access))
        for (name, access), count in closed.items()
    ]
    return tuple(open_), told


async def live(
    home: Home, life: Life, recorder: Recorder, *, since: date, declared: bool, serve: bool
) -> None:
    """Collect and serve until stopped, or until a simulated life is over.

    `declared`: somebody said from when; else each report goes on where it was left.

    Raises: StoreError if the ledger cannot be used at all; whatever the server cannot start for.
    """
    from tieline.assemble import fetcher_of, house_of, lake_of, sinks_of
    from tieline.flow import Daemon, SteppedClock, following
    from tieline.watch import DaemonStarted, DaemonStopped

    house = house_of(
        home,
        now=life.clock.now,
        record=recorder.record,
        steady=not isinstance(life.clock, SteppedClock),
    )
    recorder.record(
        DaemonStarted(version=version("tieline"), home=str(life.home), feeds=len(home.feeds))
    )
    wanted, closed = collected(home)
    for service in closed:
        recorder.record(service)
    fetcher = fetcher_of(
        home,
        life.clock,
        bases=life.bases,
        polite=life.mode == "live",
        tell_time=life.until is not None,
    )
    sinks = following(
        lake_of(home, life.clock.now),
        sinks_of(home, up=True),
        recorder.record,
        drain=life.until is not None,
    )
    async with fetcher:
        daemon = Daemon(
            house=house,
            fetcher=fetcher,
            clock=life.clock,
            wanted=wanted,
            bases=life.bases,
            concurrency=home.settings.concurrency,
            until=life.until,
        )
        with sinks:
            tasks = [asyncio.create_task(daemon.run(since, declared=declared), name="daemon")]
            if serve:
                server = server_of(home, life, recorder)
                tasks.append(asyncio.create_task(server.serve(), name="server"))
            done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)
        recorder.record(DaemonStopped(reason="the server ended" if serve else "the life is over"))
        for task in done:
            task.result()
