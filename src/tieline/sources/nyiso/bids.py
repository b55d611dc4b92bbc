"""P-59: load that was bid into the day-ahead market, by zone and kind of bid.

A column a kind, hour start, zone word beside the stamp; megawatts, no prices. Virtual supply stands
beside the loads: it is no load and is never added to them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from tieline.datasets import BID_LOAD
from tieline.feeds import FINAL, Column, DailyFile, Entity, Feed, Report
from tieline.normalise.wide import side_by_side
from tieline.sources.nyiso.codes import ZONES
from tieline.sources.nyiso.load import INTEGRATED
from tieline.sources.nyiso.publisher import STAMP_COLUMNS, ZONE_COLUMN

_PRODUCTS = {
    "Energy Bid Load": "energy_bid",
    "Bilateral Load": "bilateral",
    "Price Cap Load": "price_cap",
    "Virtual Load": "virtual_load",
    "Virtual Supply": "virtual_supply",
}
_SEEN = date(2025, 11, 13)
"""Day of the survey that the layout is known from."""


def _with_kind(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.lit("zone").alias("area_kind"))


ZONAL: Report = replace(
    INTEGRATED,
    code="P-59",
    title="Zonal bid load",
    at=DailyFile(
        path="csv/zonalBidLoad/{day:%Y%m%d}zonalBidLoad.csv",
        archive="csv/zonalBidLoad/{month:%Y%m%d}zonalBidLoad_csv.zip",
        typical_bytes=20_000,
    ),
    columns=(
        Column("area_id", ("PTID",)),
        Column("area_name", ("Name",)),
        Column("product", ("Product",)),
        Column("bid_mw", ("Bid",), "number"),
    ),
    header=(STAMP_COLUMNS, ZONE_COLUMN, ("Name",), ("PTID",), *((name,) for name in _PRODUCTS)),
    codes=(("area_id", tuple(ptid for ptid, _, _ in ZONES)),),
    reshape=side_by_side(_PRODUCTS, name="Printed", id="Product", cell="Bid"),
    derive=_with_kind,
    absence=FINAL,
    print="final",
    entities=tuple(
        Entity(key=(("area_id", ptid), ("product", product)), certain=_SEEN)
        for ptid, _, _ in ZONES
        for product in _PRODUCTS.values()
    ),
    # Posted with the day-ahead market, by 11:00 of the day before.
    due=timedelta(hours=-14),
    settles_after=timedelta(hours=6),
    established_by="code: columns of a working client",
)

BID_FEEDS = (Feed("iso.da.bid_load.nyiso", BID_LOAD, (ZONAL,)),)
