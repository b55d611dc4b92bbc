"""MISO's ids: areas, neighbours, reserve zones, fuels, products, kinds of nodes and of outages."""

from __future__ import annotations

import polars as pl

SYSTEM = "MISO"
ALL = "ALL"
"""The other end of a net exchange: every neighbour together."""

HUBS = (
    *("ARKANSAS.HUB", "ILLINOIS.HUB", "INDIANA.HUB", "LOUISIANA.HUB"),
    *("MICHIGAN.HUB", "MINN.HUB", "MS.HUB", "TEXAS.HUB"),
)
RESOURCE_ZONES = ("LRZ1", "LRZ2_7", "LRZ3_5", "LRZ4", "LRZ6", "LRZ8_9_10")
FORECAST_ZONES = tuple(f"Z{number}" for number in range(1, 11))
REGIONS = ("North", "Central", "South")
RESERVE_ZONES = tuple(f"Zone {number}" for number in range(1, 9))


def reserve_zone(column: str) -> pl.Expr:
    """`Zone 1`, also where only the number is printed."""
    number = pl.col(column).str.extract(r"^\D*(\d+)(?:\.0+)?\D*$")
    return pl.coalesce(pl.lit("Zone ") + number, column).alias(column)


def region(column: str) -> pl.Expr:
    """A region in the reports' spelling: the Data Exchange has had several."""
    known = {name.lower(): name for name in REGIONS}
    return pl.col(column).str.to_lowercase().replace_strict(known, default=pl.col(column))


NEIGHBOURS: dict[str, str] = {
    **{name: name for name in ("AECI", "LGEE", "MHEB", "PJM", "SOCO", "SPA", "SWPP", "TVA")},
    **{name: name for name in ("GLHB", "OTHER")},
    "ONT": "IESO",
    "IESO": "IESO",
    "Other": "OTHER",
}
"""Neighbour as printed to one id: Ontario is ONT in one service and IESO in the other."""

FUELS: dict[str, str] = {
    "Battery Storage": "storage",
    "Coal": "coal",
    "Imports": "imports",
    "Natural Gas": "natural_gas",
    "Nuclear": "nuclear",
    "Other": "other",
    "Solar": "solar",
    "Wind": "wind",
    "Gas": "natural_gas",
    "Hydro": "hydro",
    "Storage": "storage",
    "coal": "coal",
    "gas": "natural_gas",
    "nuclear": "nuclear",
    "water": "hydro",
    "wind": "wind",
    "solar": "solar",
    "other": "other",
    "storage": "storage",
}
"""Fuel as printed to tieline's word. `Imports` is net interchange and no fuel: sums of generation leave
out the word `imports`. Coal holds units that also burn gas, gas those that also burn oil; storage is
pumped storage, batteries and other storage; it is negative when it charges."""

KINDS: dict[str, str] = {
    **{"Hub": "hub", "Loadzone": "zone", "Interface": "interface", "Gennode": "node"},
    **{"Hubs": "hub", "Loadzones": "zone", "Interfaces": "interface", "Gennodes": "node"},
}
"""Type of a node as printed, in the singular by reports and in the plural by the Data Exchange."""

PRODUCTS: dict[str, str] = {
    "GenRegMCP": "regulation",
    "GenSpinMCP": "spinning",
    "GenSuppMCP": "supplemental",
    "StrMcp": "short_term_reserve",
    "DemandRegMcp": "regulation_demand",
    "DemandSpinMcp": "spinning_demand",
    "DemandSuppMcp": "supplemental_demand",
    "RcpUpMcp": "ramp_up",
    "RcpDownMcp": "ramp_down",
    "GENREGMCP": "regulation",
    "GENSPINMCP": "spinning",
    "GENSUPPMCP": "supplemental",
    "DEMREGMCP": "regulation_demand",
    "DEMSPINMCP": "spinning_demand",
    "DEMSUPPMCP": "supplemental_demand",
    "Regulation": "regulation",
    "Spin": "spinning",
    "Supplemental": "supplemental",
    "STR": "short_term_reserve",
    "Ramp-up": "ramp_up",
    "Ramp-down": "ramp_down",
}
"""Product as printed to tieline's word; demand response has prices of its own."""

OUTAGE_KINDS: dict[str, str] = {
    "Unplanned": "unplanned",
    "Planned": "planned",
    "Forced": "forced",
    "Derated": "derated",
}
