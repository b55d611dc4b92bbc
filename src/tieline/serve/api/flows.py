"""New York's interfaces under the names that the user's documents promise."""

from __future__ import annotations

import polars as pl

from tieline.errors import UnknownName
from tieline.select import close
from tieline.sources.nyiso.codes import INTERFACES, interface_of

EXTERNAL = tuple(one.id for one in INTERFACES if one.region is not None)
COLUMNS = (
    "stamp_utc",
    "interface_id",
    "interface_name",
    "flow_mw",
    "import_limit_mw",
    "export_limit_mw",
    "known_at_utc",
)
"""What both shapes are made from."""

POINTS = pl.DataFrame(
    [(one.id, one.region, one.node_name, one.is_total) for one in INTERFACES],
    schema={
        "interface_id": pl.String,
        "region": pl.String,
        "node_name": pl.String,
        "is_total": pl.Boolean,
    },
    orient="row",
)


def ids_of(asked: str) -> tuple[str, ...]:
    """Point ids of names, ids and aliases with commas between. Raises: UnknownName."""
    ids = []
    for name in filter(None, (part.strip() for part in asked.split(","))):
        known = interface_of(name)
        if known is None and not name.isdigit():
            names = [one.name for one in INTERFACES]
            raise UnknownName(f"no interface is called {name!r}{close(name.upper(), names)}")
        ids.append(known.id if known is not None else name)
    return tuple(dict.fromkeys(ids))


def interface_flows(rows: pl.DataFrame) -> pl.DataFrame:
    """The documented shape; the names say MWh, the values are MW."""
    return rows.select(
        timestamp="stamp_utc",
        interface_id="interface_id",
        interface_name="interface_name",
        point_id="interface_id",
        flow_mw="flow_mw",
        flow_mwh="flow_mw",
        positive_limit_mwh="import_limit_mw",
        negative_limit_mwh=_as_printed("export_limit_mw"),
    )


def interregional_flows(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a connection point and stamp: where it leads, which way it flows, how full it is."""
    flow = pl.col("flow_mw")
    limit = pl.when(flow < 0).then("export_limit_mw").otherwise("import_limit_mw")
    return rows.join(POINTS, on="interface_id", how="left", maintain_order="left").select(
        timestamp="stamp_utc",
        interface_name="interface_name",
        interface_id="interface_id",
        region="region",
        node_name="node_name",
        flow_mw="flow_mw",
        direction=pl.when(flow > 0)
        .then(pl.lit("import"))
        .when(flow < 0)
        .then(pl.lit("export"))
        .when(flow == 0)
        .then(pl.lit("zero")),
        positive_limit_mw="import_limit_mw",
        negative_limit_mw=_as_printed("export_limit_mw"),
        utilization_percent=pl.when(limit > 0).then((flow.abs() / limit * 100).round(2)),
        is_total="is_total",
        known_at_utc="known_at_utc",
    )


def _as_printed(column: str) -> pl.Expr:
    """The operator prints the limit of exports as a negative number; zero has no sign."""
    limit = pl.col(column)
    return pl.when(limit == 0).then(pl.lit(0.0)).otherwise(-limit)
