"""Forecasts of load, wind and solar.

The workbook `df_al` of a day is one forecast (its vintage is the file's day) for the day before and
the next five; the seventh day is a placeholder, one number in all its hours, and is set aside. The
displays overwrite themselves within a day: their vintage is the day in which they were seen, a later
number is a revision in it. Hours are numbered by their end in the workbook and in the display of load,
and stamped by their start in those of wind and solar.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import LOAD_FORECAST, RENEWABLE_ACTUAL, RENEWABLE_FORECAST
from tieline.feeds import (
    ROLLING,
    Column,
    DailyFile,
    Feed,
    Listing,
    Report,
    StaticFile,
)
from tieline.sources.miso import exchange, grid
from tieline.sources.miso.codes import REGIONS, SYSTEM
from tieline.sources.miso.load import (
    BY_ZONE,
    TOTAL,
    side_by_side,
    with_kind,
    workbook_header,
)
from tieline.sources.miso.publisher import (
    BROKER,
    HOUR_END,
    HOUR_START,
    LGI,
    NOTHING,
    SHOWN,
    TWELVE,
    shown,
)
from tieline.sources.miso.shapes import Reshape, hours_of_ref_day

_DAY = pl.duration(days=1)


def _without_placeholder(rows: pl.DataFrame) -> pl.DataFrame:
    """Set the last day aside where every area prints one number in all its hours."""
    day, load = pl.col("market_day"), pl.col("load_mw")
    flat = (load.n_unique().over("area_id", "market_day") == 1).all().over("market_day")
    last = (day == day.max()) & flat & (pl.len().over("area_id", "market_day") == 24)
    return with_kind(rows).with_columns(pl.when(last).then(pl.lit("placeholder")).alias("aside"))


MEDIUM_TERM = replace(
    BY_ZONE,
    code="df_al/forecast",
    title="Medium-term load forecast by resource zone",
    at=DailyFile(path="marketreports/{day:%Y%m%d}_df_al.xls", typical_bytes=43_000),
    reshape=side_by_side("MTLF"),
    derive=_without_placeholder,
    vintage="day",
    ahead=-1,
    days=7,
    print="final",
    entities=(),
    due=timedelta(hours=5),
)
MEDIUM_TERM_BY_REGION = replace(
    MEDIUM_TERM,
    code="rf_al/forecast",
    title="Medium-term load forecast by region",
    at=DailyFile(path="marketreports/{day:%Y%m%d}_rf_al.xls", typical_bytes=43_000),
    header=workbook_header((*REGIONS, SYSTEM)),
    established_by="code: public clients",
)
SHOWN_LOAD = replace(
    TOTAL,
    code="RealTimeTotalLoad/MediumTermLoadForecast",
    title="Medium-term load forecast of the current day",
    listing=Listing(path=("LoadInfo", "MediumTermLoadForecast"), carried=("RefId",)),
    label=HOUR_END,
    columns=(shown("load_mw", "Forecast.LoadForecast"),),
    header=(("Forecast.HourEnding",), ("Forecast.LoadForecast",), ("RefId",)),
    reshape=hours_of_ref_day("Forecast.HourEnding"),
    vintage="day",
    entities=(),
    every=timedelta(hours=1),
    recipe=2,
)
KEYED_LOAD = replace(
    exchange.daily(
        LGI,
        "forecast/{day:%Y-%m-%d}/load" + exchange.HOURLY,
        "Load forecast, keyed",
        HOUR_END,
    ),
    columns=(
        Column("area_id", ("localResourceZone",)),
        Column("area_name", ("localResourceZone",)),
        Column("load_mw", ("loadForecast",), "number"),
        Column("vintage_utc", ("issued",), "instant"),
    ),
    header=(("localResourceZone",), ("loadForecast",), ("init",)),
    unused=(*exchange.ENVELOPE, "region"),
    reshape=lambda table: exchange.timed(
        table.with_columns(issued=pl.col("init").str.head(10) + "T00:00:00.000-05:00")
    ),
    vintage="printed",
    derive=with_kind,
    due=timedelta(days=1, hours=7),
)


def _of_its_own(time: str, value: str) -> Reshape:
    """The rows of one half: ahead of now there is a forecast and nothing else."""

    def shaped(table: pl.DataFrame) -> pl.DataFrame:
        said = pl.any_horizontal(
            pl.col(name).is_not_null() & (pl.col(name) != NOTHING) for name in (time, value)
        )
        return table.filter(said | pl.col("unread").is_not_null())

    return shaped


def _renewable(what: str, which: str) -> Report:
    """A display of wind or solar: `getwind` holds both columns, the others one."""
    both = which in ("Actual", "Forecast")
    name = f"get{what.lower()}" + ("" if both else which.lower())
    column = f"{which}DateTimeEST" if both else "DateTimeEST"
    value = f"{which}Value" if both else "Value"
    path = "instance" if both or which == "actual" else "Forecast"
    other = "Forecast" if which == "Actual" else "Actual"
    words = ("DateTimeEST", "HourEndingEST", "Value")
    return replace(
        SHOWN,
        code=f"WindSolar/{name}" + (f"/{which.lower()}" if both else ""),
        title=f"{what}, {which.lower()}",
        at=StaticFile(path=f"api/WindSolar/{name}", typical_bytes=6_000),
        listing=Listing(path=(path,)),
        label=replace(HOUR_START, column=(column,), formats=TWELVE),
        columns=(shown("generation_mw", value),),
        unused=(f"{which}HourEndingEST", *(other + word for word in words)) if both else words[1:2],
        constants=(("area_id", SYSTEM), ("fuel_printed", what), ("fuel", what.lower())),
        reshape=_of_its_own(column, value) if both else None,
        vintage="day" if which.lower() == "forecast" else None,
        recipe=2 if which.lower() == "forecast" else 1,
        absence=ROLLING,
        every=timedelta(hours=1),
        offset=timedelta(minutes=5),
        promised_within=timedelta(hours=1),
        established_by=f"sample miso/public-api/operations-displays-getwindsolar{name}.json",
    )


WIND = replace(_renewable("Wind", "Actual"), entities=grid.fuels("Wind", "Solar"))
SOLAR = _renewable("Solar", "Actual")
WIND_ACTUAL, SOLAR_ACTUAL = _renewable("Wind", "actual"), _renewable("Solar", "actual")
WIND_FORECAST, SOLAR_FORECAST = _renewable("Wind", "forecast"), _renewable("Solar", "forecast")
WIND_BESIDE, SOLAR_BESIDE = _renewable("Wind", "Forecast"), _renewable("Solar", "Forecast")
BROKER_WIND = replace(
    WIND_FORECAST,
    publisher=BROKER,
    code="getWindForecast",
    title="Wind forecast of the retired data broker",
    at=StaticFile(
        path="MISORTWDDataBroker/DataBrokerServices.asmx?messageType=getWindForecast&returnType=json",
        typical_bytes=4_000,
    ),
    established_by="sample miso/DataBrokerServicesgetWindForecast.asmx.json",
)

LOAD_FORECAST_FEED = Feed(
    "iso.da.load_forecast.miso",
    LOAD_FORECAST,
    (MEDIUM_TERM, MEDIUM_TERM_BY_REGION, KEYED_LOAD, SHOWN_LOAD),
)
RENEWABLE_FEED = Feed(
    "iso.rt.renewable.miso", RENEWABLE_ACTUAL, (WIND, SOLAR, WIND_ACTUAL, SOLAR_ACTUAL)
)
RENEWABLE_FORECAST_FEED = Feed(
    "iso.da.renewable_forecast.miso",
    RENEWABLE_FORECAST,
    (WIND_FORECAST, SOLAR_FORECAST, WIND_BESIDE, SOLAR_BESIDE, BROKER_WIND),
)
FEEDS = (LOAD_FORECAST_FEED, RENEWABLE_FEED, RENEWABLE_FORECAST_FEED)
