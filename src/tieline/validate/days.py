"""Does a document hold the day and the grid that its report and slice say?"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from tieline.errors import WrongReport
from tieline.feeds import Report
from tieline.markettime import Places, starts_of
from tieline.values import Slice

_ENOUGH_STAMPS = 4
_HOUR = timedelta(hours=1)
_FAR_OFF = 6


def check_spacing(report: Report, rows: pl.DataFrame) -> None:
    """Refuse a table whose stamps stand far wider or closer than the report's grid.

    Hourly and five-minute reports of one publisher share their header; their stamps tell them apart.
    Off-grid stamps and holes leave the median step where it was. Where a report lists only what
    occurs, its stamps may stand as far apart as they like; of an hourly report they all mark hours.
    Raises: WrongReport.
    """
    step = report.label.step if report.label else None
    if step is None:
        return
    placed = rows["stamp_utc"].drop_nulls()
    stamps = np.unique(placed.to_physical().to_numpy()[starts_of(placed)])
    if stamps.size < _ENOUGH_STAMPS:
        return
    usual = timedelta(microseconds=float(np.median(np.diff(stamps))))
    regular = report.label is not None and report.label.regular
    wide = usual >= step * _FAR_OFF and (regular or _hourly(stamps, step))
    if wide or usual * _FAR_OFF <= step:
        raise WrongReport(
            f"{report.name} has a stamp every {step}, this file one every {usual}: it is another report"
        )


def _hourly(stamps: Places, step: timedelta) -> bool:
    """Whether stamps of a finer grid, in microseconds, all mark hours."""
    return step < _HOUR and not (stamps % (_HOUR // timedelta(microseconds=1))).any()


def split_strays(
    report: Report, rows: pl.DataFrame, asked: Slice
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that belong to the slice's market day, and the few that do not.

    A forecast file belongs to the day it begins with; later days are its horizon. Where rows say days of
    their own, all belong.
    Raises: WrongReport, naming both days, if the file is another day's.
    """
    if asked.day is None or rows.height == 0 or report.own_days:
        return rows, rows.clear()
    if report.ahead == 0 and (rows["market_day"] == asked.day).all():
        return rows, rows.clear()
    found = _day_of(report, rows)
    first = asked.day + timedelta(days=report.ahead)
    if found != first:
        raise WrongReport(
            f"{report.name}: the file holds {found}, asked was {first}; give it as that day's"
        )
    inside = pl.col("market_day") == asked.day
    if report.days > 1:
        inside = pl.col("market_day") >= first
    return rows.filter(inside), rows.filter(~inside)


def _day_of(report: Report, rows: pl.DataFrame) -> date:
    """The day that most rows have; for a file of several days the first that is not sparse."""
    days = rows.group_by("market_day").len().sort("market_day")
    most = days["len"].max()
    if report.days > 1:
        days = days.filter(pl.col("len") * 2 >= most)
    else:
        days = days.filter(pl.col("len") == most)
    day = days["market_day"][0]
    if not isinstance(day, date):
        raise WrongReport(f"{report.name}: the file's rows have no market day")
    return day
