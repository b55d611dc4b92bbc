"""Columns of wall-clock readings to instants; `instants` has the scalar twins.

Each function takes a table `stamps` with the columns `source_row` (Int64), `text` (as printed),
`local` (naive Datetime, null where the text cannot be read) and what else it names, in any order of
rows, and gives a Series `stamp_utc` in the same order; null stays null.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from tieline.errors import AmbiguousTime, ImpossibleTime
from tieline.markettime.changes import UTC_TYPE, readings_of
from tieline.markettime.clocks import clock_expr
from tieline.markettime.instants import AHEAD, STALE

_SHORTEST_YEAR = 1000


def local_expr(column: str, formats: tuple[str, ...]) -> pl.Expr:
    """A text column as naive readings: the first format that reads the cell, null if none does.

    A year of two digits is none: the long form would read 26 as the year 26.
    """
    read = pl.coalesce(
        pl.col(column).str.to_datetime(form, strict=False, time_unit="us") for form in formats
    )
    return pl.when(read.dt.year() >= _SHORTEST_YEAR).then(read)


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
    wrong = checked.filter(clock_expr(zone, pl.col("stamp_utc")) != pl.col("local"))
    if wrong.height:
        line, text = first_of(wrong)
        raise ImpossibleTime(
            f"line {line}: {text!r} contradicts the calendar of {zone}; {wrong.height} rows in all"
        )
    return checked["stamp_utc"]


def utc_by_known_time(stamps: pl.DataFrame, zone: str, known_at_utc: datetime) -> pl.Series:
    """Instants of newest stamps: the latest reading that is not after the known time.

    Raises: ImpossibleTime, and AmbiguousTime where both readings fit and the later is stale.
    """
    early, late = candidates(stamps, zone)
    read = stamps.select("source_row", "text", early=early, late=late)
    later = pl.col("late") <= known_at_utc + AHEAD
    unclear = read.filter((pl.col("early") != pl.col("late")) & later).filter(
        pl.col("late") < known_at_utc - STALE
    )
    if unclear.height:
        line, text = first_of(unclear)
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
    A table written stamp by stamp steps back once as a whole, an hourly one in the list of its keys;
    then that step decides for all keys, also for one that lacks a pass. An hour that has begun and that nothing follows is its first pass.
    Where rows span several autumns, each is walked for itself.
    Raises: ImpossibleTime; AmbiguousTime if the hour stands there once although later rows follow,
            or the rows are in no order.
    """
    early, late = candidates(stamps, zone)
    if early is late:
        return early.alias("stamp_utc")
    ordered = _in_order(stamps.with_columns(twice=early != late))
    passes = _pass_of_table(ordered)
    if passes is None and hourly:
        passes = _pass_of_lists(ordered)
    if passes is None:
        passes = _pass_of_keys(ordered, zone, hourly)
    second = passes.filter("second").get_column("position")
    return early.scatter(second, late.gather(second)).alias("stamp_utc")


def _in_order(stamps: pl.DataFrame) -> pl.DataFrame:
    """The rows that can be read, in the order of the file, with the `position` they came in."""
    ordered = stamps.with_row_index("position")
    if ordered["local"].null_count():
        ordered = ordered.filter(pl.col("local").is_not_null())
    if ordered["source_row"].is_sorted():
        return ordered
    return ordered.sort("source_row", maintain_order=True)


def candidates(stamps: pl.DataFrame, zone: str) -> tuple[pl.Series, pl.Series]:
    """Both readings of each stamp, the first and the last; one Series if none stands there twice.

    Raises: ImpossibleTime.
    """
    early, late = readings_of(stamps["local"], zone)
    if early.null_count() > stamps["local"].null_count():
        absent = stamps.filter(early.is_null() & stamps["local"].is_not_null())
        line, text = first_of(absent)
        raise ImpossibleTime(f"line {line}: {text!r} does not exist in {zone}: the clock skips it")
    if early is not late and (early == late).all():
        return early, early
    return early, late


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


def _pass_of_lists(ordered: pl.DataFrame) -> pl.DataFrame | None:
    """Passes of an hourly table that lists its keys in one order at every stamp; None if it does not.

    The second list begins where the order of keys begins again, and has most keys of the first one.
    """
    hour, others = ordered.filter("twice"), ordered.filter(~pl.col("twice"))
    if others.is_empty() or hour["local"].n_unique() != 1 or not ordered["local"].is_sorted():
        return None
    longest = others.group_by("local", maintain_order=True).len().sort("len").item(-1, "local")
    places = others.filter(local=longest).select("key").with_row_index("place")
    if not places["key"].is_unique().all():
        return None
    listed = hour.join(places, on="key", how="left", nulls_equal=True, maintain_order="left")
    begins = (listed["place"] <= listed["place"].shift(1)).fill_null(False)
    keys = listed["key"].n_unique()
    again = 2 * (listed.height - keys) > keys
    if listed["place"].null_count() or begins.sum() != 1 or not again:
        return None
    return listed.select("position", second=begins.cum_sum() > 0)


def _pass_of_keys(ordered: pl.DataFrame, zone: str, hourly: bool) -> pl.DataFrame:
    """Passes of each key by itself, each autumn for itself. Raises: AmbiguousTime."""
    local, autumn = pl.col("local"), ["key", pl.col("local").dt.year()]
    hour = _with_previous(ordered).filter("twice")
    equal = (local == pl.col("previous")) if hourly else pl.lit(False)
    back = (local < pl.col("previous")).fill_null(False)
    walked = hour.with_columns(back=back, step=back | equal.fill_null(False)).with_columns(
        steps=pl.col("step").cum_sum().over(autumn)
    )
    lost = walked.filter(pl.col("back") & (~pl.col("from_hour") | (pl.col("steps") > 1)))
    if lost.height:
        line, text = first_of(lost)
        raise AmbiguousTime(
            f"line {line}: {text!r} happens twice in {zone} and the order of rows does not tell which"
        )
    once = walked.filter(~pl.col("step").any().over(autumn)).with_columns(
        last=local.max().over(autumn)
    )
    if once.height:
        newest = ordered.group_by("key").agg(newest=local.max())
        single = once.join(newest, on="key", how="left", nulls_equal=True)
        followed = single.filter(pl.col("newest") > pl.col("last"))
        if followed.height:
            line, text = first_of(followed)
            raise AmbiguousTime(
                f"line {line}: {text!r} happens twice in {zone} but stands there once although "
                "later rows follow"
            )
    return walked.select("position", second=pl.col("steps") > 0)


def _with_previous(ordered: pl.DataFrame) -> pl.DataFrame:
    """Of each row the reading before it in its key, and whether that was in a repeated hour."""
    key = ordered["key"]
    begins = key.ne_missing(key.shift(1))
    if begins.sum() <= key.n_unique():
        same = pl.col("key").eq_missing(pl.col("key").shift(1)) & (pl.int_range(pl.len()) > 0)
        return ordered.with_columns(
            previous=pl.when(same).then(pl.col("local").shift(1)),
            from_hour=pl.when(same).then(pl.col("twice").shift(1)),
        )
    return ordered.with_columns(
        previous=pl.col("local").shift(1).over("key"),
        from_hour=pl.col("twice").shift(1).over("key"),
    )


def first_of(rows: pl.DataFrame) -> tuple[int, str]:
    """Line and text of the first of some rows."""
    line, text = rows.sort("source_row").select("source_row", "text").row(0)
    return line, text
