"""P-32 interface limits and flows, and its static twin with the newest stamp alone.

Stamps from 00:00 to 23:55 without seconds or zone word: in the repeated autumn hour row order alone
tells the two apart. Megawatts, although the header says MWH. 9999 and -9999 (also -9899) mean that no
limit is enforced. Eighteen interfaces in alphabetical order, nineteen with the cable of 2026.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from tieline.emulate import dispatch
from tieline.emulate.flows import Flows, interface_flows, lines_on
from tieline.emulate.growing import Growing, grow, preceded
from tieline.emulate.noise import Ints
from tieline.emulate.nyiso import facts, printing

HEADER = (
    b"Timestamp,Interface Name,Point ID,Flow (MWH),Positive Limit (MWH),Negative Limit (MWH)\r\n"
)
_CORRECTED_DAYS = 0.03
_LATE_ROWS = 0.002


def write(seed: int, day: date) -> Growing:
    seconds = dispatch.minutes(seed, day)
    flows = interface_flows(seed, seconds)
    since = dispatch.published(seed, "ExternalLimitsFlows", seconds, 60, 180)
    closed = dispatch.closing(seed, "ExternalLimitsFlows", day, int(since[-1]))
    since = dispatch.late(seed, "ExternalLimitsFlows", seconds, since, _LATE_ROWS)
    blocks = grow(_printed(day, seconds, flows), since)
    found = dispatch.revision(
        seed, "flows", day, share=_CORRECTED_DAYS, entities=len(lines_on(day)), size=0.2
    )
    if found:
        touched = found.touches(seconds)
        wrong = flows.flow[touched].copy()
        column = lines_on(day)[found.entity]
        wrong[:, column] = np.round(wrong[:, column] * (2 - abs(found.factor)), 2) + 0.0
        first = Flows(wrong, flows.positive[touched], flows.negative[touched])
        for n, text in zip(touched.tolist(), _printed(day, seconds[touched], first), strict=True):
            blocks[n] = preceded(blocks[n], text, found.at)
    return Growing(HEADER, tuple(blocks), closed)


def _printed(day: date, seconds: Ints, flows: Flows) -> list[bytes]:
    listed = list(lines_on(day))
    stamped = printing.stamps(seconds, facts.MINUTES)
    heads = pl.select(pl.concat_str(stamped, pl.lit(","))).to_series()
    middles = [f"{name},{ptid}" for name, ptid in (facts.INTERFACES[n] for n in listed)]
    numbers = [
        printing.plain(values[:, listed]) for values in (flows.flow, flows.positive, flows.negative)
    ]
    return printing.lines(heads, middles, numbers, "\r\n")
