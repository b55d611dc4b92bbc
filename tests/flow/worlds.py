"""A simulated life over the emulated operator, in this process and without sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

import httpx2
import polars as pl

from tests.flow.conftest import Bench
from tieline.assemble import Home, house_of
from tieline.emulate.clock import AskedClock
from tieline.emulate.faults import Faults
from tieline.emulate.nyiso.facts import ZONES
from tieline.emulate.nyiso.truth import truth
from tieline.emulate.server import create_app
from tieline.feeds import Feed, Report
from tieline.fetch import Fetcher, Politeness, Retries
from tieline.flow import Daemon, House, SteppedClock
from tieline.markettime import day_window
from tieline.watch import Happening

SEED = 20260308
BASES = {"nyiso": "http://world/nyiso/public/"}


class Told(httpx2.ASGITransport):
    """Carries each request to the emulated world with the time that the lake lives at."""

    def __init__(self, now: Callable[[], datetime], faults: Faults | None = None) -> None:
        super().__init__(app=create_app(seed=SEED, clock=AskedClock(), faults=faults))
        self._now = now

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.headers["Tieline-Simulated-Time"] = self._now().isoformat()
        return await super().handle_async_request(request)


def fetcher_over(
    transport: httpx2.AsyncBaseTransport,
    clock: SteppedClock,
    tries: int = 2,
    credentials: Mapping[str, Mapping[str, str]] | None = None,
) -> Fetcher:
    return Fetcher(
        clock=clock.now,
        sleep=clock.sleep,
        otherwise=Politeness(10_000.0, 32),
        retries=Retries(tries=tries),
        credentials=credentials,
        transport=transport,
    )


def living(home: Home, folder: Bench, clock: SteppedClock) -> House:
    """A house of the same home that lives by a stepped clock."""
    return house_of(home, now=clock.now, record=folder.happenings.append)


def wanted(house: House, reports: Sequence[str]) -> tuple[tuple[Feed, Report], ...]:
    return tuple(house.report(name) for name in reports)


def live(
    bench: Bench,
    reports: Sequence[str],
    start: datetime,
    until: datetime,
    since: date,
    *,
    faults: Faults | None = None,
    every: timedelta | None = None,
) -> House:
    """Run the daemon over a span of simulated time; gives the house at its end.

    `every` slows the polls down so that days pass in less work.
    """
    clock = SteppedClock(start)
    house = living(bench.home, bench, clock)
    pairs = wanted(house, reports)
    if every is not None:
        from dataclasses import replace

        slower = {
            report.name: replace(report, every=max(every, report.every)) for _, report in pairs
        }
        feeds = tuple(
            replace(feed, reports=tuple(slower.get(one.name, one) for one in feed.reports))
            for feed in house.feeds
        )
        house = replace(house, feeds=feeds)
        pairs = wanted(house, reports)

    async def run() -> None:
        async with fetcher_over(Told(clock.now, faults), clock) as fetcher:
            daemon = Daemon(
                house=house,
                fetcher=fetcher,
                clock=clock,
                wanted=pairs,
                bases=BASES,
                concurrency=2,
                until=until,
            )
            await daemon.run(since)

    asyncio.run(run())
    return house


def told(happenings: Sequence[Happening]) -> list[str]:
    """What went wrong on our side."""
    return [str(one) for one in happenings if type(one).__name__ == "WorkerStumbled"]


VALUES = {
    "P-32": ("interface_id", {"flow": "flow_mw", "positive": "import_limit_mw"}),
    "P-58B": ("area_id", {"load": "load_mw"}),
    "P-58C": ("area_id", {"load": "load_mw"}),
    "P-24A": ("location_id", {"lbmp": "price_per_mwh", "losses": "loss_per_mwh"}),
    "P-63": ("fuel_printed", {"generation": "generation_mw"}),
    "P-7": ("area_id", {"load": "load_mw"}),
}


def told_true(code: str, day: date) -> pl.DataFrame:
    """What a finished day's file says, under the lake's names, without sentinels."""
    key, columns = VALUES[code]
    found = truth(SEED, code, day).rename({"id": key, **columns})
    if code == "P-32":
        limit = pl.col("import_limit_mw")
        found = found.with_columns(
            pl.when(limit.is_in([9999.0, 9899.0]))
            .then(None)
            .otherwise(limit)
            .alias(limit.meta.output_name())
        )
    if code == "P-7":
        ids = {name: str(ptid) for name, ptid in ZONES} | {"NYISO": "NYISO"}
        area = pl.col("area_id").str.to_uppercase().replace_strict(ids, return_dtype=pl.String)
        found = found.with_columns(area.alias("area_id"))
    return found.select("stamp_utc", key, *columns.values()).sort("stamp_utc", key)


def window_of(day: date) -> tuple[datetime, datetime]:
    return day_window("America/New_York", day)
