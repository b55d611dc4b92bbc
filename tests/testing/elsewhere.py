"""A feed as somebody outside this repository would add it, with a writer of its own.

Its publisher prints Central time, hour ending, no word beside the stamp: on the autumn day 02:00 stands
there twice, because the stamp is the label of the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import polars as pl

from tieline.datasets import LOAD
from tieline.feeds import FINAL, Column, DailyFile, Entity, Feed, Label, Publisher, Report
from tieline.testing import CENTRAL, Expectation, Printed

AREAS = ("NORTH", "SOUTH")
HOUR = timedelta(hours=1)
PLAINS = Publisher(
    id="plains",
    name="Plains",
    zone="America/Chicago",
    clock="America/Chicago",
    base_url="https://plains.example/",
)
LOADS = Report(
    publisher=PLAINS,
    code="HOURLY",
    title="Hourly load",
    at=DailyFile(path="load/{day:%Y-%m-%d}.csv"),
    label=Label(
        kind="end",
        column=("Hour Ending",),
        formats=("%Y-%m-%d %H:%M",),
        zone="America/Chicago",
        grid="PT1H",
        repeated="row_order",
    ),
    columns=(Column("area_id", ("Area",)), Column("load_mw", ("MW",), "number")),
    absence=FINAL,
    entities=tuple(Entity(key=(("area_id", area),)) for area in AREAS),
    every=HOUR,
    promised_within=HOUR,
    established_by="code",
)
FEED = Feed("iso.rt.load_hourly.plains", LOAD, (LOADS,))


def spelled(wall: datetime, summer: bool) -> str:
    return f"{wall:%Y-%m-%d %H:%M},"


@dataclass(frozen=True)
class PlainsWriter:
    """Prints hour after hour; the load is the number of the hour, 100 apart for each area."""

    expectation: Expectation = field(
        default_factory=lambda: Expectation(
            clock=CENTRAL,
            marks="end",
            minutes=60,
            twice="order",
            spelled=spelled,
            places=lambda _: len(AREAS),
        )
    )

    def printed(self, day: date) -> Sequence[Printed]:
        start, end = CENTRAL.bounds(day)
        stamps = [start + n * HOUR for n in range(1, (end - start) // HOUR + 1)]
        told = [
            (stamp, area, 100.0 * place + n)
            for n, stamp in enumerate(stamps)
            for place, area in enumerate(AREAS)
        ]
        lines = [
            f"{spelled(CENTRAL.wall(stamp), False)}{area},{mw:g}\n" for stamp, area, mw in told
        ]
        truth = pl.DataFrame(
            told, schema=["stamp_utc", "area_id", "load_mw"], orient="row"
        ).with_columns(
            pl.col("stamp_utc").cast(pl.Datetime("us", "UTC")),
            line=2 + pl.int_range(pl.len(), dtype=pl.Int64),
        )
        data = ("Hour Ending,Area,MW\n" + "".join(lines)).encode()
        return (Printed(data, f"load/{day}.csv", day, end + HOUR, truth),)
