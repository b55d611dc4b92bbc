"""dayaheadhourlydemand: what the day-ahead market cleared, by the hour.

One answer a place: the system, the hub (which can be negative) and the eight zones; the system's is not
the sum of the others alone, so each row has its kind. The answer now and then lists a row twice.
"""

from __future__ import annotations

from datetime import timedelta

from tieline.datasets import DEMAND_CLEARED
from tieline.feeds import FINAL, Column, Feed, Report
from tieline.sources.isone.codes import HUB, SYSTEM, ZONE_IDS, elsewhere, entities, with_kind
from tieline.sources.isone.publisher import day, service


def _cleared(location: str) -> Report:
    return service(
        f"dayaheadhourlydemand-{location}",
        f"Day-ahead cleared demand of {location}",
        ("HourlyDaDemands", "HourlyDaDemand"),
        at=day("dayaheadhourlydemand", 2_500, f"/location/{location}"),
        columns=(
            Column("area_id", ("Location.@LocId",)),
            Column("area_name", ("Location.$",)),
            Column("cleared_mw", ("Load",), "number"),
        ),
        constants=(("product", "total"),),
        unused=("Location.@LocType",),
        codes=(("area_id", (location,)),),
        foreign=elsewhere("area_id", (SYSTEM, HUB[0], *ZONE_IDS), location),
        derive=with_kind,
        absence=FINAL,
        entities=entities("area_id", (location,), after=(("product", "total"),)),
        due=timedelta(hours=-11),
        settles_after=timedelta(0),
        established_by="sample isone/api/dayaheadhourlydemand_day_20241103_location_4001.json",
    )


CLEARED_FEED = Feed(
    "iso.da.demand_cleared.isone",
    DEMAND_CLEARED,
    tuple(_cleared(id) for id in (SYSTEM, HUB[0], *ZONE_IDS)),
)
