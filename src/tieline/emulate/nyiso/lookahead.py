"""P-42: runs of the look-ahead commitment, every quarter hour, four quarters ahead, at two ties.

A run is printed some minutes after its execution time, all its steps at once.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from tieline.emulate import dispatch, eastern
from tieline.emulate.growing import Growing, grow
from tieline.emulate.noise import Ints, jitter
from tieline.emulate.nyiso import facts, printing
from tieline.emulate.prices import PLACES, zonal_prices

STEPS = 4
QUARTER = 900
TIES = (
    ("N.E._GEN_SANDY PD", 24062, "NPX"),
    ("PJM_GEN_KEYSTONE", 24065, "PJM"),
)
HEADER = (
    b"RTC Execution Time,RTC End Time Stamp,RTC Timestep,Gen Name,Gen PTID,Gen LBMP,"
    b"External RTO CTS Price\r\n"
)
_PLACES = [place[0] for place in PLACES]


def runs(day: date) -> Ints:
    """Execution times of a day: 92, 96 or 100."""
    return np.arange(*eastern.bounds(day), QUARTER, dtype=np.int64)


def numbers(seed: int, day: date) -> pl.DataFrame:
    """What a day's runs say, in the order of lines: `run` and `end` in epoch seconds, `step`, `name`,
    `ptid`, New York's `lbmp` and the neighbour's `external` price."""
    executed = np.repeat(runs(day), STEPS)
    steps = np.tile(np.arange(1, STEPS + 1, dtype=np.int64), len(executed) // STEPS)
    ends = executed + QUARTER * steps
    price = zonal_prices(seed, ends, "commitment").price
    frames = []
    for n, (name, ptid, place) in enumerate(TIES):
        here = price[:, _PLACES.index(place)] + jitter(seed, f"rtc {n}", executed + steps, 1)[:, 0]
        there = here + 4 * jitter(seed, f"cts {n}", executed + steps, 1)[:, 0]
        frames.append(
            pl.DataFrame(
                {
                    "run": executed,
                    "end": ends,
                    "step": steps,
                    "name": name,
                    "ptid": str(ptid),
                    "lbmp": np.round(here, 2) + 0.0,
                    "external": np.round(there, 2) + 0.0,
                }
            )
        )
    return pl.concat(frames).sort("run", "step", maintain_order=True)


def write(seed: int, day: date) -> Growing:
    table = numbers(seed, day)
    lines = table.select(
        pl.concat_str(
            printing.stamps(table["run"].to_numpy(), facts.SECONDS).alias("a"),
            printing.stamps(table["end"].to_numpy(), facts.SECONDS).alias("b"),
            "step",
            "name",
            "ptid",
            printing.cents(table["lbmp"].to_numpy()).alias("c"),
            printing.cents(table["external"].to_numpy()).alias("d"),
            separator=",",
        )
        + "\r\n"
    ).to_series()
    texts, each = lines.to_list(), STEPS * len(TIES)
    blocks = ["".join(texts[n : n + each]).encode() for n in range(0, len(texts), each)]
    since = dispatch.published(seed, "P-42", runs(day), 120, 300)
    return Growing(
        HEADER, tuple(grow(blocks, since)), dispatch.closing(seed, "P-42", day, int(since[-1]))
    )
