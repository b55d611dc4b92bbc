"""P-24A real-time prices of fifteen places.

Stamps mark the end: 00:05:00 first, 00:00:00 of the next day last, in the same file; no zone word,
so the repeated autumn hour is told apart by row order alone. After the newest dispatch row stand the
quarter-hours that the look-ahead run (RTC) has priced; dispatch (RTD) replaces them. Prices of some
days are corrected on the next. The latest dispatch stamp alone is a static file of its own.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from tieline.emulate import dispatch, eastern
from tieline.emulate.growing import Block, Growing, Version, grow, preceded
from tieline.emulate.noise import Ints
from tieline.emulate.nyiso import facts, printing
from tieline.emulate.prices import COUNT, Prices, zonal_prices

HEADER = (
    b'"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)",'
    b'"Marginal Cost Congestion ($/MWHr)"\r\n'
)
_QUARTER = 900
_AHEAD = 1200
"""A quarter-hour is priced in advance from twenty minutes before its end."""
_CORRECTED_DAYS = 0.15
_LATE_ROWS = 0.002
_MIDDLES = [f'"{name}",{ptid}' for name, ptid in facts.PLACES]


def write(seed: int, day: date) -> Growing:
    seconds = dispatch.ends(seed, day)
    prices = zonal_prices(seed, seconds)
    since = dispatch.published(seed, "realtime", seconds, 60, 180)
    closed = dispatch.closing(seed, "realtime", day, int(since[-1]))
    since = dispatch.late(seed, "realtime", seconds, since, _LATE_ROWS)
    blocks = _corrected(seed, day, seconds, prices, grow(_printed(seconds, prices), since))
    return Growing(HEADER, tuple(_advised(seed, day, seconds, blocks)), closed)


def _corrected(
    seed: int, day: date, seconds: Ints, prices: Prices, blocks: list[Block]
) -> list[Block]:
    """Let the prices that are corrected later stand first: congestion that was not there."""
    found = dispatch.revision(
        seed, "realtime", day, share=_CORRECTED_DAYS, entities=COUNT, size=0.5
    )
    if not found:
        return blocks
    touched = found.touches(seconds)
    extra = np.round(np.abs(prices.price[touched]) * (found.factor - 1), 2)
    wrong = Prices(
        np.round(prices.price[touched] + extra, 2) + 0.0,
        prices.losses[touched],
        np.round(prices.congestion[touched] - extra, 2) + 0.0,
    )
    for n, text in zip(touched.tolist(), _printed(seconds[touched], wrong), strict=True):
        blocks[n] = preceded(blocks[n], text, found.at)
    return blocks


def _advised(seed: int, day: date, seconds: Ints, blocks: list[Block]) -> list[Block]:
    """Put the look-ahead run's row before the dispatch row of each quarter-hour."""
    quarters = np.flatnonzero(seconds % _QUARTER == 0)
    opening = eastern.bounds(day)[0] + 60
    ahead = _printed(seconds[quarters], zonal_prices(seed, seconds[quarters], "commitment"))
    for n, text in zip(quarters.tolist(), ahead, strict=True):
        known = max(int(seconds[n]) - _AHEAD, opening)
        blocks[n] = (Version(known, text, advisory=True), *blocks[n])
    return blocks


def _printed(seconds: Ints, prices: Prices) -> list[bytes]:
    stamped = printing.stamps(seconds, facts.SECONDS)
    heads = pl.select(pl.concat_str(pl.lit('"'), stamped, pl.lit('",'))).to_series()
    parts = [printing.cents(part) for part in (prices.price, prices.losses, prices.congestion)]
    return printing.lines(heads, _MIDDLES, parts, "\r\n")
