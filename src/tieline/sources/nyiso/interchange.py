"""P-32: flows and limits of New York's interfaces, every five minutes.

The daily file grows; a static file beside it repeats the newest stamp. Values are MW though the
headers say MWH. Positive is import on the external (`SCH - ...`) interfaces and the named direction,
east or south, on the internal ones. The negative limit is printed as a negative number; 9999 and
9899 of either sign mean that no limit is enforced. Stamps have no zone and drop the seconds, so an
off-grid dispatch shows as 00:11; the repeated hour is told apart by the order of rows alone, and in
the static file by the time it was fetched. Stamps run from 00:00 to 23:55: instants.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from tieline.datasets import INTERFACE_FLOW
from tieline.feeds import (
    GROWING,
    ROLLING,
    Column,
    DailyFile,
    Entity,
    Feed,
    Label,
    Report,
    StaticFile,
)
from tieline.sources.nyiso.codes import INTERFACES, NEIGHBOURS
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import NYISO, STAMP_COLUMNS, STAMP_FORMATS

_NO_LIMIT = (9999.0, -9999.0, 9899.0, -9899.0)
_CHPE = "625211"
_SEEN = date(2017, 11, 22)
"""Day of the sample; before it an interface is expected only where the day lists it."""


def _with_neighbour(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        pl.col("interface_id")
        .replace_strict(NEIGHBOURS, default=None, return_dtype=pl.String)
        .alias("neighbour")
    )


def _entity(interface_id: str) -> Entity:
    key = (("interface_id", interface_id),)
    if interface_id == _CHPE:
        # Not in the archive of January 2026, listed on 2026-09-21.
        return Entity(key=key, since=date(2026, 1, 1), certain=date(2026, 9, 21))
    return Entity(key=key, certain=_SEEN)


FLOWS = Report(
    publisher=NYISO,
    code="P-32",
    title="Interface limits and flows",
    at=DailyFile(
        path="csv/ExternalLimitsFlows/{day:%Y%m%d}ExternalLimitsFlows.csv",
        archive="csv/ExternalLimitsFlows/{month:%Y%m%d}ExternalLimitsFlows_csv.zip",
        typical_bytes=290_000,
    ),
    since=date(2002, 1, 1),
    label=Label(
        kind="instant",
        column=("Timestamp", "Time Stamp"),
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT5M",
        repeated="row_order",
    ),
    columns=(
        Column("interface_id", ("Point ID",)),
        Column("interface_name", ("Interface Name",)),
        Column("flow_mw", ("Flow (MWH)", "Flow (MW)"), "number"),
        Column(
            "import_limit_mw",
            ("Positive Limit (MWH)", "Positive Limit (MW)"),
            "number",
            sentinels=_NO_LIMIT,
        ),
        Column(
            "export_limit_mw",
            ("Negative Limit (MWH)", "Negative Limit (MW)"),
            "number",
            sentinels=_NO_LIMIT,
            sign=-1,
        ),
    ),
    others=HEADERS,
    final_newline=True,
    codes=(("interface_id", tuple(one.id for one in INTERFACES)),),
    derive=_with_neighbour,
    absence=GROWING,
    print="preliminary",
    entities=tuple(_entity(one.id) for one in INTERFACES),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=10),
    established_by="sample nyiso/ExternalLimitsFlows/20171122ExternalLimitsFlows.csv",
)

FLOWS_NOW = replace(
    FLOWS,
    code="P-32-CURRENT",
    title="Interface limits and flows, newest",
    at=StaticFile(
        path="csv/ExternalLimitsFlows/currentExternalLimitsFlows.csv", typical_bytes=1_200
    ),
    since=None,
    label=Label(
        kind="instant",
        column=STAMP_COLUMNS,
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT5M",
        repeated="known_time",
    ),
    absence=ROLLING,
    entities=(),
    established_by="doc: the same columns as P-32, with a stamp of its own",
)

INTERFACE_FLOW_FEED = Feed("iso.rt.interface_flow.nyiso", INTERFACE_FLOW, (FLOWS, FLOWS_NOW))
