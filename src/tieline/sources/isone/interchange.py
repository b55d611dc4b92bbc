"""Flows over the ties to New York, Quebec and New Brunswick.

In every report of ISO-NE import into New England is negative and export positive: purchases are at most
0, sales at least 0, and the flow is their sum. Here import is positive, as everywhere, so flows are
turned. Import limits are printed as negative numbers and turned too, export limits are positive. Hourly
and quarter-hourly interchange are metered; the five-minute flow comes with its limits.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import INTERCHANGE, INTERFACE_FLOW
from tieline.feeds import GROWING, Column, Feed, Listing
from tieline.sources.isone.codes import EXTERNAL_IDS, NEIGHBOURS, NEW_ENGLAND, entities, worded
from tieline.sources.isone.publisher import begins, day, service


def _with_neighbour(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(worded("interface_id", NEIGHBOURS, "neighbour"))


FLOWS = service(
    "fiveminuteexternalflow",
    "Flows and limits of the external ties, five-minute",
    ("ExternalFlows", "ExternalFlow"),
    at=day("fiveminuteexternalflow", 400_000),
    label=begins("PT5M"),
    columns=(
        Column("interface_id", ("Location.@LocId",)),
        Column("interface_name", ("Location.$",)),
        Column("flow_mw", ("ActualFlow",), "number", sign=-1),
        Column("import_limit_mw", ("ImportLimit",), "number", sign=-1),
        Column("export_limit_mw", ("ExportLimit",), "number"),
    ),
    unused=(
        *("CurrentSchedule", "Purchase", "Sale", "TotalExports", "TotalImports"),
        "Location.@LocType",
    ),
    codes=(("interface_id", EXTERNAL_IDS),),
    derive=_with_neighbour,
    absence=GROWING,
    print="preliminary",
    entities=entities("interface_id", EXTERNAL_IDS),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=15),
    established_by="code, doc: the service's schema",
)
HOURLY = service(
    "actualinterchange",
    "Actual interchange, hourly",
    ("ActualInterchanges", "ActualInterchange"),
    at=day("actualinterchange", 35_000),
    columns=(
        Column("from_area", ("Location.@LocId",)),
        Column("actual_mw", ("ActInterchange",), "number", sign=-1),
    ),
    constants=(("to_area", NEW_ENGLAND),),
    unused=("Location.$", "Location.@LocType", "Purchase", "Sale"),
    codes=(("from_area", EXTERNAL_IDS),),
    absence=GROWING,
    print="preliminary",
    entities=entities("from_area", EXTERNAL_IDS, after=(("to_area", NEW_ENGLAND),)),
    established_by="sample isone/api/actualinterchange_current_20260727.json",
)
QUARTER_HOURLY = replace(
    HOURLY,
    code="fifteenminuteinterchange",
    title="Actual interchange, fifteen-minute",
    at=day("fifteenminuteinterchange", 20_000),
    listing=Listing(path=("ActualFifteenMinInterchanges", "ActualFifteenMinInterchange")),
    label=begins("PT15M"),
    every=timedelta(minutes=15),
    established_by="code, doc: the service's schema",
)

INTERFACE_FLOW_FEED = Feed("iso.rt.interface_flow.isone", INTERFACE_FLOW, (FLOWS,))
INTERCHANGE_FEED = Feed("iso.rt.interchange.isone", INTERCHANGE, (HOURLY,))
INTERCHANGE_15_FEED = Feed("iso.rt.interchange_15.isone", INTERCHANGE, (QUARTER_HOURLY,))
