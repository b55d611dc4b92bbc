"""genfuelmix: generation by fuel at every change of dispatch.

188 to 267 instants a day at odd seconds, each with the fuels that run: an absent one makes nothing, and
no count can be expected. A stamp is an instant, no interval. Solar is only what the grid meters. Several
fuels can be marginal at once. Batteries are a category of their own since May 2026.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import GENERATION_BY_FUEL
from tieline.feeds import GROWING, ROLLING, Column, Feed
from tieline.sources.isone.codes import FUELS, NEW_ENGLAND, worded
from tieline.sources.isone.publisher import begins, current, day, service


def _with_fuel(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(worded("fuel_printed", FUELS, "fuel"))


FUEL_MIX = service(
    "genfuelmix",
    "Generation by fuel",
    ("GenFuelMixes", "GenFuelMix"),
    at=day("genfuelmix", 285_000),
    label=begins(None, kind="instant"),
    columns=(
        # The schema promises the rollup of every row, the category of most.
        Column("fuel_printed", ("FuelCategory",), otherwise=("FuelCategoryRollup",)),
        Column("generation_mw", ("GenMw",), "number"),
    ),
    constants=(("area_id", NEW_ENGLAND),),
    unused=("MarginalFlag",),
    codes=(("fuel_printed", tuple(FUELS)),),
    derive=_with_fuel,
    absence=GROWING,
    every=timedelta(minutes=10),
    promised_within=timedelta(minutes=30),
    established_by="sample isone/api/genfuelmix_day_20241103.json",
)
FUEL_MIX_NOW = replace(
    FUEL_MIX,
    code="genfuelmix-current",
    title="Generation by fuel, newest",
    at=current("genfuelmix", 1_800),
    absence=ROLLING,
    every=timedelta(minutes=5),
    established_by="sample isone/api/genfuelmix_current.json",
)
FUEL_MIX_FEED = Feed(
    "iso.rt.generation_by_fuel.isone", GENERATION_BY_FUEL, (FUEL_MIX, FUEL_MIX_NOW)
)
