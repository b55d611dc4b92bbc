"""P-58B and P-58C: actual load by zone, every five minutes and integrated over the hour.

Both print the zone word beside each stamp, and on the autumn day the whole EDT hour before the EST
hour. There is no system row. The newest stamps may have blank loads, and the hourly file may begin
with its newest hour under an off-hour stamp before it is over. Until the end of January 2005
New York City and Long Island are one row without a PTID: its name is its id. Some days of 2001
print an hour twice with different values; the last printed is taken.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from tieline.datasets import LOAD
from tieline.feeds import GROWING, Column, DailyFile, Entity, Feed, Label, Report
from tieline.sources.nyiso.codes import CITY_AND_ISLAND, ZONES
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import (
    NYISO,
    STAMP_COLUMNS,
    STAMP_FORMATS,
    ZONE_COLUMN,
    ZONE_WORDS,
)

_SPLIT = date(2005, 2, 1)
"""First day on which New York City and Long Island have rows of their own."""
_CITY_OR_ISLAND = ("61761", "61762")


def _entity(area_id: str) -> Entity:
    key = (("area_id", area_id),)
    if area_id == CITY_AND_ISLAND:
        return Entity(key=key, until=_SPLIT)
    return Entity(key=key, since=_SPLIT if area_id in _CITY_OR_ISLAND else None)


_AREAS = (*(ptid for ptid, _, _ in ZONES), CITY_AND_ISLAND)


def _with_kind(rows: pl.DataFrame) -> pl.DataFrame:
    joint = pl.col("area_id") == CITY_AND_ISLAND
    return rows.with_columns(
        pl.when(joint).then(pl.lit("region")).otherwise(pl.lit("zone")).alias("area_kind")
    )


def _with_kind_and_part(rows: pl.DataFrame) -> pl.DataFrame:
    """Set the newest rows aside where they carry an off-hour stamp: an hour that is not over."""
    stamp = pl.col("stamp_utc")
    part = (stamp == stamp.max()) & (stamp != stamp.dt.truncate("1h"))
    return _with_kind(rows).with_columns(pl.when(part).then(pl.lit("advisory")).alias("aside"))


def _area_columns(load: str) -> tuple[Column, ...]:
    return (
        Column("area_id", ("PTID",), otherwise=("Name",)),
        Column("area_name", ("Name",)),
        Column("load_mw", (load,), "number"),
    )


ACTUAL = Report(
    publisher=NYISO,
    code="P-58B",
    title="Real-time actual load",
    at=DailyFile(
        path="csv/pal/{day:%Y%m%d}pal.csv",
        archive="csv/pal/{month:%Y%m%d}pal_csv.zip",
        typical_bytes=160_000,
    ),
    since=date(2001, 5, 1),
    label=Label(
        kind="start",
        column=STAMP_COLUMNS,
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT5M",
        repeated="zone_column",
        zone_column=ZONE_COLUMN,
        zone_words=ZONE_WORDS,
    ),
    columns=_area_columns("Load"),
    others=HEADERS,
    final_newline=True,
    codes=(("area_id", _AREAS),),
    derive=_with_kind,
    absence=GROWING,
    print="preliminary",
    entities=tuple(_entity(area) for area in _AREAS),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=10),
    established_by="sample nyiso/pal/20171122pal.csv",
)

INTEGRATED = Report(
    publisher=NYISO,
    code="P-58C",
    title="Integrated real-time actual load",
    at=DailyFile(
        path="csv/palIntegrated/{day:%Y%m%d}palIntegrated.csv",
        archive="csv/palIntegrated/{month:%Y%m%d}palIntegrated_csv.zip",
        typical_bytes=13_000,
    ),
    label=Label(
        kind="start",
        column=STAMP_COLUMNS,
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT1H",
        repeated="zone_column",
        zone_column=ZONE_COLUMN,
        zone_words=ZONE_WORDS,
    ),
    columns=_area_columns("Integrated Load"),
    others=HEADERS,
    final_newline=True,
    codes=(("area_id", _AREAS),),
    derive=_with_kind_and_part,
    absence=GROWING,
    print="preliminary",
    entities=tuple(_entity(area) for area in _AREAS),
    every=timedelta(hours=1),
    offset=timedelta(minutes=10),
    promised_within=timedelta(hours=1),
    # Members of November 2012 were rewritten up to three days later, most at 00:08 of the next day.
    settles_after=timedelta(hours=12),
    established_by="sample nyiso/palIntegrated/20171105palIntegrated.csv",
)

LOAD_FEED = Feed("iso.rt.load.nyiso", LOAD, (ACTUAL,))
LOAD_HOURLY_FEED = Feed("iso.rt.load_hourly.nyiso", LOAD, (INTEGRATED,))
