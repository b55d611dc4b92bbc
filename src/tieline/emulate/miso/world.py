"""MISO's numbers at any instant: prices whose parts add up, loads, fuels, exchange, shadow prices.

Each function gives one row an instant and one column an entity of `facts`, as they are printed: prices
in whole cents, power in whole megawatts unless it says otherwise. Positive exchange is import.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tieline.emulate.miso import facts
from tieline.emulate.noise import Floats, Ints, jitter, smooth, uniform

_ZONE_MEAN = np.array([10500.0, 15500.0, 9300.0, 4600.0, 10200.0, 18400.0])
_FUEL_MEAN = np.array([0.0, 24000.0, 0.0, 27000.0, 11000.0, 1500.0, 0.0, 9000.0])
_EXCHANGE_MEAN = np.array([60.0, -80.0, 1500.0, 250.0, 2900.0, -100.0, 20.0, 90.0, -40.0])


@dataclass(frozen=True, slots=True)
class Prices:
    """$/MWh in whole cents; price = energy + congestion + loss exactly."""

    price: Floats
    energy: Floats
    congestion: Floats
    loss: Floats


def prices(seed: int, seconds: Ints, run: str, nodes: int = len(facts.NODES)) -> Prices:
    energy = 30 + 12 * smooth(seed, "miso energy", seconds, 1, 5 * 3600)
    energy = energy + 2 * jitter(seed, f"miso energy {run}", seconds, 1)
    congestion = 9 * smooth(seed, "miso congestion", seconds, nodes, 3 * 3600)
    loss = 2.5 * smooth(seed, "miso loss", seconds, nodes, 9 * 3600)
    parts = [np.round(part, 2) + 0.0 for part in (energy, congestion, loss)]
    return Prices(np.round(parts[0] + parts[1] + parts[2], 2) + 0.0, *parts)


def zonal_load(seed: int, seconds: Ints) -> Floats:
    """MW by resource zone."""
    hour = ((seconds - facts.WEST) % facts.DAY) / 3600
    shape = 1 - 0.14 * np.cos(2 * np.pi * (hour - 4) / 24)
    weather = 0.06 * smooth(seed, "miso load", seconds, 6, 2 * 86400)
    made: Floats = np.round(_ZONE_MEAN * shape[:, None] * (1 + weather))
    return made


def forecast_load(seed: int, seconds: Ints, vintage: int) -> Floats:
    """MW by resource zone as foreseen at `vintage`."""
    wrong = smooth(seed, f"miso forecast {vintage}", seconds, 6, 8 * 3600)
    made: Floats = np.round(zonal_load(seed, seconds) * (1 + 0.015 * wrong))
    return made


def renewables(seed: int, seconds: Ints) -> Floats:
    """Wind and solar in MW with two decimals; solar is slightly negative at night."""
    hour = ((seconds - facts.WEST) % facts.DAY) / 3600
    wind = 9500 + 6000 * smooth(seed, "miso wind", seconds, 1, 11 * 3600)[:, 0]
    sun = np.maximum(0, np.cos(2 * np.pi * (hour - 12.5) / 26)) ** 2 * ((hour > 5) & (hour < 20))
    both: Floats = np.stack([wind, 11000 * sun - 48.77], axis=1).astype(np.float64)
    return np.round(both, 2)


def mix(seed: int, seconds: Ints) -> Floats:
    """MW by fuel; storage is negative when it charges, imports are net."""
    spread = smooth(seed, "miso fuels", seconds, 8, 7 * 3600)
    made = _FUEL_MEAN * (1 + 0.12 * spread)
    made[:, 0] = 350 * spread[:, 0]
    made[:, 2] = exchange(seed, seconds).sum(axis=1)
    made[:, 6:8] = renewables(seed, seconds)[:, ::-1]
    whole: Floats = np.round(made) + 0.0
    return whole


def exchange(seed: int, seconds: Ints) -> Floats:
    """Scheduled MW from each neighbour, import positive."""
    moved = 400 * smooth(seed, "miso schedules", seconds, 9, 2 * 3600)
    made: Floats = np.round(_EXCHANGE_MEAN + moved) + 0.0
    return made


def actual_exchange(seed: int, seconds: Ints) -> Floats:
    """Actual MW from all neighbours with two decimals, import positive."""
    net: Floats = exchange(seed, seconds).sum(axis=1)
    off: Floats = 90 * jitter(seed, "miso actual", seconds, 1)[:, 0]
    return np.round(net + off, 2) + 0.0


def clearing_prices(seed: int, seconds: Ints, run: str, products: int) -> Floats:
    """$/MW by zone and product (zones times products columns), in cents."""
    level = 6 + 6 * smooth(seed, f"miso mcp {run}", seconds, 8 * products, 4 * 3600)
    return np.asarray(np.round(np.maximum(level - 3, 0), 2), dtype=np.float64)


def shadow_prices(seed: int, seconds: Ints, run: str) -> Floats:
    """$/MWh of each constraint, negative; zero where it does not bind."""
    level = smooth(seed, f"miso shadow {run}", seconds, len(facts.CONSTRAINTS), 2 * 3600)
    made: Floats = np.round(np.minimum(0, 60 - 400 * np.maximum(level, 0)), 2) + 0.0
    return made


def transfer(seed: int, seconds: Ints) -> Floats:
    """MW from south to north."""
    made: Floats = np.round(1500 * smooth(seed, "miso transfer", seconds, 1, 5 * 3600)[:, 0]) + 0.0
    return made


def control_error(seed: int, seconds: Ints) -> Floats:
    """MW with two decimals."""
    made: Floats = np.round(300 * jitter(seed, "miso ace", seconds, 1)[:, 0], 2) + 0.0
    return made


def outages(seed: int, days: Ints) -> Floats:
    """MW on outage by class of OUTAGE_CLASSES, one row a day (its first second)."""
    level = uniform(seed, "miso outages", days[:, None], np.arange(4, dtype=np.int64)[None, :])
    made: Floats = np.round(1500 + 9000 * level)
    return made
