"""Printed cells to canonical cells, and what could not be read."""

from __future__ import annotations

import math

import polars as pl

from tieline.feeds import Column, Report

BAD_COLUMN = "bad_column"
BAD_TEXT = "bad_text"
_INSTANT = pl.Datetime("us", "UTC")


def printed_name(column: Column, table: pl.DataFrame) -> str | None:
    """The name under which a table has a column, None if it has none of its names."""
    return next((name for name in column.printed if name in table.columns), None)


def text_of(column: Column, table: pl.DataFrame) -> pl.Expr:
    """The text of a column, from its substitute where it is blank; null where the table lacks it."""
    names = [printed_name(column, table), *column.otherwise]
    present = [pl.col(name) for name in names if name is not None and name in table.columns]
    return pl.coalesce(present) if present else pl.lit(None, dtype=pl.String)


def read_cells(
    report: Report, key_names: tuple[str, ...], table: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Canonical columns of a printed table, and its first unreadable cell per row.

    Gives:   canonical columns in the table's order of rows: text as printed, numbers with sentinels
             null and the sign turned where the publisher's differs; and `bad_column`, `bad_text`: the
             printed name and text of the first cell that is no finite number, or of a key that is
             blank, null where all cells can be read.
    """
    texts = table.select(text_of(column, table).alias(column.name) for column in report.columns)
    blanked = [
        column
        for column in report.columns
        if column.blank and texts.schema[column.name] == pl.String
    ]
    if blanked:
        texts = texts.with_columns(
            pl.when(~pl.col(column.name).is_in(list(column.blank))).then(pl.col(column.name))
            for column in blanked
        )
    numbers = [column for column in report.columns if column.kind in ("number", "accounting")]
    instants = [column for column in report.columns if column.kind == "instant"]
    read = texts.with_columns(
        *(_finite(_plain(column, texts[column.name])) for column in numbers),
        *(_instant(texts[column.name]) for column in instants),
    )
    bad = _first_bad(report, key_names, table, texts, read)
    cells = read.with_columns(
        *(_turned(column, read[column.name]) for column in numbers),
        *(pl.lit(value).alias(name) for name, value in report.constants),
    )
    return cells, bad


def _plain(column: Column, text: pl.Series) -> pl.Series:
    """The text of a number; `($1,020.93)` is -1020.93."""
    if column.kind != "accounting":
        return text
    bare = text.str.replace_all(r"[$,\s]", "")
    return bare.str.replace(r"^\((.*)\)$", "-${1}")


def _finite(text: pl.Series) -> pl.Series:
    """A number, null where the text is none: blank, words, NaN and infinity alike."""
    number = text if text.dtype == pl.Float64 else text.cast(pl.Float64, strict=False)
    if math.isfinite(number.sum()):
        return number
    return _where(number, pl.col(number.name).is_finite())


def _instant(text: pl.Series) -> pl.Series:
    """An instant in UTC from a stamp with its offset, null where the text is none."""
    if text.null_count() == text.len():
        return text.cast(_INSTANT)
    frame = text.to_frame()
    return frame.select(
        pl.col(text.name).str.to_datetime("%+", strict=False, time_unit="us", time_zone="UTC")
    ).to_series()


def _turned(column: Column, number: pl.Series) -> pl.Series:
    """A read number without sentinels, with our sign, and never minus zero."""
    if any((number == sentinel).any() for sentinel in column.sentinels):
        number = _where(number, ~pl.col(number.name).is_in(list(column.sentinels)))
    signed = number if column.sign == 1 else number * float(column.sign)
    zero = signed == 0.0
    if not zero.any():
        return signed
    return pl.Series(signed.name, [0.0]).zip_with(zero, signed)


def _where(number: pl.Series, kept: pl.Expr) -> pl.Series:
    """A column that is null where it is not kept."""
    frame = number.to_frame()
    return frame.select(pl.when(kept).then(pl.col(number.name))).to_series()


def _first_bad(
    report: Report,
    key_names: tuple[str, ...],
    table: pl.DataFrame,
    texts: pl.DataFrame,
    read: pl.DataFrame,
) -> pl.DataFrame:
    """The first cell of each row that cannot be read, or that is a blank key."""
    columns: list[pl.Expr] = []
    cells: list[pl.Expr] = []
    for column in report.columns:
        text, number = texts[column.name], read[column.name]
        is_key = column.kind in ("text", "instant") and column.name in key_names
        if is_key and number.null_count() == 0:
            continue
        if not is_key and text.null_count() == number.null_count():
            continue
        wrong = number.is_null() if is_key else text.is_not_null() & number.is_null()
        printed = printed_name(column, table) or column.printed[0]
        columns.append(pl.when(wrong).then(pl.lit(printed)).otherwise(None))
        cells.append(pl.when(wrong).then(text.cast(pl.String).fill_null("")).otherwise(None))
    if not columns:
        return pl.DataFrame([nothing(BAD_COLUMN, table.height), nothing(BAD_TEXT, table.height)])
    return table.select(
        pl.coalesce(columns).alias(BAD_COLUMN),
        pl.coalesce(cells).alias(BAD_TEXT),
    )


def nothing(name: str, height: int) -> pl.Series:
    """A column of text in which every cell is null."""
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, height)
