"""New England's world: load by zone, prices with their parts, generation by fuel, flows over the ties.

Loads follow the wall clock; prices add up to the cent; flows keep their limits. Signs are those that ISO-NE
prints: import negative, export positive.
"""

from __future__ import annotations

import numpy as np

from tieline.emulate import eastern
from tieline.emulate.isone import facts
from tieline.emulate.load import zonal_load
from tieline.emulate.noise import Floats, Ints, held, jitter, smooth, uniform

_APART = 7001
"""New England's weather is not New York's."""
_SCALE = np.array([1.0, 0.72, 0.95, 2.9, 0.85, 0.85, 2.2, 9.5])
_LOSS = np.array([-0.003, -0.05, 0.01, 0.03, 0.0, 0.005, 0.01, 0.012, 0.004])


def zone_load(seed: int, seconds: Ints) -> Floats:
    """MW of the eight zones, in the order of their ids."""
    load: Floats = np.round(zonal_load(seed + _APART, seconds)[:, :8] * _SCALE, 3)
    return load


def storage(seed: int, seconds: Ints) -> Floats:
    """MW that pumps and batteries take, at night."""
    hour = eastern.hour_of_day(eastern.wall_seconds(seconds))
    wish = 400 * np.maximum(0, np.cos((hour - 3) * np.pi / 8)) * (np.abs(hour - 3) < 4)
    take: Floats = np.round(wish * (1 + 0.2 * smooth(seed, "pumps", seconds, 1, 7200)[:, 0]), 3)
    return take


def prices(
    seed: int, seconds: Ints, places: int, run: str
) -> tuple[Floats, Floats, Floats, Floats]:
    """Total, energy, congestion and loss in $/MWh, by instant and place; parts add up exactly."""
    load = zone_load(seed, seconds).sum(axis=1)
    level = 31 * (1 + 0.4 * smooth(seed, "algonquin", seconds, 1, 15 * 86400)[:, 0])
    energy = level * (load / 14000) ** 1.8 + 2 * jitter(seed, f"isone {run}", seconds, 1)[:, 0]
    energy = np.where(uniform(seed, f"isone low {run}", seconds) < 0.004, -11.5, energy)
    energy = np.repeat(np.round(energy, 2)[:, None], places, axis=1)
    factor = np.resize(_LOSS, places)
    bound = np.maximum(0, smooth(seed, "orrington", seconds, 1, 5400) - 0.4)
    congestion = np.round(-12 * bound * (np.arange(places) % 5 < 2), 2) + 0.0
    loss = np.round(energy * factor, 2) + 0.0
    total = np.round(energy + congestion + loss, 2) + 0.0
    return total, energy, congestion, loss


def flows(seed: int, seconds: Ints, step: int) -> Floats:
    """MW over the ties, export positive; within the limits."""
    limits = np.array(facts.LIMITS, dtype=np.float64)
    middle = limits.mean(axis=1) + 0.25 * limits[:, 0]
    wave = held(seed, "isone ties", seconds, len(limits), max(step, 900))
    swing = (limits[:, 1] - limits[:, 0]) * 0.3
    flow: Floats = np.round(np.clip(middle + swing * wave, limits[:, 0], limits[:, 1]), 2) + 0.0
    return flow


def fuels(seed: int, seconds: Ints) -> Floats:
    """Whole MW by fuel in the order of `facts.FUELS`; NaN where a fuel does not run."""
    hour = eastern.hour_of_day(eastern.wall_seconds(seconds))
    load = zone_load(seed, seconds).sum(axis=1)
    noise = smooth(seed, "isone fuel", seconds, len(facts.FUELS), 6 * 3600)
    sun = np.maximum(0, np.cos(2 * np.pi * (hour - 12.5) / 26)) ** 2 * (np.abs(hour - 12.5) < 6.5)
    base = np.array([0.0, 2300.0, 900.0, 40.0, 30.0, 25.0, 330.0, 0.0, 600.0, 220.0, 5.0, 0.0])
    made = base * (1 + 0.3 * noise)
    made[:, 7] = 450 * sun
    made[:, 8] *= np.maximum(0.1, 1 + 0.5 * noise[:, 8])
    made[:, 11] = 120 * noise[:, 11]
    made[:, 0] = np.maximum(load - made[:, 1:].sum(axis=1) - 2000, 500)
    made = np.round(made) + 0.0
    for fuel, least in ((3, 35.0), (4, 28.0), (7, 1.0)):
        made[:, fuel] = np.where(made[:, fuel] < least, np.nan, made[:, fuel])
    return made
