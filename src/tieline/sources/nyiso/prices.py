"""Prices by zone and by generator: day-ahead, real-time, and integrated over the hour.

All six reports print the same columns without a zone word; in the repeated hour the order of rows
tells. Price = energy + losses - the printed congestion, so congestion is turned; energy is derived
and must be equal at all locations (within 0.02 in the samples).
P-2A, P-2B    day-ahead, written once before 11:00 of the day before; stamps mark the start
P-24A, P-24B  real-time; stamps mark the end of the interval: the last one of a day is 00:00 of the
              next, in the same file. The newest rows may be advisory results of the 15-minute
              look-ahead, which nothing marks; they are replaced later. Corrections follow for days.
P-4A, P-4B    real-time, weighted by time over the hour; stamps mark the start; an hour a time
P-28          the reference bus alone, as it stands among the day-ahead generators
Generators come and go without notice, so that no count of them can be expected. The generators'
files also hold the reference bus, whose losses and congestion are zero.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import polars as pl

from tieline.datasets import LMP
from tieline.feeds import FINAL, GROWING, Column, DailyFile, Entity, Feed, Label, Report
from tieline.markettime import day_start
from tieline.sources.nyiso.codes import PROXIES, ZONES
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import NYISO, STAMP_COLUMNS, STAMP_FORMATS

_SEEN = date(2016, 10, 23)
_STEP = timedelta(minutes=5)
_LOOK_AHEAD = timedelta(minutes=15)
_LONGEST_RUN = 12
"""Quarters of a look-ahead run: it reaches two and a half hours. A longer series of quarter hours is
another report's grid."""
_LOCATIONS = (*(ptid for ptid, _, _ in ZONES), *(ptid for ptid, _ in PROXIES))
_BUS = "NYISO_LBMP_REFERENCE"
_ROUNDED = 4


def _with_energy(rows: pl.DataFrame) -> pl.DataFrame:
    """Derive the energy part."""
    energy = pl.col("price_per_mwh") - pl.col("loss_per_mwh") - pl.col("congestion_per_mwh")
    rounded = energy.round(_ROUNDED)
    return rows.with_columns(
        pl.when(rounded == 0.0).then(pl.lit(0.0)).otherwise(rounded).alias("energy_per_mwh")
    )


def _with_energy_of_dispatch(rows: pl.DataFrame) -> pl.DataFrame:
    """Derive the energy part and set rows aside that can only come from a look-ahead run.

    An interval that begins after the file was known is one. So is, in a file of an unfinished day,
    every stamp of a trailing run of quarter hours that each end after the file was known or stand
    further than five minutes after the stamp before them. A dispatch row that is published before
    its quarter hour ends is so believed one version later, which is better than a price that never was.
    """
    future = pl.col("interval_start_utc") > pl.col("known_at_utc")
    first = _look_ahead_begins(rows)
    if first is not None:
        future = future | (pl.col("stamp_utc") >= first)
    return _with_energy(rows).with_columns(pl.when(future).then(pl.lit("advisory")).alias("aside"))


def _look_ahead_begins(rows: pl.DataFrame) -> datetime | None:
    """First stamp of the trailing look-ahead run; None in a finished day or without such a run."""
    rows = rows.filter(pl.col("stamp_utc").is_not_null() & pl.col("market_day").is_not_null())
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
    if run.height > _LONGEST_RUN:
        return None
    first = run["stamp_utc"].min()
    return first if isinstance(first, datetime) else None


def _places(market: str, certain: date) -> tuple[Entity, ...]:
    """Zones and proxies that every stamp lists from a day on."""
    return tuple(
        Entity(key=(("market", market), ("location_id", ptid)), certain=certain)
        for ptid in _LOCATIONS
    )


def _files(folder: str, stem: str, typical_bytes: int) -> DailyFile:
    return DailyFile(
        path=f"csv/{folder}/{{day:%Y%m%d}}{stem}.csv",
        archive=f"csv/{folder}/{{month:%Y%m%d}}{stem}_csv.zip",
        typical_bytes=typical_bytes,
    )


def _of_generators(zonal: Report, code: str, title: str, stem: str, typical_bytes: int) -> Report:
    """The same report for generators: other places, of which no list is promised."""
    return replace(
        zonal,
        code=code,
        title=title,
        at=_files(stem.partition("_")[0], stem, typical_bytes),
        codes=(),
        foreign=(("location_id", _LOCATIONS), ("location_name", (_BUS,))),
        entities=(),
        established_by=f"doc: the six columns of {zonal.code}",
    )


ZONAL = Report(
    publisher=NYISO,
    code="P-24A",
    title="Real-time market LBMP, zonal",
    at=_files("realtime", "realtime_zone", 230_000),
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
    derive=_with_energy_of_dispatch,
    absence=GROWING,
    print="preliminary",
    entities=_places("RT5", _SEEN),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=10),
    settles_after=timedelta(hours=24),
    established_by="sample nyiso/realtime/20161023realtime_zone.csv",
)

BY_GENERATOR = _of_generators(
    ZONAL, "P-24B", "Real-time market LBMP, generator", "realtime_gen", 13_000_000
)

_HOURLY = replace(ZONAL.label, kind="start", grid="PT1H") if ZONAL.label else None

DAY_AHEAD = replace(
    ZONAL,
    code="P-2A",
    title="Day-ahead market LBMP, zonal",
    at=_files("damlbmp", "damlbmp_zone", 16_000),
    label=_HOURLY,
    constants=(("market", "DAM"), ("currency", "USD")),
    derive=_with_energy,
    absence=FINAL,
    print="final",
    entities=_places("DAM", date(2022, 7, 18)),
    every=timedelta(hours=1),
    # Results are promised by 11:00 of the day before and have stood there since 10:00.
    due=timedelta(hours=-14),
    promised_within=timedelta(hours=1),
    established_by="sample nyiso/damlbmp/20220718damlbmp_zone.csv",
)
DAY_AHEAD_BY_GENERATOR = _of_generators(
    DAY_AHEAD, "P-2B", "Day-ahead market LBMP, generator", "damlbmp_gen", 1_000_000
)
REFERENCE = replace(
    DAY_AHEAD_BY_GENERATOR,
    code="P-28",
    title="Day-ahead market LBMP, reference bus",
    at=_files("refbus", "damlbmp_gen_refbus", 1_600),
    codes=(("location_name", (_BUS,)),),
    foreign=(("location_id", _LOCATIONS),),
    established_by="code: a working client reads it as P-2B",
)

INTEGRATED = replace(
    ZONAL,
    code="P-4A",
    title="Time-weighted real-time LBMP, zonal",
    at=_files("rtlbmp", "rtlbmp_zone", 16_000),
    label=_HOURLY,
    constants=(("market", "RTH"), ("currency", "USD")),
    derive=_with_energy,
    entities=_places("RTH", _SEEN),
    every=timedelta(hours=1),
    offset=timedelta(minutes=10),
    promised_within=timedelta(hours=2),
    established_by="code: the six columns of P-24A, hour start, 360 rows a day",
)
INTEGRATED_BY_GENERATOR = _of_generators(
    INTEGRATED, "P-4B", "Time-weighted real-time LBMP, generator", "rtlbmp_gen", 1_000_000
)

LMP_FEEDS = (
    Feed("iso.rt.lmp.nyiso", LMP, (ZONAL,)),
    Feed("iso.rt.lmp_generator.nyiso", LMP, (BY_GENERATOR,)),
    Feed("iso.da.lmp.nyiso", LMP, (DAY_AHEAD,)),
    Feed("iso.da.lmp_generator.nyiso", LMP, (DAY_AHEAD_BY_GENERATOR, REFERENCE)),
    Feed("iso.rt.lmp_hourly.nyiso", LMP, (INTEGRATED,)),
    Feed("iso.rt.lmp_hourly_generator.nyiso", LMP, (INTEGRATED_BY_GENERATOR,)),
)
