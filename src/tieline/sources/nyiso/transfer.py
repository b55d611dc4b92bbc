"""P-8: available and total transfer capability, day-ahead and hour-ahead.

One file, two markets: a row an interface and hour with the day-ahead pair (`DAM`) and four hour-ahead
pairs (`HAM`) for its quarters. They are two feeds, of an hour and of a quarter-hour, read from the
same bytes. Interfaces stand there by name alone. The hour-ahead cells of hours to come are blank and
are filled about thirty minutes before each hour. Stamps mark the start and have no zone word.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import TRANSFER_CAPABILITY
from tieline.feeds import GROWING, Column, DailyFile, Feed, Label, Report
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import NYISO, STAMP_COLUMNS, STAMP_FORMATS
from tieline.values.normalised import SOURCE_ROW, UNREAD

_QUARTERS = ("00", "15", "30", "45")
_DAY_AHEAD = ("TTC (DAM)", "ATC (DAM)")
_HOUR_AHEAD = tuple(
    name for at in _QUARTERS for name in (f"TTC (HAM) xx:{at}", f"ATC (HAM) xx:{at}")
)


def _by_quarter(table: pl.DataFrame) -> pl.DataFrame:
    """Four rows a line, each under the stamp of its quarter-hour; blank ones are not told yet.

    A line that could not be read stays four times, as it may have told all of them.
    """
    stamp = next(name for name in STAMP_COLUMNS if name in table.columns)
    others = [name for name in table.columns if name not in _HOUR_AHEAD]
    quarters = [
        table.select(
            *(one for one in others if one != stamp),
            pl.col(stamp).str.replace(r"(\d\d?):00", "${1}:" + at).alias(stamp),
            pl.col(f"TTC (HAM) xx:{at}").alias("TTC"),
            pl.col(f"ATC (HAM) xx:{at}").alias("ATC"),
        )
        for at in _QUARTERS
    ]
    told = pl.any_horizontal(pl.col("TTC", "ATC", UNREAD).is_not_null())
    return pl.concat(quarters).filter(told).sort(SOURCE_ROW, maintain_order=True)


DAY_AHEAD = Report(
    publisher=NYISO,
    code="P-8",
    title="Available and total transfer capability, day-ahead",
    at=DailyFile(
        path="csv/atc_ttc/{day:%Y%m%d}atc_ttc.csv",
        archive="csv/atc_ttc/{month:%Y%m%d}atc_ttc_csv.zip",
        typical_bytes=60_000,
    ),
    label=Label(
        kind="start",
        column=STAMP_COLUMNS,
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT1H",
        repeated="row_order",
    ),
    columns=(
        Column("path_id", ("Interface Name",)),
        Column("path_name", ("Interface Name",)),
        Column("ttc_mw", ("TTC (DAM)",), "number"),
        Column("atc_mw", ("ATC (DAM)",), "number"),
    ),
    unused=_HOUR_AHEAD,
    others=HEADERS,
    final_newline=True,
    absence=GROWING,
    print="preliminary",
    every=timedelta(hours=1),
    promised_within=timedelta(hours=1),
    established_by="code: columns of a working client, their order is not confirmed",
)

HOUR_AHEAD = replace(
    DAY_AHEAD,
    code="P-8-HAM",
    title="Available and total transfer capability, hour-ahead",
    label=replace(DAY_AHEAD.label, grid="PT15M") if DAY_AHEAD.label else None,
    columns=(
        *DAY_AHEAD.columns[:2],
        Column("ttc_mw", ("TTC",), "number"),
        Column("atc_mw", ("ATC",), "number"),
    ),
    header=(STAMP_COLUMNS, ("Interface Name",), *((name,) for name in _HOUR_AHEAD)),
    unused=_DAY_AHEAD,
    reshape=_by_quarter,
)

TRANSFER_FEEDS = (
    Feed("iso.da.transfer_capability.nyiso", TRANSFER_CAPABILITY, (DAY_AHEAD,)),
    Feed("iso.rt.transfer_capability.nyiso", TRANSFER_CAPABILITY, (HOUR_AHEAD,)),
)
