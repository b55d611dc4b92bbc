"""The Data Exchange: one market day an answer, in pages, under a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from tieline.emulate.miso import facts, world
from tieline.emulate.miso.facts import FIVE, HOUR, midnight
from tieline.emulate.miso.page import facts_of, one_a_fact
from tieline.emulate.noise import Floats, Ints

PAGE = 500
_NAMES = tuple(name for name, _ in facts.NODES)
_REGIONS = ("NORTH", "CENTRAL", "SOUTH")


@dataclass(frozen=True, slots=True)
class Records:
    """Rows of a day, whole, and what they say."""

    rows: Sequence[Mapping[str, Any]]
    told: pl.DataFrame


Answer = Callable[[int, date], Records]


def grid(day: date, step: int) -> Ints:
    return np.arange(midnight(day), midnight(day + timedelta(days=1)), step, dtype=np.int64)


def interval(start: int, step: int) -> dict[str, str]:
    """The time object of a record."""
    begin, end = facts.wall(start), facts.wall(start + step)
    size = "5min" if step == FIVE else "hourly"
    shown = f"{begin:%Y-%m-%d %H:%M:%S}.000", f"{end:%Y-%m-%dT%H:%M:%S}.000"
    value = f"{begin:%H:%M}" if step == FIVE else str(begin.hour + 1)
    return {"resolution": size, "start": shown[0], "end": shown[1], "value": value}


def labelled_late(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Five-minute records as answers from before `facts.RELABELLED` call them: one interval later."""
    late: dict[str, dict[str, str]] = {}
    found = []
    for row in rows:
        said = row.get("timeInterval", {})
        if said.get("resolution") == "5min":
            start = said["start"]
            if start not in late:
                late[start] = interval(facts.second(start) + FIVE, FIVE)
            row = {**row, "timeInterval": late[start]}
        found.append(row)
    return found


def _each(
    starts: Ints,
    step: int,
    names: Mapping[str, Sequence[str]],
    numbers: Mapping[str, Floats],
    extra: Mapping[str, Any],
    *,
    said: bool = True,
) -> list[dict[str, Any]]:
    """One record an instant and entity."""
    rows = []
    count = len(next(iter(names.values())))
    for at, start in enumerate(starts.tolist()):
        time = interval(start, step)
        for place in range(count):
            row: dict[str, Any] = {"timeInterval": time} if said else {"interval": time["value"]}
            row |= {name: texts[place] for name, texts in names.items()}
            row |= {name: float(values[at, place]) for name, values in numbers.items()}
            rows.append(row | dict(extra))
    return rows


def prices(run: str, step: int, *, settled: bool = False) -> Answer:
    def answered(seed: int, day: date) -> Records:
        starts = grid(day, step)
        made = world.prices(seed, starts, run)
        numbers = {"lmp": made.price, "mcc": made.congestion, "mlc": made.loss}
        numbers["mec"] = np.repeat(made.energy, len(_NAMES), axis=1)
        extra = {"preliminaryFinal": "Final"} if settled else {}
        told = facts_of(
            starts if step == FIVE else starts + HOUR,
            {"location_id": _NAMES},
            {
                "price_per_mwh": made.price,
                "congestion_per_mwh": made.congestion,
                "loss_per_mwh": made.loss,
                "energy_per_mwh": numbers["mec"],
            },
            lines=one_a_fact(made.price.size),
        )
        return Records(_each(starts, step, {"node": _NAMES}, numbers, extra), told)

    return answered


def clearing(run: str, step: int, *, settled: bool = False) -> Answer:
    zones = tuple(f"Zone {zone + 1}" for zone in range(8) for _ in range(6))
    products = facts.KEYED_PRODUCTS * 8

    def answered(seed: int, day: date) -> Records:
        starts = grid(day, step)
        made = world.clearing_prices(seed, starts, run, 6)
        extra = {"preliminaryFinal": "Preliminary"} if settled else {}
        names = {"product": products, "zone": zones}
        told = facts_of(
            starts if step == FIVE else starts + HOUR,
            {"product_printed": products, "region": zones},
            {"price_per_mw_h": made},
            lines=one_a_fact(made.size),
        )
        return Records(_each(starts, step, names, {"mcp": made}, extra), told)

    return answered


def by_region(field: str, column: str, *, names: str = "region", key: str = "area_id") -> Answer:
    """One number an hour and region."""

    def answered(seed: int, day: date) -> Records:
        starts = grid(day, HOUR)
        zones = world.zonal_load(seed, starts)
        made = np.stack([zones[:, list(at)].sum(axis=1) for at in facts.ZONES_OF_REGIONS], axis=1)
        told = facts_of(
            starts + HOUR, {key: facts.REGIONS}, {column: made}, lines=one_a_fact(made.size)
        )
        return Records(_each(starts, HOUR, {names: _REGIONS}, {field: made}, {}), told)

    return answered


def by_neighbour(field: str, column: str, ontario: str) -> Answer:
    """Exchange with each neighbour; positive is import."""
    names = tuple(ontario if name == "ONT" else name for name in facts.NEIGHBOURS)
    ids = tuple("IESO" if name == "ONT" else name for name in facts.NEIGHBOURS)

    def answered(seed: int, day: date) -> Records:
        starts = grid(day, HOUR)
        made = world.exchange(seed, starts)
        told = facts_of(
            starts + HOUR, {"from_area": ids}, {column: made}, lines=one_a_fact(made.size)
        )
        return Records(_each(starts, HOUR, {"adjacentBa": names}, {field: made}, {}), told)

    return answered


def demand(seed: int, day: date) -> Records:
    """Cleared demand of the day-ahead market: three products beside each other."""
    starts = grid(day, HOUR)
    zones = world.zonal_load(seed, starts)
    total = np.stack([zones[:, list(at)].sum(axis=1) for at in facts.ZONES_OF_REGIONS], axis=1)
    parts = {"fixed": total, "priceSens": np.round(total / 50), "virtual": np.round(total / 20)}
    told = facts_of(
        starts + HOUR,
        {
            "area_id": tuple(region for region in facts.REGIONS for _ in range(3)),
            "product": ("fixed", "price_sensitive", "virtual") * 3,
        },
        {"cleared_mw": np.stack(list(parts.values()), axis=2).reshape(24, -1)},
        lines=np.repeat(one_a_fact(72), 3),
    )
    return Records(_each(starts, HOUR, {"region": _REGIONS}, parts, {}), told)


def demand_in_real_time(seed: int, day: date) -> Records:
    """Only `interval`, the number of the hour's end, says the time."""
    starts = grid(day, HOUR)
    made = world.zonal_load(seed, starts).sum(axis=1)
    rows = [{"interval": str(n), "demand": mw} for n, mw in enumerate(made.tolist(), 1)]
    told = facts_of(starts + HOUR, {"area_id": ("MISO",)}, {"cleared_mw": made})
    return Records(rows, told)


def fuels(seed: int, day: date) -> Records:
    """Fuels of a region in one object, with their sum."""
    starts = grid(day, HOUR)
    mix = np.round(np.abs(world.mix(seed, starts)) / 3)
    rows: list[dict[str, Any]] = []
    for start, line in zip(starts.tolist(), mix.tolist(), strict=True):
        types = dict(zip(facts.KEYED_FUELS, line, strict=True))
        time = interval(start, HOUR)
        rows += [
            {"timeInterval": time, "region": region, "fuelTypes": types, "totalMw": sum(line)}
            for region in _REGIONS
        ]
    told = facts_of(
        starts + HOUR,
        {
            "area_id": tuple(region for region in facts.REGIONS for _ in range(8)),
            "fuel_printed": facts.KEYED_FUELS * 3,
        },
        {"generation_mw": np.tile(mix, 3)},
        lines=np.repeat(one_a_fact(72), 8),
    )
    return Records(rows, told)


def load_forecast(seed: int, day: date) -> Records:
    """By zone, with the day on which it was made."""
    starts = grid(day, HOUR)
    made = world.forecast_load(seed, starts, 1)
    zones = tuple(f"Z{n}" for n in range(1, 7))
    issued = day - timedelta(days=1)
    extra = {"region": "NORTH", "init": str(issued)}
    rows = _each(starts, HOUR, {"localResourceZone": zones}, {"loadForecast": made}, extra)
    told = facts_of(
        starts + HOUR, {"area_id": zones}, {"load_mw": made}, lines=one_a_fact(made.size)
    )
    vintage = pl.lit(midnight(issued) * 1_000_000).cast(pl.Datetime("us", "UTC"))
    return Records(rows, told.with_columns(vintage.alias("vintage_utc")))


def nodes(seed: int, day: date) -> Records:
    """Every node with its type in the plural; the same on every day."""
    rows = [{"node": name, "nodeType": f"{kind}s"} for name, kind in facts.NODES if seed or day]
    kinds = {"Hub": "hub", "Loadzone": "zone", "Interface": "interface", "Gennode": "node"}
    told = pl.DataFrame(
        {
            "line": one_a_fact(len(rows)),
            "stamp_utc": pl.Series([None] * len(rows), dtype=pl.Datetime("us", "UTC")),
            "location_id": [name for name, _ in facts.NODES],
            "location_kind": [kinds[kind] for _, kind in facts.NODES],
        }
    )
    return Records(rows, told)


_AHEAD, _REAL = "pricing/v1/day-ahead", "pricing/v1/real-time"
ANSWERS: dict[str, Answer] = {
    f"{_AHEAD}/lmp-exante": prices("ahead", HOUR),
    f"{_AHEAD}/lmp-expost": prices("ahead post", HOUR),
    f"{_REAL}/lmp-exante": prices("before", FIVE),
    f"{_REAL}/lmp-expost": prices("hour", HOUR, settled=True),
    f"{_REAL}/lmp-expost?timeResolution=5min": prices("dispatch", FIVE, settled=True),
    f"{_AHEAD}/asm-exante": clearing("ahead", HOUR),
    f"{_AHEAD}/asm-expost": clearing("ahead post", HOUR),
    f"{_REAL}/asm-expost": clearing("hour", HOUR, settled=True),
    f"{_REAL}/asm-expost?timeResolution=5min": clearing("dispatch", FIVE, settled=True),
    "pricing/v1/aggregated-pnode": nodes,
    "lgi/v1/day-ahead/demand": demand,
    "lgi/v1/day-ahead/generation/cleared/physical": by_region(
        "supply", "award_mw", key="resource_id"
    ),
    "lgi/v1/day-ahead/generation/cleared/virtual": by_region(
        "supply", "award_mw", key="resource_id"
    ),
    "lgi/v1/day-ahead/generation/fuel-type": fuels,
    "lgi/v1/day-ahead/interchange/net-scheduled": by_region("nsi", "scheduled_mw", key="to_area"),
    "lgi/v1/real-time/demand/actual": by_region("load", "load_mw"),
    "lgi/v1/real-time/demand/forecast": demand_in_real_time,
    "lgi/v1/real-time/generation/fuel-type": fuels,
    "lgi/v1/real-time/interchange/net-actual": by_neighbour("nai", "actual_mw", "IESO"),
    "lgi/v1/historical/interchange/net-scheduled": by_neighbour("nsi", "scheduled_mw", "ONT"),
    "lgi/v1/forecast/load": load_forecast,
}
"""By the path without its day; a query that changes the answer stands behind it."""
