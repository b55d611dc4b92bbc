"""What MISO lists at every stamp, where that is a fixed set: then a day can be counted.

Hubs, reserve zones, fuels and neighbours were seen in answers of July 2026; on days before, each is
expected only if the day lists it. Nodes come and go each quarter: what lists only those, or only
regions, has no count.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tieline.feeds import Entity
from tieline.sources.miso.codes import (
    ALL,
    HUBS,
    NEIGHBOURS,
    PRODUCTS,
    RESERVE_ZONES,
    SYSTEM,
)

SEEN = date(2026, 7, 14)
_FUELS = (
    *("Battery Storage", "Coal", "Imports", "Natural Gas"),
    *("Nuclear", "Other", "Solar", "Wind"),
)
_SHOWN_NEIGHBOURS = ("AECI", "LGEE", "MHEB", "ONT", "PJM", "SOCO", "SPA", "SWPP", "TVA")


def areas(*names: str) -> tuple[Entity, ...]:
    """Areas of which each day has all."""
    return tuple(Entity(key=(("area_id", name),)) for name in names)


def hubs(market: str) -> tuple[Entity, ...]:
    return tuple(
        Entity(key=(("market", market), ("location_id", hub)), certain=SEEN) for hub in HUBS
    )


def reserves(market: str, printed: Iterable[str]) -> tuple[Entity, ...]:
    """Each of some products, as printed, in each reserve zone."""
    return tuple(
        Entity(
            key=(("market", market), ("product", PRODUCTS[name]), ("region", zone)), certain=SEEN
        )
        for name in printed
        for zone in RESERVE_ZONES
    )


def fuels(*names: str) -> tuple[Entity, ...]:
    """Fuels of the system, as printed: all of the display's, or some."""
    return tuple(
        Entity(key=(("area_id", SYSTEM), ("fuel_printed", name)), certain=SEEN)
        for name in names or _FUELS
    )


def neighbours() -> tuple[Entity, ...]:
    """Each neighbour, and all together."""
    ids = (*(NEIGHBOURS[name] for name in _SHOWN_NEIGHBOURS), ALL)
    return tuple(
        Entity(key=(("from_area", name), ("to_area", SYSTEM)), certain=SEEN) for name in ids
    )
