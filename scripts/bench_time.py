"""How fast stamps become instants, beside Polars' own `replace_time_zone` in the same run.

Ten million readings, by the order of their rows, which is the dearest way: in a window without a
repeated hour, in one with it (a table written stamp by stamp, and one key by key), and by a flag. Each
round times both, one after the other; the medians of the rounds are told, with the time of the process
on all its threads and by the clock on the wall.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter, process_time

import polars as pl

from tieline.markettime import (
    Convention,
    day_window,
    published,
    read_labels,
    utc_by_row_order,
    write_labels,
)

ZONE = "America/New_York"
STEP = timedelta(minutes=5)
PLAIN = datetime(2026, 5, 1, 4, tzinfo=UTC)
SPRING = datetime(2026, 2, 15, 5, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 15, 4, tzinfo=UTC)
FAST, AMBIGUOUS = 2.0, 3.5


@dataclass(frozen=True, slots=True)
class Case:
    """Readings of several keys from one instant on, and how much dearer than Polars they may be."""

    name: str
    start: datetime
    by_key: bool
    at_most: float

    def table(self, rows: int, keys: int) -> pl.DataFrame:
        count = rows // keys
        end = self.start + (count - 1) * STEP
        instants = pl.datetime_range(self.start, end, STEP, time_unit="us", eager=True)
        local = instants.dt.convert_time_zone(ZONE).dt.replace_time_zone(None).alias("local")
        key = pl.int_range(keys, dtype=pl.Int32, eager=True).alias("key")
        one, other = (key, local) if self.by_key else (local, key)
        return (
            one.to_frame()
            .join(other.to_frame(), how="cross", maintain_order="left_right")
            .with_row_index("source_row", offset=2)
            .with_columns(pl.col("source_row").cast(pl.Int64), text=pl.lit(""))
        )


CASES = (
    Case("no repeated hour", PLAIN, False, FAST),
    Case("a skipped hour", SPRING, False, FAST),
    Case("a repeated hour, stamp by stamp", AUTUMN, False, AMBIGUOUS),
    Case("a repeated hour, key by key", AUTUMN, True, AMBIGUOUS),
)


def measured(job: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the process and of the wall."""
    wall, busy = perf_counter(), process_time()
    job()
    return process_time() - busy, perf_counter() - wall


def compared(case: Case, rows: int, keys: int, rounds: int) -> dict[str, object]:
    """Medians of both ways, and how they stand to each other."""
    table = case.table(rows, keys)
    local = table["local"]
    ambiguous = "earliest" if case.at_most == AMBIGUOUS else "raise"

    def plainly() -> object:
        return local.dt.replace_time_zone(ZONE, ambiguous=ambiguous, non_existent="raise")  # type: ignore[arg-type]

    def ours() -> object:
        return utc_by_row_order(table, ZONE, hourly=False)

    pairs = [(measured(plainly), measured(ours)) for _ in range(rounds)]
    plain, own = ([tuple_[at] for tuple_ in pairs] for at in (0, 1))
    busy = median(one[0] for one in own) / median(one[0] for one in plain)
    wall = median(one[1] for one in own) / median(one[1] for one in plain)
    return {
        "case": case.name,
        "rows": table.height,
        "polars_cpu_s": round(median(one[0] for one in plain), 3),
        "tieline_cpu_s": round(median(one[0] for one in own), 3),
        "cpu_ratio": round(busy, 2),
        "wall_ratio": round(wall, 2),
        "at_most": case.at_most,
        "held": busy <= case.at_most,
    }


def flagged(rows: int, keys: int) -> dict[str, object]:
    """A long day's text labels with a flag, from text to instants: rows in a second."""
    convention: Convention = published("ercot:hour ending")
    start, end = day_window(convention.zone, AUTUMN.date() + timedelta(days=17))
    hours = pl.datetime_range(start, end, "1h", closed="right", time_unit="us", eager=True)
    day = write_labels(convention, hours)
    repeats = max(1, rows // (keys * hours.len()))
    labels = pl.concat([day] * (keys * repeats), rechunk=True)
    _, wall = measured(lambda: read_labels(convention, labels))
    return {
        "case": "text with a flag",
        "rows": labels.height,
        "rows_a_second": int(labels.height / wall),
    }


def main() -> None:
    """Exit code 1 if a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--keys", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    found = [compared(case, asked.rows, asked.keys, asked.rounds) for case in CASES]
    print(json.dumps([*found, flagged(asked.rows // 10, asked.keys)], indent=2))
    sys.exit(0 if all(one["held"] for one in found) else 1)


if __name__ == "__main__":
    main()
