"""P-58B actual load by five minutes and P-58C integrated load by the hour.

pal:            stamps from 00:00 to 23:55 with seconds, odd runs included, eleven zones in
                alphabetical order, a zone word; header and text quoted; CRLF. A zone can be blank in
                the newest stamp and is filled with the next.
palIntegrated:  hours by their start, the mean of the five-minute loads weighted by their true
                length; written about ten minutes after the hour.
Corrections of the next day show in both files at the same second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl

from tieline.emulate import dispatch, eastern
from tieline.emulate.dispatch import Revision
from tieline.emulate.growing import Growing, grow, preceded
from tieline.emulate.load import COUNT, zonal_load
from tieline.emulate.noise import Floats, Ints, uniform
from tieline.emulate.nyiso import facts, printing

_CORRECTED_DAYS = 0.10
_LATE_ROWS = 0.002
_BLANK_STAMPS = 0.01
_MIDDLES = [f'"{name}",{ptid}' for name, ptid in facts.ZONES]


@dataclass(frozen=True, slots=True)
class Load:
    """What is printed at last, what was printed first, and what lies between; MW by stamp and zone."""

    seconds: Ints
    final: Floats
    first: Floats
    revision: Revision | None


@lru_cache(maxsize=64)
def five_minutes(seed: int, day: date) -> Load:
    seconds = dispatch.starts(seed, day)
    final = np.round(zonal_load(seed, seconds), facts.decimals(day))
    found = dispatch.revision(seed, "load", day, share=_CORRECTED_DAYS, entities=COUNT, size=0.06)
    first = final.copy()
    if found:
        touched = found.touches(seconds)
        wrong = final[touched, found.entity] * found.factor
        first[touched, found.entity] = np.round(wrong, facts.decimals(day))
    return Load(seconds, final, first, found)


def hourly(seed: int, day: date) -> Load:
    """Integrated load: each five-minute value counts for the time until the next."""
    load = five_minutes(seed, day)
    _, end = eastern.bounds(day)
    length = np.diff(np.append(load.seconds, end)).astype(np.float64)[:, None]
    opens = np.flatnonzero(load.seconds % 3600 == 0)

    def integrated(values: Floats) -> Floats:
        energy = np.add.reduceat(values * length, opens, axis=0)
        mean: Floats = np.round(energy / 3600.0, facts.decimals(day))
        return mean

    return Load(load.seconds[opens], integrated(load.final), integrated(load.first), load.revision)


def write_five_minutes(seed: int, day: date) -> Growing:
    load = five_minutes(seed, day)
    since = dispatch.published(seed, "pal", load.seconds, 60, 180)
    closed = dispatch.closing(seed, "pal", day, int(since[-1]))
    since = dispatch.late(seed, "pal", load.seconds, since, _LATE_ROWS)
    filled = np.append(since[1:], closed)
    blocks = grow(_printed(load.seconds, load.final), since)
    blank = np.flatnonzero(uniform(seed, "pal blank", load.seconds) < _BLANK_STAMPS)
    holes = uniform(seed, "pal blank zone", load.seconds[blank], np.array([[0], [1]]))
    hidden = load.first.copy()
    hidden[blank, (holes * COUNT).astype(np.int64)] = np.nan
    if load.revision:
        touched = load.revision.touches(load.seconds)
        wrong = _printed(load.seconds[touched], load.first[touched])
        for n, text in zip(touched.tolist(), wrong, strict=True):
            blocks[n] = preceded(blocks[n], text, load.revision.at)
    for n, text in zip(blank.tolist(), _printed(load.seconds[blank], hidden[blank]), strict=True):
        first, *later = blocks[n]
        blocks[n] = (*preceded((first,), text, int(filled[n])), *later)
    header = b'"Time Stamp","Time Zone","Name","PTID","Load"\r\n'
    return Growing(header, tuple(blocks), closed)


def write_hourly(seed: int, day: date) -> Growing:
    load = hourly(seed, day)
    since = dispatch.published(seed, "palIntegrated", load.seconds + 3600, 480, 720)
    closed = dispatch.closing(seed, "palIntegrated", day, int(since[-1]))
    blocks = grow(_printed(load.seconds, load.final), since)
    if load.revision:
        touched = np.flatnonzero((load.first != load.final).any(axis=1))
        wrong = _printed(load.seconds[touched], load.first[touched])
        for n, text in zip(touched.tolist(), wrong, strict=True):
            blocks[n] = preceded(blocks[n], text, load.revision.at)
    header = b'"Time Stamp","Time Zone","Name","PTID","Integrated Load"\r\n'
    return Growing(header, tuple(blocks), closed)


def _printed(seconds: Ints, values: Floats) -> list[bytes]:
    """Lines by stamp; a missing number is an empty cell."""
    heads = pl.select(
        pl.concat_str(
            pl.lit('"'),
            printing.stamps(seconds, facts.SECONDS),
            pl.lit('","'),
            printing.zone_words(seconds),
            pl.lit('",'),
        )
    ).to_series()
    numbers = printing.plain(values).replace("NaN", "")
    return printing.lines(heads, _MIDDLES, [numbers], "\r\n")
