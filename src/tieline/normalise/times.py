"""Printed stamps to instants, by the report's own rule."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from tieline.errors import DriftFound
from tieline.feeds import Label, Report
from tieline.markettime import (
    local_expr,
    read_labels,
    utc_by_known_time,
    utc_by_offset,
    utc_by_row_order,
)
from tieline.normalise.cells import nothing
from tieline.values.normalised import SOURCE_ROW, UNREAD, Context


def stamp_column(report: Report, table: pl.DataFrame) -> str:
    """The name under which a table has the report's stamp. Raises: DriftFound."""
    return _present(report, _label(report).column, table)


def read_stamps(
    report: Report, table: pl.DataFrame, key: pl.Series, context: Context
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Instants of a table's rows.

    Gives:   `stamp_utc`; and the printed column and text that could not be read, null where all
             could. Rows whose `unread` is set have no stamp and are not complained of here.
    Raises:  ImpossibleTime, AmbiguousTime, DriftFound.
    """
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
