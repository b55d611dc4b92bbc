"""When the market runs, when its files are written, and what is revised later.

Dispatch keeps a five-minute grid with a few extra runs a day at odd seconds. A row is published a
minute or three after its stamp; a few arrive late; some days are corrected on the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

import numpy as np

from tieline.emulate import eastern
from tieline.emulate.noise import Floats, Ints, chance, uniform

GRID = 300
_BURSTS = (0, 0, 1, 1, 1, 2, 2, 3, 4, 6)
"""Out-of-grid bursts on ten typical days; 2025-02 had 0 to 18 extra stamps a day."""


@dataclass(frozen=True, slots=True)
class Revision:
    """Values of one entity between two instants that were printed wrong until `at`."""

    at: int
    start: int
    end: int
    entity: int
    factor: float

    def touches(self, seconds: Ints) -> Ints:
        """Positions of the instants whose value is revised."""
        return np.flatnonzero((seconds >= self.start) & (seconds < self.end))


def grid(day: date) -> Ints:
    """The regular five-minute starts of a day: 276, 288 or 300."""
    start, end = eastern.bounds(day)
    return np.arange(start, end, GRID, dtype=np.int64)


def starts(seed: int, day: date) -> Ints:
    """Every dispatch instant of a day from 00:00 on, the odd ones included."""
    return np.union1d(grid(day), _odd(seed, day))


def ends(seed: int, day: date) -> Ints:
    """The same runs as a file with end labels lists them: after 00:00, up to the next midnight."""
    stamps = starts(seed, day)
    return np.append(stamps[1:], eastern.bounds(day)[1])


def minutes(seed: int, day: date) -> Ints:
    """Instants of the interface report: whole minutes, some off the grid, now and then one missing."""
    start, end = eastern.bounds(day)
    ordinal = day.toordinal()
    count = (0, 0, 1, 2, 2, 4)[int(chance(seed, "minutes count", ordinal) * 6)]
    draws = uniform(seed, "minutes", ordinal, np.arange(count, dtype=np.int64))
    odd = start + 60 * (draws * ((end - start) // 60)).astype(np.int64)
    stamps = np.union1d(grid(day), odd)
    if chance(seed, "minutes gap", ordinal) < 0.08:
        at = 1 + int(chance(seed, "minutes gap at", ordinal) * (len(stamps) - 2))
        stamps = np.delete(stamps, at)
    return stamps


def published(seed: int, stream: str, seconds: Ints, low: int, high: int) -> Ints:
    """When the row of each stamp is first in the file: even seconds, in order of the stamps."""
    lag = low + uniform(seed, f"{stream} lag", seconds) * (high - low)
    return np.maximum.accumulate(_even(seconds + lag))


def late(seed: int, stream: str, seconds: Ints, since: Ints, share: float) -> Ints:
    """Delay a share of the rows by 10 to 25 minutes."""
    delayed = uniform(seed, f"{stream} late", seconds) < share
    delay = 600 + uniform(seed, f"{stream} late by", seconds) * 900
    return np.where(delayed, _even(since + delay), since)


def closing(seed: int, stream: str, day: date, last: int) -> int:
    """The last write of an ordinary day: 00:05 to 00:15 of the next, after its last row."""
    _, end = eastern.bounds(day)
    at = end + 300 + 2 * int(chance(seed, f"{stream} closing", day.toordinal()) * 300)
    return max(at, last + 2)


def revision(
    seed: int, stream: str, day: date, *, share: float, entities: int, size: float
) -> Revision | None:
    """What is corrected on the next day between 08:00 and 16:00, on a share of the days."""
    ordinal = day.toordinal()
    draw = uniform(seed, f"{stream} revision", ordinal, np.arange(6, dtype=np.int64))
    if draw[0] >= share:
        return None
    opening, end = eastern.bounds(day)
    start = opening + 3600 * int(draw[1] * ((end - opening) // 3600 - 3))
    at = eastern.at_clock(day + timedelta(days=1), time(8)) + 2 * int(draw[3] * 4 * 3600)
    return Revision(
        at=at,
        start=start,
        end=start + 3600 * (1 + int(draw[2] * 3)),
        entity=int(draw[4] * entities),
        factor=1 + size * (1 if draw[5] < 0.5 else -1) * (0.3 + 0.7 * float(draw[5])),
    )


def _odd(seed: int, day: date) -> Ints:
    """Extra runs: bursts of one to three, at least ten seconds from the grid and inside the day."""
    start, end = eastern.bounds(day)
    ordinal = day.toordinal()
    bursts = _BURSTS[int(chance(seed, "bursts", ordinal) * len(_BURSTS))]
    if not bursts:
        return np.empty(0, dtype=np.int64)
    draw = uniform(seed, "burst", ordinal, np.arange(4 * bursts, dtype=np.int64)).reshape(bursts, 4)
    first = start + (draw[:, 0] * (end - start)).astype(np.int64)
    second = first + 60 + (draw[:, 1] * 180).astype(np.int64)
    third = second + 300
    stamps = np.concatenate([first, second[draw[:, 2] < 0.7], third[draw[:, 3] < 0.2]])
    distance = np.minimum(stamps % GRID, GRID - stamps % GRID)
    odd: Ints = stamps[(distance >= 10) & (stamps > start) & (stamps < end)]
    return odd


def _even(seconds: Floats | Ints) -> Ints:
    """Archives keep times in steps of two seconds, so every write falls on one."""
    halves: Ints = np.ceil(seconds / 2).astype(np.int64)
    return 2 * halves
