"""What a finished day's file says at last, as numbers: what a collector must have found.

Worked out from the world, not by reading the printed files back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl

from tieline.emulate import dispatch
from tieline.emulate.flows import interface_flows, lines_on
from tieline.emulate.mix import FUELS, generation
from tieline.emulate.noise import Floats, Ints
from tieline.emulate.nyiso import (
    energy,
    facts,
    fuel_mix,
    load,
    load_forecast,
    lookahead,
    sheets,
    weather,
)
from tieline.emulate.nyiso.listed import SHEETS
from tieline.emulate.prices import zonal_prices
from tieline.errors import UsageError


def truth(seed: int, code: str, day: date) -> pl.DataFrame:
    """The final values of a report's day, in the publisher's own signs and sentinels.

    Gives: one row per stamp and entity, in the file's order: `stamp_utc` (the instant that is printed), `id` (the number
           beside the name, or the name where there is none), and the printed numbers under short names.
    Raises: UsageError for a report that is not played.
    """
    match code:
        case "P-58B":
            demand = load.five_minutes(seed, day)
            return _table(demand.seconds, _ids(facts.ZONES), {"load": demand.final})
        case "P-58C":
            demand = load.hourly(seed, day)
            return _table(demand.seconds, _ids(facts.ZONES), {"load": demand.final})
        case "P-24A":
            seconds = dispatch.ends(seed, day)
            prices = zonal_prices(seed, seconds)
            parts = {
                "lbmp": prices.price,
                "losses": prices.losses,
                "congestion": prices.congestion,
            }
            return _table(seconds, _ids(facts.PLACES), parts)
        case "P-63":
            seconds = fuel_mix.stamps(seed, day)
            fuels = fuel_mix.fuels(day)
            ordered = generation(seed, seconds)[:, [FUELS.index(fuel) for fuel in fuels]]
            return _table(seconds, fuels, {"generation": ordered})
        case "P-32":
            return _flows(seed, day)
        case "P-7":
            issue = len(load_forecast.issues(seed, day)) - 1
            numbers = load_forecast.forecast(seed, day, issue)
            return _table(load_forecast.hours(day), load_forecast.TITLES, {"load": numbers})
        case "P-42":
            return _runs(seed, day)
        case "P-7A":
            return _weather(seed, day)
    if code in energy.ITEMS:
        return _table(*energy.numbers(code, seed, day))
    if code in SHEETS:
        table = _table(*sheets.numbers(SHEETS[code], seed, day))
        return table.filter(pl.col(table.columns[2]).is_not_nan()) if SHEETS[code].sparse else table
    raise UsageError(
        f"no report {code!r} is played; known: {', '.join(k.code for k in facts.KINDS)}"
    )


def _flows(seed: int, day: date) -> pl.DataFrame:
    seconds = dispatch.minutes(seed, day)
    flows = interface_flows(seed, seconds)
    listed = list(lines_on(day))
    ids = _ids([facts.INTERFACES[n] for n in listed])
    numbers = {
        "flow": flows.flow[:, listed],
        "positive": flows.positive[:, listed].astype(np.float64),
        "negative": flows.negative[:, listed].astype(np.float64),
    }
    return _table(seconds, ids, numbers)


def _runs(seed: int, day: date) -> pl.DataFrame:
    """Also the run, as an instant, and the tie's name."""
    table = lookahead.numbers(seed, day)
    instants = [
        (pl.col(name) * 1_000_000).cast(pl.Datetime("us", "UTC")).alias(told)
        for name, told in (("end", "stamp_utc"), ("run", "run_utc"))
    ]
    return table.select(
        instants[0], pl.col("ptid").alias("id"), "lbmp", "external", "name", instants[1]
    )


def _weather(seed: int, day: date) -> pl.DataFrame:
    """Also whether a row is a forecast, and its issue as an instant."""
    table = weather.numbers(seed, day)
    stamp, issue = (
        (pl.col(name) * 1_000_000).cast(pl.Datetime("us", "UTC")) for name in ("day", "issue")
    )
    return table.select(
        stamp.alias("stamp_utc"),
        pl.col("station").alias("id"),
        *table.columns[4:],
        "kind",
        issue.alias("issue_utc"),
    )


def _ids(entities: Sequence[tuple[str, int]]) -> list[str]:
    return [str(ptid) for _, ptid in entities]


def _table(seconds: Ints, ids: Sequence[str], numbers: Mapping[str, Floats]) -> pl.DataFrame:
    stamps = pl.Series("stamp_utc", np.repeat(seconds, len(ids)) * 1_000_000)
    return pl.DataFrame(
        [
            stamps.cast(pl.Datetime("us", "UTC")),
            pl.Series("id", list(ids) * len(seconds)),
            *(pl.Series(name, values.ravel()) for name, values in numbers.items()),
        ]
    )
