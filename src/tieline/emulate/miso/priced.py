"""The public API: prices, constraints, outages, dashboards."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from tieline.emulate.miso import facts, world
from tieline.emulate.miso.displays import Display
from tieline.emulate.miso.facts import DAY, FIVE, HOUR, midnight, reference, twelve, wall, walls
from tieline.emulate.miso.page import Page, facts_of, one_a_fact, written
from tieline.emulate.noise import Ints

_NAMES = tuple(name for name, _ in facts.NODES)


def told_prices(
    seconds: Ints, names: tuple[str, ...], prices: world.Prices, lines: Ints | None = None
) -> pl.DataFrame:
    """Facts of prices, node after node at each instant."""
    return facts_of(
        seconds,
        {"location_id": names},
        {
            "price_per_mwh": prices.price,
            "congestion_per_mwh": prices.congestion,
            "loss_per_mwh": prices.loss,
        },
        lines=one_a_fact(prices.price.size) if lines is None else lines,
    )


def five_minutes(which: str) -> Display:
    """All nodes: headers once, rows without names."""
    code = f"MarketPricing/GetRealTimeFiveMinExPost/{which}"

    def shown(seed: int, slot: int) -> Page:
        first = midnight(facts.day_at(slot - FIVE))
        begin = {"Previous": first - DAY, "Rolling": first, "Current": slot - FIVE}[which]
        end = first if which == "Previous" else slot
        seconds = np.arange(begin, end, FIVE, dtype=np.int64)
        prices = world.prices(seed, seconds, "dispatch")
        moments = [f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in walls(seconds)]
        numbers = zip(
            *(part.ravel().tolist() for part in (prices.price, prices.loss, prices.congestion)),
            strict=True,
        )
        rows = [
            [moment, name, f"{lmp:.2f}", f"{mlc:.2f}", f"{mcc:.2f}"]
            for (moment, name), (lmp, mlc, mcc) in zip(
                itertools.product(moments, _NAMES), numbers, strict=True
            )
        ]
        body = {"headers": ["INTERVAL", "CPNODE", "LMP", "MLC", "MCC"], "data": rows}
        return Page(written(body), {code: told_prices(seconds, _NAMES, prices)})

    return shown


def consolidated(seed: int, slot: int) -> Page:
    """Four blocks, each of one interval: the newest, the last hour, the current hour day ahead."""
    start = slot - FIVE
    hour = midnight(facts.day_at(start)) + (start - midnight(facts.day_at(start))) // HOUR * HOUR
    blocks = {
        "FiveMinLMP": (start, start, "dispatch"),
        "HourlyIntegratedLMP": (hour, hour + HOUR, "hour"),
        "DayAheadExAnteLMP": (hour, hour + HOUR, "ahead"),
        "DayAheadExPostLMP": (hour, hour + HOUR, "ahead post"),
    }
    tree: dict[str, Any] = {"RefId": reference(wall(start))}
    told = {}
    for block, (begin, stamp, run) in blocks.items():
        five = block == "FiveMinLMP"
        prices = world.prices(seed, np.array([begin], dtype=np.int64), run)
        rows = []
        for at, name in enumerate(_NAMES):
            lmp, mlc, mcc = (part[0, at] for part in (prices.price, prices.loss, prices.congestion))
            parts = {"MLC": f"{mlc:.2f}", "MCC": f"{mcc:.2f}"}
            if not five:
                parts = dict(reversed(parts.items()))
            row = {"name": name, "region": "Midwest", "LMP": f"{lmp:.2f}", **parts}
            if five:
                words = ("REG", "REGMILEAGE", "SPIN", "SUPP", "STR", "RCUP", "RCDOWN")
                row |= {f"{word}MCP": "0.00" for word in words}
            rows.append(row)
        moment = wall(start)
        shown = f"{moment:%H:%M}" if five else f"HE {wall(begin).hour + 1}"
        tree[block] = {"HourAndMin": shown, "PricingNode": rows}
        code = f"MarketPricing/GetLmpConsolidatedTable/{block}"
        told[code] = told_prices(np.array([stamp], dtype=np.int64), _NAMES, prices)
    return Page(written({"LMPData": tree}), told)


def hubs_before(seed: int, slot: int) -> Page:
    """Ex-ante prices of the interval that begins."""
    prices = world.prices(seed, np.array([slot], dtype=np.int64), "before", len(facts.HUBS))
    rows = [
        {"name": hub, "LMP": f"{lmp:.2f}", "loss": f"{mlc:.2f}", "congestion": f"{mcc:.2f}"}
        for hub, lmp, mlc, mcc in zip(
            facts.HUBS,
            *(part[0].tolist() for part in (prices.price, prices.loss, prices.congestion)),
            strict=True,
        )
    ]
    moment = wall(slot)
    block = {"HourAndMin": f"{moment:%H:%M}", "Hub": rows}
    told = told_prices(np.array([slot], dtype=np.int64), facts.HUBS, prices)
    body = {"LMPData": {"RefId": reference(moment), "ExAnteLMP": block}}
    return Page(written(body), {"MarketPricing/GetExAnteLmp": told})


def ancillary(seed: int, slot: int) -> Page:
    start = slot - FIVE
    moment = wall(start)
    hour = start - (start - facts.WEST) % HOUR
    tree: dict[str, Any] = {"RefId": reference(moment), "MktDay": f"{moment:%m-%d-%Y}"}
    told = {}
    for block, begin, stamp, run in (
        ("RealTimeMCP", start, start, "dispatch"),
        ("DayAheadMCP", hour, hour + HOUR, "ahead"),
    ):
        prices = world.clearing_prices(seed, np.array([begin], dtype=np.int64), run, 9)
        rows = [
            {"number": str(zone + 1)}
            | {
                product: f"{price:.2f}"
                for product, price in zip(facts.PRODUCTS, prices[0, zone * 9 :], strict=False)
            }
            for zone in range(8)
        ]
        real = block == "RealTimeMCP"
        said = (
            {"HourAndMin": f"{moment:%H:%M}"} if real else {"HourEnding": str(wall(begin).hour + 1)}
        )
        tree[block] = {**said, "Zone": rows}
        told[f"MarketPricing/GetAncillaryServicesMcp/{block}"] = facts_of(
            np.array([stamp], dtype=np.int64),
            {
                "product_printed": facts.PRODUCTS * 8,
                "region": tuple(f"Zone {zone + 1}" for zone in range(8) for _ in range(9)),
            },
            {"price_per_mw_h": prices},
            lines=np.repeat(np.arange(1, 9, dtype=np.int64), 9),
        )
    return Page(written({"MCPData": tree}), told)


def constraints(name: str) -> Display:
    """What binds in the newest interval; a row of the words None where nothing does."""
    code = f"BindingConstraints/{name}"

    def shown(seed: int, slot: int) -> Page:
        at = np.array([slot], dtype=np.int64)
        prices = world.shadow_prices(seed, at, name)[0]
        binding = [n for n, price in enumerate(prices.tolist()) if price < 0]
        period = f"{wall(slot):%Y-%m-%dT%H:%M:%S}"
        more = {"REASON": "None", "BP3": "0", "PC3": "0", "BP4": "0", "PC4": "0"}
        curve = {"OVERRIDE": "0", "CURVETYPE": "PERCENT", "BP1": "100", "PC1": "700"}
        curve |= {"BP2": "102", "PC2": "1000"}
        rows = [
            {"Name": facts.CONSTRAINTS[n], "Period": period, "Price": f"{prices[n]:.2f}", **curve}
            for n in binding
        ] or [{"Name": "None", "Period": period, "Price": "None", **dict.fromkeys(curve, "None")}]
        if name == "SubRegional":
            rows = [{**more, **row} for row in rows]
        if name == "Reserve":
            rows = [
                {key: row[key] for key in ("Name", "Period", "Price")} | {"Description": "None"}
                for row in rows
            ]
        names = tuple(facts.CONSTRAINTS[n] for n in binding)
        told = facts_of(
            at,
            {"constraint_id": names},
            {"shadow_price_per_mwh": prices[binding]},
            lines=one_a_fact(len(binding)),
        )
        return Page(written({"RefId": reference(wall(slot)), "Constraint": rows}), {code: told})

    return shown


def outages(seed: int, slot: int) -> Page:
    """Five days back and five ahead; an entity a day and class."""
    today = facts.day_at(slot - FIVE)
    days = facts.days_from(today - timedelta(days=5), 11)
    mw = world.outages(seed, np.array([midnight(day) for day in days], dtype=np.int64))
    rows = [
        {
            "OutageDate": f"{day} 12:00:00 AM",
            "OutageMonthDay": f"{day:%b-%d}",
            **dict(zip(facts.OUTAGE_CLASSES, line, strict=True)),
        }
        for day, line in zip(days, mw.tolist(), strict=True)
    ]
    told = pl.DataFrame(
        {
            "line": np.repeat(np.arange(1, 12, dtype=np.int64), 4),
            "stamp_utc": pl.Series([None] * 44, dtype=pl.Datetime("us", "UTC")),
            "outage_id": [
                f"MISO/{day}/{kind.lower()}" for day in days for kind in facts.OUTAGE_CLASSES
            ],
            "capacity_mw": mw.ravel(),
        }
    )
    head = f"{today:%d-%b-%Y} - Total {mw.sum():,.0f} MW"
    code = "GenerationOutages/GetGenerationOutagesPlusMinusFiveDays"
    return Page(written({"RefId": head, "Days": rows}), {code: told})


def scheduling(seed: int, slot: int) -> Page:
    """PJM's prices as foreseen for the next quarter hours, with the time of approval."""
    quarter = slot // 900 * 900
    seconds = quarter + 900 * np.arange(8, dtype=np.int64)
    approved = quarter + 249
    level = 35 + world.shadow_prices(seed, seconds, f"cts {quarter}")[:, 0] / 10
    prices = np.round(level, 2)
    rows = [
        {
            "CASEAPPROVALDATE": twelve(wall(approved)),
            "SOLUTIONTIME": twelve(moment),
            "PJMFORECASTEDLMP": f"{price:.2f}",
        }
        for moment, price in zip(walls(seconds), prices.tolist(), strict=True)
    ]
    told = facts_of(seconds, {"location_id": ("PJM",)}, {"price_per_mwh": prices})
    vintage = pl.lit(approved * 1_000_000).cast(pl.Datetime("us", "UTC")).alias("vintage_utc")
    body = {"RefId": reference(wall(quarter)), "Interval": rows}
    return Page(written(body), {"CoordinatedTransactionScheduling": told.with_columns(vintage)})


_SUPPLY = (
    *("demand", "committedCapacity", "demandForecast"),
    *("committedCapacityForecast", "availableCapacity"),
)


def supply(seed: int, slot: int) -> Page:
    """Every quarter hour of the day: what was until now, what is foreseen from now on."""
    seconds = midnight(facts.day_at(slot - FIVE)) + 900 * np.arange(96, dtype=np.int64)
    load = world.zonal_load(seed, seconds).sum(axis=1)
    values = np.stack([load, load + 9000, load, load + 9000, load + 20000], axis=1)
    past = seconds < slot
    values[past, 2:] = np.nan
    values[~past, :2] = np.nan
    rows = [
        {"id": n, "timeEst": f"{moment:%Y-%m-%dT%H:%M:%S}"}
        | {
            name: None if np.isnan(value) else int(value)
            for name, value in zip(_SUPPLY, line, strict=True)
        }
        for n, (moment, line) in enumerate(zip(walls(seconds), values.tolist(), strict=True), 1)
    ]
    told = facts_of(seconds, {"item": _SUPPLY}, {"value": values}).with_columns(
        pl.col("value").fill_nan(None)
    )
    return Page(written(rows), {"CsatSupplyDemand": told})


def snapshot(seed: int, slot: int) -> Page:
    """Lines of the home page, each with a time of its own."""
    today = midnight(facts.day_at(slot - FIVE))
    seconds = np.array([today, slot - FIVE], dtype=np.int64)
    load = world.zonal_load(seed, seconds).sum(axis=1)
    labels = ("Forecasted Peak Demand (MW)", "Current Demand (MW)")
    rows = [
        {
            "t": label,
            "v": f"{mw:,.0f}",
            "d": f"{moment.month}/{moment.day}/{twelve(moment).replace(f'{moment:%Y-%m-%d}', f'{moment:%Y}')} EST",
            "id": str(n),
        }
        for n, (label, mw, moment) in enumerate(
            zip(labels, load.tolist(), walls(seconds), strict=True)
        )
    ]
    told = facts_of(seconds, {}, {"value": load}).with_columns(pl.Series("item", list(labels)))
    return Page(written(rows), {"Snapshot": told})
