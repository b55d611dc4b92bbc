"""P-42: prices that the look-ahead commitment (RTC) expects at the ties, beside the neighbours' own.

Every quarter of an hour RTC runs and prices several quarters ahead: the run's time is the vintage, the
stamp is the end of the quarter. Each line has two prices of one proxy generator: New York's (`RTC`)
and the one that the neighbour expects on its side of the tie (`CTS_PJM`, `CTS_ISONE`). The neighbour
is no column: it is how the generator's name begins; a beginning that nobody knows makes `CTS`.
Advisory runs all, they never stand among the prices of dispatch.

Neither time has a zone. In the repeated hour the runs of one generator and timestep follow each other,
so their order tells them; the ends of a run come after it, one after the other. The last runs of a
day reach into the next.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tieline.datasets import LOOKAHEAD_PRICE
from tieline.feeds import GROWING, Column, DailyFile, Feed, Label, Report
from tieline.markettime import local_expr, readings_of, utc_by_row_order
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import NYISO, STAMP_FORMATS, ZONE_WORDS
from tieline.values.normalised import SOURCE_ROW

_RUN, _END, _STEP = "RTC Execution Time", "RTC End Time Stamp", "RTC Timestep"
_PRICES = ("Gen LBMP", "External RTO CTS Price")
_NEIGHBOURS = (("N.E.", "CTS_ISONE"), ("PJM", "CTS_PJM"))
_SUMMER = timedelta(hours=4)
_FIRST_STEPS = 2


def _runs(table: pl.DataFrame) -> pl.Series:
    """Instants of the runs, each timestep of a generator in the order of its runs."""
    stamps = table.select(
        pl.col(SOURCE_ROW).alias("source_row"),
        pl.col(_RUN).alias("text"),
        local_expr(_RUN, STAMP_FORMATS).alias("local"),
        pl.struct("Gen PTID", _STEP).rank("dense").alias("key"),
    )
    return utc_by_row_order(stamps, NYISO.zone, hourly=False).alias("run")


def _offsets(table: pl.DataFrame, runs: pl.Series) -> pl.Series:
    """How far the clock of each end is behind UTC, null where none can be told.

    The first end of a run is the first reading that is not before the run, and only its first steps may
    end with the run itself; once the clock has stepped back, all further ends of the run are second
    readings.
    """
    local = table.select(local_expr(_END, STAMP_FORMATS)).to_series()
    early, late = readings_of(local, NYISO.zone)
    run = pl.struct("Gen PTID", "run")
    ends = pl.DataFrame(
        [local.alias("local"), early.alias("early"), late.alias("late"), runs, table["Gen PTID"]]
    ).with_columns(at=table[_STEP].cast(pl.Int64, strict=False), row=table[SOURCE_ROW])
    ordered = ends.with_row_index("place").sort("at", "row", "place")
    back = (pl.col("local") < pl.col("local").shift(1)).over(run).fill_null(False)
    after = (pl.col("early") - pl.col("run")).dt.total_minutes()
    later = ((after < 0) | ((after == 0) & (pl.col("at") > _FIRST_STEPS))).first().over(run)
    told = ordered.with_columns(second=later | (back.cum_sum().over(run) > 0))
    stamp = pl.when("second").then("late").otherwise("early").dt.replace_time_zone(None)
    return told.sort("place").select(stamp - pl.col("local")).to_series()


def _market(column: str) -> pl.Expr:
    if column == _PRICES[0]:
        return pl.lit("RTC")
    name, market = pl.col("Gen Name").str.to_uppercase(), pl.lit("CTS")
    for begins, word in _NEIGHBOURS:
        market = pl.when(name.str.starts_with(begins)).then(pl.lit(word)).otherwise(market)
    return market


def _two_prices(table: pl.DataFrame) -> pl.DataFrame:
    """Two rows a line, each with its market, the run as an instant and the word of its zone."""
    runs = _runs(table)
    offset = pl.Series("offset", _offsets(table, runs))
    word = pl.when(offset == _SUMMER).then(pl.lit("EDT")).otherwise(pl.lit("EST"))
    told = table.with_columns(
        word.alias("Zone Word"), runs.dt.to_string("%Y-%m-%dT%H:%M:%S+00:00").alias("Run")
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
        *((_RUN,), (_END,), (_STEP,), ("Gen Name",), ("Gen PTID",)),
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
