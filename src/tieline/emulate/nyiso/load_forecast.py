"""P-7 load forecast: six days by the hour, one column a zone, integers, NYISO the exact sum.

Issued once between 07:05 and 08:20 of the file's day; some days are issued again before the evening
with other numbers. Quoted stamps without seconds, LF. The two rows of a repeated hour are equal.
"""

from __future__ import annotations

from datetime import date, time, timedelta

import numpy as np
import polars as pl

from tieline.emulate import eastern
from tieline.emulate.growing import Growing, Version
from tieline.emulate.load import COUNT, expected_load
from tieline.emulate.noise import Floats, Ints, chance, smooth
from tieline.emulate.nyiso import facts, printing

DAYS = 6
_REISSUED_DAYS = 0.25
TITLES = (
    *("Capitl", "Centrl", "Dunwod", "Genese", "Hud Vl", "Longil"),
    *("Mhk Vl", "Millwd", "N.Y.C.", "North", "West", "NYISO"),
)
HEADER = (",".join(f'"{title}"' for title in ("Time Stamp", *TITLES)) + "\n").encode()


def hours(day: date) -> Ints:
    """Hour starts of the file's day and the next five: 144, or one more or less at a clock change."""
    start, _ = eastern.bounds(day)
    _, end = eastern.bounds(day + timedelta(days=DAYS - 1))
    return np.arange(start, end, 3600, dtype=np.int64)


def forecast(seed: int, day: date, issue: int) -> Floats:
    """MW by hour: the eleven zones and their sum; further ahead is further off."""
    seconds = hours(day)
    wall = eastern.wall_seconds(seconds)
    ahead = (wall - wall[0]) / 86400.0
    wrong = smooth(seed, f"forecast {day.toordinal()} {issue}", wall, COUNT, 5 * 3600)
    error = (0.008 + 0.006 * ahead)[:, None] * wrong
    zones = np.round(expected_load(seed, seconds + 1800 - seconds % 3600) * (1 + error))
    return np.column_stack([zones, zones.sum(axis=1)])


def issues(seed: int, day: date) -> tuple[int, ...]:
    """When the forecast of a day is published, and published again."""
    ordinal = day.toordinal()
    first = eastern.at_clock(day, time(7, 5))
    issued = [first + 2 * int(chance(seed, "isolf", ordinal) * 75 * 30)]
    if chance(seed, "isolf again", ordinal) < _REISSUED_DAYS:
        again = eastern.at_clock(day, time(10))
        issued.append(again + 2 * int(chance(seed, "isolf again at", ordinal) * 6 * 1800))
    return tuple(issued)


def write(seed: int, day: date) -> Growing:
    versions = tuple(
        Version(at, _printed(hours(day), forecast(seed, day, n)))
        for n, at in enumerate(issues(seed, day))
    )
    return Growing(HEADER, (versions,))


def _printed(seconds: Ints, values: Floats) -> bytes:
    stamped = printing.stamps(seconds, facts.MINUTES)
    table = pl.DataFrame(values.astype(np.int64), orient="row")
    cells = [pl.concat_str(pl.lit(","), name) for name in table.columns]
    line = table.select(pl.concat_str(pl.lit('"'), stamped, pl.lit('"'), *cells)).to_series()
    return ("\n".join(line.to_list()) + "\n").encode()
