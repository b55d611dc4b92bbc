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

DATASETS = (LMP, LOAD, LOAD_FORECAST, GENERATION_BY_FUEL, INTERFACE_FLOW)
