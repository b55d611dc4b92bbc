"""Nodes and generators, from the files that list them.

The day-ahead ex-post prices list every node of the day with its type; generators are the nodes of type
Gennode. `cpnode_reszone` says which reserve zone a node belongs to, the Data Exchange which type it is.
Nodes change on the first of March, June, September and December. Each file is the list of its own day:
a node that two versions of one day's file lack is gone; one that a later day's file lacks stands as it
was last listed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import GENERATOR, LOCATION
from tieline.feeds import Column, DailyFile, Feed, Layout, snapshot
from tieline.sources.miso import exchange
from tieline.sources.miso.codes import KINDS, reserve_zone
from tieline.sources.miso.prices import DA_EXPOST
from tieline.sources.miso.publisher import HOUR_END, PRICING, REPORTS

_NODE = (Column("location_id", ("Node",)), Column("location_name", ("Node",)))


def _once(table: pl.DataFrame) -> pl.DataFrame:
    """The first line of each node; lines that could not be read stay."""
    return table.filter(
        pl.struct("Node", "Type").is_first_distinct() | pl.col("unread").is_not_null()
    )


def _generators(table: pl.DataFrame) -> pl.DataFrame:
    return _once(table).filter((pl.col("Type") == "Gennode") | pl.col("unread").is_not_null())


def _with_kind(rows: pl.DataFrame) -> pl.DataFrame:
    """Kind in tieline's word; as printed where nobody knows it."""
    return rows.with_columns(pl.col("location_kind").replace(KINDS))


LISTED = replace(
    DA_EXPOST,
    code="da_expost_lmp/nodes",
    title="Nodes of the day-ahead market",
    label=None,
    columns=(*_NODE, Column("location_kind", ("Type",))),
    constants=(),
    codes=(("location_kind", tuple(set(KINDS.values()))),),
    reshape=_once,
    lines=None,
    derive=_with_kind,
    absence=snapshot(2),
    entities=(),
)
ROSTER = replace(
    LISTED,
    code="da_expost_lmp/generators",
    title="Generators of the day-ahead market",
    columns=(Column("generator_id", ("Node",)), Column("generator_name", ("Node",))),
    codes=(),
    reshape=_generators,
    derive=None,
)
ZONES = replace(
    LISTED,
    publisher=REPORTS,
    code="cpnode_reszone",
    title="Reserve zone of each node",
    at=DailyFile(path="marketreports/{day:%Y%m%d}_cpnode_reszone.xlsx", typical_bytes=100_000),
    reads="sheet",
    layout=Layout(header=("CP Node Name", "Reserve Zone")),
    columns=(
        Column("location_id", ("CP Node Name",)),
        Column("location_name", ("CP Node Name",)),
        Column("zone", ("Reserve Zone",)),
    ),
    header=(("CP Node Name",), ("Reserve Zone",)),
    constants=(("location_kind", "node"),),
    codes=(),
    reshape=None,
    derive=lambda rows: rows.with_columns(reserve_zone("zone")),
    due=timedelta(hours=12),
    established_by="code: public clients",
)
KEYED = replace(
    exchange.daily(
        PRICING,
        "aggregated-pnode?date={day:%Y-%m-%d}",
        "Nodes, keyed",
        HOUR_END,
        typical_bytes=200_000,
    ),
    label=None,
    columns=(
        Column("location_id", ("node",)),
        Column("location_name", ("node",)),
        Column("location_kind", ("nodeType",)),
    ),
    codes=(("location_kind", tuple(set(KINDS.values()))),),
    reshape=None,
    asked_day=False,
    derive=_with_kind,
    absence=snapshot(2),
)

FEEDS = (
    Feed("iso.ref.location.miso", LOCATION, (LISTED, KEYED)),
    Feed("iso.ref.location_zone.miso", LOCATION, (ZONES,)),
    Feed("iso.ref.generator.miso", GENERATOR, (ROSTER,)),
)
