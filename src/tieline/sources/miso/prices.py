"""Prices: hourly reports, five-minute displays, and the Data Exchange.

The reports print LMP, MCC and MLC and no energy part: energy = LMP - MCC - MLC is derived and must be
the same at every node of an interval. Numbers stand without leading zeros (`.92`, `-.04`). Hours are
numbered by their end, 24 on every day. Five-minute displays label the start of the interval, as the
public clients read them. Day-ahead reports appear in the early afternoon of the day before; real-time
ones the day after as preliminary (kept about four days) and after about five days as final: two prints
of one feed. The file is deprecated but live; nodes come and go each quarter, so of the locations only
the hubs are promised.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from tieline.datasets import LMP
from tieline.feeds import (
    FINAL,
    ROLLING,
    Column,
    DailyFile,
    Feed,
    Layout,
    Listing,
    Report,
    StaticFile,
)
from tieline.sources.miso import exchange, grid
from tieline.sources.miso.publisher import (
    FIVE_MINUTES,
    HOUR_END,
    REPORTS,
    SHOWN,
    TWELVE,
    WITH_T,
    shown,
)
from tieline.sources.miso.shapes import (
    HOURS,
    lines_of_node,
    newest_hour,
    newest_minute,
    prices_by_hour,
)

_ROUNDED = 4
_DAY = ("Market Day", r"^(\d{1,2}/\d{1,2}/\d{4})")
_REAL_TIME = r"(?![^\n]*(?:day.?ahead|{}))[^\n]*LMP[^\n]*"
"""The title of real-time prices is not established: what it must not say is."""


def with_energy(rows: pl.DataFrame) -> pl.DataFrame:
    """Derive the energy part; minus zero is zero."""
    energy = pl.col("price_per_mwh") - pl.col("congestion_per_mwh") - pl.col("loss_per_mwh")
    return rows.with_columns((energy.round(_ROUNDED) + 0.0).alias("energy_per_mwh"))


def _columns(
    node: str, price: str = "LMP", congestion: str = "MCC", loss: str = "MLC"
) -> tuple[Column, ...]:
    return (
        Column("location_id", (node,)),
        Column("location_name", (node,)),
        shown("price_per_mwh", price),
        shown("congestion_per_mwh", congestion),
        shown("loss_per_mwh", loss),
    )


def _of(market: str) -> tuple[tuple[str, str], ...]:
    return (("market", market), ("currency", "USD"))


_FOR_EVER = 36_500

DA_EXPOST = Report(
    publisher=REPORTS,
    code="da_expost_lmp",
    title="Day-ahead market ex-post LMP",
    # The collector that is known to read the monthly archives takes single files from 2023 on. Nobody
    # says that the older single files are gone: a month whose archive fails is asked for day by day.
    at=DailyFile(
        path="marketreports/{day:%Y%m%d}_da_expost_lmp.csv",
        archive="marketreports/{month:%Y%m}_da_expost_lmp_csv.zip",
        archive_until=date(2022, 12, 1),
        direct_days=_FOR_EVER,
        typical_bytes=1_200_000,
    ),
    layout=Layout(
        header=("Node", "Type", "Value"),
        said=(("Title", r"(?i)\A\s*([^\n]*day.?ahead[^\n]*ex.?post[^\n]*)"), _DAY),
    ),
    label=HOUR_END,
    columns=_columns("Node"),
    header=(("Node",), ("Type",), ("Value",), *HOURS),
    constants=_of("DAM"),
    final_newline=True,
    reshape=prices_by_hour,
    lines=lines_of_node,
    numbers=tuple(name for names in HOURS for name in names),
    derive=with_energy,
    absence=FINAL,
    entities=grid.hubs("DAM"),
    every=timedelta(hours=1),
    offset=timedelta(minutes=10),
    # Last-Modified of 18:04 GMT was seen on the day before.
    due=timedelta(hours=-11),
    promised_within=timedelta(hours=4),
    settles_after=timedelta(0),
    established_by="sample miso/20260714_da_expost_lmp.trimmed.csv",
)


def _report(code: str, title: str, said: str, market: str) -> Report:
    """The same layout under another title."""
    layout = Layout(
        header=("Node", "Type", "Value"),
        said=(("Title", rf"(?i)\A\s*({said})"), _DAY),
    )
    return replace(
        DA_EXPOST,
        code=code,
        title=title,
        at=DailyFile(path=f"marketreports/{{day:%Y%m%d}}_{code}.csv", typical_bytes=1_200_000),
        layout=layout,
        constants=_of(market),
        entities=grid.hubs(market),
        established_by="code: public clients read it like da_expost_lmp",
    )


DA_EXANTE = _report(
    "da_exante_lmp",
    "Day-ahead market ex-ante LMP",
    r"[^\n]*day.?ahead[^\n]*ex.?ante[^\n]*",
    "DAM_EXANTE",
)
RT_FINAL = replace(
    _report("rt_lmp_final", "Real-time LMP, final", _REAL_TIME.format("prelim"), "RTH"),
    due=timedelta(days=5),
    promised_within=timedelta(days=2),
    settles_after=timedelta(days=5),
)
RT_PRELIMINARY = replace(
    _report("rt_lmp_prelim", "Real-time LMP, preliminary", _REAL_TIME.format("final"), "RTH"),
    at=DailyFile(
        path="marketreports/{day:%Y%m%d}_rt_lmp_prelim.csv", kept_days=4, typical_bytes=1_200_000
    ),
    print="preliminary",
    due=timedelta(days=1, hours=2),
    promised_within=timedelta(hours=10),
    settles_after=timedelta(hours=12),
)

FIVE_PREVIOUS = replace(
    SHOWN,
    code="MarketPricing/GetRealTimeFiveMinExPost/Previous",
    title="Five-minute ex-post LMP of the day before",
    at=StaticFile(
        path="api/MarketPricing/GetRealTimeFiveMinExPost/Previous", typical_bytes=47_000_000
    ),
    reads="matrix",
    label=replace(FIVE_MINUTES, column=("INTERVAL",), formats=WITH_T),
    columns=_columns("CPNODE"),
    constants=_of("RT5"),
    derive=with_energy,
    absence=ROLLING,
    every=timedelta(days=1),
    offset=timedelta(hours=6),
    promised_within=timedelta(days=1),
    established_by="sample miso/public-api/markets-displays-getmarketpricinggetrealtimefiveminexpostprevious.json",
)
FIVE_ROLLING = replace(
    FIVE_PREVIOUS,
    code="MarketPricing/GetRealTimeFiveMinExPost/Rolling",
    title="Five-minute ex-post LMP of the current day",
    at=StaticFile(
        path="api/MarketPricing/GetRealTimeFiveMinExPost/Rolling", typical_bytes=24_000_000
    ),
    every=timedelta(hours=1),
    promised_within=timedelta(hours=1),
    established_by="sample miso/public-api/markets-displays-getmarketpricinggetrealtimefiveminexpostrolling.json",
)
FIVE_CURRENT = replace(
    FIVE_PREVIOUS,
    code="MarketPricing/GetRealTimeFiveMinExPost/Current",
    title="Five-minute ex-post LMP, newest interval",
    at=StaticFile(path="api/MarketPricing/GetRealTimeFiveMinExPost/Current", typical_bytes=165_000),
    every=timedelta(minutes=5),
    offset=timedelta(seconds=30),
    promised_within=timedelta(minutes=10),
    established_by="sample miso/public-api/markets-displays-getmarketpricinggetrealtimefiveminexpostcurrent.json",
)


def _block(name: str, market: str, title: str) -> Report:
    """One of the four blocks of the consolidated table, whose prices stand for one interval."""
    five = name == "FiveMinLMP"
    return replace(
        SHOWN,
        code=f"MarketPricing/GetLmpConsolidatedTable/{name}",
        title=f"Consolidated table, {title}",
        at=StaticFile(path="api/MarketPricing/GetLmpConsolidatedTable", typical_bytes=15_000),
        listing=Listing(path=("LMPData", name, "PricingNode"), carried=("RefId", "HourAndMin")),
        label=FIVE_MINUTES if five else HOUR_END,
        columns=_columns("name"),
        header=tuple(
            (word,) for word in ("name", "region", "LMP", "MLC", "MCC", "RefId", "HourAndMin")
        ),
        unused=tuple(f"{word}MCP" for word in _BESIDE) if five else (),
        constants=_of(market),
        reshape=newest_minute("HourAndMin") if five else newest_hour("HourAndMin"),
        derive=with_energy,
        absence=ROLLING,
        every=timedelta(minutes=5) if five else timedelta(hours=1),
        established_by="sample miso/public-api/markets-displays-getmarketpricinggetlmpconsolidatedtable.json",
    )


_BESIDE = ("REG", "REGMILEAGE", "SPIN", "SUPP", "STR", "RCUP", "RCDOWN")
TABLE_FIVE = _block("FiveMinLMP", "RT5", "five minutes")
TABLE_HOUR = _block("HourlyIntegratedLMP", "RTH", "hourly integrated")
TABLE_EXANTE = _block("DayAheadExAnteLMP", "DAM_EXANTE", "day-ahead ex-ante")
TABLE_EXPOST = _block("DayAheadExPostLMP", "DAM", "day-ahead ex-post")
HUBS_EXANTE = replace(
    SHOWN,
    code="MarketPricing/GetExAnteLmp",
    title="Real-time ex-ante LMP at hubs",
    at=StaticFile(path="api/MarketPricing/GetExAnteLmp", typical_bytes=165_000),
    listing=Listing(path=("LMPData", "ExAnteLMP", "Hub"), carried=("RefId", "HourAndMin")),
    label=FIVE_MINUTES,
    columns=_columns("name", "LMP", "congestion", "loss"),
    header=tuple((word,) for word in ("name", "LMP", "loss", "congestion", "RefId", "HourAndMin")),
    constants=_of("RT5_EXANTE"),
    reshape=newest_minute("HourAndMin"),
    derive=with_energy,
    established_by="code: public clients",
)
FIVE_EXANTE = Report(
    publisher=REPORTS,
    code="5min_exante_lmp",
    title="Five-minute ex-ante LMP",
    at=DailyFile(path="marketreports/{day:%Y%m%d}_5min_exante_lmp.xlsx", typical_bytes=10_000_000),
    reads="sheet",
    layout=Layout(header=("Time (EST)", "CP Node")),
    label=replace(FIVE_MINUTES, column=("Time (EST)",), formats=TWELVE),
    columns=(
        *_columns("CP Node", "RT Ex-Ante LMP", "RT Ex-Ante MCC", "RT Ex-Ante MLC"),
        Column("energy_per_mwh", ("RT Ex-Ante MEC",), "number"),
    ),
    constants=_of("RT5_EXANTE"),
    entities=grid.hubs("RT5_EXANTE"),
    absence=FINAL,
    every=timedelta(hours=6),
    due=timedelta(days=1),
    promised_within=timedelta(days=1),
    settles_after=timedelta(days=2),
    established_by="code: public clients; order of columns not proven",
)

DA_FEED = Feed("iso.da.lmp.miso", LMP, (DA_EXPOST, exchange.DA_EXPOST, TABLE_EXPOST))
DA_EXANTE_FEED = Feed("iso.da.lmp_exante.miso", LMP, (DA_EXANTE, exchange.DA_EXANTE, TABLE_EXANTE))
RT_HOURLY_FEED = Feed(
    "iso.rt.lmp_hourly.miso", LMP, (RT_FINAL, RT_PRELIMINARY, exchange.RT_HOURLY, TABLE_HOUR)
)
RT_FEED = Feed(
    "iso.rt.lmp.miso",
    LMP,
    (exchange.RT_FIVE, FIVE_PREVIOUS, FIVE_ROLLING, FIVE_CURRENT, TABLE_FIVE),
)
RT_EXANTE_FEED = Feed("iso.rt.lmp_exante.miso", LMP, (FIVE_EXANTE, exchange.RT_EXANTE, HUBS_EXANTE))
FEEDS = (DA_FEED, DA_EXANTE_FEED, RT_HOURLY_FEED, RT_FEED, RT_EXANTE_FEED)
