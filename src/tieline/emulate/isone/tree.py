"""The CSV tree: a day's hourly prices, lines marked C, H, D and T, hours ending 01 to 24 and 02X."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from tieline.emulate import eastern
from tieline.emulate.isone import facts
from tieline.emulate.isone.table import Table
from tieline.emulate.noise import Ints

TITLES = {
    "WW_DALMP_ISO": "Day-Ahead Energy Market Hourly LMP Report",
    "lmp_rt_final": "Final Real-Time Hourly LMP Report",
}
_AUTUMN_HOURS, _SPRING_HOURS = 25, 23


def hours_ending(seconds: Ints) -> list[str]:
    """The n-th hour of the day by its label: 02X after 02 in autumn, no 02 in spring."""
    plain_day = [f"{hour:02}" for hour in range(1, 25)]
    if len(seconds) == _AUTUMN_HOURS:
        return [*plain_day[:2], "02X", *plain_day[2:]]
    if len(seconds) == _SPRING_HOURS:
        return [plain_day[0], *plain_day[2:]]
    return plain_day


def write(stem: str, day: date, table: Table, kinds: dict[str, str]) -> bytes:
    """The file of a day; the day-ahead file quotes the hour, the real-time file does not."""
    quoted = stem == "WW_DALMP_ISO"
    labels = [f'"{hour}"' if quoted else hour for hour in hours_ending(table.seconds)]
    count, width = len(labels), table.places.height
    heads = pl.Series([f'"D","{day:%m/%d/%Y}",{label},' for label in labels])
    middles = pl.Series(
        [f'"{id}","{name}","{kinds[id]}",' for id, name in table.places.select("id", "name").rows()]
    )
    numbers = [pl.Series(values.ravel()).cast(pl.String) for values in table.numbers.values()]
    parts = [pl.lit(",") if n % 2 else pl.lit(numbers[n // 2]) for n in range(2 * len(numbers) - 1)]
    lines = (
        pl.DataFrame(
            [
                heads.gather(np.repeat(np.arange(count), width)).alias("head"),
                middles.gather(np.tile(np.arange(width), count)).alias("middle"),
            ]
        )
        .select(pl.concat_str("head", "middle", *parts))
        .to_series()
        .to_list()
    )
    made = eastern.printed(table.since[:1], "%m/%d/%Y %H:%M:%S %Z")[0]
    comments = (
        f'"C","{TITLES[stem]}"',
        f'"C","Filename: {stem}_{day:%Y%m%d}.csv"',
        f'"C","Report for: {day:%m/%d/%Y} - {day:%m/%d/%Y}"',
        f'"C","Report generated: {made}"',
    )
    trailer = f'"T","{len(lines)} lines"'
    return "\n".join((*comments, facts.CSV_NAMES, facts.CSV_KINDS, *lines, trailer)).encode()
