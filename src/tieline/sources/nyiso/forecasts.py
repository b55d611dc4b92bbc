"""P-7: the operator's load forecast, hourly by zone for six days.

One file a day, named after the day it is issued and starts with, posted about 07:05 to 08:20 Eastern;
a column a zone and the total `NYISO`, the exact sum of the others. Stamps mark the start of the hour
and have no zone word: on the autumn day 01:00 stands there twice, often with equal values. The file
does not say when it was issued: the archive member's time is the only record.

A forecast is written whole, and a re-issue replaces it whole, so a stamp that a re-issue lacks is gone
(`final`), not late.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from tieline.datasets import LOAD_FORECAST
from tieline.feeds import FINAL, Column, DailyFile, Entity, Feed, Label, Report
from tieline.normalise.wide import side_by_side
from tieline.sources.nyiso.codes import FORECAST_AREAS, SYSTEM
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import NYISO, STAMP_COLUMNS, STAMP_FORMATS


def _with_kind(rows: pl.DataFrame) -> pl.DataFrame:
    total = pl.col("area_id") == SYSTEM
    return rows.with_columns(
        pl.when(total).then(pl.lit("system")).otherwise(pl.lit("zone")).alias("area_kind")
    )


FORECAST = Report(
    publisher=NYISO,
    code="P-7",
    title="ISO load forecast",
    at=DailyFile(
        path="csv/isolf/{day:%Y%m%d}isolf.csv",
        archive="csv/isolf/{month:%Y%m%d}isolf_csv.zip",
        typical_bytes=11_000,
    ),
    since=date(1999, 11, 1),
    label=Label(
        kind="start",
        column=STAMP_COLUMNS,
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT1H",
        repeated="row_order",
    ),
    columns=(
        Column("area_id", ("PTID",)),
        Column("area_name", ("Name",)),
        Column("load_mw", ("Load",), "number"),
    ),
    header=(STAMP_COLUMNS, *((name,) for name in FORECAST_AREAS)),
    others=HEADERS,
    final_newline=True,
    vintage="day",
    days=6,
    reshape=side_by_side(FORECAST_AREAS, name="Name", id="PTID", cell="Load"),
    derive=_with_kind,
    absence=FINAL,
    entities=tuple(Entity(key=(("area_id", area),)) for area in FORECAST_AREAS.values()),
    every=timedelta(hours=1),
    offset=timedelta(minutes=10),
    # Posted 07:05 to 08:20 Eastern, by the operator's page seen in 2026-07.
    due=timedelta(hours=7),
    promised_within=timedelta(hours=2),
    settles_after=timedelta(hours=2),
    established_by="sample nyiso/isolf/20171103isolf.csv",
)

LOAD_FORECAST_FEED = Feed("iso.da.load_forecast.nyiso", LOAD_FORECAST, (FORECAST,))
