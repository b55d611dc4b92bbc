"""The world's demand: eleven zones with daily, weekly and seasonal shape, weather and noise."""

from __future__ import annotations

import numpy as np

from tieline.emulate import eastern
from tieline.emulate.noise import Floats, Ints, jitter, smooth

ZONES = (
    # zone, mean MW, daily swing, share of summer cooling, share of winter heating
    ("CAPITL", 1290.0, 0.16, 0.28, 0.14),
    ("CENTRL", 1700.0, 0.14, 0.22, 0.14),
    ("DUNWOD", 610.0, 0.19, 0.45, 0.10),
    ("GENESE", 1060.0, 0.15, 0.28, 0.12),
    ("HUD VL", 1010.0, 0.19, 0.40, 0.15),
    ("LONGIL", 2000.0, 0.21, 0.60, 0.12),
    ("MHK VL", 820.0, 0.15, 0.20, 0.16),
    ("MILLWD", 280.0, 0.18, 0.36, 0.12),
    ("N.Y.C.", 5250.0, 0.20, 0.42, 0.06),
    ("NORTH", 600.0, 0.04, 0.02, 0.06),
    ("WEST", 1680.0, 0.13, 0.20, 0.10),
)
COUNT = len(ZONES)
_MEAN, _SWING, _COOLING, _HEATING = (
    np.array(column) for column in list(zip(*ZONES, strict=True))[1:]
)
_WEEK = ((0, 6, 118, 125, 168), (0.95, 1.0, 1.0, 0.94, 0.94))
"""Hours since Monday 00:00, and how high the load then is."""


def zonal_load(seed: int, seconds: Ints) -> Floats:
    """Load in MW, one row per instant, one column per zone of ZONES."""
    hourly = smooth(seed, "load hour", seconds, COUNT, 3600 * 1.3)
    noise: Floats = 1 + 0.008 * hourly + 0.004 * jitter(seed, "load", seconds, COUNT)
    return expected_load(seed, seconds) * noise


def expected_load(seed: int, seconds: Ints) -> Floats:
    """Load without what nobody could foresee; follows the wall clock, so a repeated hour repeats."""
    wall = eastern.wall_seconds(seconds)
    hour = eastern.hour_of_day(wall)
    shape = -0.85 * np.cos(2 * np.pi * (hour - 4.2) / 24) - 0.30 * np.cos(
        4 * np.pi * (hour - 1.5) / 24
    )
    year = eastern.angle_of_year(wall)
    summer = np.maximum(0, np.cos(year - 2 * np.pi * 205 / 365)) ** 2
    winter = np.maximum(0, np.cos(year - 2 * np.pi * 20 / 365)) ** 2
    week = np.interp(eastern.hour_of_week(wall), *_WEEK)
    weather = 0.07 * smooth(seed, "weather", wall, 1, 2.5 * 86400) + 0.03 * smooth(
        seed, "local weather", wall, COUNT, 1.5 * 86400
    )
    season = 1 + _COOLING * summer[:, None] + _HEATING * winter[:, None]
    daily = 1 + _SWING * shape[:, None]
    load: Floats = _MEAN * season * daily * week[:, None] * (1 + weather)
    return load
