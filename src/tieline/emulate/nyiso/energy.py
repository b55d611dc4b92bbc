"""P-30 and P-31: energy reports, a column an item, and a last line that adds up the hours.

The day-ahead report stands there at once, the hour-ahead one gains a row an hour, and its last line
is written anew each time. The real day-ahead report has some sixty items; eight are played.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from tieline.emulate import eastern
from tieline.emulate.growing import Growing, Version, grow
from tieline.emulate.load import zonal_load
from tieline.emulate.noise import Floats, Ints, chance, smooth
from tieline.emulate.nyiso import facts, printing
from tieline.emulate.nyiso.sheets import hours

ITEMS = {
    "P-30": (
        *("NYISO Load Forecast", "Total Load Scheduled", "Net Imports DNI HQ"),
        *("Net Imports DNI NPX", "Net Imports DNI OH", "Net Imports DNI PJM"),
        *("Gross Imports OH", "Gross Exports OH"),
    ),
    "P-31": ("Generation Scheduled", "Net Imports"),
}


def numbers(code: str, seed: int, day: date) -> tuple[Ints, Sequence[str], dict[str, Floats]]:
    """A day's hours, its items, and what is printed: a row an hour, a column an item."""
    seconds, items = hours(seed, day), ITEMS[code]
    load = zonal_load(seed, seconds).sum(axis=1)[:, None]
    imports = 900 * smooth(seed, "net imports", seconds, len(items), 4 * 3600)
    about = np.array([0.0 if "Imports" in item or "Exports" in item else 1.0 for item in items])
    return seconds, items, {"value": np.round(load * about + imports, 1) + 0.0}


def write(code: str, seed: int, day: date) -> Growing:
    """The file of a day through its life."""
    seconds, items, found = numbers(code, seed, day)
    values = found["value"]
    heads = [printing.stamps(seconds, facts.MINUTES)]
    if code == "P-31":
        heads.append(printing.stamps(seconds + 3600, facts.MINUTES))
    header = ",".join((*(("Start Time", "End Time") if code == "P-31" else ("Date Hour",)), *items))
    columns = [printing.plain(values[:, n]).alias(f"item {n}") for n in range(len(items))]
    named = [head.alias(f"head {n}") for n, head in enumerate(heads)]
    cells = [*named, *columns]
    lines = pl.DataFrame(cells).select(pl.concat_str(pl.all(), separator=",")).to_series()
    drawn = 2 * int(chance(seed, f"{code} posted", day.toordinal()) * 450)
    if code == "P-31":
        since = seconds - 1800 + drawn
    else:
        since = np.full(len(seconds), eastern.midnight(day) - facts.DAY_AHEAD + drawn)
    blocks = grow([f"{line}\r\n".encode() for line in lines], since)
    return Growing(f"{header}\r\n".encode(), (*blocks, _totals(values, since, len(heads))))


def _totals(values: Floats, since: Ints, heads: int) -> tuple[Version, ...]:
    """The last line as it stands after each row that was written."""
    sums = np.round(np.cumsum(values, axis=0), 1) + 0.0
    found: dict[int, bytes] = {}
    for second, row in zip(since.tolist(), sums, strict=True):
        text = ",".join(printing.plain(row).to_list())
        found[second] = f"Total{',' * heads}{text}\r\n".encode()
    return tuple(Version(second, text) for second, text in found.items())
