"""Actual load: the system every five minutes and every hour, zones by the hour and by five minutes.

System load is native load and what storage takes to pump or charge; `load_mw` is that sum as printed.
The zones' hourly load comes three to five days later, one answer a zone. Estimates behind the meter are
printed beside it and are no load.
"""

from __future__ import annotations

from datetime import timedelta

from tieline.datasets import LOAD
from tieline.feeds import FINAL, GROWING, Column, Feed, Report
from tieline.sources.isone.codes import (
    HUB,
    SYSTEM,
    SYSTEM_NAME,
    ZONE_IDS,
    elsewhere,
    entities,
    with_kind,
)
from tieline.sources.isone.publisher import begins, day, service

FIVE_MINUTES = service(
    "fiveminutesystemload",
    "System load, five-minute",
    ("FiveMinSystemLoads", "FiveMinSystemLoad"),
    at=day("fiveminutesystemload", 60_000),
    label=begins("PT5M"),
    columns=(Column("load_mw", ("LoadMw",), "number"),),
    constants=(("area_id", SYSTEM), ("area_name", SYSTEM_NAME), ("area_kind", "system")),
    unused=("NativeLoad", "ArdDemand", "SystemLoadBtmPv", "NativeLoadBtmPv"),
    absence=GROWING,
    print="preliminary",
    entities=entities("area_id", (SYSTEM,)),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=15),
    established_by="sample isone/api/fiveminutesystemload_current_20260727.json",
)
HOURLY = service(
    "hourlysysload",
    "System load, hourly",
    ("HourlySystemLoads", "HourlySystemLoad"),
    at=day("hourlysysload", 3_600),
    columns=(
        Column("area_id", ("Location.@LocId",)),
        Column("area_name", ("Location.$",)),
        Column("load_mw", ("Load",), "number"),
    ),
    unused=("NativeLoad", "ArdDemand", "Location.@LocType"),
    codes=(("area_id", (SYSTEM,)),),
    derive=with_kind,
    absence=GROWING,
    print="preliminary",
    entities=entities("area_id", (SYSTEM,)),
    established_by="sample isone/api/hourlysysload_day_20240310.json",
)
ZONAL_FIVE_MINUTES = service(
    "fiveminuteestimatedzonalload",
    "Estimated zonal load, five-minute",
    ("isone_web_services", "five_min_estimated_zonal_loads", "five_min_estimated_zonal_load"),
    at=day("fiveminuteestimatedzonalload", 400_000),
    label=begins("PT5M", "interval_begin_date"),
    columns=(
        Column("area_id", ("load_zone_id",)),
        Column("area_name", ("load_zone_name",)),
        Column("load_mw", ("estimated_load_mw",), "number"),
    ),
    unused=("estimated_btm_pv_mw",),
    codes=(("area_id", ZONE_IDS),),
    derive=with_kind,
    absence=GROWING,
    print="preliminary",
    entities=entities("area_id", ZONE_IDS),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=15),
    established_by="code",
)


def _zonal(location: str) -> Report:
    """The metered load of one zone: the service has no day of all zones."""
    return service(
        f"realtimehourlydemand-{location}",
        f"Real-time hourly demand of {location}",
        ("HourlyRtDemands", "HourlyRtDemand"),
        at=day("realtimehourlydemand", 2_600, f"/location/{location}"),
        columns=HOURLY.columns,
        unused=("Location.@LocType",),
        codes=(("area_id", (location,)),),
        foreign=elsewhere("area_id", (SYSTEM, HUB[0], *ZONE_IDS), location),
        derive=with_kind,
        absence=FINAL,
        entities=entities("area_id", (location,)),
        every=timedelta(hours=6),
        due=timedelta(days=3),
        # Asked on 2024-10-17 and 2026-07-27, the newest hours were three and five days old.
        promised_within=timedelta(days=3),
        settles_after=timedelta(days=6),
        established_by="sample isone/api/realtimehourlydemand_day_20241103_location_4001.json",
    )


LOAD_FEED = Feed("iso.rt.load.isone", LOAD, (FIVE_MINUTES,))
LOAD_HOURLY_FEED = Feed("iso.rt.load_hourly.isone", LOAD, (HOURLY,))
LOAD_ZONAL_FEED = Feed("iso.rt.load_zonal.isone", LOAD, (ZONAL_FIVE_MINUTES,))
LOAD_ZONAL_HOURLY_FEED = Feed(
    "iso.rt.load_zonal_hourly.isone", LOAD, tuple(_zonal(id) for id in ZONE_IDS)
)
