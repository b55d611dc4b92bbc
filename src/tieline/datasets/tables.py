"""The canonical datasets."""

from __future__ import annotations

from tieline.datasets import fields as f
from tieline.schema import Dataset

LMP = Dataset(
    "lmp",
    "Locational marginal prices",
    "Prices by location with their parts. For every publisher price = energy + congestion + loss "
    "(+ ghg) within rounding; where one prints congestion with the other sign it is turned.",
    key=(f.MARKET, f.LOCATION_ID),
    values=(f.LOCATION_NAME, f.PRICE, f.ENERGY, f.CONGESTION, f.LOSS, f.GHG, f.CURRENCY),
)
LOAD = Dataset(
    "load",
    "Actual load",
    "Measured load by area, as five-minute readings or hourly integrated values.",
    key=(f.AREA_ID,),
    values=(f.AREA_NAME, f.AREA_KIND, f.LOAD),
)
LOAD_FORECAST = Dataset(
    "load_forecast",
    "Load forecasts",
    "Forecast load by area and vintage; a re-issue is a revision inside its vintage.",
    key=(f.AREA_ID, f.VINTAGE),
    values=(f.AREA_NAME, f.AREA_KIND, f.LOAD, f.ISSUED_AT, f.ISSUED_BASIS),
)
GENERATION_BY_FUEL = Dataset(
    "generation_by_fuel",
    "Generation by fuel",
    "Generation by area and fuel, in the publisher's words and in tieline's.",
    key=(f.AREA_ID, f.FUEL_PRINTED),
    values=(f.FUEL, f.GENERATION),
)
INTERFACE_FLOW = Dataset(
    "interface_flow",
    "Flows and limits of interfaces",
    "Flow over an interface with its limits. Positive is import on an external interface and the "
    "named direction on an internal one; limits are positive numbers, null where there is none.",
    key=(f.INTERFACE_ID,),
    values=(f.INTERFACE_NAME, f.FLOW, f.IMPORT_LIMIT, f.EXPORT_LIMIT, f.NEIGHBOUR),
)

LOOKAHEAD_PRICE = Dataset(
    "lookahead_price",
    "Prices of look-ahead runs",
    "Advisory prices by location and run; they never stand among the prices of dispatch.",
    key=(f.MARKET, f.LOCATION_ID, f.VINTAGE),
    values=(f.LOCATION_NAME, f.PRICE, f.ENERGY, f.CONGESTION, f.LOSS, f.GHG, f.CURRENCY),
)
DEMAND_CLEARED = Dataset(
    "demand_cleared",
    "Cleared demand",
    "Demand that a market cleared, by area and product (fixed, price_sensitive, virtual, total).",
    key=(f.AREA_ID, f.PRODUCT),
    values=(f.AREA_NAME, f.AREA_KIND, f.CLEARED),
)
BID_LOAD = Dataset(
    "bid_load",
    "Bid load",
    "Load that was bid into a market, by area and product.",
    key=(f.AREA_ID, f.PRODUCT),
    values=(f.AREA_NAME, f.AREA_KIND, f.BID),
)
RENEWABLE_ACTUAL = Dataset(
    "renewable_actual",
    "Wind and solar generation",
    "Measured wind and solar generation by area.",
    key=(f.AREA_ID, f.FUEL_PRINTED),
    values=(f.FUEL, f.GENERATION),
)
RENEWABLE_FORECAST = Dataset(
    "renewable_forecast",
    "Wind and solar forecasts",
    "Forecast wind and solar generation by area and vintage.",
    key=(f.AREA_ID, f.FUEL_PRINTED, f.VINTAGE),
    values=(f.FUEL, f.GENERATION, f.ISSUED_AT, f.ISSUED_BASIS),
)
INTERCHANGE = Dataset(
    "interchange",
    "Interchange between areas",
    "Actual and scheduled exchange between two areas. A publisher's rows run from the neighbour to "
    "its own area: positive is import, whatever sign is printed. A net of all neighbours has "
    "`from_area` ALL and is never added to them.",
    key=(f.FROM_AREA, f.TO_AREA),
    values=(f.ACTUAL, f.SCHEDULED),
)
ANCILLARY_PRICE = Dataset(
    "ancillary_price",
    "Prices of ancillary services",
    "Clearing prices by market, product and reserve region.",
    key=(f.MARKET, f.PRODUCT, f.REGION),
    values=(f.PRODUCT_PRINTED, f.ANCILLARY_PRICE, f.CURRENCY),
)
ANCILLARY_AWARD = Dataset(
    "ancillary_award",
    "Awards of ancillary services",
    "Megawatts awarded by market, product and reserve region.",
    key=(f.MARKET, f.PRODUCT, f.REGION),
    values=(f.PRODUCT_PRINTED, f.AWARD),
)
BINDING_CONSTRAINT = Dataset(
    "binding_constraint",
    "Binding constraints",
    "Constraints that bound a market's solution, with their shadow price in the publisher's sign.",
    key=(f.MARKET, f.CONSTRAINT_ID, f.CONTINGENCY),
    values=(f.CONSTRAINT_NAME, f.SHADOW_PRICE, f.LIMIT, f.FLOW, f.CURRENCY),
)
OUTAGE_EVENT = Dataset(
    "outage_event",
    "Outages",
    "Outages of resources and equipment; an area's total stands under the area's id. A row is a state "
    "of an outage: known time orders them, and one that is no longer listed is gone, not ended.",
    key=(f.OUTAGE_ID,),
    values=(
        *(f.RESOURCE, f.RESOURCE_NAME, f.OUTAGE_KIND, f.STATUS, f.CAPACITY),
        *(f.OUTAGE_START, f.OUTAGE_END),
    ),
    stamped=False,
    span=(f.OUTAGE_START.name, f.OUTAGE_END.name),
)
ADVISORY_EVENT = Dataset(
    "advisory_event",
    "Advisories and announcements",
    "What an operator says in words: changes of the system's state, announcements.",
    key=(f.MESSAGE_ID,),
    values=(f.MESSAGE, f.SAID_AT),
    stamped=False,
    span=(f.SAID_AT.name, f.SAID_AT.name),
)
COMMITMENT_EVENT = Dataset(
    "commitment_event",
    "Commitments by the operator",
    "Resources that an operator commits outside the market's solution.",
    key=(f.COMMITMENT_ID,),
    values=(
        *(f.RESOURCE, f.RESOURCE_NAME, f.ZONE, f.COMMITMENT_KIND, f.REQUESTED_BY, f.REASON),
        *(f.COMMITTED, f.UPPER_LIMIT, f.SAID_AT, f.COMMITMENT_START, f.COMMITMENT_END),
    ),
    stamped=False,
    span=(f.COMMITMENT_START.name, f.COMMITMENT_END.name),
)
SCHEDULE = Dataset(
    "schedule",
    "Cleared supply and schedules",
    "What a market awarded to a resource, or to an area as a whole, by product.",
    key=(f.RESOURCE_ID, f.PRODUCT),
    values=(f.AREA_KIND, f.AWARD, f.PRICE),
)
TELEMETRY = Dataset(
    "telemetry",
    "Telemetered measures",
    "Measures that are told as they are taken, at instants.",
    key=(f.MEASURE, f.AREA_ID),
    values=(f.VALUE_MW,),
)
TRANSFER_CAPABILITY = Dataset(
    "transfer_capability",
    "Transfer capability",
    "Available and total transfer capability of a path.",
    key=(f.PATH_ID,),
    values=(f.PATH_NAME, f.ATC, f.TTC),
)
SYSTEM_REPORT = Dataset(
    "system_report",
    "System and adequacy reports",
    "Items of morning reports, adequacy reports and dashboards, each with its unit.",
    key=(f.REPORT_NAME, f.ITEM),
    values=(f.VALUE, f.UNIT),
)
EMISSION_RATE = Dataset(
    "emission_rate",
    "Marginal emission rates",
    "What another megawatt-hour of an area emits, as its publisher infers it, and the numbers it is "
    "inferred from: measures co2, nox, heat_rate, co2_of_fuel, nox_of_fuel, price, variable_cost.",
    key=(f.MARKET, f.AREA_ID, f.MEASURE),
    values=(f.VALUE, f.UNIT),
)
STATION_WEATHER = Dataset(
    "station_weather",
    "Weather at stations",
    "Observed weather by station: temperature_max, temperature_min, wet_bulb_max, wet_bulb_min of a "
    "day, whose stamp is the day's first instant.",
    key=(f.STATION_ID, f.VARIABLE),
    values=(f.VALUE, f.UNIT),
)
STATION_WEATHER_FORECAST = Dataset(
    "station_weather_forecast",
    "Weather forecasts at stations",
    "Forecast weather by station and vintage, in the variables of `station_weather`.",
    key=(f.STATION_ID, f.VARIABLE, f.VINTAGE),
    values=(f.VALUE, f.UNIT, f.ISSUED_AT, f.ISSUED_BASIS),
)
LOCATION = Dataset(
    "location",
    "Locations",
    "Price locations as a publisher lists them; each change is a revision, so that the rows of one "
    "location, in known order, say what it was and from when.",
    key=(f.LOCATION_ID,),
    values=(f.LOCATION_NAME, f.LOCATION_KIND, f.ZONE, f.LATITUDE, f.LONGITUDE),
    stamped=False,
)
GENERATOR = Dataset(
    "generator",
    "Generators",
    "Generators as a publisher lists them; each change is a revision.",
    key=(f.GENERATOR_ID,),
    values=(f.GENERATOR_NAME, f.FUEL_NAME, f.FUEL, f.ZONE, f.CAPACITY),
    stamped=False,
)
INTERFACE = Dataset(
    "interface",
    "Interfaces",
    "Interfaces as a publisher lists them; each change is a revision.",
    key=(f.INTERFACE_ID,),
    values=(f.INTERFACE_NAME, f.NEIGHBOUR),
    stamped=False,
)
CONSTRAINT = Dataset(
    "constraint",
    "Constraints",
    "Constraints as a publisher defines them; each change is a revision.",
    key=(f.CONSTRAINT_ID, f.CONTINGENCY),
    values=(f.CONSTRAINT_NAME, f.CONSTRAINT_KIND),
    stamped=False,
)

DATASETS = (
    *(LMP, LOOKAHEAD_PRICE, LOAD, LOAD_FORECAST, DEMAND_CLEARED, BID_LOAD),
    *(GENERATION_BY_FUEL, RENEWABLE_ACTUAL, RENEWABLE_FORECAST),
    *(INTERFACE_FLOW, INTERCHANGE, TRANSFER_CAPABILITY),
    *(ANCILLARY_PRICE, ANCILLARY_AWARD, BINDING_CONSTRAINT),
    *(OUTAGE_EVENT, ADVISORY_EVENT, COMMITMENT_EVENT, SCHEDULE, TELEMETRY, SYSTEM_REPORT),
    *(EMISSION_RATE, STATION_WEATHER, STATION_WEATHER_FORECAST),
    *(LOCATION, GENERATOR, INTERFACE, CONSTRAINT),
)
