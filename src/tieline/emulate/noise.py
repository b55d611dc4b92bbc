"""Random numbers that are a function of what they are about, not of the order of asking.

Every draw hashes the seed, a stream's name and its keys (a day, an instant, an entity), so any date
can be asked for in any order and by any process, and the same seed gives the same bytes.
"""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint64]
Key = int | Ints

_WORD = (1 << 64) - 1
_STEP = np.uint64(0x9E3779B97F4A7C15)


def bits(seed: int, stream: str, *keys: Key) -> Bits:
    """Hash seed, stream and keys to 64 bits each; keys broadcast like arrays (splitmix64)."""
    word = np.array([seed & _WORD], dtype=np.uint64)
    with np.errstate(over="ignore"):
        for key in (zlib.crc32(stream.encode()), *keys):
            word = _mixed((word ^ np.asarray(key, dtype=np.int64).astype(np.uint64)) + _STEP)
    return word


def uniform(seed: int, stream: str, *keys: Key) -> Floats:
    """Draws in [0, 1), one for each broadcast combination of keys."""
    draws: Floats = (bits(seed, stream, *keys) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return draws


def chance(seed: int, stream: str, *keys: int) -> float:
    """One draw in [0, 1)."""
    return float(uniform(seed, stream, *keys)[0])


def smooth(seed: int, stream: str, seconds: Ints, entities: int, period: float) -> Floats:
    """A curve in [-1, 1] for each entity that bends about once a `period` (seconds).

    Gives one row per instant, one column per entity. It is continuous across days, because its
    anchors stand at multiples of the period since the epoch.
    """
    steps = np.floor(seconds / period).astype(np.int64)
    weight = ((1 - np.cos(np.pi * (seconds / period - steps))) / 2)[:, None]
    columns = np.arange(entities, dtype=np.int64)[None, :]
    before = uniform(seed, stream, steps[:, None], columns)
    after = uniform(seed, stream, steps[:, None] + 1, columns)
    curve: Floats = 2 * (before * (1 - weight) + after * weight) - 1
    return curve


def held(seed: int, stream: str, seconds: Ints, entities: int, period: int) -> Floats:
    """Draws in [0, 1) that stay the same for each `period` (seconds); shape as `smooth`."""
    steps = (seconds // period)[:, None]
    return uniform(seed, stream, steps, np.arange(entities, dtype=np.int64)[None, :])


def jitter(seed: int, stream: str, seconds: Ints, entities: int) -> Floats:
    """Independent draws in [-1, 1) for each instant and entity; shape as `smooth`."""
    columns = np.arange(entities, dtype=np.int64)[None, :]
    draws: Floats = 2 * uniform(seed, stream, seconds[:, None], columns) - 1
    return draws


def _mixed(word: Bits) -> Bits:
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Bits = word ^ (word >> np.uint64(31))
    return mixed
