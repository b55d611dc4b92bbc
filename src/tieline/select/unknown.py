"""Codes among a feed's newest rows that its reports do not know."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tieline.feeds import Feed
from tieline.select.answer import answer
from tieline.select.lake import Lake
from tieline.select.question import Question

REACH = timedelta(days=1)
"""How far back from the newest stamp rows are looked at."""


def unknown_codes(lake: Lake, feed: Feed) -> pl.DataFrame:
    """Every code that no table of the report knows, in the picked rows of the feed's last day.

    Things without a stamp are looked at whole.
    Gives:  `report`, `column`, `code`, `rows`; no row where all codes are known, or none is told.
    """
    told = [
        (report.name, column, codes) for report in feed.reports for column, codes in report.codes
    ]
    none = pl.DataFrame(
        schema={"report": pl.String, "column": pl.String, "code": pl.String, "rows": pl.Int64}
    )
    if not told or feed.dataset is None:
        return none
    names = {report.name for report in feed.reports}
    stamps = [one.stamp_max_utc for one in lake.ledger.summaries() if one.report in names]
    newest = max((stamp for stamp in stamps if stamp is not None), default=None)
    start = newest - REACH if newest is not None and feed.dataset.stamped else None
    columns = tuple(dict.fromkeys(("report", *(column for _, column, _ in told))))
    rows = answer(lake, Question(dataset=feed.id, start=start, columns=columns)).polars()
    found = [
        rows.filter((pl.col("report") == report) & ~pl.col(column).is_in(list(codes)))
        .group_by("report", pl.col(column).alias("code"))
        .agg(rows=pl.len().cast(pl.Int64))
        .select("report", pl.lit(column).alias("column"), "code", "rows")
        for report, column, codes in told
    ]
    return pl.concat([none, *found]).sort("report", "column", "code")
