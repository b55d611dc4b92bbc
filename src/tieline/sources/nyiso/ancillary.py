"""P-5 and P-6B: prices of reserves and regulation by zone, day-ahead and real-time.

A column a product, a row a zone, with the zone word beside the stamp. Day-ahead stamps mark the start
of the hour, real-time ones the end of the interval. Files of older years lack the movement column of
P-6B, or print it with a leading blank; before zones were priced, around 2009 and before, columns
were named East and West: those files are drift, and their bytes are kept.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tieline.datasets import ANCILLARY_PRICE
from tieline.feeds import FINAL, GROWING, Column, DailyFile, Entity, Feed, Label, Report
from tieline.normalise.wide import side_by_side
from tieline.sources.nyiso.codes import ZONES
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.publisher import (
    NYISO,
    STAMP_COLUMNS,
    STAMP_FORMATS,
    ZONE_COLUMN,
    ZONE_WORDS,
)

_PRODUCTS = {
    "10 Min Spinning Reserve ($/MWHr)": "spinning_10",
    "10 Min Non-Synchronous Reserve ($/MWHr)": "non_spinning_10",
    "30 Min Operating Reserve ($/MWHr)": "operating_30",
    "NYCA Regulation Capacity ($/MWHr)": "regulation_capacity",
}
_MOVEMENT = {"NYCA Regulation Movement ($/MW)": "regulation_movement"}
_REGIONS = tuple(ptid for ptid, _, _ in ZONES)
_SEEN = date(2025, 11, 13)
"""Day of the survey that the layout is known from."""


def _entities(market: str, products: tuple[str, ...]) -> tuple[Entity, ...]:
    return tuple(
        Entity(key=(("market", market), ("product", product), ("region", region)), certain=_SEEN)
        for product in products
        for region in _REGIONS
    )


DAY_AHEAD = Report(
    publisher=NYISO,
    code="P-5",
    title="Day-ahead ancillary service prices",
    at=DailyFile(
        path="csv/damasp/{day:%Y%m%d}damasp.csv",
        archive="csv/damasp/{month:%Y%m%d}damasp_csv.zip",
    ),
    label=Label(
        kind="start",
        column=STAMP_COLUMNS,
        formats=STAMP_FORMATS,
        zone=NYISO.zone,
        grid="PT1H",
        repeated="zone_column",
        zone_column=ZONE_COLUMN,
        zone_words=ZONE_WORDS,
    ),
    columns=(
        Column("region", ("PTID",)),
        Column("product", ("Product",)),
        Column("product_printed", ("Printed",)),
        Column("price_per_mw_h", ("Price",), "number"),
    ),
    header=(STAMP_COLUMNS, ZONE_COLUMN, ("PTID",), *((name,) for name in _PRODUCTS)),
    unused=("Name", *_MOVEMENT),
    constants=(("market", "DAM"), ("currency", "USD")),
    others=HEADERS,
    final_newline=True,
    codes=(("region", _REGIONS),),
    reshape=side_by_side(_PRODUCTS, name="Printed", id="Product", cell="Price"),
    absence=FINAL,
    entities=_entities("DAM", tuple(_PRODUCTS.values())),
    every=timedelta(hours=1),
    # Posted with the day-ahead market, by 11:00 of the day before.
    due=timedelta(hours=-14),
    promised_within=timedelta(hours=1),
    established_by="doc: header of a survey of 2025-11",
)

REAL_TIME = replace(
    DAY_AHEAD,
    code="P-6B",
    title="Real-time ancillary service prices",
    at=DailyFile(
        path="csv/rtasp/{day:%Y%m%d}rtasp.csv", archive="csv/rtasp/{month:%Y%m%d}rtasp_csv.zip"
    ),
    label=replace(DAY_AHEAD.label, kind="end", grid="PT5M") if DAY_AHEAD.label else None,
    constants=(("market", "RT5"), ("currency", "USD")),
    reshape=side_by_side({**_PRODUCTS, **_MOVEMENT}, name="Printed", id="Product", cell="Price"),
    absence=GROWING,
    print="preliminary",
    entities=_entities("RT5", (*_PRODUCTS.values(), *_MOVEMENT.values())),
    every=timedelta(minutes=5),
    due=timedelta(0),
    promised_within=timedelta(minutes=10),
    settles_after=timedelta(hours=24),
)

ANCILLARY_FEEDS = (
    Feed("iso.da.ancillary_price.nyiso", ANCILLARY_PRICE, (DAY_AHEAD,)),
    Feed("iso.rt.ancillary_price.nyiso", ANCILLARY_PRICE, (REAL_TIME,)),
)
