"""locations/all: every place that ISO-NE names, as it lists them today.

About 1,300: nodes, hub, zones, ties, regions and areas, each with its type. The list has no time; a place
that is missing from three listings in a row is no longer listed, which does not say that it ended.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tieline.datasets import LOCATION
from tieline.feeds import Column, Feed, StaticFile, snapshot
from tieline.sources.isone.codes import LOCATION_KINDS, worded
from tieline.sources.isone.publisher import service


def _with_kind(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(worded("location_kind", LOCATION_KINDS, "location_kind"))


LOCATIONS = service(
    "locations",
    "Locations",
    ("Locations", "Location"),
    at=StaticFile(path="api/v1.1/locations/all.json", typical_bytes=220_000),
    label=None,
    columns=(
        Column("location_id", ("LocationID",)),
        Column("location_name", ("LocationName",)),
        Column("location_kind", ("LocationType",)),
    ),
    unused=("AreaType", "NetworkNodeType"),
    derive=_with_kind,
    absence=snapshot(3),
    every=timedelta(days=1),
    offset=timedelta(hours=11),
    promised_within=timedelta(days=1),
    established_by="sample isone/api/locations_all_20260727.json",
)
LOCATION_FEED = Feed("iso.location.isone", LOCATION, (LOCATIONS,))
