"""Prices: day-ahead and real-time by the hour for every node, five-minute for hub, zones and ties.

Price = energy + congestion + loss, a plain sum. A day's hourly answer has about 1,209 places, which are
not the same in the two markets. Day-ahead results stand about 12:57 Eastern on the day before; real-time
prices are preliminary at first and final from about 12:36 of the next day on, re-issued for some days.
The same day stands in the CSV tree, where no account is needed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tieline.datasets import LMP
from tieline.feeds import FINAL, GROWING, ROLLING, Column, DailyFile, Feed, Listing, Report
from tieline.sources.isone.codes import CORE_IDS, elsewhere, entities
from tieline.sources.isone.publisher import (
    GENERATED,
    HOUR_ENDING,
    TREE,
    begins,
    current,
    day,
    service,
)

_LATE = timedelta(days=1, hours=12, minutes=30)
_COLUMNS = (
    Column("location_id", ("Location.@LocId",)),
    Column("location_name", ("Location.$",)),
    Column("price_per_mwh", ("LmpTotal",), "number"),
    Column("energy_per_mwh", ("EnergyComponent",), "number"),
    Column("congestion_per_mwh", ("CongestionComponent",), "number"),
    Column("loss_per_mwh", ("LossComponent",), "number"),
)
_CSV_COLUMNS = (
    Column("location_id", ("Location ID",)),
    Column("location_name", ("Location Name",)),
    Column("price_per_mwh", ("Locational Marginal Price",), "number"),
    Column("energy_per_mwh", ("Energy Component",), "number"),
    Column("congestion_per_mwh", ("Congestion Component",), "number"),
    Column("loss_per_mwh", ("Marginal Loss Component",), "number"),
)


def _others(own: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The other price files of the tree: their columns are the same, their comments name them."""
    stems = ("WW_DALMP_ISO", "lmp_rt_final", "lmp_rt_prelim")
    return tuple((f"isone:{stem}", (f"Filename: {stem}",)) for stem in stems if stem != own)


DAY_AHEAD = service(
    "hourlylmp/da/final",
    "Day-ahead hourly prices",
    ("HourlyLmps", "HourlyLmp"),
    at=day("hourlylmp/da/final", 6_500_000),
    columns=_COLUMNS,
    constants=(("market", "DAM"), ("currency", "USD")),
    unused=("Location.@LocType",),
    absence=FINAL,
    entities=entities("location_id", CORE_IDS, ("market", "DAM")),
    due=timedelta(hours=-11),
    settles_after=timedelta(0),
    established_by="code, doc: the service's schema",
)
REAL_TIME_FINAL = replace(
    DAY_AHEAD,
    code="hourlylmp-rt-final",
    title="Real-time hourly prices, final",
    at=day("hourlylmp/rt/final", 6_500_000),
    constants=(("market", "RTH"), ("currency", "USD")),
    entities=entities("location_id", CORE_IDS, ("market", "RTH")),
    due=_LATE,
    settles_after=timedelta(days=5),
)
REAL_TIME_PRELIMINARY = replace(
    REAL_TIME_FINAL,
    code="hourlylmp-rt-prelim",
    title="Real-time hourly prices, preliminary",
    at=day("hourlylmp/rt/prelim", 6_500_000),
    absence=GROWING,
    print="preliminary",
    due=timedelta(0),
    settles_after=timedelta(hours=12),
)
DAY_AHEAD_CSV = replace(
    DAY_AHEAD,
    publisher=TREE,
    code="WW_DALMP_ISO",
    title="Day-ahead hourly prices, CSV",
    at=DailyFile(
        path="static-transform/csv/histRpts/da-lmp/WW_DALMP_ISO_{day:%Y%m%d}.csv",
        typical_bytes=2_500_000,
    ),
    reads="typed_csv",
    published=GENERATED,
    listing=None,
    label=HOUR_ENDING,
    columns=_CSV_COLUMNS,
    unused=("Location Type",),
    others=_others("WW_DALMP_ISO"),
    established_by="sample isone/csv/WW_DALMP_ISO_20260604.csv",
)
REAL_TIME_CSV = replace(
    DAY_AHEAD_CSV,
    code="lmp_rt_final",
    title="Real-time hourly prices, final, CSV",
    at=DailyFile(
        path="static-transform/csv/histRpts/rt-lmp/lmp_rt_final_{day:%Y%m%d}.csv",
        typical_bytes=2_500_000,
    ),
    constants=REAL_TIME_FINAL.constants,
    others=_others("lmp_rt_final"),
    entities=REAL_TIME_FINAL.entities,
    due=_LATE,
    settles_after=timedelta(days=5),
    established_by="doc: the same columns as WW_DALMP_ISO, a sample of 2026-06-02 was counted",
)

FIVE_MINUTES_NOW = service(
    "fiveminutelmp",
    "Five-minute prices of hub, zones and external nodes, newest",
    ("FiveMinLmps", "FiveMinLmp"),
    at=current("fiveminutelmp", 4_500),
    label=begins("PT5M"),
    columns=_COLUMNS,
    constants=(("market", "RT5"), ("currency", "USD")),
    unused=("Location.@LocType",),
    codes=(("location_id", CORE_IDS),),
    absence=ROLLING,
    print="preliminary",
    every=timedelta(minutes=5),
    # The newest interval appears about 25 seconds after it began, 2026-07-27.
    offset=timedelta(seconds=40),
    promised_within=timedelta(minutes=10),
    established_by="sample isone/api/fiveminutelmp_current_20260727.json",
)


def _five_minutes(location: str) -> Report:
    """The final five-minute prices of one place: the service has no day of all places."""
    return replace(
        FIVE_MINUTES_NOW,
        code=f"fiveminutelmp-final-{location}",
        title=f"Five-minute prices of {location}, final",
        at=day("fiveminutelmp/final", 60_000, f"/location/{location}"),
        listing=Listing(path=("FiveMinLmps", "FiveMinLmp")),
        codes=(("location_id", (location,)),),
        foreign=elsewhere("location_id", CORE_IDS, location),
        absence=FINAL,
        print="final",
        entities=entities("location_id", (location,), ("market", "RT5")),
        every=timedelta(hours=6),
        promised_within=timedelta(hours=12),
        due=_LATE,
        settles_after=timedelta(days=5),
        established_by="doc: the service's schema",
    )


DAY_AHEAD_FEED = Feed("iso.da.lmp.isone", LMP, (DAY_AHEAD, DAY_AHEAD_CSV))
REAL_TIME_HOURLY_FEED = Feed(
    "iso.rt.lmp_hourly.isone", LMP, (REAL_TIME_FINAL, REAL_TIME_CSV, REAL_TIME_PRELIMINARY)
)
REAL_TIME_FEED = Feed(
    "iso.rt.lmp.isone", LMP, (*(_five_minutes(id) for id in CORE_IDS), FIVE_MINUTES_NOW)
)
