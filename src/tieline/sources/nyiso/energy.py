"""P-30 and P-31: energy reports of the day-ahead and of the hour-ahead market.

A row an hour and a column an item: loads, generation, imports and exports by neighbour, some sixty of
them day-ahead, under names that come and go. Each column is an item under the name that is printed;
no unit stands there, and not every item is in megawatts, so none is stated. Stamps mark the start of
the hour and have no zone word; the hour-ahead report prints the end beside it. The last line, `Total`,
adds up the hours: it is no row. P-31 is called a summary of advisories and lists none.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import SYSTEM_REPORT
from tieline.feeds import FINAL, GROWING, Column, DailyFile, Feed, Label, Layout, Report
from tieline.sources.nyiso.headers import others
from tieline.sources.nyiso.publisher import NYISO, STAMP_FORMATS
from tieline.values.normalised import SOURCE_ROW, UNREAD

_TOTAL = r'(?i)^"?totals?\b'
_TIMES = ("Date Hour", "Start Time", "End Time", SOURCE_ROW, UNREAD)


def _by_item(table: pl.DataFrame) -> pl.DataFrame:
    """A row an hour and item, in the order of lines and columns."""
    kept = [name for name in table.columns if name in _TIMES]
    return table.unpivot(index=kept, variable_name="Item", value_name="Number").sort(
        SOURCE_ROW, maintain_order=True
    )


DAY_AHEAD = Report(
    publisher=NYISO,
    code="P-30",
    title="Day-ahead market daily energy report",
    at=DailyFile(
        path="csv/damenergy/{day:%Y%m%d}DAM_energy_rep.csv",
        archive="csv/damenergy/{month:%Y%m%d}DAM_energy_rep_csv.zip",
        typical_bytes=15_000,
    ),
    layout=Layout(header=("Date Hour",), notes=_TOTAL),
    label=Label(
        kind="start",
        column=("Date Hour",),
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT1H",
        repeated="row_order",
    ),
    columns=(Column("item", ("Item",)), Column("value", ("Number",), "number")),
    header=(("Date Hour",),),
    open_ended=True,
    constants=(("report_name", "day_ahead_energy"),),
    others=others("P-30"),
    reshape=_by_item,
    absence=FINAL,
    every=timedelta(hours=1),
    # Posted between 09:37 and 10:06 of the day before, by a collector's log of 2026-09.
    due=timedelta(hours=-14),
    promised_within=timedelta(hours=1),
    established_by="code: a working client's stamps and items; the whole header is not known",
)

HOUR_AHEAD = replace(
    DAY_AHEAD,
    code="P-31",
    title="Hour-ahead market energy report",
    at=DailyFile(
        path="csv/hamenergy/{day:%Y%m%d}HAM_energy_rep.csv",
        archive="csv/hamenergy/{month:%Y%m%d}HAM_energy_rep_csv.zip",
        typical_bytes=5_000,
    ),
    layout=Layout(header=("Start Time", "End Time"), notes=_TOTAL),
    label=replace(DAY_AHEAD.label, column=("Start Time",)) if DAY_AHEAD.label else None,
    header=(("Start Time",), ("End Time",)),
    constants=(("report_name", "hour_ahead_energy"),),
    others=others("P-31"),
    absence=GROWING,
    print="preliminary",
    due=timedelta(0),
)

ENERGY_FEEDS = (
    Feed("iso.da.energy_report.nyiso", SYSTEM_REPORT, (DAY_AHEAD,)),
    Feed("iso.rt.energy_report.nyiso", SYSTEM_REPORT, (HOUR_AHEAD,)),
)
