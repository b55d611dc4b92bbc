"""Generation by fuel: five-minute displays and the Data Exchange.

Battery storage is negative when it charges, solar slightly so at night. `Imports` is net interchange
and no fuel.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import GENERATION_BY_FUEL
from tieline.feeds import ROLLING, Column, Feed, Listing, Report, StaticFile
from tieline.sources.miso import exchange, grid
from tieline.sources.miso.codes import FUELS, SYSTEM, region
from tieline.sources.miso.publisher import FIVE_MINUTES, HOUR_END, LGI, SHOWN, TWELVE, shown
from tieline.sources.miso.shapes import chained, unpivoted


def with_fuel(rows: pl.DataFrame) -> pl.DataFrame:
    """Fuel in tieline's word, null where nobody knows it; regions in one spelling."""
    fuel = pl.col("fuel_printed").replace_strict(FUELS, default=None, return_dtype=pl.String)
    return rows.with_columns(fuel.alias("fuel"), region("area_id"))


def _named(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(pl.col("fuel").str.strip_prefix("fuelTypes."))


MIX_TODAY = replace(
    SHOWN,
    code="FuelMix/Today",
    title="Fuel mix of the current day",
    at=StaticFile(path="api/FuelMix/Today", typical_bytes=250_000),
    listing=Listing(path=("Fuel", "Type")),
    label=replace(FIVE_MINUTES, column=("INTERVALEST",), formats=TWELVE),
    columns=(
        Column("fuel_printed", ("CATEGORY",)),
        shown("generation_mw", "ACT"),
    ),
    unused=("FUEL_CATEGORY",),
    constants=(("area_id", SYSTEM),),
    codes=(("fuel_printed", tuple(FUELS)),),
    derive=with_fuel,
    absence=ROLLING,
    entities=grid.fuels(),
    established_by="sample miso/public-api/operations-displays-getfuelmixtoday.json",
)
MIX_YESTERDAY = replace(
    MIX_TODAY,
    code="FuelMix/Yesterday",
    title="Fuel mix of the day before",
    at=StaticFile(path="api/FuelMix/Yesterday", typical_bytes=250_000),
    every=timedelta(days=1),
    offset=timedelta(hours=6),
    promised_within=timedelta(days=1),
)
MIX_NEWEST = replace(
    MIX_TODAY,
    code="FuelMix",
    title="Fuel mix, newest interval",
    at=StaticFile(path="api/FuelMix", typical_bytes=2_000),
    established_by="sample miso/public-api/operations-displays-getfuelmix.json",
)


def _keyed(market: str, title: str) -> Report:
    """Fuels beside each other in one object, for each region; solar is told since 2022."""
    fuels = ("coal", "gas", "nuclear", "water", "wind", "other")
    names = tuple(f"fuelTypes.{fuel}" for fuel in (*fuels, "solar", "storage"))
    path = f"{market}/{{day:%Y-%m-%d}}/generation/fuel-type"
    return replace(
        exchange.daily(LGI, path, title, HOUR_END),
        columns=(
            Column("area_id", ("region",)),
            Column("fuel_printed", ("fuel",)),
            Column("generation_mw", ("mw",), "number"),
        ),
        header=(("region",), *((f"fuelTypes.{fuel}",) for fuel in fuels)),
        unused=(*exchange.ENVELOPE, *names, "totalMw"),
        codes=(("fuel_printed", tuple(FUELS)),),
        reshape=chained(
            unpivoted(pattern=r"^fuelTypes\.", label="fuel", value="mw"), _named, exchange.timed
        ),
        derive=with_fuel,
    )


KEYED_RT = _keyed("real-time", "Generation by fuel and region, keyed")
KEYED_DA = replace(
    _keyed("day-ahead", "Cleared generation by fuel and region, keyed"), due=timedelta(hours=-10)
)

FEEDS = (
    Feed(
        "iso.rt.generation_by_fuel.miso",
        GENERATION_BY_FUEL,
        (MIX_TODAY, MIX_YESTERDAY, MIX_NEWEST),
    ),
    Feed("iso.rt.generation_by_fuel_hourly.miso", GENERATION_BY_FUEL, (KEYED_RT,)),
    Feed("iso.da.generation_by_fuel.miso", GENERATION_BY_FUEL, (KEYED_DA,)),
)
