"""Proof of time: the whole battery and every mutant, with their figures.

Alone: `python -m scripts.proof --only time --print`.
"""

from __future__ import annotations

import time
import zoneinfo
from collections import Counter
from datetime import UTC, date, datetime

import polars as pl

from scripts.proof_words import Disproved
from tieline.sources import FEEDS
from tieline.testing import battery, change_days, leaders, noted_days
from tieline.testing.mutants import TELLING_DAYS, Hunted, hunt, mutants
from tieline.testing.nyiso import SEED
from tieline.testing.writers import SURVIVORS, WRITERS

FIRST, END = datetime(2015, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


def run(share: float = 1.0) -> str:
    """Every report on every noted day, every mutant with every zone: a section in markdown.

    `share` takes that part of the days.
    Raises: Disproved if the battery finds anything, or a mutant survives that nobody explained.
    """
    began = time.perf_counter()
    days = every(share, days_of_all())
    found = battery(FEEDS, WRITERS, days)
    battery_seconds = time.perf_counter() - began
    if not found.passed:
        raise Disproved(found.summary())
    began = time.perf_counter()
    hunted = hunt_all([*TELLING_DAYS, *every(share, [*change_days()]), *days])
    mutant_seconds = time.perf_counter() - began
    return _section(found.summary(), battery_seconds, len(days), hunted, mutant_seconds)


def every(share: float, days: list[date]) -> list[date]:
    """A part of the days, spread over all of them."""
    return days[:: max(1, round(1 / share))]


def days_of_all() -> list[date]:
    """Change days, leap days, New Years, and the days of each report's own changes."""
    return sorted(
        {
            *noted_days(),
            *(day for one in WRITERS.values() for day in noted_days(one.expectation.cutovers)),
        }
    )


def hunt_all(days: list[date]) -> list[Hunted]:
    """Every mutant of every report; labels are moved to every zone that ever shows another time."""
    found: list[Hunted] = []
    for feed, report in leaders(FEEDS):
        if report.label is not None:
            zones = zones_unlike(report.label.zone)
            found += hunt(mutants(feed, report, zones), WRITERS[report.name], days)
    return found


def zones_unlike(zone: str) -> list[str]:
    """Zones whose clock shows another time than this one's at some hour of 2015 to 2035."""
    hours = pl.datetime_range(FIRST, END, "1h", time_unit="us", eager=True)
    own = _clock(hours, zone)
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC")
    return [name for name in names if not _clock(hours, name).equals(own)]


def _clock(hours: pl.Series, zone: str) -> pl.Series:
    return hours.dt.convert_time_zone(zone).dt.replace_time_zone(None)


def _section(
    table: str, battery_seconds: float, days: int, hunted: list[Hunted], mutant_seconds: float
) -> str:
    survived = [one.mutant.name for one in hunted if one.finding is None]
    unexplained = [name for name in survived if name not in SURVIVORS]
    killed = len(hunted) - len(survived)
    if unexplained or killed < 0.99 * len(hunted):
        named = ", ".join(unexplained)
        raise Disproved(f"{killed} of {len(hunted)} mutants are found; not explained: {named}")
    by = Counter(one.finding.check for one in hunted if one.finding)
    fields = Counter(one.mutant.field for one in hunted)
    zones = fields.pop("label.zone", 0)
    lines = [
        f"Seed {SEED}, {datetime.now(UTC):%Y-%m-%d}. Every report on {days} days of 2015 to 2035 (every "
        "change of the clock with the days around it, leap days, New Year, cutovers): no finding.",
        "",
        table,
        "",
        f"Battery: {battery_seconds:.0f} s. Mutants: {killed} of {len(hunted)} found "
        f"({killed / len(hunted):.2%}), {mutant_seconds:.0f} s.",
        "",
        f"Labels moved to another zone of the database: {zones}. The other {fields.total()} mutants by "
        f"field: {_counts(fields)}.",
        "",
        f"Found by: {_counts(by)}.",
        "",
        "Survivors: " + ("none." if not survived else ""),
        *(f"- {name}: {SURVIVORS[name]}" for name in survived),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())
