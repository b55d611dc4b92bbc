"""NYISO's ids: zones, proxies, interfaces and fuels, each with one table to one id."""

from __future__ import annotations

from dataclasses import dataclass

ZONES: tuple[tuple[str, str, str], ...] = (
    ("61757", "CAPITL", "Capitl"),
    ("61754", "CENTRL", "Centrl"),
    ("61760", "DUNWOD", "Dunwod"),
    ("61753", "GENESE", "Genese"),
    ("61758", "HUD VL", "Hud Vl"),
    ("61762", "LONGIL", "Longil"),
    ("61756", "MHK VL", "Mhk Vl"),
    ("61759", "MILLWD", "Millwd"),
    ("61761", "N.Y.C.", "N.Y.C."),
    ("61755", "NORTH", "North"),
    ("61752", "WEST", "West"),
)
"""PTID, name in load and price files, name in the load forecast."""

PROXIES: tuple[tuple[str, str], ...] = (
    ("61844", "H Q"),
    ("61845", "NPX"),
    ("61846", "O H"),
    ("61847", "PJM"),
)
"""PTID and name of the neighbours' price points."""

CITY_AND_ISLAND = "N.Y.C._LONGIL"
"""New York City and Long Island in one row without a PTID, until 2005-01-31."""

SYSTEM = "NYISO"
CONTROL_AREA = "NYCA"

FORECAST_AREAS: dict[str, str] = {forecast: ptid for ptid, _, forecast in ZONES} | {SYSTEM: SYSTEM}
"""Column of the load forecast to area id."""

FUELS: dict[str, str] = {
    "Dual Fuel": "dual_fuel",
    "Natural Gas": "natural_gas",
    "Nuclear": "nuclear",
    "Other Fossil Fuels": "other_fossil",
    "Other Renewables": "other_renewables",
    "Wind": "wind",
    "Hydro": "hydro",
}
"""Fuel as printed to tieline's word. Other Renewables holds solar, storage, methane, refuse and wood;
Hydro holds pumped storage; Dual Fuel units burn gas or oil."""


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface of P-32.

    `region` is the neighbour, None for an internal interface. `node_name` names the tie for people.
    A `is_total` interface sums others of its region and is never added to them.
    """

    id: str
    name: str
    region: str | None = None
    node_name: str | None = None
    is_total: bool = False


INTERFACES: tuple[Interface, ...] = (
    Interface("23330", "CENTRAL EAST - VC"),
    Interface("23326", "DYSINGER EAST"),
    Interface("23319", "MOSES SOUTH"),
    Interface("23320", "SPR/DUN-SOUTH"),
    Interface("23314", "TOTAL EAST"),
    Interface("23315", "UPNY CONED"),
    Interface("23312", "WEST CENTRAL"),
    Interface("23324", "SCH - HQ - NY", "HQ", "HQ AC"),
    Interface("325274", "SCH - HQ_CEDARS", "HQ", "CEDARS"),
    Interface("325376", "SCH - HQ_IMPORT_EXPORT", "HQ", "HQ TOTAL", is_total=True),
    Interface("625211", "SCH - HQ_CHPE", "HQ", "CHPE"),
    Interface("23318", "SCH - NE - NY", "ISO-NE", "NE AC"),
    Interface("325277", "SCH - NPX_1385", "ISO-NE", "1385"),
    Interface("325154", "SCH - NPX_CSC", "ISO-NE", "CSC"),
    Interface("23317", "SCH - OH - NY", "IESO", "OH AC"),
    Interface("23316", "SCH - PJ - NY", "PJM", "PJM AC"),
    Interface("325905", "SCH - PJM_HTP", "PJM", "HTP"),
    Interface("325305", "SCH - PJM_NEPTUNE", "PJM", "NEPTUNE"),
    Interface("325658", "SCH - PJM_VFT", "PJM", "VFT"),
)

ALIASES: dict[str, str] = {
    "SCH - PJM - NY": "23316",
    "SCH - PJM": "23316",
    "SCH - HQ": "23324",
    "SCH - NE": "23318",
    "SCH - NPX - NY": "23318",
    "SCH - OH": "23317",
    "SCH - IESO - NY": "23317",
}
"""Names that people and documents use for an interface, and that no file prints."""

NEIGHBOURS: dict[str, str] = {one.id: one.region for one in INTERFACES if one.region is not None}


def interface_of(asked: str) -> Interface | None:
    """The interface of a Point ID, a printed name, an alias or a tie's name; None if there is none."""
    wanted = " ".join(asked.upper().split())
    wanted = ALIASES.get(wanted, wanted)
    for one in INTERFACES:
        if wanted in (one.id, one.name, one.node_name):
            return one
    return None
