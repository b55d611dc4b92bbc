"""Load forecasts of the system and of the reliability regions, and the two adequacy reports.

A forecast of a target day lists every issue so far, six to nine of them: each row prints its own issue,
which is its vintage. The regions are called by their zones' names and are kept under the zones' ids; not
every issue covers every hour. The seven-day capacity forecast has six days, from the day after its issue
on; the morning report is one or several versions a day, told apart by their type. Their items are kept
under the printed names and with the printed signs: there import is negative, export positive. Flags are
1 for Y, 0 for N and null for the dash that says neither. Which items stand there changes over the years.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tieline.datasets import LOAD_FORECAST, SYSTEM_REPORT
from tieline.feeds import GROWING, ROLLING, Column, Feed, Listing
from tieline.sources.isone.codes import ID_OF_NAME, SYSTEM, SYSTEM_NAME, TIES
from tieline.sources.isone.publisher import CREATED, begins, day, service
from tieline.values.normalised import SOURCE_ROW, UNREAD

_ISSUED = Column("vintage_utc", ("CreationDate",), "instant")


def _with_ids(table: pl.DataFrame) -> pl.DataFrame:
    """A region's zone id beside its name; an unknown name is its own id."""
    return table.with_columns(
        pl.col("ReliabilityRegion").replace(ID_OF_NAME).alias("ReliabilityRegionId")
    )


SYSTEM_LOAD = service(
    "hourlyloadforecast",
    "Hourly load forecast of the system",
    ("HourlyLoadForecasts", "HourlyLoadForecast"),
    at=day("hourlyloadforecast/all", 20_000),
    columns=(_ISSUED, Column("load_mw", ("LoadMw",), "number")),
    constants=(("area_id", SYSTEM), ("area_name", SYSTEM_NAME), ("area_kind", "system")),
    unused=("NetLoadMw", "LoadAdjustmentMw"),
    vintage="printed",
    absence=GROWING,
    due=timedelta(days=-2, hours=5),
    established_by="sample isone/api/hourlyloadforecast_all_day_20241103.json",
)
REGIONAL_LOAD = service(
    "reliabilityregionloadforecast",
    "Hourly load forecast of the reliability regions",
    ("ReliabilityRegionLoadForecasts", "ReliabilityRegionLoadForecast"),
    at=day("reliabilityregionloadforecast", 230_000, "/all"),
    reshape=_with_ids,
    columns=(
        _ISSUED,
        Column("area_id", ("ReliabilityRegionId",)),
        Column("area_name", ("ReliabilityRegion",)),
        Column("load_mw", ("LoadMw",), "number"),
    ),
    header=(("BeginDate",), ("CreationDate",), ("ReliabilityRegion",), ("LoadMw",)),
    constants=(("area_kind", "zone"),),
    unused=("ReliabilityRegionLoadPercentage",),
    codes=(("area_id", tuple(ID_OF_NAME.values())),),
    vintage="printed",
    absence=GROWING,
    due=timedelta(days=-2, hours=5),
    established_by="sample isone/api/reliabilityregionloadforecast_day_20241102_all.json",
)

_WORDS = (
    *("PeakLoadYesterdayHour", "PeakLoadTodayHour", "NonMrktSensComnts"),
    *("GeoMagDistForecast", "GeoMagDistAlert", "GeoMagDistIntensity", "GeoMagDistObsActivity"),
    *("GeoMagDistIsoAction", "GeoMagDistOthCntrAction", "@Day", "Day"),
    *("TieDelivery", "InterchangeDetail", "CityForecastDetail", "Weather", "Weather.CityWeather"),
)
"""Elements that are neither numbers nor flags, and lists where they are empty."""
_CITIES = ("Boston", "Hartford")
_CITY_WORDS = tuple(
    f"CityForecastDetail.{city}.{word}"
    for city in _CITIES
    for word in ("WeatherConditions", "WindDirSpeed")
)
_MORNING = (
    *("PeakLoadYesterdayMw", "CsoMw", "CapAdditionsMw", "GenOutagesReductionMW"),
    *("GenPlannedOutagesReductionMW", "GenForcedOutagesReductionMW", "UncommittedGenBeforePeakMw"),
    *("UncommittedAvailGenMw", "DRRCapacityMw", "UncommitedAvailDRRMw", "NetCapDeliveryMw"),
    *("TotAvailCapMw", "PeakLoadTodayMw", "TotalOperReserveReqMw", "CapRequiredMw"),
    *("SurplusDeficiencyMw", "ReplReserveRequiredMw", "ExcessCommitMw", "LargestFirstContMw"),
    *("AmsPeakLoadExpMw", "NyIsoSarAvail", "TenMinReserveReqMw", "TenMinReserveEstMw"),
    *("ThirtyMinReserveReqMw", "ThirtyMinReserveEstMw", "ExpActOp4Mw", "AddlCapAvailOp4ActMw"),
    *("NonCommUnitsCapMw", "UnitCommMinOrrCount", "UnitCommMinOrrMw"),
    *(f"TieDelivery.{tie}.TieFlowMw" for tie in TIES),
    *(
        f"InterchangeDetail.{tie}.{item}"
        for tie in TIES
        for item in ("ImportLimitInMw", "ExportLimitOutMw", "ScheduledMw")
    ),
    *(f"CityForecastDetail.{city}.HighTemperature" for city in _CITIES),
)
_SEVEN_DAYS = (
    *("CsoMw", "ColdWeatherOutagesMw", "OtherGenOutagesMw", "DelistMw", "TotAvailGenMw"),
    *("PeakImportMw", "TotAvailGenImportMw", "PeakLoadMw", "ReplReserveReqMw", "ReqdReserveMw"),
    *("ReqdReserveInclReplMw", "TotLoadPlusReqdReserveMw", "SurplusDeficiencyMw", "DrrMw"),
    *("RtdrMw", "RtegMw", "PowerWatch", "PowerWarn", "ColdWeatherWatch", "ColdWeatherWarn"),
    *("ColdWeatherEvent", "EnergyEmergency"),
    *(
        f"Weather.CityWeather.{city}.{item}"
        for city in _CITIES
        for item in ("HighTempF", "DewPointF")
    ),
)
_FLAGS = {"Y": "1", "N": "0", "-": None}


def _items(table: pl.DataFrame) -> pl.DataFrame:
    """One row an item that is printed: `Item`, `Value` as a number's text, `Unit`, `aside`.

    A column that nobody knows is an item if any cell is a number or a flag, else it is text.
    """
    table = table.with_columns(_reissued(table).alias("aside"))
    kept = [SOURCE_ROW, UNREAD, "aside"]
    kept += ["BeginDate", "MarketDate", "CreationDate", "ReportType"]
    index = [name for name in kept if name in table.columns]
    known = {*_MORNING, *_SEVEN_DAYS}
    items = [
        name
        for name in table.columns
        if name in known or (name not in {*index, *_WORDS, *_CITY_WORDS} and _tells(table[name]))
    ]
    long = table.unpivot(items, index=index, variable_name="Item", value_name="Printed")
    item, printed = pl.col("Item"), pl.col("Printed")
    unread = pl.col(UNREAD).is_not_null() & (item == items[0]) if items else pl.lit(False)
    return (
        long.filter(printed.is_not_null() | unread)
        .with_columns(
            printed.replace(_FLAGS).alias("Value"),
            pl.when(printed.is_in(list(_FLAGS)))
            .then(pl.lit("flag"))
            .when(item.str.contains("Temp|DewPoint"))
            .then(pl.lit("degF"))
            .when(item.str.ends_with("Count"))
            .then(pl.lit("count"))
            .when(item.str.to_lowercase().str.ends_with("mw"))
            .then(pl.lit("MW"))
            .alias("Unit"),
        )
        .sort(SOURCE_ROW, maintain_order=True)
    )


def _tells(cells: pl.Series) -> bool:
    """Whether a column holds a number or a flag."""
    numbers = cells.cast(pl.Float64, strict=False).is_not_null()
    return bool((numbers | cells.is_in(list(_FLAGS))).any())


def _reissued(table: pl.DataFrame) -> pl.Expr:
    """What sets an issue of a report for a day aside: that a newer one stands there too."""
    if "CreationDate" not in table.columns:
        return pl.lit(None, dtype=pl.String)
    issued = pl.col("CreationDate").str.to_datetime("%+", strict=False, time_zone="UTC")
    same = [name for name in ("BeginDate", "MarketDate", "ReportType") if name in table.columns]
    return pl.when(issued < issued.max().over(same)).then(pl.lit("reissued"))


MORNING_REPORT = service(
    "morningreport",
    "Morning report",
    ("MorningReports", "MorningReport"),
    at=day("morningreport", 3_500),
    listing=Listing(
        path=("MorningReports", "MorningReport"),
        keyed=(
            ("TieDelivery", "TieName"),
            ("InterchangeDetail", "TieName"),
            ("CityForecastDetail", "CityName"),
        ),
    ),
    label=begins(None, kind="instant"),
    reshape=_items,
    columns=(
        Column("report_name", ("ReportType",)),
        Column("item", ("Item",)),
        Column("value", ("Value",), "number"),
        Column("unit", ("Unit",)),
    ),
    header=(("BeginDate",), ("ReportType",), ("CsoMw",), ("PeakLoadTodayMw",)),
    unused=(*_MORNING, *_WORDS, *_CITY_WORDS, "CreationDate"),
    published=CREATED,
    absence=ROLLING,
    print="preliminary",
    due=timedelta(hours=8),
    settles_after=timedelta(hours=2),
    established_by="sample isone/api/morningreport_20160101.json",
)
CAPACITY = service(
    "sevendayforecast",
    "Seven-day capacity forecast",
    ("SevenDayForecasts", "SevenDayForecast", "MarketDay"),
    at=day("sevendayforecast", 7_000),
    listing=Listing(
        path=("SevenDayForecasts", "SevenDayForecast", "MarketDay"),
        carried=("CreationDate",),
        keyed=(("CityWeather", "CityName"),),
    ),
    label=begins(None, "MarketDate", kind="instant"),
    reshape=_items,
    columns=(
        Column("item", ("Item",)),
        Column("value", ("Value",), "number"),
        Column("unit", ("Unit",)),
    ),
    header=(("MarketDate",), ("CsoMw",), ("PeakLoadMw",)),
    constants=(("report_name", "Seven-day capacity forecast"),),
    unused=(*_SEVEN_DAYS, *_WORDS, "CreationDate"),
    published=CREATED,
    absence=ROLLING,
    print="preliminary",
    days=6,
    ahead=1,
    due=timedelta(hours=9, minutes=15),
    settles_after=timedelta(hours=2),
    established_by="sample isone/api/sevendayforecast_current_20260727.json",
)

LOAD_FORECAST_FEED = Feed("iso.da.load_forecast.isone", LOAD_FORECAST, (SYSTEM_LOAD,))
REGIONAL_FORECAST_FEED = Feed("iso.da.load_forecast_zonal.isone", LOAD_FORECAST, (REGIONAL_LOAD,))
MORNING_REPORT_FEED = Feed("iso.da.morning_report.isone", SYSTEM_REPORT, (MORNING_REPORT,))
CAPACITY_FEED = Feed("iso.da.capacity_forecast.isone", SYSTEM_REPORT, (CAPACITY,))
