"""P-7A: temperatures that the load forecast uses, by station and day, forecast and actual.

Long by station and day, with four extremes side by side, in degrees Fahrenheit; a row is a forecast or,
for a day that is over, an actual. Two dates stand in each row, `Forecast Date` and `Vintage Date`,
and readers disagree on which of them is the day of issue. The bytes decide: one file is one issue, so
the date that all its forecasts share is the issue and the other is the day that they are for; a file
in which that does not tell is refused. The issue is the day of the file's name.

An extreme belongs to a whole day and its stamp is the day's first instant; no length is made up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from tieline.datasets import STATION_WEATHER, STATION_WEATHER_FORECAST
from tieline.errors import DriftFound, WrongReport
from tieline.feeds import FINAL, ROLLING, Column, DailyFile, Feed, Label, Report
from tieline.normalise.wide import side_by_side
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.moments import moments
from tieline.sources.nyiso.publisher import NYISO
from tieline.values.normalised import UNREAD

_VARIABLES = {
    "Max Temp": "temperature_max",
    "Min Temp": "temperature_min",
    "Max Wet Bulb": "wet_bulb_max",
    "Min Wet Bulb": "wet_bulb_min",
}
_DATES = ("Forecast Date", "Vintage Date")
_FORM = "%m/%d/%Y"
_by_variable = side_by_side(_VARIABLES, name="Printed", id="Variable", cell="Number")


def _issue_and_day(forecasts: pl.DataFrame) -> tuple[str, str]:
    """The names of the issue's column and of the other. Raises: DriftFound."""
    several = [forecasts[name].drop_nulls().n_unique() > 1 for name in _DATES]
    if several == [False, True]:
        return _DATES
    if several == [True, False]:
        return _DATES[1], _DATES[0]
    raise DriftFound(
        "nyiso:P-7A: exactly one of Forecast Date and Vintage Date should be the same in all "
        "forecasts, so the day of issue is not known; the bytes are kept"
    )


def _rows_of(actual: bool) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """A reshape that keeps actual rows or the others, with their `Issue` and their `Day`.

    A line that could not be read may have been either. A file of a header alone says nothing.
    """

    def rows(table: pl.DataFrame) -> pl.DataFrame:
        measured = (pl.col("Vintage").str.to_uppercase() == "ACTUAL").fill_null(False)
        issue, day = _issue_and_day(table.filter(~measured)) if table.height else _DATES
        asked = table["asked_day"].first() if table.height else None
        read = moments(table[issue], (_FORM,))
        _check_issue(asked, read["local"].drop_nulls().unique())
        told = table.with_columns(read["said"].alias("Issue"), pl.col(day).alias("Day"))
        kept = (measured == actual) | pl.col(UNREAD).is_not_null()
        return _by_variable(told.filter(kept).drop("asked_day"))

    return rows


def _check_issue(asked: object, issues: pl.Series) -> None:
    """Raises: WrongReport if a file of a named day was issued on none of its dates."""
    found = issues.dt.date().sort().to_list()
    if isinstance(asked, date) and found and asked not in found:
        raise WrongReport(f"nyiso:P-7A: the file was issued on {found[0]}, asked was {asked}")


FORECAST = Report(
    publisher=NYISO,
    code="P-7A",
    title="Weather forecast used for the load forecast",
    at=DailyFile(
        path="csv/lfweather/{day:%Y%m%d}lfweather.csv",
        archive="csv/lfweather/{month:%Y%m%d}lfweather_csv.zip",
        typical_bytes=8_000,
    ),
    since=date(2008, 9, 1),
    label=Label(
        kind="instant",
        column=("Day",),
        formats=(_FORM,),
        zone=NYISO.zone,
        grid=None,
        repeated="row_order",
    ),
    columns=(
        Column("station_id", ("Station ID",)),
        Column("variable", ("Variable",)),
        Column("vintage_utc", ("Issue",), "instant"),
        Column("value", ("Number",), "number"),
    ),
    header=(*((name,) for name in (*_DATES, "Vintage", "Station ID")), *((n,) for n in _VARIABLES)),
    constants=(("unit", "degF"),),
    others=HEADERS,
    final_newline=True,
    asked_day=True,
    vintage="printed",
    days=8,
    own_days=True,
    reshape=_rows_of(actual=False),
    absence=FINAL,
    every=timedelta(hours=1),
    promised_within=timedelta(days=1),
    settles_after=timedelta(hours=2),
    established_by="code: columns of three working clients, which of the dates is which is read from the file",
)

ACTUAL = replace(
    FORECAST,
    code="P-7A-ACTUAL",
    title="Weather that the load forecast's stations had",
    columns=tuple(one for one in FORECAST.columns if one.name != "vintage_utc"),
    vintage=None,
    reshape=_rows_of(actual=True),
    # Most lines are forecasts, and one that could not be read is counted among a few actuals.
    reject_share=0.1,
    absence=ROLLING,
)

WEATHER_FEEDS = (
    Feed("iso.da.station_weather_forecast.nyiso", STATION_WEATHER_FORECAST, (FORECAST,)),
    Feed("iso.rt.station_weather.nyiso", STATION_WEATHER, (ACTUAL,)),
)
