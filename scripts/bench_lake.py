"""A hundred million prices, merged: one node's year asked back, and what merging a month costs.

951 locations and a year of five minutes. The rows of eleven months are laid down by the writer that
merging uses, as merging leaves them; those of the last one are committed in parts of a few days and merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from time import perf_counter, process_time

import numpy as np
import polars as pl

from scripts.bench_figure import Figure, median, scratch
from tieline.assemble import Home, house_of, lake_of, opened, settings_of
from tieline.datasets import LMP
from tieline.flow import House, merge_months
from tieline.flow.landing import part_of
from tieline.ledger import Commit
from tieline.markettime import day_start, grid_stamps
from tieline.select import Lake, Question, answer, read
from tieline.store.merged import Merging, order_of
from tieline.store.parts import Written, part_schema

SECTION = "lake"
FEED, REPORT, ZONE = "iso.rt.lmp.nyiso", "nyiso:P-24A", "America/New_York"
YEAR, NODES = 2025, 952
NODE = "61757"
STEP = timedelta(minutes=5)
TOGETHER = 100
"""Nodes whose rows are made at once."""

TURNS = 15


def run(quick: bool = False) -> list[Figure]:
    """Medians of the same question, first and warm, beside its answer as of a moment."""
    nodes, months = (100, 2) if quick else (NODES, 12)
    with scratch() as folder, opened(settings_of(folder / "home")) as home:
        merging = fill(home, nodes, months)
        return [merging, *asked(lake_of(home), months, 2 if quick else TURNS)]


def fill(home: Home, nodes: int, months: int) -> Figure:
    """Lay down the lake; gives what merging its last month cost."""
    house = house_of(home, record=lambda _: None)
    feed, report = house.report(REPORT)
    for month in range(1, months):
        written = _month(house, nodes, month)
        part = part_of(feed, report, written, level=2)
        house.ledger.commit(Commit(at_utc=house.now(), kind="merge", report=REPORT, parts=(part,)))
    for group in _groups(nodes, months):
        rows = group.drop("row_sequence").with_columns(span=pl.col("market_day").dt.day() // 8)
        for _, few in sorted(rows.partition_by("span", as_dict=True, include_key=False).items()):
            part = part_of(feed, report, house.parts.write(LMP, few))
            house.ledger.commit(
                Commit(at_utc=house.now(), kind="collect", report=REPORT, parts=(part,))
            )
    begun, worked = perf_counter(), process_time()
    (merged,) = merge_months(house, REPORT)
    spent, cpu = perf_counter() - begun, process_time() - worked
    taken = sum(part.rows for part in merged.taken)
    size = sum(part.bytes for part in merged.left) / taken
    return Figure(
        section=SECTION,
        name="merging a month, checked row by row",
        value=taken / spent,
        unit="rows/s",
        note=f"{taken:,} rows of {len(merged.taken)} parts into {len(merged.left)}, {spent:.0f} s, "
        f"{cpu:.0f} s of CPU, {size:.0f} bytes a row",
    )


def asked(lake: Lake, months: int, turns: int) -> list[Figure]:
    """The year of one node: first of all, then warm, latest and as of a moment in turns."""
    rows = sum(part.rows for part in lake.ledger.parts(feeds=[FEED]))
    start = day_start(ZONE, date(YEAR, 1, 1))
    end = day_start(ZONE, date(YEAR + months // 12, months % 12 + 1, 1))

    def question(as_of: datetime | None = None) -> Question:
        return Question(
            dataset=FEED, start=start, end=end, where={"location_id": NODE}, as_of=as_of
        )

    def few() -> int:
        columns = ("interval_start_utc", "price_per_mwh")
        return len(read(lake, FEED, start, end, where={"location_id": NODE}, columns=columns).table)

    begun = perf_counter()
    count = len(answer(lake, question()).table)
    first = perf_counter() - begun
    moment = datetime(YEAR + 2, 1, 1, tzinfo=UTC)
    spent: dict[str, list[float]] = {"latest": [], "as_of": [], "few": []}
    cpu: dict[str, list[float]] = {name: [] for name in spent}
    asking: dict[str, Callable[[], int]] = {
        "latest": lambda: len(answer(lake, question()).table),
        "as_of": lambda: len(answer(lake, question(moment)).table),
        "few": few,
    }
    for _ in range(turns):
        for name, ask in asking.items():
            begun, worked = perf_counter(), process_time()
            if ask() != count:
                raise AssertionError(f"{name} gave another count than {count}")
            spent[name].append(perf_counter() - begun)
            cpu[name].append(process_time() - worked)
    told = f"{count:,} of {rows:,} rows"

    def figure(name: str, key: str, target: float | None) -> Figure:
        return _figure(name, spent[key], cpu[key], told, target)

    return [
        figure("a node's year, every column, certificate and all", "latest", 60),
        figure("the same as of a known time", "as_of", None),
        Figure(
            section=SECTION,
            name="as of, by latest",
            value=median(spent["as_of"]) / median(spent["latest"]),
            unit="x",
            target=1.2,
            note=f"by CPU {median(cpu['as_of']) / median(cpu['latest']):.2f}",
        ),
        figure("a node's year, time and price only", "few", None),
        Figure(
            section=SECTION,
            name="a node's year, first question of a process",
            value=1000 * first,
            unit="ms",
            note=f"{told}; footers of all parts read",
        ),
    ]


def _figure(
    name: str, spent: list[float], cpu: list[float], told: str, target: float | None
) -> Figure:
    note = (
        f"{told}; median of {len(spent)}, quickest {1000 * min(spent):.0f} ms, "
        f"{1000 * median(cpu):.0f} ms of CPU"
    )
    value = 1000 * median(spent)
    return Figure(section=SECTION, name=name, value=value, unit="ms", target=target, note=note)


def _month(house: House, nodes: int, month: int) -> Written:
    writer = Merging(house.parts, LMP, FEED)
    for group in _groups(nodes, month):
        writer.add(group.sort(*order_of(LMP), nulls_last=True))
    return writer.close()


def _groups(nodes: int, month: int) -> Iterator[pl.DataFrame]:
    """The rows of a month as the fold leaves them, some nodes at a time."""
    first = date(YEAR, month, 1)
    days = (first.replace(year=YEAR + month // 12, month=month % 12 + 1) - first).days
    base = _intervals(first, days)
    chance = np.random.default_rng(month)
    schema = part_schema(LMP, merged=True)
    for start in range(0, nodes, TOGETHER):
        ids = [str(61_700 + node) for node in range(start, min(start + TOGETHER, nodes))]
        rows = pl.DataFrame({"location_id": ids}).join(base, how="cross")
        parts = {
            name: pl.Series(np.round(chance.normal(mean, spread, rows.height), 2))
            for name, mean, spread in (
                ("energy_per_mwh", 35, 9),
                ("loss_per_mwh", 1, 1),
                ("congestion_per_mwh", 0, 3),
            )
        }
        rows = rows.with_columns(
            **parts,
            price_per_mwh=(sum(parts.values(), pl.Series([0.0]))).round(2),
            location_name="NODE " + pl.col("location_id"),
            publisher=pl.lit("nyiso"),
            feed=pl.lit(FEED),
            report=pl.lit(REPORT),
            print=pl.lit("preliminary"),
            state=pl.lit("live"),
            resolution=pl.lit("PT5M"),
            known_basis=pl.lit("modified"),
            market=pl.lit("RT5"),
            currency=pl.lit("USD"),
            source_row=pl.int_range(pl.len()),
        )
        yield rows.select(
            (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name)
            for name, kind in schema.items()
        )


def _intervals(first: date, days: int) -> pl.DataFrame:
    """What the rows of one interval share: each came with a payload of its own."""
    stamps = grid_stamps(ZONE, first, STEP, "end", days)
    count = stamps.len()
    number = pl.int_range(1, count + 1) + 10_000 * first.month
    return pl.DataFrame({"stamp_utc": stamps}).select(
        "stamp_utc",
        interval_start_utc=pl.col("stamp_utc") - STEP,
        interval_end_utc=pl.col("stamp_utc"),
        market_day=(pl.col("stamp_utc") - STEP).dt.convert_time_zone(ZONE).dt.date(),
        known_at_utc=pl.col("stamp_utc") + timedelta(seconds=42),
        fetched_at_utc=pl.col("stamp_utc") + timedelta(seconds=50),
        # A checksum's worth of characters that do not repeat.
        content_sha256=pl.concat_str(
            [(number * 2_654_435_761 + salt).hash(salt).cast(pl.String).str.zfill(16).str.slice(0, 16)
             for salt in range(4)]
        ),
        observation_id=number,
        entry_id=number,
        row_sequence=pl.lit(1),
    )  # fmt: skip
