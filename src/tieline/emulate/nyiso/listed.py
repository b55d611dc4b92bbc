"""The sheets that are played: which report prints what, from the source page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np

from tieline.emulate import dispatch, eastern
from tieline.emulate.load import zonal_load
from tieline.emulate.noise import Floats, Ints, smooth, uniform
from tieline.emulate.nyiso import facts, measured, printing
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


def _of_buses(run: str, buses: Sequence[tuple[str, int]] = facts.BUSES) -> Sheet:
    ahead = run == "day ahead"
    return Sheet(
        header=_LBMP,
        seconds=hours,
        entities=_plain(buses),
        numbers=lambda seed, seconds: _parts(bus_prices(seed, seconds, buses, run)),
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


_CONSTRAINTS = (
    b"Time Stamp,Time Zone,Limiting Facility,Facility PTID,Contingency,Constraint Cost($)\r\n"
)
_BINDING = (
    ("CENTRAL EAST - VC,25318,BASE CASE           ", "25318/BASE CASE"),
    ("DUNWOODIE 345 SHORE_RD 345 1,25091,SCB:SPBK(W-89)&W-90 ", "25091/SCB:SPBK(W-89)&W-90"),
    ("GREENWD 138 VERNON 138 1,25160,GOWANUS-GREENWD     ", "25160/GOWANUS-GREENWD"),
    ("PACKARD 230 SAWYER 230 1,25433,BASE CASE           ", "25433/BASE CASE"),
)
_PATHS = (
    ("CENTRAL EAST - VC", 3000),
    ("CONED - LIPA", 1500),
    ("SCH - HQ - NY", 1500),
    ("SCH - NE - NY", 1400),
    ("SCH - OH - NY", 1900),
    ("SCH - PJ - NY", 1700),
    ("SCH - PJM_NEPTUNE", 660),
)
_QUARTERS = ("00", "15", "30", "45")
_ATC = (
    "Interface Name,Time Stamp,TTC (DAM),ATC (DAM),"
    + ",".join(f"TTC (HAM) xx:{at},ATC (HAM) xx:{at}" for at in _QUARTERS)
    + "\r\n"
).encode()
_SOLAR = b"Time Stamp,Time Zone,Zone Name,MW Value\r\n"
_PANELS = np.array([600, 700, 250, 400, 900, 800, 500, 150, 500, 60, 250], dtype=np.float64)
"""Megawatts of panels behind the meter, by zone."""


def _costs(seed: int, seconds: Ints) -> dict[str, Floats]:
    """Costs where something binds; nothing elsewhere."""
    pressed = smooth(seed, "binding", seconds, len(_BINDING), 5400)
    cost = np.round(-80 * (pressed - 0.4) * np.array([1.0, 1.0, -0.5, 0.3]), 2) + 0.0
    return {"cost": np.where(pressed > 0.4, cost, np.nan)}


def _capability(seed: int, seconds: Ints) -> dict[str, Floats]:
    """Totals that are lowered now and then, and what is left of them."""
    total = np.array([float(most) for _, most in _PATHS])
    found: dict[str, Floats] = {}
    for at, name in enumerate(("dam", *_QUARTERS)):
        moved = seconds + 900 * max(0, at - 1)
        lowered = np.round(
            total * (1 - 0.2 * (smooth(seed, "ttc", moved, len(total), 86400) > 0.6))
        )
        used = 0.5 + 0.3 * smooth(seed, f"atc {name == 'dam'}", moved, len(total), 7200)
        found[f"ttc {name}"] = lowered
        found[f"atc {name}"] = np.round(lowered * np.clip(1 - used, 0, 1))
    return found


def _sun(seed: int, seconds: Ints, run: str) -> dict[str, Floats]:
    """Panels by zone and their sum."""
    wall = eastern.wall_seconds(seconds)
    height = np.maximum(0, np.sin((eastern.hour_of_day(wall) - 6) / 12 * np.pi))
    clear = 0.7 + 0.3 * smooth(seed, f"clouds {run}", seconds, len(_PANELS), 10800)
    zones = np.round(height[:, None] * _PANELS * clear, 4) + 0.0
    return {"mw": np.column_stack([zones, np.round(zones.sum(axis=1), 4)])}


def _bids(seed: int, seconds: Ints) -> dict[str, Floats]:
    load = zonal_load(seed, seconds)
    shares = {"energy": 0.55, "bilateral": 0.4, "cap": 0.03, "virtual": 0.04, "supply": 0.05}
    return {name: np.round(load * share, 1) for name, share in shares.items()}


def _starts(seed: int, day: date) -> Ints:
    return dispatch.starts(seed, day)


def _solar(
    numbers: Callable[[int, Ints], dict[str, Floats]],
    at_once: int,
) -> Sheet:
    return Sheet(
        header=_SOLAR,
        seconds=hours,
        entities=[*((name, str(ptid)) for name, ptid in facts.ZONES), ("SYSTEM", "NYISO")],
        numbers=numbers,
        words=True,
        printed=printing.plain,
        at_once=at_once,
    )


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
    "P-33": Sheet(
        header=_CONSTRAINTS,
        seconds=_starts,
        entities=_BINDING,
        numbers=_costs,
        form=facts.SECONDS,
        words=True,
        sparse=True,
        posted=(60, 180),
    ),
    "P-511A": Sheet(
        header=_CONSTRAINTS,
        seconds=hours,
        entities=_BINDING,
        numbers=_costs,
        words=True,
        sparse=True,
    ),
    "P-59": Sheet(
        header=b"Time Stamp,Time Zone,Name,PTID,Energy Bid Load,Bilateral Load,Price Cap Load,"
        b"Virtual Load,Virtual Supply\r\n",
        seconds=hours,
        entities=_plain(facts.ZONES),
        numbers=_bids,
        words=True,
        printed=printing.plain,
    ),
    "P-70A": _solar(lambda seed, seconds: _sun(seed, seconds, "actual"), 32 * 3600),
    "P-70B": _solar(lambda seed, seconds: _sun(seed, seconds, "forecast"), -16 * 3600),
    "P-28": _of_buses("day ahead", facts.BUSES[:1]),
    **measured.SHEETS,
    "P-8": Sheet(
        header=_ATC,
        seconds=hours,
        entities=[(f"{name},", name) for name, _ in _PATHS],
        numbers=_capability,
        printed=printing.plain,
        named_first=True,
        posted=(-2100, -1500),
    ),
}
