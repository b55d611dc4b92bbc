"""Sheets of flows without an interface and of emission rates, from the source page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from tieline.emulate import dispatch
from tieline.emulate.noise import Floats, Ints, smooth
from tieline.emulate.nyiso import facts, printing
from tieline.emulate.nyiso.sheets import Sheet, hours
from tieline.emulate.prices import PLACES, zonal_prices

POINTS = tuple(25000 + 7 * n for n in range(12))
"""Points of phase angle regulators: numbers made up, of which there are some sixty."""
_ZONES = [at for at, place in enumerate(PLACES) if place[0] in dict(facts.ZONES)]
_IMER = (
    b"Timestamp,Zone,LBMP - ($/MWh),VOM - ($/MWh),Tons of Carbon per mmBTU,"
    b"Tons of NOx per mmBTU,Implied Heat Rate - IHRi (mmBTU/MWh),IMER - CO2 (tons/MWh),"
    b"IMER - NOx (tons/MWh)\r\n"
)
_ERIE = b"Timestamp,Lake Erie Circulation (MWH)\r\n"
_FUEL_COST, _VARIABLE_COST = 3.1, 2.5
_CARBON, _NOX = 0.0585, 0.00005
"""Tons in the burning of a million BTU of gas."""


def _starts(seed: int, day: date) -> Ints:
    return dispatch.starts(seed, day)


def _regulators(seed: int, seconds: Ints) -> dict[str, Floats]:
    size = 40 + 25.0 * np.arange(len(POINTS))
    return {"flow": np.round(size * smooth(seed, "par", seconds, len(POINTS), 7200), 2) + 0.0}


def _circulation(seed: int, seconds: Ints, run: str) -> dict[str, Floats]:
    steady = smooth(seed, "erie", seconds, 1, 6 * 3600)
    moving = smooth(seed, f"erie {run}", seconds, 1, 1800)
    return {"circulation": np.round(450 * steady + 60 * moving, 1) + 0.0}


def _rates(seed: int, seconds: Ints, run: str) -> dict[str, Floats]:
    """Heat rates between 0 and 14 from the price, and what burning so much gas emits."""
    price = zonal_prices(seed, seconds, run).price[:, _ZONES]
    rate = np.round(np.clip((price - _VARIABLE_COST) / _FUEL_COST, 0, 14), 4)
    same = np.ones_like(rate)
    return {
        "price": price,
        "vom": same * _VARIABLE_COST,
        "carbon per fuel": same * _CARBON,
        "nox per fuel": same * _NOX,
        "heat rate": rate,
        "carbon": np.round(rate * _CARBON, 6),
        "nox": np.round(rate * _NOX, 8),
    }


SHEETS: Mapping[str, Sheet] = {
    "P-34": Sheet(
        header=b"Timestamp,Point ID,Flow (MWH)\r\n",
        seconds=_starts,
        entities=[(str(point), str(point)) for point in POINTS],
        numbers=_regulators,
        form=facts.SECONDS,
        posted=(60, 180),
    ),
    "P-34A": Sheet(
        header=_ERIE,
        seconds=_starts,
        entities=[("", "LAKE_ERIE")],
        numbers=lambda seed, seconds: _circulation(seed, seconds, "measured"),
        form=facts.SECONDS,
        printed=printing.plain,
        named_first=True,
        posted=(60, 180),
    ),
    "P-53B": Sheet(
        header=_ERIE,
        seconds=hours,
        entities=[("", "LAKE_ERIE")],
        numbers=lambda seed, seconds: _circulation(seed, seconds, "assumed"),
        form=facts.SECONDS,
        printed=printing.plain,
        named_first=True,
    ),
    "P-71": Sheet(
        header=_IMER,
        seconds=hours,
        entities=[(name, str(ptid)) for name, ptid in facts.ZONES],
        numbers=lambda seed, seconds: _rates(seed, seconds, "day ahead"),
        printed=printing.plain,
    ),
    "P-72": Sheet(
        header=_IMER,
        seconds=_starts,
        entities=[(name, str(ptid)) for name, ptid in facts.ZONES],
        numbers=lambda seed, seconds: _rates(seed, seconds, "dispatch"),
        form=facts.SECONDS,
        printed=printing.plain,
        posted=(120, 300),
    ),
}
