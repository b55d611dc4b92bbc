"""Actual load and cleared demand.

The display of total load prints hours and minutes; its day stands once, in `RefId`. Its three tables
are three reports: five-minute load, the day-ahead market's cleared load, the medium-term forecast. The
workbook `df_al` of a day holds the actual load of the day before by groups of resource zones, in MWh
of each hour, which is MW. Its header stands in row 5, since 2026-04-27 in row 7, and again above each
day; a disclaimer closes it. `rf_al` is the same by region. System, zone and region each say their
kind: a sum over one kind is the system, over all of them it is not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import DEMAND_CLEARED, LOAD
from tieline.feeds import (
    FINAL,
    ROLLING,
    Column,
    DailyFile,
    Feed,
    Layout,
    Listing,
    Report,
    StaticFile,
)
from tieline.sources.miso import exchange, grid
from tieline.sources.miso.codes import (
    FORECAST_ZONES,
    REGIONS,
    RESOURCE_ZONES,
    SYSTEM,
    region,
)
from tieline.sources.miso.publisher import FIVE_MINUTES, HOUR_END, LGI, REPORTS, SHOWN, shown
from tieline.sources.miso.shapes import (
    Reshape,
    chained,
    date_of,
    hour_end,
    hours_of_ref_day,
    on_ref_day,
    unpivoted,
)

DAYS = ("%Y-%m-%d", "%m/%d/%y", "%m/%d/%Y")
AREAS = (*RESOURCE_ZONES, *REGIONS, SYSTEM)


def with_kind(rows: pl.DataFrame) -> pl.DataFrame:
    """The kind of each area; one that nobody knows has none. A region has one spelling."""
    rows = rows.with_columns(region("area_id"), region("area_name"))
    area = pl.col("area_id")
    kind = (
        pl.when(area == SYSTEM)
        .then(pl.lit("system"))
        .when(area.is_in([*RESOURCE_ZONES, *FORECAST_ZONES]))
        .then(pl.lit("zone"))
        .when(area.is_in(REGIONS))
        .then(pl.lit("region"))
    )
    return rows.with_columns(kind.alias("area_kind"))


def side_by_side(end: str) -> Reshape:
    """`LRZ1 ActualLoad (MWh)`, ... to one row an area and hour: `Area`, `Load`, `stamp`."""
    suffix = rf"\s*{end}\s*(\(MWh\))?$"

    def shaped(table: pl.DataFrame) -> pl.DataFrame:
        long = unpivoted(pattern=suffix, label="Area", value="Load")(table)
        day = date_of("Market Day", *DAYS)
        return long.with_columns(
            pl.col("Area").str.replace(suffix, ""), stamp=hour_end(day, pl.col("HourEnding"))
        )

    return shaped


def _of_days_that_are_over(table: pl.DataFrame) -> pl.DataFrame:
    """Rows of days that have any actual load: the days ahead stand there with blank cells."""
    has = pl.col("Load").is_not_null().any().over("Market Day")
    return table.filter(has | pl.col("unread").is_not_null())


def workbook_header(areas: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    words = [f"{area} {what} (MWh)" for area in areas for what in ("MTLF", "ActualLoad")]
    return (
        ("Market Day",),
        ("HourEnding",),
        *((word, word.removesuffix(" (MWh)")) for word in words),
    )


TOTAL = replace(
    SHOWN,
    code="RealTimeTotalLoad/FiveMinTotalLoad",
    title="Five-minute total load",
    at=StaticFile(path="api/RealTimeTotalLoad", typical_bytes=25_000),
    listing=Listing(path=("LoadInfo", "FiveMinTotalLoad"), carried=("RefId",)),
    label=FIVE_MINUTES,
    columns=(shown("load_mw", "Load.Value"),),
    header=(("Load.Time",), ("Load.Value",), ("RefId",)),
    constants=(("area_id", SYSTEM), ("area_name", SYSTEM), ("area_kind", "system")),
    reshape=on_ref_day("Load.Time"),
    absence=ROLLING,
    entities=grid.areas(SYSTEM),
    established_by="sample miso/public-api/operations-displays-getrealtimetotalload.json",
)
CLEARED = replace(
    TOTAL,
    code="RealTimeTotalLoad/ClearedMW",
    title="Cleared load of the day-ahead market",
    listing=Listing(path=("LoadInfo", "ClearedMW"), carried=("RefId",)),
    label=HOUR_END,
    columns=(shown("cleared_mw", "ClearedMWHourly.Value"),),
    header=(("ClearedMWHourly.Hour",), ("ClearedMWHourly.Value",), ("RefId",)),
    constants=(*TOTAL.constants, ("product", "total")),
    reshape=hours_of_ref_day("ClearedMWHourly.Hour"),
    every=timedelta(hours=1),
    print="final",
)
BY_ZONE = Report(
    publisher=REPORTS,
    code="df_al/actual",
    title="Actual load by resource zone",
    at=DailyFile(path="marketreports/{day:%Y%m%d}_df_al.xls", shift=1, typical_bytes=43_000),
    reads="sheet",
    layout=Layout(header=("Market Day", "HourEnding")),
    label=HOUR_END,
    columns=(
        Column("area_id", ("Area",)),
        Column("area_name", ("Area",)),
        Column("load_mw", ("Load",), "number"),
    ),
    header=workbook_header((*RESOURCE_ZONES, SYSTEM)),
    codes=(("area_id", AREAS),),
    reshape=chained(side_by_side("ActualLoad"), _of_days_that_are_over),
    derive=with_kind,
    absence=FINAL,
    print="preliminary",
    entities=grid.areas(*RESOURCE_ZONES, SYSTEM),
    every=timedelta(hours=1),
    offset=timedelta(minutes=20),
    due=timedelta(days=1, hours=5),
    promised_within=timedelta(hours=8),
    settles_after=timedelta(days=1),
    established_by="sample miso/20250310_df_al.xls",
)
BY_REGION = replace(
    BY_ZONE,
    code="rf_al/actual",
    title="Actual load by region",
    at=DailyFile(path="marketreports/{day:%Y%m%d}_rf_al.xls", shift=1, typical_bytes=43_000),
    header=workbook_header((*REGIONS, SYSTEM)),
    entities=grid.areas(*REGIONS, SYSTEM),
    established_by="code: public clients",
)
KEYED = replace(
    exchange.daily(
        LGI,
        "real-time/{day:%Y-%m-%d}/demand/actual" + exchange.HOURLY,
        "Actual demand, keyed",
        HOUR_END,
    ),
    columns=(
        Column("area_id", ("region", "localResourceZone")),
        Column("area_name", ("region", "localResourceZone")),
        Column("load_mw", ("load",), "number"),
    ),
    header=(("region", "localResourceZone"), ("load",)),
    derive=with_kind,
    due=timedelta(days=1, hours=2),
)
KEYED_CLEARED = replace(
    exchange.daily(
        LGI,
        "day-ahead/{day:%Y-%m-%d}/demand" + exchange.HOURLY,
        "Cleared demand, keyed",
        HOUR_END,
    ),
    columns=(
        Column("area_id", ("region",)),
        Column("area_name", ("region",)),
        Column("product", ("product",)),
        Column("cleared_mw", ("cleared",), "number"),
    ),
    header=(("region",), ("fixed",), ("priceSens",), ("virtual",)),
    reshape=chained(
        unpivoted(
            {"fixed": "fixed", "priceSens": "price_sensitive", "virtual": "virtual"},
            label="product",
            value="cleared",
        ),
        exchange.timed,
    ),
    derive=with_kind,
    due=timedelta(hours=-10),
)
KEYED_RT_CLEARED = replace(
    exchange.daily(
        LGI,
        "real-time/{day:%Y-%m-%d}/demand/forecast" + exchange.HOURLY,
        "Demand cleared in real time, keyed",
        HOUR_END,
    ),
    columns=(Column("cleared_mw", ("demand",), "number"),),
    header=(("interval", "timeInterval.start"), ("demand",)),
    constants=CLEARED.constants,
    entities=grid.areas(SYSTEM),
)

LOAD_FEED = Feed("iso.rt.load.miso", LOAD, (TOTAL,))
LOAD_HOURLY_FEED = Feed("iso.rt.load_hourly.miso", LOAD, (BY_ZONE, BY_REGION, KEYED))
CLEARED_FEED = Feed("iso.da.demand_cleared.miso", DEMAND_CLEARED, (KEYED_CLEARED, CLEARED))
RT_CLEARED_FEED = Feed("iso.rt.demand_cleared.miso", DEMAND_CLEARED, (KEYED_RT_CLEARED,))
FEEDS = (LOAD_FEED, LOAD_HOURLY_FEED, CLEARED_FEED, RT_CLEARED_FEED)
