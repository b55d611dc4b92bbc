"""A printed table to canonical rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import polars as pl

from tieline.datasets.rows import identity, read_schema
from tieline.errors import Unreadable
from tieline.feeds import PRINT_RANK, Label, Report
from tieline.markettime import day_start, market_day, market_day_expr, with_intervals
from tieline.normalise.cells import BAD_COLUMN, BAD_TEXT, read_cells
from tieline.normalise.times import by_runs, read_stamps, stamp_column
from tieline.schema import Dataset
from tieline.values import REJECTED
from tieline.values.normalised import SOURCE_ROW, UNREAD, Context, Normalised

_ASIDE = "aside"
_LINE = "line"


def normalise(
    report: Report, dataset: Dataset, table: pl.DataFrame, context: Context
) -> Normalised:
    """Turn a table in the publisher's words into canonical rows.

    Reads:   what `decode.read` gave for this report.
    Gives:   rows in exactly `read_schema(dataset)`, in the file's order, with equal keys still in;
             every other row of the table in `rejected`: a line that does not fit the header (column
             `line`), a cell that is no number or time, a blank key, an advisory row.
    Time:    the label's rule; `market_day` is the market zone's day in which the interval begins.
    Raises:  ImpossibleTime, AmbiguousTime, DriftFound; Unreadable if the report has no label.
    """
    if report.label is None and dataset.stamped:
        raise Unreadable(f"{report.name} states no time label: its rows cannot be placed")
    long = _reshaped(report, table, context)
    if report.label is None or not dataset.stamped:
        stamped = _without_times(report, dataset, long, context)
    else:
        stamped = _with_times(report, report.label, dataset, long, context)
    good, unreadable = _parted(stamped, BAD_COLUMN)
    if report.derive is not None:
        known = pl.lit(context.known_at_utc, dtype=pl.Datetime("us", "UTC"))
        good = report.derive(good.with_columns(known_at_utc=known))
        if unreadable.height:
            unreadable = _derived(report.derive, unreadable.with_columns(known_at_utc=known))
    aside = good.clear()
    if _ASIDE in good.columns:
        good, aside = _parted(good, _ASIDE)
    warnings = _new_columns(report, table)
    if unreadable.height == aside.height == 0:
        none = pl.DataFrame(schema=REJECTED)
        keys = good.clear().select(identity(dataset))
        return Normalised(_exactly(good, dataset), long.height, none, keys, keys, warnings=warnings)
    unreadable = unreadable.with_columns(reason=pl.lit("unreadable"))
    rejected = pl.concat([unreadable, _as_rejected(aside, report, long)], how="diagonal")
    keys = rejected.select(identity(dataset))
    complete = keys.drop_nulls()
    return Normalised(
        rows=_exactly(good, dataset),
        rows_read=long.height,
        rejected=rejected.sort(SOURCE_ROW, maintain_order=True)
        .select(SOURCE_ROW, column=BAD_COLUMN, text=BAD_TEXT, reason="reason")
        .cast(REJECTED),
        rejected_keys=complete.unique(maintain_order=True),
        unread=unreadable.select(identity(dataset)),
        blind=complete.height < keys.height,
        cut_off=_cut_off(long),
        warnings=warnings,
    )


def _derived(
    derive: Callable[[pl.DataFrame], pl.DataFrame], unreadable: pl.DataFrame
) -> pl.DataFrame:
    """Rejected rows with what is derived: a key may be, and theirs must be their fact's.

    What has no time has no complete key either.
    """
    timed = pl.col("stamp_utc").is_not_null()
    placed, rest = unreadable.filter(timed), unreadable.filter(~timed)
    if placed.is_empty():
        return unreadable
    both = [derive(placed).drop(_ASIDE, strict=False), rest]
    return pl.concat(both, how="diagonal_relaxed")


def _reshaped(report: Report, table: pl.DataFrame, context: Context) -> pl.DataFrame:
    if report.reshape is None:
        return table
    if not report.asked_day:
        return report.reshape(table)
    day = pl.lit(context.day, dtype=pl.Date).alias("asked_day")
    return report.reshape(table.with_columns(day))


def _parted(rows: pl.DataFrame, mark: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows whose mark is null, and the others."""
    if rows[mark].null_count() == rows.height:
        return rows, rows.clear()
    return rows.filter(pl.col(mark).is_null()), rows.filter(pl.col(mark).is_not_null())


def _with_times(
    report: Report, label: Label, dataset: Dataset, table: pl.DataFrame, context: Context
) -> pl.DataFrame:
    """Canonical columns with stamps and intervals, and each row's first unreadable cell."""
    printed_key = tuple(
        name for name in dataset.key_names if name in {c.name for c in report.columns}
    ) or tuple(name for name, _ in report.constants if name in dataset.key_names)
    cells, bad = read_cells(report, printed_key, table)
    # Where every part of the key is implied by the report, there is one series.
    by = printed_key or tuple(name for name, _ in report.constants)[:1]

    def key() -> pl.Series:
        return cells.select(pl.struct(by).rank("dense") if len(by) > 1 else by).to_series()

    stamp, bad_stamp, bad_stamp_text = read_stamps(report, table, key, context)
    unread = table[UNREAD]
    rows = cells.with_columns(
        table[SOURCE_ROW],
        stamp.alias("stamp_utc"),
        pl.Series(_PRINTED_STAMP, table[stamp_column(report, table)]),
    )
    if _ASIDE in table.columns:
        rows = rows.with_columns(table[_ASIDE])
    rows = with_intervals(rows, label.kind, label.step, by)
    first_bad = pl.DataFrame(
        {"line": unread, "stamp": bad_stamp, "stamp_text": bad_stamp_text}
    ).hstack(bad)
    rows = rows.hstack(_first_bad(first_bad))
    days = by_runs(rows["interval_start_utc"], partial(market_day_expr, label.zone))
    rows = rows.with_columns(
        days.alias("market_day"),
        _print(report, cells).alias("print"),
        pl.lit(label.grid if label.regular else None, dtype=pl.String).alias("resolution"),
    )
    return _with_vintage(report, label, rows, context) if report.vintage else rows


def _print(report: Report, cells: pl.DataFrame) -> pl.Expr:
    """The print that a row says, else the report's."""
    if "print" not in cells.columns:
        return pl.lit(report.print)
    said = pl.col("print").str.to_lowercase()
    return pl.when(said.is_in(list(PRINT_RANK))).then(said).otherwise(pl.lit(report.print))


def _without_times(
    report: Report, dataset: Dataset, table: pl.DataFrame, context: Context
) -> pl.DataFrame:
    """Canonical columns of entities: no stamp, no interval; the market day is that of the listing."""
    printed_key = tuple(
        name for name in dataset.key_names if name in {c.name for c in report.columns}
    )
    cells, bad = read_cells(report, printed_key, table)
    day = context.day or market_day(report.publisher.zone, context.known_at_utc)
    never = pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    nothing = pl.lit(None, dtype=pl.String)
    found = bad.with_columns(table[UNREAD].alias("line"), stamp=nothing, stamp_text=nothing)
    return cells.with_columns(
        table[SOURCE_ROW],
        pl.lit(day).alias("market_day"),
        pl.lit(report.print).alias("print"),
        nothing.alias("resolution"),
        nothing.alias(_PRINTED_STAMP),
        *(never.alias(f"{name}_utc") for name in ("stamp", "interval_start", "interval_end")),
    ).hstack(_first_bad(found))


def _first_bad(found: pl.DataFrame) -> pl.DataFrame:
    """The first that cannot be read of each row: the whole line, else its stamp, else a cell."""
    marks = ("line", "stamp", BAD_COLUMN)
    if all(found[name].null_count() == found.height for name in marks):
        return found.select(BAD_COLUMN, BAD_TEXT)
    broken = pl.col("line").is_not_null()
    return found.select(
        pl.when(broken)
        .then(pl.lit(_LINE))
        .otherwise(pl.coalesce("stamp", BAD_COLUMN))
        .alias(BAD_COLUMN),
        pl.when(broken)
        .then("line")
        .when(pl.col("stamp").is_not_null())
        .then("stamp_text")
        .otherwise(BAD_TEXT)
        .alias(BAD_TEXT),
    )


_PRINTED_STAMP = "printed_stamp"


def _with_vintage(
    report: Report, label: Label, rows: pl.DataFrame, context: Context
) -> pl.DataFrame:
    """Vintage and issue of a forecast whose file is one forecast.

    Without a day the file's is that of its first stamp.
    """
    if report.vintage == "printed":
        return rows.with_columns(
            pl.col("vintage_utc").alias("issued_at_utc"), pl.lit("published").alias("issued_basis")
        )
    day: date | None = context.day
    if day is None:
        first = rows.sort(SOURCE_ROW)["stamp_utc"].drop_nulls().head(1)
        day = market_day(label.zone, first.item()) if first.len() else None
    vintage = day_start(label.zone, day) if day else None
    instant = pl.Datetime("us", "UTC")
    return rows.with_columns(
        pl.lit(vintage, dtype=instant).alias("vintage_utc"),
        pl.lit(context.known_at_utc, dtype=instant).alias("issued_at_utc"),
        pl.lit(context.known_basis).alias("issued_basis"),
    )


def _as_rejected(aside: pl.DataFrame, report: Report, table: pl.DataFrame) -> pl.DataFrame:
    if aside.is_empty():
        return aside
    where = stamp_column(report, table) if report.label else _LINE
    return aside.with_columns(
        pl.lit(where).alias(BAD_COLUMN),
        pl.col(_PRINTED_STAMP).cast(pl.String).alias(BAD_TEXT),
        reason=pl.col(_ASIDE) if _ASIDE in aside.columns else pl.lit(None, dtype=pl.String),
    )


def _exactly(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """The dataset's columns in their order and types; one that nothing fills is null."""
    have = rows.schema
    return rows.select(
        name if have.get(name) == kind else _cast(rows, name, kind)
        for name, kind in read_schema(dataset).items()
    )


def _cast(rows: pl.DataFrame, name: str, kind: pl.DataType) -> pl.Expr:
    return (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name)


def _cut_off(table: pl.DataFrame) -> int:
    """Rows of the last line if that line is unread: a file still being written ends so."""
    if table[UNREAD].null_count() == table.height:
        return 0
    last = table.filter(pl.col(SOURCE_ROW) == pl.col(SOURCE_ROW).max())
    return last.height - last[UNREAD].null_count()


def _new_columns(report: Report, table: pl.DataFrame) -> tuple[str, ...]:
    if report.open_ended:
        return ()
    said = {name for name, _ in report.layout.said} if report.layout else set()
    known = report.known_columns | said | {SOURCE_ROW, UNREAD}
    new = [name for name in table.columns if name not in known]
    if not new:
        return ()
    return (f"{report.name}: new columns that nothing reads: {', '.join(new)}",)
