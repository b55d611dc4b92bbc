"""Does a document list the things that its report is about?"""

from __future__ import annotations

import polars as pl

from tieline.errors import WrongReport
from tieline.feeds import Report

_ENOUGH_CODES = 8
"""A shorter list of codes may be replaced as a whole, and says nothing."""


def check_places(report: Report, rows: pl.DataFrame) -> None:
    """Refuse a table of another report that has the same columns and the same stamps.

    It is another one's if it has none of the codes that this report knows, where it knows many, and at
    least half as many others; or if it has nothing but codes that only another report lists.
    Raises: WrongReport.
    """
    for column, codes in report.codes:
        found = rows[column].unique()
        if 2 * found.len() >= len(codes) >= _ENOUGH_CODES and not found.is_in(list(codes)).any():
            raise WrongReport(
                f"{report.name}: none of the {found.len()} values of {column} is known, "
                f"{_some(found)}: it is another report"
            )
    for column, codes in report.foreign:
        found = rows[column].unique()
        if found.len() and found.is_in(list(codes)).all():
            raise WrongReport(
                f"{report.name}: every {column} is one of another report's, {_some(found)}"
            )


def _some(values: pl.Series) -> str:
    return ", ".join(str(value) for value in values.sort().head(5).to_list())
