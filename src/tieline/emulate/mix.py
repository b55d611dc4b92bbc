"""The world's generation by fuel: what is left of load after net imports, in whole megawatts."""

from __future__ import annotations

from datetime import date

import numpy as np

from tieline.emulate import eastern
from tieline.emulate.flows import interface_flows, net_imports
from tieline.emulate.load import zonal_load
from tieline.emulate.noise import Floats, Ints, jitter, smooth

FUELS = (
    "Dual Fuel",
    "Hydro",
    "Natural Gas",
    "Nuclear",
    "Other Fossil Fuels",
    "Other Renewables",
    "Wind",
)
_RETIRED = tuple(eastern.midnight(day) for day in (date(2020, 4, 30), date(2021, 4, 30)))
"""The two Indian Point reactors."""


def generation(seed: int, seconds: Ints) -> Floats:
    """MW by fuel of FUELS; each row sums to the load less net imports, rounded to a megawatt."""
    load = zonal_load(seed, seconds).sum(axis=1)
    need = np.round(np.maximum(load - net_imports(interface_flows(seed, seconds)), 2000.0))
    fixed = _unburnt(seed, seconds, load)
    fixed = np.round(fixed * np.minimum(1, (need - 800) / fixed.sum(axis=1))[:, None])
    nuclear, hydro, wind, renewable, oil = fixed.T
    burnt = need - fixed.sum(axis=1)
    share = 0.45 + 0.15 * smooth(seed, "dual", seconds, 1, 9 * 3600)[:, 0]
    dual = np.round(share * burnt)
    return np.stack([dual, hydro, burnt - dual, nuclear, oil, renewable, wind], axis=1)


def _unburnt(seed: int, seconds: Ints, load: Floats) -> Floats:
    """Nuclear, hydro, wind, other renewables, other fossil: what does not follow the gas price."""
    years = (seconds - eastern.midnight(date(2015, 1, 1))) / (365.25 * 86400)
    hour = eastern.hour_of_day(eastern.wall_seconds(seconds))
    noise = jitter(seed, "fuel", seconds, 5)
    units = 5400 - 1060 * (seconds >= _RETIRED[0]) - 1040 * (seconds >= _RETIRED[1])
    nuclear = units * (1 + 0.006 * smooth(seed, "nuclear", seconds, 1, 6 * 3600)[:, 0])
    hydro = 2500 + 0.10 * (load - 16000) + 350 * smooth(seed, "water", seconds, 1, 7200)[:, 0]
    breeze = smooth(seed, "wind", seconds, 1, 9 * 3600)[:, 0]
    wind = (1500 + 90 * years) * (0.35 + 0.3 * breeze)
    sun = np.maximum(0, np.cos(2 * np.pi * (hour - 12.7) / 28)) ** 3 * ((hour > 6) & (hour < 20))
    renewable = 250 + 30 * years * sun
    oil = np.maximum(0, 120 * smooth(seed, "oil", seconds, 1, 30 * 3600)[:, 0] - 20)
    plants = np.stack([nuclear, hydro, wind, renewable, oil], axis=1)
    spread = np.array([3.0, 15.0, 10.0, 3.0, 1.0])
    return np.maximum(plants + spread * noise, 0)
