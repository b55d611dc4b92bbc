"""ISO New England's ids: hub, zones, external nodes, fuels, reserve zones and products."""

from __future__ import annotations

from datetime import date

import polars as pl

from tieline.feeds import Entity

SYSTEM, SYSTEM_NAME = "32", "NEPOOL AREA"
NEW_ENGLAND = "ISONE"
HUB = ("4000", ".H.INTERNAL_HUB")
ZONES: tuple[tuple[str, str], ...] = (
    ("4001", ".Z.MAINE"),
    ("4002", ".Z.NEWHAMPSHIRE"),
    ("4003", ".Z.VERMONT"),
    ("4004", ".Z.CONNECTICUT"),
    ("4005", ".Z.RHODEISLAND"),
    ("4006", ".Z.SEMASS"),
    ("4007", ".Z.WCMASS"),
    ("4008", ".Z.NEMASSBOST"),
)
EXTERNAL: tuple[tuple[str, str, str], ...] = (
    ("4010", ".I.SALBRYNB345 1", "NB"),
    ("4011", ".I.ROSETON 345 1", "NYISO"),
    ("4012", ".I.HQ_P1_P2345 5", "HQ"),
    ("4013", ".I.HQHIGATE120 2", "HQ"),
    ("4014", ".I.SHOREHAM138 99", "NYISO"),
    ("4017", ".I.NRTHPORT138 5", "NYISO"),
    ("4018", ".I.HQMRL_RD345 1", "HQ"),
)
"""Id, name and neighbour of the external nodes. 4018, the line to Maine, is new in 2026."""
_LINE = "4018"
_LINE_SEEN = date(2026, 7, 27)

ZONE_IDS = tuple(id for id, _ in ZONES)
EXTERNAL_IDS = tuple(id for id, _, _ in EXTERNAL)
CORE_IDS = (HUB[0], *ZONE_IDS, *EXTERNAL_IDS)
"""What `current` lists: hub, zones and external nodes."""
ID_OF_NAME: dict[str, str] = {name: id for id, name in ZONES}
NEIGHBOURS: dict[str, str] = {id: neighbour for id, _, neighbour in EXTERNAL}
TIES = ("Highgate", "NB", "NECEC", "NYISO AC", "NYISO CSC", "NYISO NNC", "Phase 2", "Phase II")
"""Interfaces as the morning report names them."""

FUELS: dict[str, str] = {
    "Natural Gas": "natural_gas",
    "Nuclear": "nuclear",
    "Hydro": "hydro",
    "Oil": "oil",
    "Coal": "coal",
    "Landfill Gas": "landfill_gas",
    "Refuse": "refuse",
    "Solar": "solar",
    "Wind": "wind",
    "Wood": "wood",
    "Other": "other",
    "Batteries": "storage",
}
"""Fuel as printed to tieline's word. Solar is what the grid meters; an absent fuel makes nothing."""

RESERVE_ZONES: dict[str, str] = {"7000": "ROS", "7001": "SWCT", "7002": "CT", "7003": "NEMABSTN"}
RESERVES: dict[str, str] = {
    "Tmsr": "spinning",
    "Tmnsr": "non_spinning",
    "Tmor": "operating_30",
}
"""Reserve product, as its columns begin, to tieline's word: ten minutes spinning, ten minutes not
spinning, thirty minutes."""
REGULATION: dict[str, str] = {
    "RegServiceClearingPrice": "regulation_mileage",
    "RegCapacityClearingPrice": "regulation",
}
LOCATION_KINDS: dict[str, str] = {
    "HUB": "hub",
    "LOAD ZONE": "zone",
    "EXT. NODE": "interface",
    "NETWORK NODE": "node",
    "HUB NODE": "node",
    "DRRAZ": "aggregation",
    "DRR AGGREGATION ZONE": "aggregation",
    "DISPATCH ZONE": "zone",
    "RELIABILITY REGION": "region",
    "CAPACITY ZONE": "zone",
    "RESERVE ZONE": "zone",
    "EXT. AREA": "area",
    "NETWORK AREA": "area",
    "INT. AREA": "system",
    "SYSTEM": "system",
}


def entities(
    column: str,
    ids: tuple[str, ...],
    *before: tuple[str, str],
    after: tuple[tuple[str, str], ...] = (),
) -> tuple[Entity, ...]:
    """Places that a grid expects; the new line from the day on which it was seen.

    `before` and `after` are the other columns of the key, as they stand around this one.
    """
    return tuple(
        Entity(
            key=(*before, (column, id), *after),
            since=date(2026, 1, 1) if id == _LINE else None,
            certain=_LINE_SEEN if id == _LINE else None,
        )
        for id in ids
    )


def elsewhere(
    column: str, ids: tuple[str, ...], own: str
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the answers for other places list, of which each is a report of its own."""
    return ((column, tuple(id for id in ids if id != own)),)


def kind_of(column: str = "area_id") -> pl.Expr:
    """Whether an area is the system, the hub or a zone, so that sums never double."""
    return (
        pl.when(pl.col(column) == SYSTEM)
        .then(pl.lit("system"))
        .when(pl.col(column).is_in(list(ZONE_IDS)))
        .then(pl.lit("zone"))
        .when(pl.col(column) == HUB[0])
        .then(pl.lit("hub"))
        .alias("area_kind")
    )


def with_kind(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the kind of their area."""
    return rows.with_columns(kind_of())


def worded(column: str, words: dict[str, str], name: str) -> pl.Expr:
    """A printed code in tieline's words, null for an unknown one."""
    return pl.col(column).replace_strict(words, default=None, return_dtype=pl.String).alias(name)
