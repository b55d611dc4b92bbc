"""Dashboards: the snapshot of the home page, and supply and demand of the day.

The snapshot prints numbers with thousands commas, and each line has a time of its own. Supply and
demand stands there every quarter hour; what does not apply yet or any more is null.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tieline.datasets import SYSTEM_REPORT
from tieline.feeds import ROLLING, Column, Feed, Listing, StaticFile
from tieline.sources.miso.publisher import FIVE_MINUTES, NOTHING, SHOWN, WITH_T, shown
from tieline.sources.miso.shapes import unpivoted

_MEASURES = (
    *("demand", "committedCapacity", "demandForecast"),
    *("committedCapacityForecast", "availableCapacity"),
)
SNAPSHOT = replace(
    SHOWN,
    code="Snapshot",
    title="Snapshot of the home page",
    at=StaticFile(path="api/Snapshot", typical_bytes=300),
    listing=Listing(path=()),
    label=replace(
        FIVE_MINUTES,
        kind="instant",
        column=("d",),
        formats=("%m/%d/%Y %I:%M:%S %p EST",),
        grid=None,
        regular=False,
    ),
    columns=(Column("item", ("t",)), Column("value", ("v",), "accounting", blank=(NOTHING,))),
    unused=("id",),
    constants=(("report_name", "Snapshot"),),
    absence=ROLLING,
    established_by="sample miso/public-api/operations-displays-getsnapshot.json",
)
SUPPLY = replace(
    SHOWN,
    code="CsatSupplyDemand",
    title="Supply and demand of the day",
    at=StaticFile(path="api/CsatSupplyDemand", typical_bytes=500),
    listing=Listing(path=()),
    label=replace(FIVE_MINUTES, kind="instant", column=("timeEst",), formats=WITH_T, grid="PT15M"),
    columns=(Column("item", ("Item",)), shown("value", "MW")),
    header=(("timeEst",), *((name,) for name in _MEASURES)),
    unused=("id",),
    constants=(("report_name", "CsatSupplyDemand"), ("unit", "MW")),
    reshape=unpivoted({name: name for name in _MEASURES}, label="Item", value="MW"),
    absence=ROLLING,
    every=timedelta(minutes=15),
    established_by="sample miso/public-api/operations-displays-getcsatsupplydemand.json",
)

FEEDS = (Feed("iso.rt.system_report.miso", SYSTEM_REPORT, (SNAPSHOT, SUPPLY)),)
