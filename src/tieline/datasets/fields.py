"""Every canonical field, once."""

from __future__ import annotations

from dataclasses import replace

from tieline.schema import Field

# Common columns, on every row of every dataset.
PUBLISHER = Field("publisher", "text", "Who sends: nyiso, isone, miso, ...", nullable=False)
FEED = Field("feed", "text", "Id of the feed, family.market.what.publisher.", nullable=False)
REPORT = Field(
    "report", "text", "Which way of publishing this row came by, publisher:REPORT.", nullable=False
)
PRINT = Field(
    "print",
    "text",
    "How settled the publisher calls it: advisory, preliminary or final.",
    nullable=False,
)
STATE = Field("state", "text", "live, or gone: the publisher took it back.", nullable=False)
RESOLUTION = Field(
    "resolution", "text", "Regular length of the interval (PT5M, PT1H); null is irregular."
)
STAMP = Field(
    "stamp_utc", "instant", "The instant that the publisher printed, as it is labelled.", "UTC"
)
INTERVAL_START = Field(
    "interval_start_utc", "instant", "Start of the interval that the value holds for.", "UTC"
)
INTERVAL_END = Field(
    "interval_end_utc",
    "instant",
    "End of the interval, not included; equal to the start for an instant.",
    "UTC",
)
MARKET_DAY = Field("market_day", "date", "The day in the publisher's market zone.")
KNOWN_AT = Field(
    "known_at_utc", "instant", "When anyone could know this row.", "UTC", nullable=False
)
KNOWN_BASIS = Field(
    "known_basis",
    "text",
    "Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.",
    nullable=False,
)
ENTRY_ID = Field("entry_id", "i64", "The ledger's entry of the observation.", nullable=False)
SOURCE_ROW = Field(
    "source_row", "i64", "Line of the file, the header being line 1; null for a withdrawal."
)

COMMON = (
    PUBLISHER,
    FEED,
    REPORT,
    PRINT,
    STATE,
    RESOLUTION,
    STAMP,
    INTERVAL_START,
    INTERVAL_END,
    MARKET_DAY,
    KNOWN_AT,
    KNOWN_BASIS,
    ENTRY_ID,
    SOURCE_ROW,
)

# Columns that lie in parts only: what orders observations among equals.
OBSERVATION_ID = Field(
    "observation_id", "i64", "First entry of this observation, over all recipes.", nullable=False
)
FETCHED_AT = Field("fetched_at_utc", "instant", "When we had the bytes.", "UTC", nullable=False)
CONTENT = Field(
    "content_sha256", "text", "SHA-256 of the document the row stands in.", nullable=False
)
ORDERING = (OBSERVATION_ID, FETCHED_AT, CONTENT)
PUBLISHED_SEQUENCE = Field(
    "row_sequence", "i64", "Commit of the lake that stored this row.", nullable=False
)
ROW_SEQUENCE = Field("row_sequence", "i64", "Commit of the row; only merged parts carry it.")

# Keys.
LOCATION_ID = Field(
    "location_id", "text", "The publisher's id of the location, as printed.", nullable=False
)
AREA_ID = Field("area_id", "text", "The publisher's id of the area, as printed.", nullable=False)
INTERFACE_ID = Field(
    "interface_id", "text", "The publisher's id of the interface, as printed.", nullable=False
)
MARKET = Field("market", "text", "DAM, RT5, RT15, RTH, HASP, ...", nullable=False)
FUEL_PRINTED = Field("fuel_printed", "text", "The fuel in the publisher's words.", nullable=False)
PRODUCT = Field("product", "text", "The product in tieline's words.", nullable=False)
REGION = Field(
    "region", "text", "The publisher's id of the region or reserve zone.", nullable=False
)
CONSTRAINT_ID = Field(
    "constraint_id", "text", "The publisher's id of the constraint, as printed.", nullable=False
)
CONTINGENCY = Field(
    "contingency",
    "text",
    "What is assumed to be lost, as printed; empty for the base case or where none is printed.",
    nullable=False,
)
OUTAGE_ID = Field(
    "outage_id", "text", "The publisher's id of the outage, as printed.", nullable=False
)
FROM_AREA = Field("from_area", "text", "The area that sends, by its id.", nullable=False)
TO_AREA = Field("to_area", "text", "The area that receives, by its id.", nullable=False)
PATH_ID = Field("path_id", "text", "The publisher's id of the path, as printed.", nullable=False)
MEASURE = Field("measure", "text", "What is measured: load, solar, wind, ...", nullable=False)
REPORT_NAME = Field("report_name", "text", "Name of the system report.", nullable=False)
ITEM = Field("item", "text", "The line of a system report, as printed.", nullable=False)
RESOURCE_ID = Field(
    "resource_id", "text", "The publisher's id of the resource or area.", nullable=False
)
GENERATOR_ID = Field(
    "generator_id", "text", "The publisher's id of the generator, as printed.", nullable=False
)
VINTAGE = Field(
    "vintage_utc",
    "instant",
    "What the publisher calls one forecast: the file's day or the printed issue time.",
    "UTC",
    nullable=False,
)
STATION_ID = Field(
    "station_id", "text", "The publisher's id of the weather station, as printed.", nullable=False
)
VARIABLE = Field("variable", "text", "What of the weather, in tieline's words.", nullable=False)

# Values. Each may be null: a row that says that a fact is gone, or the same, has none.
LOCATION_NAME = Field("location_name", "text", "Name of the location, as printed.")
AREA_NAME = Field("area_name", "text", "Name of the area, as printed.")
AREA_KIND = Field("area_kind", "text", "system, zone or region.")
INTERFACE_NAME = Field("interface_name", "text", "Name of the interface, as printed.")
NEIGHBOUR = Field("neighbour", "text", "The market on the other side; null if internal.")
PRICE = Field(
    "price_per_mwh",
    "f64",
    "Locational price; energy + congestion + loss (+ ghg) within rounding.",
    "currency/MWh",
    low=-10_000,
    high=20_000,
)
ENERGY = Field("energy_per_mwh", "f64", "Energy part of the price.", "currency/MWh")
CONGESTION = Field(
    "congestion_per_mwh",
    "f64",
    "Congestion part, added to the price whatever sign the publisher prints.",
    "currency/MWh",
)
LOSS = Field("loss_per_mwh", "f64", "Loss part of the price.", "currency/MWh")
GHG = Field("ghg_per_mwh", "f64", "Greenhouse gas part of the price, where one is.", "currency/MWh")
CURRENCY = Field("currency", "text", "ISO 4217 code of the price.")
LOAD = Field("load_mw", "f64", "Load.", "MW", low=-10_000, high=250_000)
FUEL = Field("fuel", "text", "The fuel in tieline's words; null for an unknown code.")
GENERATION = Field("generation_mw", "f64", "Generation.", "MW", low=-50_000, high=250_000)
FLOW = Field(
    "flow_mw",
    "f64",
    "Flow; positive is import, or the named direction of an internal interface.",
    "MW",
    low=-50_000,
    high=50_000,
)
IMPORT_LIMIT = Field(
    "import_limit_mw",
    "f64",
    "Limit in the positive direction, a positive number; null: none.",
    "MW",
)
EXPORT_LIMIT = Field(
    "export_limit_mw",
    "f64",
    "Limit in the negative direction, a positive number; null: none.",
    "MW",
)
ISSUED_AT = Field("issued_at_utc", "instant", "When the forecast was issued.", "UTC")
ISSUED_BASIS = Field(
    "issued_basis", "text", "Ground of issued_at_utc: published, modified or fetched."
)
PRODUCT_PRINTED = Field("product_printed", "text", "The product in the publisher's words.")
ANCILLARY_PRICE = Field(
    "price_per_mw_h",
    "f64",
    "Clearing price of a megawatt of the product for an hour.",
    "currency/(MW h)",
    low=-1_000,
    high=20_000,
)
AWARD = Field("award_mw", "f64", "What was awarded.", "MW", low=-250_000, high=250_000)
CLEARED = Field("cleared_mw", "f64", "What cleared.", "MW", low=-250_000, high=250_000)
BID = Field("bid_mw", "f64", "What was bid.", "MW", low=-250_000, high=250_000)
ACTUAL = Field(
    "actual_mw", "f64", "Metered interchange, positive from `from_area` to `to_area`.", "MW"
)
SCHEDULED = Field(
    "scheduled_mw", "f64", "Scheduled interchange, positive from `from_area` to `to_area`.", "MW"
)
CONSTRAINT_NAME = Field("constraint_name", "text", "Name of the constraint, as printed.")
SHADOW_PRICE = Field(
    "shadow_price_per_mwh",
    "f64",
    "What another megawatt over the constraint is worth, with the publisher's sign.",
    "currency/MWh",
)
LIMIT = Field(
    "limit_mw", "f64", "Limit in the direction of the flow; null where none is told.", "MW"
)
RESOURCE = replace(RESOURCE_ID, nullable=True)
RESOURCE_NAME = Field("resource_name", "text", "Name of the resource, as printed.")
OUTAGE_KIND = Field(
    "kind", "text", "In tieline's words: forced, planned, maintenance, unplanned, derated."
)
STATUS = Field("status", "text", "How far it has come, as printed.")
CAPACITY = Field("capacity_mw", "f64", "Capacity concerned.", "MW", low=-1_000, high=250_000)
OUTAGE_START = Field("outage_start_utc", "instant", "When the outage begins or began.", "UTC")
OUTAGE_END = Field("outage_end_utc", "instant", "When the outage ends or ended.", "UTC")
MESSAGE_ID = Field(
    "message_id",
    "text",
    "The stamp as read on the publisher's clock and the number among messages of that stamp.",
    nullable=False,
)
MESSAGE = Field("message", "text", "What is said, as printed, with its line ends.")
SAID_AT = Field(
    "said_at_utc", "instant", "The instant that the publisher printed beside it.", "UTC"
)
COMMITMENT_ID = Field(
    "commitment_id", "text", "The resource and when its commitment begins.", nullable=False
)
COMMITMENT_KIND = Field("commitment_kind", "text", "Kind of the commitment, as printed.")
REQUESTED_BY = Field("requested_by", "text", "Who asked for it, as printed.")
REASON = Field("reason", "text", "Why, as printed.")
COMMITMENT_START = Field("commitment_start_utc", "instant", "When the commitment begins.", "UTC")
COMMITMENT_END = Field("commitment_end_utc", "instant", "When the commitment ends.", "UTC")
UPPER_LIMIT = Field(
    "upper_limit_mw", "f64", "What the resource can give at most.", "MW", low=-1_000, high=50_000
)
COMMITTED = Field("committed_mw", "f64", "What is committed.", "MW", low=-50_000, high=50_000)
VALUE = Field("value", "f64", "The number, in `unit`.", "as `unit` says")
VALUE_MW = Field("value_mw", "f64", "The measured value.", "MW")
UNIT = Field("unit", "text", "Unit of the value.")
PATH_NAME = Field("path_name", "text", "Name of the path, as printed.")
ATC = Field("atc_mw", "f64", "Available transfer capability.", "MW")
TTC = Field("ttc_mw", "f64", "Total transfer capability.", "MW")
LOCATION_KIND = Field("location_kind", "text", "In tieline's words: hub, zone, node, interface.")
ZONE = Field("zone", "text", "The publisher's zone that it belongs to.")
GENERATOR_NAME = Field("generator_name", "text", "Name of the generator, as printed.")
FUEL_NAME = Field("fuel_name", "text", "The fuel in the publisher's words.")
CONSTRAINT_KIND = Field("constraint_kind", "text", "Kind of the constraint, as printed.")
LATITUDE = Field("latitude", "f64", "Degrees north.", "degree", low=-90, high=90)
LONGITUDE = Field("longitude", "f64", "Degrees east.", "degree", low=-180, high=180)
