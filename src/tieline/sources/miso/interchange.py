"""Exchange with neighbours, the flow between MISO's regions, and the area control error.

Our rows run from the neighbour to MISO: positive is import. The public API prints import negative and
is turned; the Data Exchange prints it positive and is not. Ontario is ONT in schedules and IESO in
flows. The net of all neighbours has `from_area` ALL. `GetNai/Imports` prints the same values as
`GetNai/FiveMinute`, rounded, with stamps that are UTC although nothing says so. The flow between the
regions is positive from south to north; its limit to the south is printed negative.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import INTERCHANGE, INTERFACE_FLOW, TELEMETRY
from tieline.feeds import ROLLING, Column, Entity, Feed, Listing, StaticFile
from tieline.sources.miso import exchange, grid
from tieline.sources.miso.codes import ALL, NEIGHBOURS, SYSTEM, region
from tieline.sources.miso.publisher import (
    FIVE_MINUTES,
    HOUR_END,
    LGI,
    PLAIN,
    SHOWN,
    TWELVE,
    shown,
)
from tieline.sources.miso.shapes import newest_minute, unpivoted

AT = replace(FIVE_MINUTES, kind="instant")
_FROM = NEIGHBOURS | {SYSTEM: ALL, "NSI": ALL}
_TO = (("to_area", SYSTEM),)


def _with_neighbour(rows: pl.DataFrame) -> pl.DataFrame:
    """One id a neighbour; a name that nobody knows stays as it is printed."""
    return rows.with_columns(pl.col("from_area").replace(_FROM))


SCHEDULED_FIVE = replace(
    SHOWN,
    code="Interchange/GetNsi/FiveMinute",
    title="Net scheduled interchange by neighbour, five minutes",
    at=StaticFile(path="api/Interchange/GetNsi/FiveMinute", typical_bytes=60_000),
    label=replace(AT, column=("timestamp",), formats=PLAIN),
    columns=(
        Column("from_area", ("Neighbour",)),
        shown("scheduled_mw", "MW", sign=-1),
    ),
    header=(("timestamp",), (SYSTEM,), *((name,) for name in ("MHEB", "PJM", "SWPP", "TVA"))),
    unused=("AECI", "LGEE", "ONT", "SOCO", "SPA"),
    constants=_TO,
    codes=(("from_area", tuple(_FROM.values())),),
    reshape=unpivoted(pattern="^[A-Z]+$", label="Neighbour", value="MW"),
    derive=_with_neighbour,
    absence=ROLLING,
    entities=grid.neighbours(),
    established_by="sample miso/public-api/operations-displays-getinterchangegetnsifiveminute.json",
)
SCHEDULED_NET = replace(
    SCHEDULED_FIVE,
    code="Interchange/GetNsi/MISOFiveMinute",
    title="Net scheduled interchange, five minutes",
    at=StaticFile(path="api/Interchange/GetNsi/MISOFiveMinute", typical_bytes=25_000),
    entities=(),
    header=(("timestamp",), ("NSI",)),
    unused=(),
    established_by="sample miso/public-api/operations-displays-getinterchangegetnsimisofiveminute.json",
)
_MINUTE = replace(AT, column=("timestamp",), formats=PLAIN, grid="PT1M")
SCHEDULED_MINUTES = replace(
    SCHEDULED_FIVE,
    code="Interchange/GetNsi/OneMinute",
    title="Net scheduled interchange by neighbour, minutes",
    at=StaticFile(path="api/Interchange/GetNsi/OneMinute", typical_bytes=250_000),
    entities=grid.neighbours(),
    label=_MINUTE,
    every=timedelta(hours=1),
    established_by="doc: the same rows as GetNsi",
)
SCHEDULED_NEWEST = replace(
    SCHEDULED_MINUTES,
    code="Interchange/GetNsi",
    title="Net scheduled interchange by neighbour, newest minute",
    at=StaticFile(path="api/Interchange/GetNsi", typical_bytes=2_000),
    every=timedelta(minutes=5),
    established_by="sample miso/public-api/operations-displays-getinterchangegetnsi.json",
)
SCHEDULED_NET_MINUTES = replace(
    SCHEDULED_NET,
    code="Interchange/GetNsi/MISOOneMinute",
    title="Net scheduled interchange, minutes",
    at=StaticFile(path="api/Interchange/GetNsi/MISOOneMinute", typical_bytes=120_000),
    label=_MINUTE,
    every=timedelta(hours=1),
    established_by="sample miso/public-api/operations-displays-getinterchangegetnsimisooneminute.json",
)
SCHEDULED_NET_NEWEST = replace(
    SCHEDULED_NET_MINUTES,
    code="Interchange/GetNsi/MISO",
    title="Net scheduled interchange, newest minute",
    at=StaticFile(path="api/Interchange/GetNsi/MISO", typical_bytes=200),
    every=timedelta(minutes=5),
    established_by="sample miso/public-api/operations-displays-getinterchangegetnsimiso.json",
)
ACTUAL = replace(
    SHOWN,
    code="Interchange/GetNai/FiveMinute",
    title="Net actual interchange, five minutes",
    at=StaticFile(path="api/Interchange/GetNai/FiveMinute", typical_bytes=60_000),
    listing=Listing(path=()),
    label=replace(AT, column=("Time",), formats=TWELVE),
    columns=(shown("actual_mw", "Value", sign=-1),),
    constants=(("from_area", ALL), *_TO),
    absence=ROLLING,
    entities=(Entity(key=(("from_area", ALL), *_TO)),),
    established_by="sample miso/public-api/operations-displays-getinterchangegetnaifiveminute.json",
)
ACTUAL_IN_UTC = replace(
    ACTUAL,
    code="Interchange/GetNai/Imports",
    title="Net actual interchange, whole megawatts",
    at=StaticFile(path="api/Interchange/GetNai/Imports", typical_bytes=2_000),
    reshape=lambda table: table.with_columns(
        pl.col("Time").str.to_datetime("%Y-%m-%d %I:%M:%S %p", strict=False, time_unit="us")
        - pl.duration(hours=5)
    ),
    established_by="code: public clients; agrees with the sample of GetNai/FiveMinute",
)
ACTUAL_NEWEST = replace(
    ACTUAL,
    code="Interchange/GetNai",
    title="Net actual interchange, newest interval",
    at=StaticFile(path="api/Interchange/GetNai", typical_bytes=2_000),
    listing=Listing(path=("Actual", "TieFlow"), carried=("Date", "HourandMin")),
    label=AT,
    columns=(Column("from_area", ("Name",)), shown("actual_mw", "Value", sign=-1)),
    header=(("Date",), ("HourandMin",), ("Name",), ("Value",)),
    constants=_TO,
    codes=(("from_area", tuple(_FROM.values())),),
    reshape=newest_minute("HourandMin", "Date"),
    derive=_with_neighbour,
    established_by="sample miso/public-api/operations-displays-getinterchangegetnai.json",
)
KEYED_ACTUAL = replace(
    exchange.daily(
        LGI, "real-time/{day:%Y-%m-%d}/interchange/net-actual", "Net actual, keyed", HOUR_END
    ),
    columns=(
        Column("from_area", ("adjacentBa",)),
        # The sign of this field is not stated; that of the schedules of this service is taken.
        Column("actual_mw", ("nai",), "number"),
    ),
    header=(("adjacentBa",), ("nai",)),
    constants=_TO,
    derive=_with_neighbour,
)
KEYED_SCHEDULED = replace(
    exchange.daily(
        LGI, "historical/{day:%Y-%m-%d}/interchange/net-scheduled", "Net scheduled, keyed", HOUR_END
    ),
    columns=(
        Column("from_area", ("adjacentBa",)),
        Column("scheduled_mw", ("nsi",), "number"),
    ),
    header=(("adjacentBa",), ("nsi",)),
    constants=_TO,
    derive=_with_neighbour,
    settles_after=timedelta(days=105),
)
KEYED_DAY_AHEAD = replace(
    exchange.daily(
        LGI, "day-ahead/{day:%Y-%m-%d}/interchange/net-scheduled", "Day-ahead net, keyed", HOUR_END
    ),
    columns=(
        Column("to_area", ("region",)),
        Column("scheduled_mw", ("nsi",), "number"),
    ),
    header=(("region",), ("nsi",)),
    constants=(("from_area", ALL),),
    derive=lambda rows: rows.with_columns(region("to_area")),
    due=timedelta(hours=-10),
)
TRANSFER = replace(
    SHOWN,
    code="RegionalDirectionalTransfer",
    title="Transfer between the north and the south",
    at=StaticFile(path="api/RegionalDirectionalTransfer", typical_bytes=40_000),
    listing=Listing(path=("Interval",)),
    label=replace(AT, column=("instantEST",), formats=TWELVE),
    columns=(
        shown("flow_mw", "RAW_MW"),
        shown("import_limit_mw", "SOUTH_NORTH_LIMIT"),
        shown("export_limit_mw", "NORTH_SOUTH_LIMIT", sign=-1),
    ),
    unused=("UDSFLOW_MW",),
    constants=(("interface_id", "SOUTH-NORTH"), ("interface_name", "South to North")),
    absence=ROLLING,
    entities=(Entity(key=(("interface_id", "SOUTH-NORTH"),)),),
    established_by="sample miso/public-api/operations-displays-getregionaldirectionaltransfer.json",
)
CONTROL_ERROR = replace(
    SHOWN,
    code="Ace",
    title="Area control error",
    at=StaticFile(path="api/Ace", typical_bytes=20_000),
    listing=Listing(path=("ACE",)),
    label=replace(AT, column=("instantEST",), formats=TWELVE, grid=None, regular=False),
    columns=(shown("value_mw", "value"),),
    constants=(("measure", "area_control_error"), ("area_id", SYSTEM)),
    absence=ROLLING,
    every=timedelta(hours=1),
    established_by="sample miso/public-api/operations-displays-getace.json",
)

FEEDS = (
    Feed("iso.rt.interchange_scheduled.miso", INTERCHANGE, (SCHEDULED_FIVE, SCHEDULED_NET)),
    Feed(
        "iso.rt.interchange_scheduled_minute.miso",
        INTERCHANGE,
        (SCHEDULED_MINUTES, SCHEDULED_NEWEST, SCHEDULED_NET_MINUTES, SCHEDULED_NET_NEWEST),
    ),
    Feed("iso.rt.interchange_actual.miso", INTERCHANGE, (ACTUAL, ACTUAL_NEWEST, ACTUAL_IN_UTC)),
    Feed("iso.rt.interchange_actual_hourly.miso", INTERCHANGE, (KEYED_ACTUAL,)),
    Feed("iso.rt.interchange_scheduled_hourly.miso", INTERCHANGE, (KEYED_SCHEDULED,)),
    Feed("iso.da.interchange.miso", INTERCHANGE, (KEYED_DAY_AHEAD,)),
    Feed("iso.rt.interface_flow.miso", INTERFACE_FLOW, (TRANSFER,)),
    Feed("iso.rt.telemetry.miso", TELEMETRY, (CONTROL_ERROR,)),
)
