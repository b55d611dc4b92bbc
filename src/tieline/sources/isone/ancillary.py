"""Reserve prices by zone and regulation prices, five-minute and hourly, preliminary and final.

A row of a reserve zone prints three products side by side; each becomes a row. Some five-minute rows
carry seconds in their stamp. Regulation is priced for the system: capacity, and service by mileage.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import ANCILLARY_PRICE
from tieline.feeds import FINAL, GROWING, Column, Feed, Listing
from tieline.sources.isone.codes import NEW_ENGLAND, REGULATION, RESERVE_ZONES, RESERVES, worded
from tieline.sources.isone.publisher import begins, day, service
from tieline.values.normalised import SOURCE_ROW

_PRICES = tuple(f"{name}ClearingPrice" for name in RESERVES)
_WORDS = {f"{name}ClearingPrice": word for name, word in RESERVES.items()} | REGULATION
_LATE = timedelta(days=1, hours=12, minutes=30)


def _long(table: pl.DataFrame) -> pl.DataFrame:
    """One row a product: `Product` the column's name, `Price` its cell."""
    prices = [name for name in table.columns if name in _WORDS]
    kept = [name for name in table.columns if name not in prices]
    long = table.unpivot(prices, index=kept, variable_name="Product", value_name="Price")
    return long.with_columns(worded("Product", _WORDS, "ProductWord")).sort(
        SOURCE_ROW, maintain_order=True
    )


_COLUMNS = (
    Column("product", ("ProductWord",)),
    Column("product_printed", ("Product",)),
    Column("price_per_mw_h", ("Price",), "number"),
)

RESERVES_HOURLY = service(
    "hourlyfinalreserveprice",
    "Reserve prices, hourly, final",
    ("FinalHourlyReservePrices", "FinalHourlyReservePrice"),
    at=day("hourlyfinalreserveprice", 30_000),
    reshape=_long,
    columns=(Column("region", ("ReserveZoneId",)), *_COLUMNS),
    header=(("BeginDate",), ("ReserveZoneId",), *((name,) for name in _PRICES)),
    constants=(("market", "RTH"), ("currency", "USD")),
    unused=(
        *("ReserveZoneName", "TenMinSpinRequirement", "Total10MinRequirement"),
        *("Total30MinRequirement", "IntervalBeginDate"),
        *(f"{name}DesignatedMw" for name in RESERVES),
    ),
    codes=(("region", tuple(RESERVE_ZONES)),),
    absence=FINAL,
    due=_LATE,
    settles_after=timedelta(days=3),
    established_by="code, doc: the service's schema",
)
RESERVES_HOURLY_PRELIMINARY = replace(
    RESERVES_HOURLY,
    code="hourlyprelimreserveprice",
    title="Reserve prices, hourly, preliminary",
    at=day("hourlyprelimreserveprice", 30_000),
    listing=Listing(path=("PrelimHourlyReservePrices", "PrelimHourlyReservePrice")),
    absence=GROWING,
    print="preliminary",
    due=timedelta(0),
    settles_after=timedelta(hours=12),
)
RESERVES_5 = replace(
    RESERVES_HOURLY,
    code="fiveminutereserveprice-final",
    title="Reserve prices, five-minute, final",
    at=day("fiveminutereserveprice/final", 350_000),
    listing=Listing(path=("FiveMinReservePrices", "FiveMinReservePrice")),
    label=begins("PT5M", regular=False),
    constants=(("market", "RT5"), ("currency", "USD")),
)
RESERVES_5_PRELIMINARY = replace(
    RESERVES_5,
    code="fiveminutereserveprice-prelim",
    title="Reserve prices, five-minute, preliminary",
    at=day("fiveminutereserveprice/prelim", 350_000),
    absence=GROWING,
    print="preliminary",
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=15),
    due=timedelta(0),
    settles_after=timedelta(hours=12),
)
REGULATION_HOURLY = service(
    "hourlyrcp/final",
    "Regulation prices, hourly, final",
    ("HourlyRcps", "HourlyRcp"),
    at=day("hourlyrcp/final", 4_000),
    reshape=_long,
    columns=_COLUMNS,
    header=(("BeginDate",), *((name,) for name in REGULATION)),
    constants=(("market", "RTH"), ("region", NEW_ENGLAND), ("currency", "USD")),
    unused=("RegClearingPrice", "HourEnd"),
    absence=FINAL,
    due=_LATE,
    settles_after=timedelta(days=3),
    established_by="code, doc: the service's schema",
)
REGULATION_HOURLY_PRELIMINARY = replace(
    REGULATION_HOURLY,
    code="hourlyrcp-prelim",
    title="Regulation prices, hourly, preliminary",
    at=day("hourlyrcp/prelim", 4_000),
    absence=GROWING,
    print="preliminary",
    due=timedelta(0),
    settles_after=timedelta(hours=12),
)
REGULATION_5 = replace(
    REGULATION_HOURLY_PRELIMINARY,
    code="fiveminutercp",
    title="Regulation prices, five-minute",
    at=day("fiveminutercp", 45_000),
    listing=Listing(path=("FiveMinRcps", "FiveMinRcp")),
    label=begins("PT5M"),
    constants=(("market", "RT5"), ("region", NEW_ENGLAND), ("currency", "USD")),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=15),
)

RESERVE_FEED = Feed(
    "iso.rt.reserve_price.isone", ANCILLARY_PRICE, (RESERVES_5, RESERVES_5_PRELIMINARY)
)
RESERVE_HOURLY_FEED = Feed(
    "iso.rt.reserve_price_hourly.isone",
    ANCILLARY_PRICE,
    (RESERVES_HOURLY, RESERVES_HOURLY_PRELIMINARY),
)
REGULATION_FEED = Feed("iso.rt.regulation_price.isone", ANCILLARY_PRICE, (REGULATION_5,))
REGULATION_HOURLY_FEED = Feed(
    "iso.rt.regulation_price_hourly.isone",
    ANCILLARY_PRICE,
    (REGULATION_HOURLY, REGULATION_HOURLY_PRELIMINARY),
)
