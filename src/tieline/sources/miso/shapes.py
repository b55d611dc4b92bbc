"""Strange tables to one row a fact: hours beside each other, kinds below each other, days in banners.

Every function gets and gives tables with `source_row` and `unread`. Rows that could not be read stay
in, so that they are counted; a stamp is made as a naive reading of MISO's clock, column `stamp`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl

from tieline.values.normalised import SOURCE_ROW, UNREAD

_DAY = 24 * 60
_REFERENCE = r"^\s*(\d{1,2}-[A-Za-z]{3}-\d{4})(?:\D*(\d{1,2}:\d\d(?::\d\d)?))?"
"""Day and interval of a reference; behind the dash other text may stand."""
_HOUR = re.compile(r"^HE\s*(\d{1,2})$")
HOURS = tuple((f"HE {hour}", f"HE{hour}") for hour in range(1, 25))
"""Columns of the hours; the larger files of MISO leave the blank out."""
Reshape = Callable[[pl.DataFrame], pl.DataFrame]


def hour_end(day: pl.Expr, hour: pl.Expr) -> pl.Expr:
    """The end of an hour from its day and its number, 1 to 24; null for any other number."""
    number = (
        hour.cast(pl.String).str.extract(r"^\D*(\d{1,2})(?:\.0+)?$").cast(pl.Int64, strict=False)
    )
    real = pl.when(number.is_between(1, 24)).then(number)
    return day.cast(pl.Datetime("us")) + pl.duration(hours=real)


def date_of(column: str, *formats: str) -> pl.Expr:
    """A printed day, in the first of some formats that reads it; a time behind it is left out.

    Five digits are the number by which a workbook counts days.
    """
    text = pl.col(column).str.extract(r"^(\w+ \d{1,2}, \d{4}|\S+)")
    counted = text.str.extract(r"^(\d{5})(?:\.0+)?$").cast(pl.Int64)
    return pl.coalesce(
        *(text.str.to_date(form, strict=False) for form in formats),
        pl.lit(date(1899, 12, 30)) + pl.duration(days=counted),
    )


def ref_day(column: str = "RefId") -> pl.Expr:
    """The day of `27-Jul-2026 - Interval 08:10 EST`."""
    return pl.col(column).str.extract(_REFERENCE, 1).str.to_date("%d-%b-%Y", strict=False)


def clock_of(text: pl.Expr) -> pl.Expr:
    """How long after midnight `08:15` is; `24:00` is a whole day."""
    hours, minutes = (
        text.str.extract(r"^(\d{1,2}):([0-5]\d)(?::\d\d)?$", place).cast(pl.Int64)
        for place in (1, 2)
    )
    return pl.when(hours * 60 + minutes <= _DAY).then(pl.duration(hours=hours, minutes=minutes))


def newest(stamp: pl.Expr, column: str = "RefId") -> pl.Expr:
    """A stamp on the day on which it is nearest to the interval of the reference.

    Behind midnight the last hour of the day before still stands there, as hour 24.
    """
    at = _ref_instant(column)
    days = ((stamp - at).dt.total_minutes() / _DAY).round().cast(pl.Int64)
    return stamp - pl.duration(days=days.fill_null(0))


def stamped(column: str) -> Reshape:
    """A table whose column is the stamp as it is printed."""
    return lambda table: table.rename({column: "stamp"})


def on_ref_day(column: str) -> Reshape:
    """A table of what has been, in hours and minutes, and the day once for all in `RefId`.

    What lies ahead of the interval in `RefId` is of another day, and has no stamp.
    """

    def shaped(table: pl.DataFrame) -> pl.DataFrame:
        stamp, now = _at_clock("RefId", column), _ref_instant("RefId")
        ahead = (stamp > now + pl.duration(hours=1)).fill_null(False)
        return table.with_columns(stamp=pl.when(~ahead).then(stamp))

    return shaped


def hours_of_ref_day(column: str) -> Reshape:
    """A table that numbers the hours of the day in `RefId`."""
    return lambda table: table.with_columns(stamp=hour_end(ref_day(), pl.col(column)))


def newest_minute(column: str, reference: str = "RefId") -> Reshape:
    """A table of one interval, which is printed as hours and minutes."""
    return lambda table: table.with_columns(stamp=newest(_at_clock(reference, column), reference))


def newest_hour(column: str) -> Reshape:
    """A table of one hour, which is printed as its number."""
    return lambda table: table.with_columns(stamp=newest(hour_end(ref_day(), pl.col(column))))


def _ref_instant(column: str) -> pl.Expr:
    clock = clock_of(pl.col(column).str.extract(_REFERENCE, 2))
    return ref_day(column).cast(pl.Datetime("us")) + clock


def _at_clock(reference: str, column: str) -> pl.Expr:
    return ref_day(reference).cast(pl.Datetime("us")) + clock_of(pl.col(column))


def unpivoted(
    names: Mapping[str, str] | None = None, *, pattern: str = "", label: str, value: str
) -> Reshape:
    """Columns to rows: those of `names`, or those that the pattern matches; `label` gets the name
    (of `names` the word it stands for), `value` the cell."""
    expression = re.compile(pattern)

    def shaped(table: pl.DataFrame) -> pl.DataFrame:
        known = names or {}
        wide = [
            name
            for name in table.columns
            if name in known or (pattern and expression.search(name) and name not in _OWN)
        ]
        kept = [name for name in table.columns if name not in wide]
        long = table.unpivot(wide, index=kept, variable_name=label, value_name=value)
        return long.with_columns(pl.col(label).replace(known) if known else pl.col(label)).sort(
            SOURCE_ROW, maintain_order=True
        )

    return shaped


_OWN = (SOURCE_ROW, UNREAD)


def chained(*steps: Reshape) -> Reshape:
    """One step after the other."""

    def shaped(table: pl.DataFrame) -> pl.DataFrame:
        for step in steps:
            table = step(table)
        return table

    return shaped


def hours_beside(day: str, *formats: str, keep: Sequence[str] = ()) -> Reshape:
    """A table with a column an hour, `HE 1` to `HE 24`, to one row an hour: `stamp`, `Value`."""

    def shaped(table: pl.DataFrame) -> pl.DataFrame:
        hours = {name: found[1] for name in table.columns if (found := _HOUR.match(name))}
        index = [name for name in table.columns if name not in hours]
        long = table.unpivot(list(hours), index=index, variable_name="Hour", value_name="Price")
        end = hour_end(date_of(day, *formats), pl.col("Hour").replace(hours))
        return long.with_columns(stamp=end).sort(SOURCE_ROW, maintain_order=True)

    return shaped


_PARTS = ("LMP", "MCC", "MLC")
"""What the three lines of a node say."""


def _halves(listed: pl.DataFrame) -> pl.DataFrame:
    """Nodes without all of their lines, as lines that could not be read."""
    return listed.filter(pl.col("kinds") < 3).select(
        SOURCE_ROW, pl.concat_str(["Node", "Type"], separator=",", ignore_nulls=True).alias(UNREAD)
    )


_BY_NODE = ("Node", "Type", "Market Day", "turn")
"""What the lines of one node have in common."""


def _turned(whole: pl.DataFrame) -> pl.DataFrame:
    """Lines with `turn`: whether it is the first, second, ... time that the node's line stands there."""
    once = whole.n_unique(subset=["Node", "Value"]) == whole.height
    turn = pl.lit(0) if once else pl.int_range(pl.len()).over("Node", "Value")
    return whole.with_columns(turn=turn)


def lines_of_node(table: pl.DataFrame, source_row: int) -> list[int]:
    """The three lines of which `prices_by_hour` makes the rows that name one of them."""
    readable = pl.col("Value").is_in(_PARTS) & pl.col(UNREAD).is_null()
    whole = _turned(table.filter(readable))
    own = whole.filter(pl.col(SOURCE_ROW) == source_row).select(_BY_NODE)
    return whole.join(own, on=_BY_NODE, how="semi", nulls_equal=True)[SOURCE_ROW].to_list()


def prices_by_hour(table: pl.DataFrame) -> pl.DataFrame:
    """Three lines a node (LMP, MCC, MLC) of 24 hours to one row a node and hour.

    Gives: `Node`, `Type`, `LMP`, `MCC`, `MLC`, `stamp` (the hour's end); `source_row` is the first of
    the node's lines, `lines_of_node` tells the others. A line of another kind is unread, and so is a node that lacks one of its three
    lines, as in a file that was cut off. A node that stands there twice stays so.
    """
    hours = {name: int(found[1]) for name in table.columns if (found := _HOUR.match(name))}
    kind = pl.col("Value")
    strange = ~kind.is_in(_PARTS)
    torn = table.with_columns(
        pl.when(strange.fill_null(True))
        .then(
            pl.coalesce(
                UNREAD, pl.concat_str(["Node", "Type", "Value"], separator=",", ignore_nulls=True)
            )
        )
        .alias(UNREAD)
    )
    whole = _turned(torn.filter(pl.col(UNREAD).is_null()))
    listed = whole.group_by(_BY_NODE, maintain_order=True).agg(
        pl.col(SOURCE_ROW).min(), kinds=pl.col("Value").n_unique()
    )
    nodes = listed.filter(pl.col("kinds") == 3).drop("kinds")
    torn = pl.concat([torn, _halves(listed)], how="diagonal")
    for word in _PARTS:
        own = whole.filter(kind == word).select(
            *_BY_NODE, *(pl.col(name).alias(f"{word} {hour}") for name, hour in hours.items())
        )
        nodes = nodes.join(own, on=_BY_NODE, how="left", nulls_equal=True, maintain_order="left")
    day = date_of("Market Day", "%m/%d/%Y").cast(pl.Datetime("us"))
    by_node = np.arange(len(hours) * nodes.height).reshape(len(hours), -1).T.ravel()
    rows = nodes.select("Node", "Type", SOURCE_ROW, day.alias("day"))[
        by_node % max(1, nodes.height)
    ]
    hour = pl.Series("hour", np.tile(list(hours.values()), nodes.height), dtype=pl.Int64)
    rows = rows.with_columns(
        *(
            pl.concat([nodes[f"{word} {hour}"] for hour in hours.values()])[by_node].alias(word)
            for word in _PARTS
        ),
        stamp=pl.col("day") + pl.duration(hours=pl.when(hour.is_between(1, 24)).then(hour)),
        unread=pl.lit(None, dtype=pl.String),
    ).drop("day")
    lost = torn.filter(pl.col(UNREAD).is_not_null()).select(SOURCE_ROW, UNREAD)
    if lost.is_empty():
        return rows
    return pl.concat([rows, lost], how="diagonal").sort(SOURCE_ROW, maintain_order=True)
