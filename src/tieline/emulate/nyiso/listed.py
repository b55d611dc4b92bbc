"""The sheets that are played: which report prints what, from the source page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from tieline.emulate import dispatch
from tieline.emulate.noise import Floats, Ints, smooth, uniform
from tieline.emulate.nyiso import facts
from tieline.emulate.nyiso.sheets import Sheet, hours
from tieline.emulate.prices import Prices, bus_prices, zonal_prices

_LBMP = (
    b"Time Stamp,Name,PTID,LBMP ($/MWHr),Marginal Cost Losses ($/MWHr),"
    b"Marginal Cost Congestion ($/MWHr)\r\n"
)
_QUOTED_LBMP = b",".join(b'"' + name + b'"' for name in _LBMP.rstrip().split(b",")) + b"\r\n"
_RESERVES = (
    b"Time Stamp,Time Zone,Name,PTID,10 Min Spinning Reserve ($/MWHr),"
    b"10 Min Non-Synchronous Reserve ($/MWHr),30 Min Operating Reserve ($/MWHr),"
    b"NYCA Regulation Capacity ($/MWHr)"
)
_EAST = ("CAPITL", "DUNWOD", "HUD VL", "LONGIL", "MILLWD", "N.Y.C.")


def _plain(entities: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    return [(f"{name},{ptid}", str(ptid)) for name, ptid in entities]


def _quoted(entities: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    return [(f'"{name}",{ptid}', str(ptid)) for name, ptid in entities]


def _parts(prices: Prices) -> dict[str, Floats]:
    return {"lbmp": prices.price, "losses": prices.losses, "congestion": prices.congestion}


def _day_ahead(seed: int, seconds: Ints) -> dict[str, Floats]:
    return _parts(zonal_prices(seed, seconds, "day ahead"))


def _integrated(seed: int, seconds: Ints) -> dict[str, Floats]:
    return _parts(zonal_prices(seed, seconds, "integrated"))


def _of_buses(run: str) -> Sheet:
    ahead = run == "day ahead"
    return Sheet(
        header=_LBMP,
        seconds=hours,
        entities=_plain(facts.BUSES),
        numbers=lambda seed, seconds: _parts(bus_prices(seed, seconds, facts.BUSES, run)),
        posted=None if ahead else (3900, 4500),
    )


def _reserves(seed: int, seconds: Ints) -> dict[str, Floats]:
    """Prices that fall with the quality of the reserve; the east is never cheaper than the west."""
    scarce = 6 * np.maximum(0, smooth(seed, "reserve", seconds, 3, 7200) + 0.3)
    east = np.array([1.0 if name in _EAST else 0.0 for name, _ in facts.ZONES])
    thirty = np.round(scarce[:, :1] + 0 * east, 2)
    slow = np.round(thirty + scarce[:, 1:2] * 0.4 * (1 + east), 2)
    spinning = np.round(slow + scarce[:, 2:3] * 0.7 * (1 + east), 2)
    regulation = np.round(8 + 4 * uniform(seed, "regulation", seconds)[:, None] + 0 * east, 2)
    return {"spin": spinning, "slow": slow, "thirty": thirty, "regulation": regulation}


def _reserves_now(seed: int, seconds: Ints) -> dict[str, Floats]:
    movement = np.round(0.1 + 0.3 * uniform(seed, "movement", seconds), 2)
    east = np.zeros(len(facts.ZONES))
    return {**_reserves(seed, seconds), "movement": movement[:, None] + east}


def _ends(seed: int, day: date) -> Ints:
    return dispatch.ends(seed, day)


SHEETS: Mapping[str, Sheet] = {
    "P-2A": Sheet(header=_LBMP, seconds=hours, entities=_plain(facts.PLACES), numbers=_day_ahead),
    "P-2B": _of_buses("day ahead"),
    "P-4A": Sheet(
        header=_LBMP,
        seconds=hours,
        entities=_plain(facts.PLACES),
        numbers=_integrated,
        posted=(3900, 4500),
    ),
    "P-4B": _of_buses("integrated"),
    "P-24B": Sheet(
        header=_QUOTED_LBMP,
        seconds=_ends,
        entities=_quoted(facts.BUSES),
        numbers=lambda seed, seconds: _parts(bus_prices(seed, seconds, facts.BUSES, "dispatch")),
        form=facts.SECONDS,
        quoted=True,
        posted=(60, 180),
    ),
    "P-5": Sheet(
        header=_RESERVES + b"\r\n",
        seconds=hours,
        entities=_plain(facts.ZONES),
        numbers=_reserves,
        words=True,
    ),
    "P-6B": Sheet(
        header=_RESERVES + b", NYCA Regulation Movement ($/MW)\r\n",
        seconds=_ends,
        entities=_plain(facts.ZONES),
        numbers=_reserves_now,
        form=facts.SECONDS,
        words=True,
        posted=(60, 180),
    ),
}
