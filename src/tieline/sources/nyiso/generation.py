"""P-63: generation by fuel, one row a fuel at every dispatch.

Stamps mark the end of the interval, with a zone word; the last of a day is 00:00 of the next. Days
hold 288 to 309 stamps (February 2025), because dispatch leaves the grid, and now and then a grid stamp is
missing: no count can be expected. The header says Gen MWh in 2016 and Gen MW in 2017; the values are
MW in both. The file ends without a newline.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from tieline.datasets import GENERATION_BY_FUEL
from tieline.feeds import GROWING, Column, DailyFile, Feed, Label, Report
from tieline.sources.nyiso.codes import CONTROL_AREA, FUELS
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import (
    NYISO,
    STAMP_COLUMNS,
    STAMP_FORMATS,
    ZONE_COLUMN,
    ZONE_WORDS,
)


def _with_fuel(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        pl.col("fuel_printed")
        .replace_strict(FUELS, default=None, return_dtype=pl.String)
        .alias("fuel")
    )


FUEL_MIX = Report(
    publisher=NYISO,
    code="P-63",
    title="Real-time fuel mix",
    at=DailyFile(
        path="csv/rtfuelmix/{day:%Y%m%d}rtfuelmix.csv",
        archive="csv/rtfuelmix/{month:%Y%m%d}rtfuelmix_csv.zip",
        typical_bytes=87_000,
    ),
    since=date(2015, 12, 1),
    label=Label(
        kind="end",
        column=STAMP_COLUMNS,
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT5M",
        repeated="zone_column",
        zone_column=ZONE_COLUMN,
        zone_words=ZONE_WORDS,
        regular=False,
    ),
    columns=(
        Column("fuel_printed", ("Fuel Category",)),
        Column("generation_mw", ("Gen MW", "Gen MWh"), "number"),
    ),
    constants=(("area_id", CONTROL_AREA),),
    others=HEADERS,
    codes=(("fuel_printed", tuple(FUELS)),),
    derive=_with_fuel,
    absence=GROWING,
    print="preliminary",
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=10),
    established_by="sample nyiso/rtfuelmix/20171122rtfuelmix.csv",
)

FUEL_MIX_FEED = Feed("iso.rt.generation_by_fuel.nyiso", GENERATION_BY_FUEL, (FUEL_MIX,))
