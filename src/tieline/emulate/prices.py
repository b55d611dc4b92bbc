"""The world's prices: energy, losses and congestion of fifteen places, in the publisher's sign.

New York prints price = energy + losses - congestion: a negative congestion number means that the
price there is higher.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tieline.emulate.load import zonal_load
from tieline.emulate.noise import Floats, Ints, jitter, smooth, uniform

PLACES = (
    # place, loss factor, weight of: Central East, Leeds to the south, Long Island, north to south
    ("CAPITL", 0.045, 1.0, 0.0, 0.0, 0.0),
    ("CENTRL", 0.012, 0.05, 0.0, 0.0, 0.0),
    ("DUNWOD", 0.085, 0.9, 1.0, 0.0, 0.0),
    ("GENESE", -0.006, 0.0, 0.0, 0.0, 0.0),
    ("H Q", -0.035, 0.0, 0.0, 0.0, -1.0),
    ("HUD VL", 0.080, 0.9, 0.9, 0.0, 0.0),
    ("LONGIL", 0.105, 0.9, 1.0, 1.0, 0.0),
    ("MHK VL", 0.030, 0.2, 0.0, 0.0, -0.15),
    ("MILLWD", 0.084, 0.9, 1.0, 0.0, 0.0),
    ("N.Y.C.", 0.090, 0.9, 1.0, 0.1, 0.0),
    ("NORTH", -0.045, 0.0, 0.0, 0.0, -0.9),
    ("NPX", 0.080, 0.8, 0.3, 0.0, 0.0),
    ("O H", -0.020, 0.0, 0.0, 0.0, 0.0),
    ("PJM", 0.035, 0.3, 0.4, 0.0, 0.0),
    ("WEST", -0.012, 0.0, 0.0, 0.0, 0.0),
)
COUNT = len(PLACES)
_LOSS = np.array([place[1] for place in PLACES])
_WEIGHT = np.array([place[2:] for place in PLACES]).T
_QUIET = np.array([0.15, 0.35, 0.2, 0.45])
_COST = np.array([45.0, 40.0, 60.0, 50.0])


@dataclass(frozen=True, slots=True)
class Prices:
    """One row per instant, one column per place of PLACES; $/MWh in whole cents."""

    price: Floats
    losses: Floats
    congestion: Floats


def zonal_prices(seed: int, seconds: Ints, run: str = "dispatch") -> Prices:
    """Prices of one kind of run; `commitment` looks ahead and is a little wrong."""
    load = zonal_load(seed, seconds).sum(axis=1)
    level = 28 * (1 + 0.5 * smooth(seed, "gas", seconds, 1, 20 * 86400)[:, 0])
    energy = level * (load / 17000) ** 2.2 + 3 * smooth(seed, "price", seconds, 1, 2400)[:, 0]
    energy += 1.2 * jitter(seed, f"price {run}", seconds, 1)[:, 0]
    scarce = uniform(seed, f"scarce {run}", seconds)
    energy += np.where(scarce < 0.002, 150 + 350_000 * scarce, 0)
    energy -= np.where(scarce > 0.995, 25, 0)
    shadow = smooth(seed, "congestion", seconds, 4, 5400) + 0.5 * smooth(
        seed, "congested season", seconds, 4, 6 * 86400
    )
    shadow = _COST * np.maximum(0, shadow - _QUIET)
    return rounded(energy, energy[:, None] * _LOSS, -(shadow @ _WEIGHT))


def bus_prices(seed: int, seconds: Ints, buses: Sequence[tuple[str, int]], run: str) -> Prices:
    """Prices of generators: those of a place near by, with losses and congestion of their own.

    The first of the buses is the reference: no losses, no congestion.
    """
    near = zonal_prices(seed, seconds, run)
    energy = (near.price - near.losses + near.congestion)[:, 0]
    number = np.arange(len(buses), dtype=np.int64)
    own = uniform(seed, "bus", number, np.array([[0], [1]], dtype=np.int64))
    place = number % COUNT
    losses = near.losses[:, place] * (0.9 + 0.2 * own[0])
    congestion = near.congestion[:, place] * (0.8 + 0.4 * own[1])
    losses[:, 0] = 0.0
    congestion[:, 0] = 0.0
    losses, congestion = np.round(losses, 2), np.round(congestion, 2)
    return rounded(energy, losses, congestion)


def rounded(energy: Floats, losses: Floats, congestion: Floats) -> Prices:
    """Round the parts to cents, and the price by itself, as the publisher does."""
    price = energy[:, None] + losses - congestion
    return Prices(*(np.round(part, 2) + 0.0 for part in (price, losses, congestion)))
