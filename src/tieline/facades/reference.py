"""The tables of nodes and generators that other tools read: `iso_nodes.csv` and `generators.csv`.

They are made from the reference datasets of the lake, one line a place, and told on top of an earlier
file: what the lake does not know stays as it was, so that lines and cells kept by hand survive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from tieline.errors import UsageError
from tieline.select import Certificate, Lake, asked
from tieline.select import answer as answer_of

Layout = Literal["iso-nodes", "generators"]
LAYOUTS: tuple[Layout, ...] = ("iso-nodes", "generators")


@dataclass(frozen=True, slots=True)
class _Table:
    """The dataset behind a layout, its columns in order, and what names a line."""

    dataset: str
    columns: Mapping[str, pl.Expr]
    key: tuple[str, str]


_KIND = pl.col("location_kind").str.to_uppercase()
_TABLES: Mapping[str, _Table] = {
    "iso-nodes": _Table(
        "location",
        {
            "iso": pl.col("publisher").str.to_uppercase(),
            "location_id": pl.col("location_id"),
            "location_name": pl.col("location_name"),
            "location_type": _KIND,
            "zone": pl.col("zone"),
            "hub": pl.when(_KIND == "HUB").then(pl.col("location_id")),
            "timezone": pl.col("timezone"),
        },
        ("iso", "location_id"),
    ),
    "generators": _Table(
        "generator",
        {
            "iso": pl.col("publisher").str.to_uppercase(),
            "generator_id": pl.col("generator_id"),
            "generator_name": pl.col("generator_name"),
            "fuel": pl.coalesce("fuel", "fuel_name"),
            "zone": pl.col("zone"),
            "capacity_mw": pl.col("capacity_mw").cast(pl.String),
            "timezone": pl.col("timezone"),
        },
        ("iso", "generator_id"),
    ),
}


def reference_table(
    lake: Lake, layout: Layout, *, as_of: str | None = None, before: bytes | None = None
) -> tuple[pl.DataFrame, Certificate]:
    """Nodes or generators of every publisher, as they are listed now or were by `as_of`.

    Reads:  the latest state of each entity; where feeds of one publisher know different things of
            one place, the first feed that has a cell fills it. `before` is an earlier file: its
            lines stay, with new cells where the lake has one; its `timezone` is never changed, for
            a person may have put the place's own there.
    Gives:  text columns in the layout's order, null for what nobody knows, by operator and id.
            `timezone` of a new line is the zone of the publisher's market. With the certificate of
            what the lake knows; what stood in `before` is not in it.
    Raises: UsageError if `before` is no such table; what asking raises.
    """
    table = _TABLES[layout]
    answer = answer_of(lake, asked(lake, table.dataset, as_of=as_of))
    known = _listed(lake, table, answer.polars())
    if before is not None:
        known = _over(_earlier(before, table), known, table)
    return known.sort(table.key), answer.certificate


def _listed(lake: Lake, table: _Table, rows: pl.DataFrame) -> pl.DataFrame:
    order = {feed.id: at for at, feed in enumerate(lake.feeds)}
    zones = {feed.publisher.id: feed.publisher.zone for feed in lake.feeds}
    named = rows.with_columns(
        timezone=pl.col("publisher").replace_strict(zones, return_dtype=pl.String),
        order=pl.col("feed").replace_strict(order, return_dtype=pl.Int64),
    ).sort("order", maintain_order=True)
    lines = named.select(expression.alias(name) for name, expression in table.columns.items())
    first = pl.exclude(table.key).drop_nulls().first()
    return lines.group_by(table.key, maintain_order=True).agg(first)


def _earlier(data: bytes, table: _Table) -> pl.DataFrame:
    try:
        found = pl.read_csv(data, infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise UsageError(f"the earlier file cannot be read as CSV: {error}") from error
    if absent := [name for name in table.columns if name not in found.columns]:
        raise UsageError(
            f"the earlier file lacks {', '.join(absent)}: name another file, or move it away"
        )
    return found.unique(table.key, keep="last", maintain_order=True)


def _over(old: pl.DataFrame, new: pl.DataFrame, table: _Table) -> pl.DataFrame:
    """New cells over old ones; columns that only the old file has stay behind the others."""
    both = old.join(new, on=table.key, how="full", coalesce=True, suffix=" new")
    cells = {
        name: pl.col(name) if name in table.key else pl.coalesce(f"{name} new", name)
        for name in table.columns
    }
    cells["timezone"] = pl.coalesce("timezone", "timezone new")
    own = {name: pl.col(name) for name in old.columns if name not in table.columns}
    return both.select(**cells, **own)
