"""What MISO expects of PJM's prices, for schedules between the two markets.

Each quarter hour has the time at which its case was approved: the vintage.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import LOOKAHEAD_PRICE
from tieline.feeds import ROLLING, Column, Feed, Listing, StaticFile
from tieline.sources.miso.publisher import FIVE_MINUTES, SHOWN, TWELVE, shown


def _with_vintage(table: pl.DataFrame) -> pl.DataFrame:
    read = pl.col("CASEAPPROVALDATE").str.to_datetime("%Y-%m-%d %I:%M:%S %p", strict=False)
    return table.with_columns(approved=read.dt.to_string("%Y-%m-%dT%H:%M:%S.000-05:00"))


SCHEDULING = replace(
    SHOWN,
    code="CoordinatedTransactionScheduling",
    title="Forecast prices of PJM",
    at=StaticFile(path="api/CoordinatedTransactionScheduling", typical_bytes=5_000),
    listing=Listing(path=("Interval",)),
    label=replace(FIVE_MINUTES, column=("SOLUTIONTIME",), formats=TWELVE, grid="PT15M"),
    columns=(
        shown("price_per_mwh", "PJMFORECASTEDLMP"),
        Column("vintage_utc", ("approved",), "instant"),
    ),
    header=(("CASEAPPROVALDATE",), ("SOLUTIONTIME",), ("PJMFORECASTEDLMP",)),
    constants=(("market", "CTS"), ("location_id", "PJM"), ("currency", "USD")),
    reshape=_with_vintage,
    vintage="printed",
    absence=ROLLING,
    every=timedelta(minutes=15),
    offset=timedelta(minutes=5),
    established_by="sample miso/public-api/markets-displays-getcoordinatedtransactionscheduling.json",
)

FEEDS = (Feed("iso.rt.lookahead_price.miso", LOOKAHEAD_PRICE, (SCHEDULING,)),)
