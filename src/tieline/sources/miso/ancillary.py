"""Prices of ancillary services by reserve zone: reports of two tables, a display, the Data Exchange.

The day-ahead and hourly real-time reports hold two tables; the second, `Pnode,Zone,MCP Type`, is read:
it says the zone of each price node, whose prices are those of its zone, so a zone's price is the first
of its nodes'. The display shows the newest five minutes and the current hour of the day-ahead market,
each with nine products; demand response has prices of its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import ANCILLARY_PRICE
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
from tieline.sources.miso.codes import PRODUCTS, RESERVE_ZONES, reserve_zone
from tieline.sources.miso.publisher import FIVE_MINUTES, HOUR_END, PRICING, REPORTS, SHOWN, shown
from tieline.sources.miso.shapes import (
    HOURS,
    chained,
    hours_beside,
    newest_hour,
    newest_minute,
    unpivoted,
)


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """Product in tieline's word (as printed where nobody knows it), zone as `Zone 1`."""
    printed = pl.col("product_printed")
    return rows.with_columns(printed.replace(PRODUCTS).alias("product"), reserve_zone("region"))


COLUMNS = (
    Column("product_printed", ("Product",)),
    Column("region", ("Zone",)),
    Column("price_per_mw_h", ("Price",), "number"),
)
_CODES = (("product_printed", tuple(PRODUCTS)), ("region", RESERVE_ZONES))


def _of(market: str) -> tuple[tuple[str, str], ...]:
    return (("market", market), ("currency", "USD"), ("product", ""))


_REPORTED = tuple(name for name in PRODUCTS if name == name.upper() and name.endswith("MCP"))
_ANSWERED = ("Regulation", "Spin", "Supplemental", "STR", "Ramp-up", "Ramp-down")


def _one_a_zone(table: pl.DataFrame) -> pl.DataFrame:
    """The first node of each zone and product; nodes of a zone that differ stay, and are conflicts."""
    key = ["stamp", "Zone", "MCP Type", "Price"]
    whole = pl.col("unread").is_null()
    return table.filter(~whole | pl.struct(key).is_first_distinct()).rename({"MCP Type": "Product"})


def _two_tables(code: str, title: str, market: str) -> Report:
    other = "day.?ahead" if market == "RTH" else "real.?time"
    return Report(
        publisher=REPORTS,
        code=code,
        title=title,
        at=DailyFile(path=f"marketreports/{{day:%Y%m%d}}_{code}.csv", typical_bytes=10_000),
        layout=Layout(
            header=("Pnode", "Zone", "MCP Type"),
            said=(
                ("Title", rf"(?i)\A\s*((?![^\n]*{other})[^\n]*MCP[^\n]*)"),
                ("Market Day", r"(\d{1,2}/\d{1,2}/\d{4})"),
            ),
        ),
        label=HOUR_END,
        columns=COLUMNS,
        header=(("Pnode",), ("Zone",), ("MCP Type",), *HOURS),
        constants=_of(market),
        codes=_CODES,
        entities=grid.reserves(market, _REPORTED),
        reshape=chained(hours_beside("Market Day", "%m/%d/%Y"), _one_a_zone),
        derive=_named,
        absence=FINAL,
        every=timedelta(hours=1),
        offset=timedelta(minutes=10),
        due=timedelta(hours=-11),
        promised_within=timedelta(hours=4),
        settles_after=timedelta(0),
        established_by="code: public clients",
    )


DA_EXPOST = _two_tables("asm_expost_damcp", "Day-ahead ex-post MCP", "DAM")
DA_EXANTE = _two_tables("asm_exante_damcp", "Day-ahead ex-ante MCP", "DAM_EXANTE")
RT_FINAL = replace(
    _two_tables("asm_rtmcp_final", "Real-time MCP, final", "RTH"),
    due=timedelta(days=5),
    promised_within=timedelta(days=2),
    settles_after=timedelta(days=5),
)
RT_PRELIMINARY = replace(
    _two_tables("asm_rtmcp_prelim", "Real-time MCP, preliminary", "RTH"),
    at=DailyFile(
        path="marketreports/{day:%Y%m%d}_asm_rtmcp_prelim.csv", kept_days=4, typical_bytes=10_000
    ),
    print="preliminary",
    due=timedelta(days=1, hours=2),
    promised_within=timedelta(hours=10),
    settles_after=timedelta(hours=12),
)

_BESIDE = tuple(name for name in PRODUCTS if name.lower().endswith("mcp") and name != name.upper())
SHOWN_FIVE = replace(
    SHOWN,
    code="MarketPricing/GetAncillaryServicesMcp/RealTimeMCP",
    title="Real-time MCP, newest interval",
    at=StaticFile(path="api/MarketPricing/GetAncillaryServicesMcp", typical_bytes=15_000),
    listing=Listing(path=("MCPData", "RealTimeMCP", "Zone"), carried=("RefId", "HourAndMin")),
    label=FIVE_MINUTES,
    columns=(
        COLUMNS[0],
        replace(COLUMNS[1], printed=("number",)),
        shown("price_per_mw_h", "Price"),
    ),
    header=(("number",), ("RefId",), ("HourAndMin",), *((name,) for name in _BESIDE)),
    unused=("MktDay",),
    constants=_of("RT5"),
    codes=_CODES,
    reshape=chained(
        newest_minute("HourAndMin"), unpivoted(pattern="(?i)mcp$", label="Product", value="Price")
    ),
    derive=_named,
    absence=ROLLING,
    established_by="sample miso/public-api/markets-displays-getmarketpricinggetancillaryservicesmcp.json",
)
SHOWN_HOUR = replace(
    SHOWN_FIVE,
    code="MarketPricing/GetAncillaryServicesMcp/DayAheadMCP",
    title="Day-ahead MCP, current hour",
    listing=Listing(path=("MCPData", "DayAheadMCP", "Zone"), carried=("RefId", "HourEnding")),
    label=HOUR_END,
    header=(("number",), ("RefId",), ("HourEnding",), *((name,) for name in _BESIDE)),
    constants=_of("DAM"),
    reshape=chained(
        newest_hour("HourEnding"),
        unpivoted(pattern="(?i)mcp$", label="Product", value="Price"),
    ),
    every=timedelta(hours=1),
)
_KEYED = (
    Column("product_printed", ("product",)),
    Column("region", ("zone",)),
    Column("price_per_mw_h", ("mcp",), "number"),
)


def _keyed(path: str, title: str, market: str, *, five: bool = False) -> Report:
    label = FIVE_MINUTES if five else HOUR_END
    settled = market in ("RTH", "RT5")
    said = (Column("print", ("preliminaryFinal",), required=False),) if settled else ()
    return replace(
        exchange.daily(PRICING, path, title, label, typical_bytes=2_300_000 if five else 190_000),
        columns=(*_KEYED, *said),
        header=(("product",), ("zone",), ("mcp",)),
        constants=_of(market),
        codes=_CODES,
        derive=_five_minutes if five else _named,
        entities=grid.reserves(market, _ANSWERED) if five else (),
        due=timedelta(days=1, hours=7) if settled else timedelta(hours=-10),
        settles_after=timedelta(days=7 if settled else 2),
    )


def _five_minutes(rows: pl.DataFrame) -> pl.DataFrame:
    return exchange.relabelled(_named(rows))


_RT = "real-time/{day:%Y-%m-%d}/asm-expost"
KEYED_DA = _keyed("day-ahead/{day:%Y-%m-%d}/asm-expost", "Day-ahead ex-post MCP, keyed", "DAM")
KEYED_DA_EXANTE = _keyed(
    "day-ahead/{day:%Y-%m-%d}/asm-exante", "Day-ahead ex-ante MCP, keyed", "DAM_EXANTE"
)
KEYED_HOUR = _keyed(_RT, "Real-time MCP, keyed, hourly", "RTH")
KEYED_FIVE = _keyed(f"{_RT}?timeResolution=5min", "Real-time MCP, keyed", "RT5", five=True)

FEEDS = (
    Feed("iso.da.ancillary_price.miso", ANCILLARY_PRICE, (DA_EXPOST, KEYED_DA, SHOWN_HOUR)),
    Feed("iso.da.ancillary_price_exante.miso", ANCILLARY_PRICE, (DA_EXANTE, KEYED_DA_EXANTE)),
    Feed(
        "iso.rt.ancillary_price_hourly.miso",
        ANCILLARY_PRICE,
        (RT_FINAL, RT_PRELIMINARY, KEYED_HOUR),
    ),
    Feed("iso.rt.ancillary_price.miso", ANCILLARY_PRICE, (KEYED_FIVE, SHOWN_FIVE)),
)
