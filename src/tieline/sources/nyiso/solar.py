"""P-70A and P-70B: solar panels behind the meter, estimated and forecast.

Long: a row a zone and hour, and one of the whole system, `SYSTEM`, which is the sum of
the zones and never added to them. Zones stand there by name alone. The estimate appears some eight
hours after its day has ended, the forecast of a day at 07:55 on the day before. About twenty whole
days of the estimate are missing since 2021.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from tieline.datasets import RENEWABLE_ACTUAL, RENEWABLE_FORECAST
from tieline.feeds import FINAL, Column, DailyFile, Entity, Feed, Report
from tieline.sources.nyiso.codes import SYSTEM, ZONES
from tieline.sources.nyiso.load import INTEGRATED

_AREAS = {name: ptid for ptid, name, _ in ZONES} | {"SYSTEM": SYSTEM}
_FUEL = "Behind-the-Meter Solar"
_SEEN = date(2025, 11, 13)
"""Day of the survey that the layout is known from."""


def _with_area_and_fuel(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(_by_id("area_id"), pl.lit("solar_behind_the_meter").alias("fuel"))


def _by_id(column: str) -> pl.Expr:
    """A zone's PTID for its name; an unknown name stays as printed."""
    return pl.col(column).str.to_uppercase().replace(_AREAS).alias(column)


def _at(folder: str, stem: str) -> DailyFile:
    return DailyFile(
        path=f"csv/{folder}/{{day:%Y%m%d}}{stem}.csv",
        archive=f"csv/{folder}/{{month:%Y%m%d}}{stem}_csv.zip",
        typical_bytes=10_000,
    )


ESTIMATED: Report = replace(
    INTEGRATED,
    code="P-70A",
    title="Behind-the-meter solar, estimated actual",
    at=_at("btmactualforecast", "BTMEstimatedActual"),
    columns=(
        Column("area_id", ("Zone Name",)),
        Column("generation_mw", ("MW Value",), "number"),
    ),
    constants=(("fuel_printed", _FUEL),),
    codes=(("area_id", tuple(_AREAS.values())),),
    derive=_with_area_and_fuel,
    absence=FINAL,
    entities=tuple(
        Entity(key=(("area_id", area), ("fuel_printed", _FUEL)), certain=_SEEN)
        for area in _AREAS.values()
    ),
    due=timedelta(hours=32),
    promised_within=timedelta(hours=36),
    settles_after=timedelta(hours=24),
    established_by="code: columns of a working client",
)

FORECAST: Report = replace(
    ESTIMATED,
    code="P-70B",
    title="Behind-the-meter solar, forecast",
    at=_at("btmdaforecast", "btmdaforecast"),
    vintage="day",
    print="final",
    due=timedelta(hours=-16),
    promised_within=timedelta(hours=2),
    settles_after=timedelta(hours=2),
)


SOLAR_FEEDS = (
    Feed("iso.rt.renewable_actual.nyiso", RENEWABLE_ACTUAL, (ESTIMATED,)),
    Feed("iso.da.renewable_forecast.nyiso", RENEWABLE_FORECAST, (FORECAST,)),
)
