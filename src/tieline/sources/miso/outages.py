"""Generation on outage, by class, for five days back and ahead.

The display lists a day with the megawatts of each class (derated, forced, planned, unplanned); a past
day is an estimate and changes. Each day and class is one event of the system as a whole: its capacity
is revised as the display changes. Single units are not told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import OUTAGE_EVENT
from tieline.feeds import ROLLING, Column, Feed, Listing, StaticFile
from tieline.sources.miso.codes import OUTAGE_KINDS, SYSTEM
from tieline.sources.miso.publisher import SHOWN, shown
from tieline.sources.miso.shapes import chained, unpivoted


def _identified(table: pl.DataFrame) -> pl.DataFrame:
    day = pl.col("OutageDate").str.extract(r"^(\d{4}-\d\d-\d\d)")
    following = (day.str.to_date("%Y-%m-%d", strict=False) + pl.duration(days=1)).dt.to_string(
        "%Y-%m-%d"
    )
    midnight = pl.lit("T00:00:00.000-05:00")
    return table.with_columns(
        id=pl.concat_str([pl.lit(SYSTEM), day, pl.col("Class")], separator="/"),
        begins=day + midnight,
        ends=following + midnight,
    )


DAYS = replace(
    SHOWN,
    code="GenerationOutages/GetGenerationOutagesPlusMinusFiveDays",
    label=None,
    title="Generation on outage, five days back and ahead",
    at=StaticFile(
        path="api/GenerationOutages/GetGenerationOutagesPlusMinusFiveDays", typical_bytes=2_000
    ),
    listing=Listing(path=("Days",)),
    columns=(
        Column("outage_id", ("id",)),
        Column("kind", ("Class",)),
        shown("capacity_mw", "MW"),
        Column("outage_start_utc", ("begins",), "instant"),
        Column("outage_end_utc", ("ends",), "instant"),
    ),
    header=(("OutageDate",), *((name,) for name in OUTAGE_KINDS)),
    unused=("OutageMonthDay",),
    constants=(("resource_id", SYSTEM), ("resource_name", SYSTEM)),
    codes=(("kind", tuple(OUTAGE_KINDS.values())),),
    reshape=chained(unpivoted(OUTAGE_KINDS, label="Class", value="MW"), _identified),
    absence=ROLLING,
    every=timedelta(hours=1),
    offset=timedelta(minutes=10),
    promised_within=timedelta(days=1),
    established_by="doc: names of its cells; no sample",
)

FEEDS = (Feed("iso.events.outage.miso", OUTAGE_EVENT, (DAYS,)),)
