"""Commits of 20,000 rows: the part written and synced, the ledger committed, a row asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import polars as pl

from scripts.bench_figure import Figure, median, scratch
from tieline.assemble import declare
from tieline.datasets import LMP
from tieline.datasets.rows import stored_schema
from tieline.ledger import Commit, Counts, Entry, Ledger, Part, open_ledger
from tieline.select import Lake, Question, answer
from tieline.sources import FEEDS
from tieline.store.parts import Parts
from tieline.values import Window

SECTION = "commit"
REPORT, FEED = "nyiso:P-24A", "iso.rt.lmp.nyiso"
ROWS, COMMITS, EDGE = 20_000, 500, 50
BEGIN = datetime(2025, 1, 1, 5, tzinfo=UTC)
STEP = timedelta(minutes=5)


def run(quick: bool = False) -> list[Figure]:
    """Medians of the first and the last commits of many, in one growing lake."""
    rows, commits, edge = (500, 6, 3) if quick else (ROWS, COMMITS, EDGE)
    with scratch() as folder:
        ledger = open_ledger(folder / "ledger.sqlite")
        try:
            declare(ledger, FEEDS)
            spent = [_commit(ledger, folder, number, rows) for number in range(commits)]
            asked = [
                _ask(ledger, folder, number, rows) for number in (0, commits // 2, commits - 1)
            ]
        finally:
            ledger.close()
    first, last = spent[:edge], spent[-edge:]
    worked = 1000 * median([cpu for _, _, cpu in spent])
    told = f"of {commits}; part sorted, encoded, synced, ledger synced; CPU {worked:.1f} ms"
    return [
        _figure(f"commit of {rows:,} rows, median of the first {edge}", _sum(first), 15, told),
        _figure(f"commit of {rows:,} rows, median of the last {edge}", _sum(last), 15, told),
        _figure("of which the part", median([part for part, _, _ in last]), None, "sort to fsync"),
        _figure("of which the ledger", median([commit for _, commit, _ in last]), None, "synced"),
        _figure(
            f"one location's row found after the commit, in {commits} parts",
            median(asked),
            None,
            "through select, window of one interval; parts a day around it are looked into, none is merged",
        ),
    ]


def _figure(name: str, seconds: float, target: float | None, note: str) -> Figure:
    return Figure(
        section=SECTION, name=name, value=1000 * seconds, unit="ms", target=target, note=note
    )


def _sum(spent: list[tuple[float, float, float]]) -> float:
    return median([part + commit for part, commit, _ in spent])


def _commit(ledger: Ledger, folder: Path, number: int, rows: int) -> tuple[float, float, float]:
    """Seconds that the part took, the ledger after it, and the CPU seconds of both."""
    stamp = BEGIN + number * STEP
    frame = _prices(stamp, number, rows)
    begun, worked = perf_counter(), process_time()
    first = ledger.allocate(1)
    written = Parts(folder / "parts").write(LMP, frame)
    lies = perf_counter()
    part = Part(
        sha256=written.sha256, path=written.path, dataset=LMP.name, feed=FEED, report=REPORT,
        rows=written.rows, bytes=written.bytes, merged=False, stamps=written.stamps,
        known=written.known, day=written.day,
    )  # fmt: skip
    entry = Entry(
        entry_id=first, observation_id=first, report=REPORT, window=Window(stamp, stamp + STEP),
        day=stamp.date(), state="completed", origin="collect", recipe="bench",
        fetched_at_utc=stamp, payload_sha256=f"{first:064x}", content_sha256=f"{first:064x}",
        known_at_utc=stamp, known_basis="modified", counts=Counts(read=rows, new=rows),
    )  # fmt: skip
    ledger.commit(
        Commit(at_utc=stamp, kind="collect", report=REPORT, entries=(entry,), parts=(part,))
    )
    return lies - begun, perf_counter() - lies, process_time() - worked


def _ask(ledger: Ledger, folder: Path, number: int, rows: int) -> float:
    """Seconds until the last location's row of a commit is there."""
    stamp = BEGIN + number * STEP
    lake = Lake(ledger, folder / "parts", FEEDS, lambda: BEGIN + timedelta(days=365))
    question = Question(
        dataset=LMP.name, start=stamp - STEP, end=stamp, where={"location_id": str(60_999 + rows)}
    )
    begun = perf_counter()
    found = answer(lake, question).table.num_rows
    spent = perf_counter() - begun
    if found != 1:
        raise AssertionError(f"the row of commit {number} was found {found} times")
    return spent


def _prices(stamp: datetime, number: int, rows: int) -> pl.DataFrame:
    """One interval of five-minute prices as the fold gives it."""
    chance = np.random.default_rng(number)
    energy = round(float(chance.normal(40, 10)), 2)
    loss = np.round(chance.normal(0, 1, rows), 2)
    congestion = np.round(chance.normal(0, 4, rows) * (chance.random(rows) < 0.4), 2)
    instant = pl.Datetime("us", "UTC")
    varying = pl.DataFrame(
        {
            "location_id": [str(61_000 + place) for place in range(rows)],
            "location_name": [f"NODE_{place}" for place in range(rows)],
            "price_per_mwh": np.round(energy + loss + congestion, 2),
            "congestion_per_mwh": congestion,
            "loss_per_mwh": loss,
            "source_row": np.arange(2, rows + 2),
        }
    )
    texts = {
        "publisher": "nyiso", "feed": FEED, "report": REPORT, "print": "preliminary",
        "state": "live", "resolution": "PT5M", "known_basis": "modified", "market": "RT5",
        "content_sha256": f"{number:064x}", "currency": "USD",
    }  # fmt: skip
    times = ("stamp_utc", "interval_end_utc", "known_at_utc", "fetched_at_utc")
    return varying.with_columns(
        *(pl.lit(text).alias(name) for name, text in texts.items()),
        *(pl.lit(stamp, dtype=instant).alias(name) for name in times),
        interval_start_utc=pl.lit(stamp - STEP, dtype=instant),
        market_day=pl.lit(date(stamp.year, stamp.month, stamp.day)),
        entry_id=pl.lit(number, dtype=pl.Int64),
        observation_id=pl.lit(number, dtype=pl.Int64),
        energy_per_mwh=pl.lit(energy),
        ghg_per_mwh=pl.lit(None, dtype=pl.Float64),
    ).select(stored_schema(LMP).names())
