"""P-24A: real-time prices by zone, every five minutes.

Stamps mark the end of the interval: the last one of a day is 00:00 of the next, in the same file.
They have no zone word; in the repeated hour the order of rows tells. Price = energy + losses - the
printed congestion, so congestion is turned; energy is derived and must be equal at all locations
(within 0.02 in the sample). The newest rows may be advisory results of the 15-minute look-ahead,
which nothing marks; they are replaced later. Corrections follow for days.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl

from tieline.datasets import LMP
from tieline.feeds import GROWING, Column, DailyFile, Entity, Feed, Label, Report
from tieline.markettime import day_start
from tieline.sources.nyiso.codes import PROXIES, ZONES
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import NYISO, STAMP_COLUMNS, STAMP_FORMATS

_SEEN = date(2016, 10, 23)
_STEP = timedelta(minutes=5)
_LOOK_AHEAD = timedelta(minutes=15)
_LOCATIONS = (*(ptid for ptid, _, _ in ZONES), *(ptid for ptid, _ in PROXIES))
_ROUNDED = 4


def _with_energy(rows: pl.DataFrame) -> pl.DataFrame:
    """Derive the energy part and set advisory rows aside."""
    energy = pl.col("price_per_mwh") - pl.col("loss_per_mwh") - pl.col("congestion_per_mwh")
    rounded = energy.round(_ROUNDED)
    made = rows.with_columns(
        pl.when(rounded == 0.0).then(pl.lit(0.0)).otherwise(rounded).alias("energy_per_mwh")
    )
    return _aside_advisory(made)


def _aside_advisory(rows: pl.DataFrame) -> pl.DataFrame:
    """Mark rows that can only come from a look-ahead run.

    An interval that begins after the file was known is one. So is, in a file of an unfinished day,
    every stamp of a trailing run of quarter hours that each end after the file was known or stand
    further than five minutes after the stamp before them. A dispatch row that is published before
    its quarter hour ends is so believed one version later, which is better than a price that never was.
    """
    future = pl.col("interval_start_utc") > pl.col("known_at_utc")
    first = _look_ahead_begins(rows)
    if first is not None:
        future = future | (pl.col("stamp_utc") >= first)
    return rows.with_columns(pl.when(future).then(pl.lit("advisory")).alias("aside"))


def _look_ahead_begins(rows: pl.DataFrame) -> datetime | None:
    """First stamp of the trailing look-ahead run; None in a finished day or without such a run."""
    if rows.height == 0:
        return None
    day = rows["market_day"].mode().sort()[0]
    end = day_start(NYISO.zone, day + timedelta(days=1))
    stamps = rows.select(pl.col("stamp_utc").unique().sort())
    finished = stamps["stamp_utc"][-1] >= end and rows["known_at_utc"][0] >= end + _STEP
    if finished:
        return None
    stamp = pl.col("stamp_utc")
    apart = (stamp - stamp.shift(1) > _STEP) | (stamp > rows["known_at_utc"][0])
    marked = stamps.with_columns(steps=(stamp == stamp.dt.truncate(_LOOK_AHEAD)) & apart)
    run = marked.filter(pl.col("steps").fill_null(False).reverse().cum_prod().reverse() == 1)
    first = run["stamp_utc"].min()
    return first if isinstance(first, datetime) else None


ZONAL = Report(
    publisher=NYISO,
    code="P-24A",
    title="Real-time market LBMP, zonal",
    at=DailyFile(
        path="csv/realtime/{day:%Y%m%d}realtime_zone.csv",
        archive="csv/realtime/{month:%Y%m%d}realtime_zone_csv.zip",
        typical_bytes=230_000,
    ),
    label=Label(
        kind="end",
        column=STAMP_COLUMNS,
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT5M",
        repeated="row_order",
    ),
    columns=(
        Column("location_id", ("PTID",)),
        Column("location_name", ("Name",)),
        Column("price_per_mwh", ("LBMP ($/MWHr)",), "number"),
        Column("loss_per_mwh", ("Marginal Cost Losses ($/MWHr)",), "number"),
        Column(
            "congestion_per_mwh",
            # Cut in files before July 2016.
            ("Marginal Cost Congestion ($/MWHr)", "Marginal Cost Congestion ($/MWH"),
            "number",
            sign=-1,
        ),
    ),
    constants=(("market", "RT5"), ("currency", "USD")),
    others=HEADERS[1:],
    final_newline=True,
    codes=(("location_id", _LOCATIONS),),
    derive=_with_energy,
    absence=GROWING,
    print="preliminary",
    entities=tuple(
        Entity(key=(("market", "RT5"), ("location_id", ptid)), certain=_SEEN) for ptid in _LOCATIONS
    ),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=10),
    settles_after=timedelta(hours=24),
    established_by="sample nyiso/realtime/20161023realtime_zone.csv",
)

LMP_FEED = Feed("iso.rt.lmp.nyiso", LMP, (ZONAL,))
