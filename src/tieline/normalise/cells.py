"""Printed cells to canonical cells, and what could not be read."""

from __future__ import annotations

import polars as pl

from tieline.feeds import Column, Report

BAD_COLUMN = "bad_column"
BAD_TEXT = "bad_text"


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
    numbers = [column for column in report.columns if column.kind == "number"]
    read = texts.with_columns(_finite(pl.col(column.name)) for column in numbers)
    bad = _first_bad(report, key_names, table, texts, read)
    cells = read.with_columns(
        *(_turned(column) for column in numbers),
        *(pl.lit(value).alias(name) for name, value in report.constants),
    )
    return cells, bad


def _finite(text: pl.Expr) -> pl.Expr:
    """A number, null where the text is none: blank, words, NaN and infinity alike."""
    number = text.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _turned(column: Column) -> pl.Expr:
    """A read number without sentinels, with our sign, and never minus zero."""
    number = pl.col(column.name)
    kept = pl.when(~number.is_in(list(column.sentinels))).then(number)
    signed = (kept if column.sentinels else number) * column.sign
    return pl.when(signed == 0.0).then(pl.lit(0.0)).otherwise(signed).alias(column.name)


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
        is_key = column.kind == "text" and column.name in key_names
        if is_key and text.null_count() == 0:
            continue
        if not is_key and text.null_count() == number.null_count():
            continue
        wrong = text.is_null() if is_key else text.is_not_null() & number.is_null()
        printed = printed_name(column, table) or column.printed[0]
        columns.append(pl.when(wrong).then(pl.lit(printed)).otherwise(None))
        cells.append(pl.when(wrong).then(text.fill_null("")).otherwise(None))
    if not columns:
        return pl.DataFrame([nothing(BAD_COLUMN, table.height), nothing(BAD_TEXT, table.height)])
    return table.select(
        pl.coalesce(columns).alias(BAD_COLUMN),
        pl.coalesce(cells).alias(BAD_TEXT),
    )


def nothing(name: str, height: int) -> pl.Series:
    """A column of text in which every cell is null."""
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, height)
