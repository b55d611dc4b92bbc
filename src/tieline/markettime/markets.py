"""The markets by name: their clock, their money, the lengths of their settlement periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tieline.errors import UnknownZone
from tieline.markettime.zones import zone_of


@dataclass(frozen=True, slots=True)
class Market:
    """An organised market.

    `zone` is the clock by which its market day begins and ends. `day_ahead`, `real_time` and
    `settlement` are minutes of a period; `real_time` lists every price run, the finest first.
    `settlement_since` is the month in which that settlement length came into force, where known.
    """

    name: str
    title: str
    zone: str
    currency: str
    day_ahead: int | None
    real_time: tuple[int, ...]
    settlement: int
    settlement_since: date | None = None


_EASTERN = "America/New_York"
_CENTRAL = "America/Chicago"
_EST = "Etc/GMT+5"
"""Eastern Standard Time in every month; the sign of this name is turned round."""

MARKETS = (
    Market("caiso", "California ISO", "America/Los_Angeles", "USD", 60, (5, 15), 5),
    Market("ercot", "ERCOT", _CENTRAL, "USD", 60, (5, 15), 15),
    Market("isone", "ISO New England", _EASTERN, "USD", 60, (5,), 5, date(2017, 3, 1)),
    Market("miso", "Midcontinent ISO", _EST, "USD", 60, (5,), 5, date(2018, 7, 1)),
    Market("nyiso", "New York ISO", _EASTERN, "USD", 60, (5, 15), 5),
    Market("pjm", "PJM Interconnection", _EASTERN, "USD", 60, (5,), 5, date(2018, 4, 1)),
    Market("spp", "Southwest Power Pool", _CENTRAL, "USD", 60, (5,), 5),
    Market("ieso", "IESO, Ontario", _EST, "CAD", 60, (5,), 5),
    Market("aeso", "AESO, Alberta", "America/Edmonton", "CAD", None, (60,), 60),
)
MARKET_NAMES = tuple(market.name for market in MARKETS)
_ALIASES = {"iso-ne": "isone", "ne-iso": "isone", "rto-west": "spp", "weim": "caiso"}


def market_of(name: str) -> Market:
    """The market of that name, in any case. Raises: UnknownZone."""
    asked = name.strip().lower()
    asked = _ALIASES.get(asked, asked)
    for market in MARKETS:
        if market.name == asked:
            return market
    raise UnknownZone(f"no market is called {name!r}; there are {', '.join(MARKET_NAMES)}")


def clock_of(name: str) -> str:
    """The time zone of a market, or of a zone given by its own name. Raises: UnknownZone."""
    if "/" in name or name == "UTC":
        return zone_of(name).key
    return market_of(name).zone
