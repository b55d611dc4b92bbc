"""Columns of wall-clock readings to instants; `instants` has the scalar twins.

Each function takes a table `stamps` with the columns `source_row` (Int64), `text` (as printed),
`local` (naive Datetime, null where the text cannot be read) and what else it names, in any order of
rows, and gives a Series `stamp_utc` in the same order; null stays null.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from tieline.errors import AmbiguousTime, ImpossibleTime
from tieline.markettime.instants import AHEAD, STALE
from tieline.markettime.zones import zone_of

UTC_TYPE = pl.Datetime("us", "UTC")


def local_expr(column: str, formats: tuple[str, ...]) -> pl.Expr:
    """A text column as naive readings: the first format that reads the cell, null if none does."""
    return pl.coalesce(
        pl.col(column).str.to_datetime(form, strict=False, time_unit="us") for form in formats
    )


def utc_by_offset(stamps: pl.DataFrame, zone: str) -> pl.Series:
    """Instants from the offset printed beside each reading, column `offset_minutes`.

    Raises: ImpossibleTime if the zone does not have that offset at that instant.
    """
    checked = stamps.select(
        "source_row",
        "text",
        "local",
        stamp_utc=(pl.col("local") - pl.duration(minutes="offset_minutes"))
        .dt.replace_time_zone("UTC")
        .cast(UTC_TYPE),
    )
    back = pl.col("stamp_utc").dt.convert_time_zone(zone_of(zone).key).dt.replace_time_zone(None)
    wrong = checked.filter(back != pl.col("local"))
    if wrong.height:
        line, text = _first(wrong)
        raise ImpossibleTime(
            f"line {line}: {text!r} contradicts the calendar of {zone}; {wrong.height} rows in all"
        )
    return checked["stamp_utc"]


def utc_by_known_time(stamps: pl.DataFrame, zone: str, known_at_utc: datetime) -> pl.Series:
    """Instants of newest stamps: the latest reading that is not after the known time.

    Raises: ImpossibleTime, and AmbiguousTime where both readings fit and the later is stale.
    """
    read = _candidates(stamps, zone)
    later = pl.col("late") <= known_at_utc + AHEAD
    unclear = read.filter((pl.col("early") != pl.col("late")) & later).filter(
        pl.col("late") < known_at_utc - STALE
    )
    if unclear.height:
        line, text = _first(unclear)
        raise AmbiguousTime(
            f"line {line}: {text!r} happens twice in {zone} and was known only at {known_at_utc}, "
            "too late to tell which"
        )
    chosen = pl.when(later).then("late").otherwise("early")
    return read.select(stamp_utc=chosen)["stamp_utc"]


def utc_by_row_order(stamps: pl.DataFrame, zone: str, *, hourly: bool) -> pl.Series:
    """Instants from the order of rows within each `key`.

    After the clock stepped back inside the repeated hour, everything in that hour is its second
    pass. Equal stamps of one key are a second pass in an hourly table and duplicates in any other.
    A table written stamp by stamp steps back once as a whole; then that step decides for all keys,
    also for one that lacks a pass. An hour that has begun and that nothing follows is its first pass.
    Raises: ImpossibleTime; AmbiguousTime if the hour stands there once although later rows follow,
            or the rows are in no order.
    """
    read = _candidates(stamps, zone)
    twice = read["early"] != read["late"]
    if not twice.any():
        return read["early"].alias("stamp_utc")
    ordered = (
        read.with_row_index("position")
        .with_columns(stamps["key"], twice=twice)
        .filter(pl.col("local").is_not_null())
        .sort("source_row", maintain_order=True)
    )
    passes = _pass_of_table(ordered)
    if passes is None:
        passes = _pass_of_keys(ordered, zone, hourly)
    second = passes.filter("second").get_column("position")
    chosen = pl.when(pl.col("position").is_in(second.implode())).then("late").otherwise("early")
    return read.with_row_index("position").select(stamp_utc=chosen)["stamp_utc"]


def _candidates(stamps: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Both readings of each stamp, `early` and `late`. Raises: ImpossibleTime."""
    name = zone_of(zone).key

    def reading(ambiguous: str) -> pl.Expr:
        return (
            pl.col("local")
            .dt.replace_time_zone(name, ambiguous=ambiguous, non_existent="null")  # type: ignore[arg-type]
            .dt.convert_time_zone("UTC")
        )

    read = stamps.select(
        "source_row", "text", "local", early=reading("earliest"), late=reading("latest")
    )
    absent = read.filter(pl.col("early").is_null() & pl.col("local").is_not_null())
    if absent.height:
        line, text = _first(absent)
        raise ImpossibleTime(f"line {line}: {text!r} does not exist in {zone}: the clock skips it")
    return read


def _pass_of_table(ordered: pl.DataFrame) -> pl.DataFrame | None:
    """Passes of a table written stamp by stamp; None if it is not."""
    back = pl.col("local") < pl.col("local").shift(1)
    steps = ordered.select(
        "key",
        "position",
        "twice",
        back=back.fill_null(False),
        inside=(back & pl.col("twice") & pl.col("twice").shift(1)).fill_null(False),
    )
    if steps["back"].sum() != 1 or steps["inside"].sum() != 1:
        return None
    passes = steps.select("key", "twice", "position", second=pl.col("back").cum_sum() > 0)
    both = passes.filter("twice").group_by("key").agg(pl.col("second").n_unique())
    if not (both["second"] == 2).any():
        return None
    return passes.filter("twice")


def _pass_of_keys(ordered: pl.DataFrame, zone: str, hourly: bool) -> pl.DataFrame:
    """Passes of each key by itself. Raises: AmbiguousTime."""
    previous = pl.col("local").shift(1).over("key")
    equal = (pl.col("local") == previous) if hourly else pl.lit(False)
    walked = ordered.with_columns(
        back=(pl.col("twice") & (pl.col("local") < previous)).fill_null(False),
        step=(pl.col("twice") & ((pl.col("local") < previous) | equal)).fill_null(False),
        from_later=(~pl.col("twice").shift(1).over("key")).fill_null(False),
        newest=pl.col("local").max().over("key"),
    )
    lost = walked.filter(
        (pl.col("back") & pl.col("from_later"))
        | (pl.col("back") & (pl.col("step").cum_sum().over("key") > 1))
    )
    if lost.height:
        line, text = _first(lost)
        raise AmbiguousTime(
            f"line {line}: {text!r} happens twice in {zone} and the order of rows does not tell which"
        )
    hour = walked.filter("twice").with_columns(
        second=pl.col("step").cum_sum().over("key") > 0,
        once=~pl.col("step").any().over("key"),
        last=pl.col("local").max().over("key"),
    )
    single = hour.filter(pl.col("once") & (pl.col("newest") > pl.col("last")))
    if single.height:
        line, text = _first(single)
        raise AmbiguousTime(
            f"line {line}: {text!r} happens twice in {zone} but stands there once although later "
            "rows follow"
        )
    return hour.select("position", "second")


def _first(rows: pl.DataFrame) -> tuple[int, str]:
    """Line and text of the first of some rows."""
    line, text = rows.sort("source_row").select("source_row", "text").row(0)
    return line, text
