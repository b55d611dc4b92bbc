"""P-35, P-25, P-26: what happens on the grid, in the operator's words; P-15: how much is out for maintenance.

P-35 says the system's state at the start of each day and each change of it. P-25 are announcements to
the market, quoted text of several lines in which quotation marks are doubled. P-26, since June 2019,
are resources committed outside the market's solution; its moments are printed as 01-Mar-2026 10:15.
All three only grow. None prints an id: a message is told by its stamp and its place among those of the
same stamp, a commitment by its resource and the moment from which it holds. P-15 is a static file of
one number a day for about a month; when it was written only the server says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from tieline.datasets import ADVISORY_EVENT, COMMITMENT_EVENT, SYSTEM_REPORT
from tieline.feeds import ROLLING, Column, DailyFile, Feed, Label, Report, StaticFile
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.moments import moments, spelled
from tieline.sources.nyiso.publisher import NYISO, STAMP_COLUMNS, STAMP_FORMATS

_INSERTED, _BEGINS, _ENDS = "Insert Time", "Event Start Time", "Event End Time"
_LETTERED = ("%d-%b-%Y %H:%M", "%d-%b-%Y %H:%M:%S")


def _numbered(*columns: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """A reshape that gives each message its id, from its stamp and its place among equal ones."""

    def reshape(table: pl.DataFrame) -> pl.DataFrame:
        stamp = next(name for name in columns if name in table.columns)
        at = moments(table[stamp], (*STAMP_FORMATS, *_LETTERED))
        told = pl.coalesce(spelled(at["local"]), table[stamp])
        rows = table.with_columns(told.alias("told"), at["said"].alias("said"))
        place = pl.col("told").cum_count().over("told").cast(pl.String)
        return rows.with_columns(id=pl.concat_str("told", pl.lit("#"), place))

    return reshape


def _committed(table: pl.DataFrame) -> pl.DataFrame:
    """An id from the resource and the beginning, and all moments as instants."""
    read = {
        name: moments(table[name], (*_LETTERED, *STAMP_FORMATS))
        for name in (_INSERTED, _BEGINS, _ENDS)
    }
    begins = pl.coalesce(spelled(read[_BEGINS]["local"]), table[_BEGINS])
    return table.with_columns(
        *(one["said"].alias(name) for name, one in read.items()),
        id=pl.concat_str(pl.col("PTID"), pl.lit("@"), begins),
    )


EVENTS = Report(
    publisher=NYISO,
    code="P-35",
    title="Real-time events",
    at=DailyFile(
        path="csv/RealTimeEvents/{day:%Y%m%d}RealTimeEvents.csv",
        archive="csv/RealTimeEvents/{month:%Y%m%d}RealTimeEvents_csv.zip",
        typical_bytes=500,
    ),
    columns=(
        Column("message_id", ("id",)),
        Column("message", ("Message",)),
        Column("said_at_utc", ("said",), "instant"),
    ),
    header=(STAMP_COLUMNS, ("Message",)),
    reshape=_numbered(*STAMP_COLUMNS),
    others=HEADERS,
    # A new day begins with an empty file, which takes nothing back.
    absence=ROLLING,
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=10),
    since=date(2001, 6, 1),
    established_by="code: columns of a working client",
)
ANNOUNCEMENTS = replace(
    EVENTS,
    code="P-25",
    title="Operational announcements",
    at=DailyFile(
        path="csv/OperMessages/{day:%Y%m%d}OperMessages.csv",
        archive="csv/OperMessages/{month:%Y%m%d}OperMessages_csv.zip",
        typical_bytes=5_000,
    ),
    header=((_INSERTED,), ("Message",)),
    reshape=_numbered(_INSERTED),
    since=date(2000, 1, 1),
)
COMMITMENTS = replace(
    EVENTS,
    code="P-26",
    title="Commitments by the operator",
    at=DailyFile(
        path="csv/OpInCommit/{day:%Y%m%d}OpInCommit.csv",
        archive="csv/OpInCommit/{month:%Y%m%d}OpInCommit_csv.zip",
        typical_bytes=5_000,
    ),
    columns=(
        Column("commitment_id", ("id",)),
        Column("resource_id", ("PTID",)),
        Column("resource_name", ("Resource Name",)),
        Column("zone", ("Load Zone of Resource",)),
        Column("commitment_kind", ("Commitment Type",)),
        Column("requested_by", ("Requestor (NYISO or TO)",)),
        Column("reason", ("Commitment Reason",)),
        Column("committed_mw", ("MW Committed/LSL(MWh)/POI WDL (MW)", "MW Committed"), "number"),
        Column(
            "upper_limit_mw",
            ("UOL (of committed resource)/USL(MWh)/POI INJ (MW)", "UOL (of committed resource)"),
            "number",
        ),
        Column("said_at_utc", (_INSERTED,), "instant"),
        Column("commitment_start_utc", (_BEGINS,), "instant"),
        Column("commitment_end_utc", (_ENDS,), "instant"),
    ),
    header=(
        *((_INSERTED,), (_BEGINS,), (_ENDS,), ("PTID",), ("Resource Name",)),
        *(("Commitment Type",), ("Commitment Reason",)),
    ),
    unused=("ARR",),
    reshape=_committed,
    since=date(2019, 6, 1),
)
MAINTENANCE = Report(
    publisher=NYISO,
    code="P-15",
    title="Generation maintenance",
    at=StaticFile(path="csv/genmaint/gen_maint_report.csv", typical_bytes=700),
    label=Label(
        kind="instant",
        column=("Date",),
        formats=("%m/%d/%Y",),
        zone=NYISO.zone,
        grid=None,
        repeated="row_order",
        regular=False,
    ),
    columns=(Column("value", ("Forecasted Generation Outage (MW)",), "number"),),
    constants=(
        ("report_name", "Generation maintenance"),
        ("item", "Forecasted Generation Outage (MW)"),
        ("unit", "MW"),
    ),
    others=HEADERS,
    absence=ROLLING,
    print="preliminary",
    every=timedelta(hours=1),
    promised_within=timedelta(days=1),
    established_by="code: columns of a working client",
)

EVENT_FEEDS = (
    Feed("iso.events.system_state.nyiso", ADVISORY_EVENT, (EVENTS,)),
    Feed("iso.events.announcement.nyiso", ADVISORY_EVENT, (ANNOUNCEMENTS,)),
    Feed("iso.events.commitment.nyiso", COMMITMENT_EVENT, (COMMITMENTS,)),
    Feed("iso.da.generation_maintenance.nyiso", SYSTEM_REPORT, (MAINTENANCE,)),
)
