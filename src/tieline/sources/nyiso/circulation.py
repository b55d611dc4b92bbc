"""P-34, P-34A and P-53B: flows that belong to no interface.

P-34   flows over phase angle regulators, some sixty points by number alone; names stand in the files
       of outages, under the same numbers
P-34A  power that circulates around Lake Erie, as measured
P-53B  the same as the day-ahead market assumed it, by hour
Values are MW though the headers say MWH. Their signs are kept as printed: what a positive number
means is not established for any of the three, so none stands among the flows of interfaces, whose
sign is. Stamps have no zone; in the repeated hour the order of rows tells. Whether the real-time ones
mark an instant or an interval is not established either: no length is made up. No count is promised.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tieline.datasets import SYSTEM_REPORT, TELEMETRY
from tieline.feeds import FINAL, GROWING, Column, DailyFile, Feed, Label, Report
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import NYISO, STAMP_COLUMNS, STAMP_FORMATS


def _at(folder: str, stem: str, typical_bytes: int) -> DailyFile:
    return DailyFile(
        path=f"csv/{folder}/{{day:%Y%m%d}}{stem}.csv",
        archive=f"csv/{folder}/{{month:%Y%m%d}}{stem}_csv.zip",
        typical_bytes=typical_bytes,
    )


_INSTANT = Label(
    kind="instant",
    column=STAMP_COLUMNS,
    formats=STAMP_FORMATS,
    zone=NYISO.zone,
    grid="PT5M",
    repeated="row_order",
)
_CIRCULATION = "Lake Erie Circulation (MWH)"

REGULATORS = Report(
    publisher=NYISO,
    code="P-34",
    title="Flows over phase angle regulators",
    at=_at("ParFlows", "ParFlows", 600_000),
    label=_INSTANT,
    columns=(
        Column("area_id", ("Point ID",)),
        Column("value_mw", ("Flow (MWH)",), "number"),
    ),
    constants=(("measure", "par_flow"),),
    others=HEADERS,
    final_newline=True,
    absence=GROWING,
    print="preliminary",
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=10),
    established_by="code: columns of a working client",
)

CIRCULATION = replace(
    REGULATORS,
    code="P-34A",
    title="Lake Erie circulation, real-time",
    at=_at("eriecirculationrt", "ErieCirculationRT", 10_000),
    columns=(Column("value_mw", (_CIRCULATION,), "number"),),
    constants=(("measure", "lake_erie_circulation"), ("area_id", "LAKE_ERIE")),
)

CIRCULATION_AHEAD = replace(
    CIRCULATION,
    code="P-53B",
    title="Lake Erie circulation, day-ahead",
    at=_at("eriecirculationda", "ErieCirculationDA", 1_000),
    label=replace(_INSTANT, kind="start", grid="PT1H"),
    columns=(Column("value", (_CIRCULATION,), "number"),),
    constants=(
        ("report_name", "day_ahead_market"),
        ("item", "Lake Erie Circulation"),
        ("unit", "MW"),
    ),
    absence=FINAL,
    print="final",
    every=timedelta(hours=1),
    # Written with the day-ahead market, by 11:00 of the day before.
    due=timedelta(hours=-14),
    promised_within=timedelta(hours=1),
)

CIRCULATION_FEEDS = (
    Feed("iso.rt.par_flow.nyiso", TELEMETRY, (REGULATORS,)),
    Feed("iso.rt.lake_erie_circulation.nyiso", TELEMETRY, (CIRCULATION,)),
    Feed("iso.da.lake_erie_circulation.nyiso", SYSTEM_REPORT, (CIRCULATION_AHEAD,)),
)
