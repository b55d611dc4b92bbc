"""P-63 real-time fuel mix: seven rows a stamp, no quotes, CRLF, nothing after the last line.

Stamps mark the end, 00:05 first and 00:00 of the next day last, with a zone word. Until the end of
2016 the header says Gen MWh (the values are MW), the fuels stand in alphabetical order and stamps
have no seconds. On some days the last stamp never arrives (2 of the 29 real days that are known).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from tieline.emulate import dispatch
from tieline.emulate.growing import Growing, grow, preceded
from tieline.emulate.mix import FUELS, generation
from tieline.emulate.noise import Floats, Ints, chance
from tieline.emulate.nyiso import facts, printing

_CORRECTED_DAYS = 0.05
_LATE_ROWS = 0.002
_UNFINISHED_DAYS = 0.05


def stamps(seed: int, day: date) -> Ints:
    """End stamps that the day's file will hold at last; whole minutes where it prints no seconds."""
    seconds = dispatch.ends(seed, day)
    if day < facts.FUELS_REORDERED:
        seconds = np.unique(seconds // 60 * 60)
    unfinished = chance(seed, "rtfuelmix unfinished", day.toordinal()) < _UNFINISHED_DAYS
    return seconds[:-1] if unfinished else seconds


def fuels(day: date) -> tuple[str, ...]:
    """The seven fuels in the order of that day's file."""
    return facts.FUELS if day >= facts.FUELS_REORDERED else facts.FUELS_2016


def write(seed: int, day: date) -> Growing:
    seconds = stamps(seed, day)
    mix = generation(seed, seconds)
    since = dispatch.published(seed, "rtfuelmix", seconds, 60, 180)
    closed = dispatch.closing(seed, "rtfuelmix", day, int(since[-1]))
    since = dispatch.late(seed, "rtfuelmix", seconds, since, _LATE_ROWS)
    blocks = grow(_printed(day, seconds, mix), since)
    found = dispatch.revision(
        seed, "rtfuelmix", day, share=_CORRECTED_DAYS, entities=len(FUELS), size=0.1
    )
    if found:
        touched = found.touches(seconds)
        wrong = mix[touched].copy()
        wrong[:, found.entity] = np.round(wrong[:, found.entity] * found.factor)
        texts = _printed(day, seconds[touched], wrong)
        for n, text in zip(touched.tolist(), texts, strict=True):
            blocks[n] = preceded(blocks[n], text, found.at)
    unit = "MW" if day >= facts.FUELS_REORDERED else "MWh"
    header = f"Time Stamp,Time Zone,Fuel Category,Gen {unit}\r\n".encode()
    return Growing(header, tuple(blocks), closed, unended=True)


def _printed(day: date, seconds: Ints, mix: Floats) -> list[bytes]:
    recent = day >= facts.FUELS_REORDERED
    listed = fuels(day)
    stamped = printing.stamps(seconds, facts.SECONDS if recent else facts.MINUTES)
    heads = pl.select(
        pl.concat_str(stamped, pl.lit(","), printing.zone_words(seconds), pl.lit(","))
    ).to_series()
    ordered = mix[:, [FUELS.index(fuel) for fuel in listed]]
    numbers = pl.Series(np.abs(ordered).ravel()).cast(pl.String)
    return printing.lines(heads, listed, [numbers], "\r\n")
