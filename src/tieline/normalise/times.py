"""Printed stamps to instants, by the report's own rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from tieline.errors import AmbiguousTime, DriftFound, ImpossibleTime
from tieline.feeds import Label, Report
from tieline.markettime import (
    changes_between,
    local_expr,
    read_labels,
    run_of_each,
    starts_of,
    utc_by_known_time,
    utc_by_offset,
    utc_by_row_order,
)
from tieline.normalise.cells import nothing
from tieline.values.normalised import SOURCE_ROW, UNREAD, Context

_DAY = timedelta(days=1)
_SHORT = 4
"""Runs of fewer rows than this are not worth to be found."""


def stamp_column(report: Report, table: pl.DataFrame) -> str:
    """The name under which a table has the report's stamp. Raises: DriftFound."""
    return _present(report, _label(report).column, table)


def read_stamps(
    report: Report, table: pl.DataFrame, key: Callable[[], pl.Series], context: Context
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Instants of a table's rows; `key` tells the series apart where the order of rows decides.

    Tables are mostly written stamp by stamp: then each stamp is read once for all rows that follow
    each other with it.
    Gives:   `stamp_utc`; and the printed column and text that could not be read, null where all
             could. Rows whose `unread` is set have no stamp and are not complained of here.
    Raises:  ImpossibleTime, AmbiguousTime, DriftFound.
    """
    runs = _runs(report, table)
    if runs is not None:
        few, place = runs
        stamp = _stamps_of_runs(report, few, context)
        if stamp is not None:
            missing = nothing("bad", table.height)
            return stamp.gather(place), missing, missing
    return _read_each(report, table, key(), context)


def _runs(report: Report, table: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series] | None:
    """The first row of each run of equal stamps, and of each row the run; None if runs are short."""
    label = _label(report)
    if table.height < _SHORT or table[UNREAD].null_count() < table.height:
        return None
    names = [stamp_column(report, table)]
    if label.convention is not None and label.repeated == "convention":
        names = list(dict.fromkeys((*names, *label.convention.columns)))
    if label.repeated == "zone_column":
        names.append(_present(report, label.zone_column, table))
    if not set(names) <= set(table.columns):
        return None
    places = [table[name].rle_id() for name in names]
    place = places[0]
    for other in places[1:]:
        place = place + other
    if len(names) > 1:
        place = place.rle_id()
    last = place[-1]
    if not isinstance(last, int) or last * _SHORT > table.height:
        return None
    return table.select(*names, SOURCE_ROW, UNREAD)[starts_of(place)], place


def _stamps_of_runs(report: Report, few: pl.DataFrame, context: Context) -> pl.Series | None:
    """Stamps of the first rows of runs; None where they need the other rows to be told: to say what
    is wrong with how many, or which pass of a repeated hour a row belongs to."""
    label = _label(report)
    key = pl.Series([""], dtype=pl.String).new_from_index(0, few.height)
    try:
        stamp, column, _ = _read_each(report, few, key, context)
    except (AmbiguousTime, ImpossibleTime):
        return None
    first, last = stamp.min(), stamp.max()
    if stamp.null_count() or column.null_count() < few.height:
        return None
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return None
    ordered = label.convention.repeated if label.convention else label.repeated
    if ordered == "row_order":
        near = changes_between(label.zone, first - _DAY, last + _DAY)
        if any(change.repeated for change in near):
            return None
    return stamp


def by_runs(instants: pl.Series, told: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """What an expression says of a column in which equal values mostly follow each other."""
    starts = starts_of(instants)
    if starts.size * _SHORT > instants.len():
        return instants.to_frame("instant").select(told(pl.col("instant"))).to_series()
    few = instants[starts].to_frame("instant").select(told(pl.col("instant"))).to_series()
    return few[run_of_each(starts, instants.len())]


def _read_each(
    report: Report, table: pl.DataFrame, key: pl.Series, context: Context
) -> tuple[pl.Series, pl.Series, pl.Series]:
    label = _label(report)
    column = stamp_column(report, table)
    if label.repeated == "convention":
        return _by_convention(report, label, table, key, column)
    stamps = table.select(
        pl.col(SOURCE_ROW).alias("source_row"),
        text=pl.col(column),
        local=_local(table, column, label),
    )
    if label.repeated == "zone_column":
        return _by_zone_column(report, label, table, stamps, column)
    no_stamp = pl.col("local").is_null()
    bad = _bad(
        stamps,
        stamps["local"].null_count(),
        pl.when(no_stamp).then(pl.lit(column)),
        pl.when(no_stamp).then(pl.col("text").cast(pl.String).fill_null("")),
    )
    if label.repeated == "row_order":
        stamp = utc_by_row_order(
            stamps.with_columns(key.alias("key")), label.zone, hourly=label.grid == "PT1H"
        )
    else:
        stamp = utc_by_known_time(stamps, label.zone, context.known_at_utc)
    return stamp, bad["bad_column"], bad["bad_text"]


def _by_convention(
    report: Report, label: Label, table: pl.DataFrame, key: pl.Series, column: str
) -> tuple[pl.Series, pl.Series, pl.Series]:
    if label.convention is None:
        raise DriftFound(f"{report.name} states no convention, so its rows have no time")
    for names in label.columns:
        _present(report, names, table)
    convention = replace(label.convention, zone=label.zone)
    whole = table[UNREAD].is_null()
    stamp = read_labels(convention, table, key=key, lines=table[SOURCE_ROW])
    lost = stamp.is_null() & whole
    shown = pl.concat_str(
        [pl.col(name).fill_null("") for name in convention.columns], separator=" "
    )
    bad = table.select(
        bad_column=pl.when(lost).then(pl.lit(column)),
        bad_text=pl.when(lost).then(shown),
    )
    return stamp, bad["bad_column"], bad["bad_text"]


def _local(table: pl.DataFrame, column: str, label: Label) -> pl.Expr:
    """Naive readings; a column that `reshape` made of days and numbered hours has them already."""
    if table.schema[column] == pl.String:
        return local_expr(column, label.formats)
    return pl.col(column).cast(pl.Datetime("us"))


def _by_zone_column(
    report: Report, label: Label, table: pl.DataFrame, stamps: pl.DataFrame, column: str
) -> tuple[pl.Series, pl.Series, pl.Series]:
    zone_column = _present(report, label.zone_column, table)
    word = table[zone_column]
    minutes = pl.col("word").replace_strict(
        dict(label.zone_words), default=None, return_dtype=pl.Int64
    )
    said = stamps.with_columns(word=word).with_columns(offset_minutes=minutes)
    no_stamp, no_zone = pl.col("local").is_null(), pl.col("offset_minutes").is_null()
    bad = _bad(
        said,
        said["local"].null_count() + said["offset_minutes"].null_count(),
        pl.when(no_stamp).then(pl.lit(column)).when(no_zone).then(pl.lit(zone_column)),
        pl.when(no_stamp)
        .then(pl.col("text").fill_null(""))
        .when(no_zone)
        .then(pl.col("word").fill_null("")),
    )
    readable = said.with_columns(
        local=pl.when(~no_zone).then("local"), text=pl.concat_str("text", pl.lit(" "), "word")
    )
    return utc_by_offset(readable, label.zone), bad["bad_column"], bad["bad_text"]


def _bad(stamps: pl.DataFrame, count: int, column: pl.Expr, text: pl.Expr) -> pl.DataFrame:
    """`bad_column` and `bad_text`, which need not be looked for where `count` is 0."""
    if count == 0:
        height = stamps.height
        return pl.DataFrame([nothing("bad_column", height), nothing("bad_text", height)])
    return stamps.select(bad_column=column, bad_text=text)


def _label(report: Report) -> Label:
    if report.label is None:
        raise DriftFound(f"{report.name} states no time label, so its rows have no time")
    return report.label


def _present(report: Report, names: tuple[str, ...], table: pl.DataFrame) -> str:
    for name in names:
        if name in table.columns:
            return name
    raise DriftFound(f"{report.name}: the table has none of the columns {', '.join(names)}")
