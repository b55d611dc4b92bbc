"""The relational schema that NYISO dashboards of users have: `interfaces` and `interface_flows`.

It shows the current view of NYISO's interfaces under the names of that schema. `timestamp` is the stamp as printed,
the values are MW in spite of their names, and the limit of exports has the operator's negative sign.
"""

from __future__ import annotations

import polars as pl

from tieline.schema import Dataset
from tieline.sinks.postgres.connecting import Connection
from tieline.sinks.postgres.writing import upsert, withdraw, write_carefully
from tieline.sinks.protocol import Change

PUBLISHER = "nyiso"
DATASET = "interface_flow"
INTERFACES = "interfaces"
FLOWS = "interface_flows"
KEY = ("timestamp", "interface_id")

CREATE = """
CREATE TABLE IF NOT EXISTS interfaces (
    interface_id TEXT PRIMARY KEY,
    interface_name TEXT,
    neighbour TEXT
);
CREATE TABLE IF NOT EXISTS interface_flows (
    timestamp TIMESTAMPTZ NOT NULL,
    interface_id TEXT NOT NULL REFERENCES interfaces (interface_id),
    flow_mwh DOUBLE PRECISION,
    positive_limit_mwh DOUBLE PRECISION,
    negative_limit_mwh DOUBLE PRECISION,
    UNIQUE (timestamp, interface_id)
);
CREATE INDEX IF NOT EXISTS interface_flows_by_interface ON interface_flows (interface_id, timestamp);
"""


def is_shown(dataset: Dataset) -> bool:
    return dataset.name == DATASET


def write(connection: Connection, sink: str, change: Change) -> int:
    """Bring both tables to a change's current view; gives how many rows were refused.

    Raises: SinkRefused, psycopg.Error.
    """
    shown = change.current.filter(pl.col("publisher") == PUBLISHER)
    gone = change.withdrawn.filter(pl.col("publisher") == PUBLISHER)
    refused = write_carefully(
        connection,
        sink,
        INTERFACES,
        interfaces(shown),
        lambda rows: upsert(connection, INTERFACES, ("interface_id",), rows),
    )
    refused += write_carefully(
        connection, sink, FLOWS, flows(shown), lambda rows: upsert(connection, FLOWS, KEY, rows)
    )
    if gone.height:
        names = gone.select(timestamp="stamp_utc", interface_id="interface_id")
        withdraw(connection, FLOWS, KEY, names)
    return refused


def interfaces(current: pl.DataFrame) -> pl.DataFrame:
    """Every interface of a current view, as its newest stamp names it."""
    return (
        current.sort("stamp_utc")
        .group_by("interface_id", maintain_order=True)
        .agg(pl.col("interface_name", "neighbour").last())
        .sort("interface_id")
    )


def flows(current: pl.DataFrame) -> pl.DataFrame:
    """A current view of interface flows under the relational schema's names."""
    limit = pl.col("export_limit_mw")
    return current.select(
        timestamp="stamp_utc",
        interface_id="interface_id",
        flow_mwh="flow_mw",
        positive_limit_mwh="import_limit_mw",
        negative_limit_mwh=pl.when(limit == 0).then(pl.lit(0.0)).otherwise(-limit),
    )
