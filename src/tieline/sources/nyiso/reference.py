"""P-19, P-20, P-66: names of generators, loads and nodes; zones, interfaces and constraints as reports list them.

The three static files are overwritten as things change, and an id that two listings lack is gone. No
file lists zones, interfaces or constraints: zones and proxies are taken from the day-ahead prices
(P-2A), interfaces from the flows (P-32), constraints from what bound (P-33, P-511A). A constraint that
does not bind is not listed, so its absence means nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import CONSTRAINT, GENERATOR, INTERFACE, LOCATION
from tieline.feeds import ROLLING, Column, Feed, Report, StaticFile, snapshot
from tieline.sources.nyiso import constraints
from tieline.sources.nyiso.codes import CITY_AND_ISLAND, PROXIES, ZONES
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.interchange import FLOWS
from tieline.sources.nyiso.prices import DAY_AHEAD
from tieline.sources.nyiso.publisher import NYISO
from tieline.values.normalised import UNREAD

Reshape = Callable[[pl.DataFrame], pl.DataFrame]
_ZONE_KINDS = {ptid: "zone" for ptid, _, _ in ZONES} | {ptid: "interface" for ptid, _ in PROXIES}


def _once(*columns: str) -> Reshape:
    """The last line of each id; lines that could not be read stay."""

    def reshape(table: pl.DataFrame) -> pl.DataFrame:
        last = pl.struct(columns).is_last_distinct()
        return table.filter(last | pl.col(UNREAD).is_not_null())

    return reshape


def _zones_once(table: pl.DataFrame) -> pl.DataFrame:
    """Each zone and proxy once, without the row of two zones together that has no id."""
    return _once("PTID")(table.filter(pl.col("Name").ne_missing(CITY_AND_ISLAND)))


def _with_kind(rows: pl.DataFrame) -> pl.DataFrame:
    kind = pl.col("location_id").replace_strict(_ZONE_KINDS, default=None, return_dtype=pl.String)
    return rows.with_columns(location_kind=kind)


GENERATORS = Report(
    publisher=NYISO,
    code="P-19",
    title="Generator names",
    at=StaticFile(path="csv/generator/generator.csv", typical_bytes=70_000),
    columns=(
        Column("generator_id", ("Generator PTID",)),
        Column("generator_name", ("Generator Name",)),
        Column("zone", ("Zone",)),
    ),
    unused=("Aggregation PTID", "Subzone", "Latitude", "Longitude", "Active"),
    others=HEADERS,
    absence=snapshot(2),
    every=timedelta(days=1),
    promised_within=timedelta(days=1),
    established_by="code: columns of a working client",
)
GENERATOR_PLACES = replace(
    GENERATORS,
    code="P-19/locations",
    title="Price locations of generators",
    columns=(
        Column("location_id", ("Generator PTID",)),
        Column("location_name", ("Generator Name",)),
        Column("zone", ("Zone",)),
        Column("latitude", ("Latitude",), "number", required=False),
        Column("longitude", ("Longitude",), "number", required=False),
    ),
    unused=("Aggregation PTID", "Subzone", "Active"),
    constants=(("location_kind", "node"),),
)
LOADS = replace(
    GENERATORS,
    code="P-20",
    title="Load names",
    at=StaticFile(path="csv/load/load.csv", typical_bytes=20_000),
    columns=(
        Column("location_id", ("PTID",)),
        Column("location_name", ("Load Name",)),
        Column("zone", ("Zone",)),
    ),
    unused=("Subzone",),
    constants=(("location_kind", "node"),),
)
NODES = replace(
    LOADS,
    code="P-66",
    title="Active transmission nodes",
    at=StaticFile(
        path="csv/activetransmissionnodes/activetransmissionnodes.csv", typical_bytes=50_000
    ),
    columns=(
        Column("location_id", ("PTID",)),
        Column("location_name", ("Node Name",)),
        Column("zone", ("Zone",)),
    ),
)
PRICED = replace(
    DAY_AHEAD,
    code="P-2A/zones",
    title="Zones and proxies of the day-ahead market",
    label=None,
    columns=(Column("location_id", ("PTID",)), Column("location_name", ("Name",))),
    header=DAY_AHEAD.printed_columns,
    constants=(),
    codes=(("location_id", tuple(_ZONE_KINDS)),),
    reshape=_zones_once,
    derive=_with_kind,
    absence=snapshot(2),
    entities=(),
)
INTERFACES = replace(
    FLOWS,
    code="P-32/interfaces",
    title="Interfaces of the flows",
    label=None,
    columns=FLOWS.columns[:2],
    header=FLOWS.printed_columns,
    reshape=_once("Point ID"),
    absence=snapshot(2),
    entities=(),
    every=timedelta(hours=12),
    settles_after=timedelta(0),
)


def _constrained(report: Report) -> Report:
    return replace(
        report,
        code=f"{report.code}/constraints",
        title=f"Constraints of {report.code}",
        label=None,
        columns=report.columns[:3],
        header=report.printed_columns,
        constants=(),
        reshape=_once("Facility PTID", "Contingency"),
        absence=ROLLING,
        every=timedelta(hours=12),
    )


REFERENCE_FEEDS = (
    Feed("iso.ref.generator.nyiso", GENERATOR, (GENERATORS,)),
    Feed("iso.ref.location.nyiso", LOCATION, (PRICED, GENERATOR_PLACES, LOADS, NODES)),
    Feed("iso.ref.interface.nyiso", INTERFACE, (INTERFACES,)),
    Feed(
        "iso.ref.constraint.nyiso",
        CONSTRAINT,
        (_constrained(constraints.REAL_TIME), _constrained(constraints.DAY_AHEAD)),
    ),
)
