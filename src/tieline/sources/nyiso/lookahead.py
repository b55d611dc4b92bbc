"""P-42: prices that the look-ahead commitment (RTC) expects at the ties, beside the neighbours' own.

Every quarter of an hour RTC runs and prices several quarters ahead: the run's time is the vintage, the
stamp is the end of the quarter. Each line has two prices of one proxy generator: New York's (`RTC`)
and the one that the neighbour expects on its side of the tie (`CTS_PJM`, `CTS_ISONE`). The neighbour
is no column: it is how the generator's name begins; a beginning that nobody knows makes `CTS`.
Advisory runs all, they never stand among the prices of dispatch.

Neither time has a zone. In the repeated hour the runs of one generator and timestep follow each other,
so their order tells both. The last runs of a day reach into the next.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tieline.datasets import LOOKAHEAD_PRICE
from tieline.feeds import GROWING, Column, DailyFile, Feed, Label, Report
from tieline.markettime import local_expr, utc_by_row_order
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import NYISO, STAMP_FORMATS, ZONE_WORDS
from tieline.values.normalised import SOURCE_ROW

_RUN, _END = "RTC Execution Time", "RTC End Time Stamp"
_PRICES = ("Gen LBMP", "External RTO CTS Price")
_NEIGHBOURS = (("N.E.", "CTS_ISONE"), ("PJM", "CTS_PJM"))
_SUMMER = timedelta(hours=4)


def _instants(table: pl.DataFrame, column: str) -> pl.DataFrame:
    """`local` and `stamp_utc` of a column, each timestep of a generator in the order of its runs."""
    stamps = table.select(
        pl.col(SOURCE_ROW).alias("source_row"),
        pl.col(column).alias("text"),
        local_expr(column, STAMP_FORMATS).alias("local"),
        pl.struct("Gen PTID", "RTC Timestep").rank("dense").alias("key"),
    )
    return stamps.with_columns(utc_by_row_order(stamps, NYISO.zone, hourly=False))


def _market(column: str) -> pl.Expr:
    if column == _PRICES[0]:
        return pl.lit("RTC")
    name, market = pl.col("Gen Name").str.to_uppercase(), pl.lit("CTS")
    for begins, word in _NEIGHBOURS:
        market = pl.when(name.str.starts_with(begins)).then(pl.lit(word)).otherwise(market)
    return market


def _two_prices(table: pl.DataFrame) -> pl.DataFrame:
    """Two rows a line, each with its market, the run as an instant and the word of its zone."""
    ends = _instants(table, _END)
    offset = (pl.col("stamp_utc").dt.replace_time_zone(None) - pl.col("local")).alias("offset")
    word = pl.when(offset == _SUMMER).then(pl.lit("EDT")).when(offset.is_not_null())
    runs = _instants(table, _RUN)["stamp_utc"].dt.to_string("%Y-%m-%dT%H:%M:%S+00:00")
    told = table.with_columns(
        ends.select(word.then(pl.lit("EST")).alias("Zone Word")).to_series(), runs.alias("Run")
    )
    return pl.concat(
        told.drop(_PRICES).with_columns(told[name].alias("Price"), _market(name).alias("Market"))
        for name in _PRICES
    ).sort(SOURCE_ROW, maintain_order=True)


RUNS = Report(
    publisher=NYISO,
    code="P-42",
    title="RTC against external CTS prices",
    at=DailyFile(
        path="csv/extrtoctsprice/{day:%Y%m%d}ext_rto_cts_price.csv",
        archive="csv/extrtoctsprice/{month:%Y%m%d}ext_rto_cts_price_csv.zip",
        typical_bytes=60_000,
    ),
    label=Label(
        kind="end",
        column=(_END,),
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT15M",
        repeated="zone_column",
        zone_column=("Zone Word",),
        zone_words=ZONE_WORDS,
    ),
    columns=(
        Column("market", ("Market",)),
        Column("location_id", ("Gen PTID",)),
        Column("vintage_utc", ("Run",), "instant"),
        Column("location_name", ("Gen Name",)),
        Column("price_per_mwh", ("Price",), "number"),
    ),
    header=(
        *((_RUN,), (_END,), ("RTC Timestep",), ("Gen Name",), ("Gen PTID",)),
        *((name,) for name in _PRICES),
    ),
    constants=(("currency", "USD"),),
    others=HEADERS,
    final_newline=True,
    vintage="printed",
    days=2,
    codes=(("market", ("RTC", *(word for _, word in _NEIGHBOURS))),),
    reshape=_two_prices,
    absence=GROWING,
    print="advisory",
    every=timedelta(minutes=15),
    promised_within=timedelta(minutes=15),
    established_by="code: columns of two working clients",
)

LOOKAHEAD_FEED = Feed("iso.rt.lookahead_price.nyiso", LOOKAHEAD_PRICE, (RUNS,))
