"""P-7A: extremes of a day at weather stations: yesterday's as they were, six days as they are forecast.

Which of its two dates is the issue is not established; here it is the vintage.
"""

from __future__ import annotations

from datetime import date, time, timedelta

import numpy as np
import polars as pl

from tieline.emulate import eastern
from tieline.emulate.growing import Growing, Version
from tieline.emulate.noise import chance, smooth

STATIONS = ("ALB", "ART", "BGM", "BUF", "ISP", "NYC", "SYR")
AHEAD = 6
HEADER = (
    b"Forecast Date,Vintage Date,Vintage,Station ID,Max Temp,Min Temp,Max Wet Bulb,Min Wet Bulb\r\n"
)


def numbers(seed: int, day: date) -> pl.DataFrame:
    """The rows of a day's file: `day` and `issue` in epoch seconds, `kind`, `station`, four extremes in
    whole degrees Fahrenheit."""
    days = [day + timedelta(days=n) for n in range(-1, AHEAD)]
    seconds = np.array([eastern.midnight(one) for one in days], dtype=np.int64)
    season = -np.cos((seconds / 86400 % 365.25 - 20) / 365.25 * 2 * np.pi)[:, None]
    count = len(STATIONS)
    middle = 50 + 25 * season + 12 * smooth(seed, "weather", seconds, count, 3 * 86400)
    middle[1:] += 3 * smooth(seed, f"weather seen {day}", seconds[1:], count, 86400)
    swing = 9 + 4 * smooth(seed, "weather swing", seconds, count, 2 * 86400)
    wet = 6 + 4 * smooth(seed, "weather wet", seconds, count, 86400)
    extremes = {
        "max": middle + swing,
        "min": middle - swing,
        "wet max": middle + swing - wet,
        "wet min": middle - swing - wet / 3,
    }
    return pl.DataFrame(
        {
            "day": np.repeat(seconds, count),
            "issue": np.full(count * len(days), eastern.midnight(day), dtype=np.int64),
            "kind": ["Actual"] * count + ["Forecast"] * count * AHEAD,
            "station": list(STATIONS) * len(days),
            **{name: np.round(values).ravel() + 0.0 for name, values in extremes.items()},
        }
    )


def write(seed: int, day: date) -> Growing:
    table = numbers(seed, day)
    dates = [
        eastern.printed(table[name].to_numpy(), "%m/%d/%Y").alias(name) for name in ("day", "issue")
    ]
    whole = [pl.col(name).cast(pl.Int64).cast(pl.String) for name in table.columns[4:]]
    line = pl.concat_str(*dates, "kind", "station", *whole, separator=",") + "\r\n"
    written = eastern.at_clock(day, time(7, 10)) + 2 * int(
        chance(seed, "P-7A", day.toordinal()) * 900
    )
    return Growing(HEADER, ((Version(written, "".join(table.select(line).to_series()).encode()),),))
