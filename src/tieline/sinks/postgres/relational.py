"""The relational schema that NYISO dashboards of users have: `interfaces` and `interface_flows`.

It shows the current view of NYISO's interfaces under the names of that schema. `timestamp` is the stamp as printed,
the values are MW in spite of their names, and the limit of exports has the operator's negative sign. An interface is
called what the newest stamp of the current view calls it, in whatever order stamps were published.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import polars as pl
import psycopg

from tieline.schema import Dataset
from tieline.sinks.postgres.connecting import Connection
from tieline.sinks.postgres.writing import upsert, withdraw, write_carefully
from tieline.sinks.protocol import Change

PUBLISHER = "nyiso"
DATASET = "interface_flow"
INTERFACES = "interfaces"
FLOWS = "interface_flows"
KEY = ("timestamp", "interface_id")
NAMED = {
    "stamp_utc": pl.Datetime("us", "UTC"),
    "interface_id": pl.String(),
    "interface_name": pl.String(),
    "neighbour": pl.String(),
}
"""What says how an interface is called at a stamp."""

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
    """Bring both tables to the current view, whose own table a change was already written to; gives how
    many rows were refused.

    Raises: SinkRefused, psycopg.Error.
    """
    shown = change.current.filter(pl.col("publisher") == PUBLISHER)
    gone = change.withdrawn.filter(pl.col("publisher") == PUBLISHER)
    touched = pl.concat(rows.select("feed", "interface_id") for rows in (shown, gone)).unique()
    touched = touched.filter(~pl.col("interface_id").str.contains("\0", literal=True))
    named = interfaces(pl.concat([_newest(connection, touched), shown.select(*NAMED)]))
    refused = write_carefully(
        connection,
        sink,
        INTERFACES,
        named,
        lambda rows: upsert(connection, INTERFACES, ("interface_id",), rows),
    )
    refused += write_carefully(
        connection, sink, FLOWS, flows(shown), lambda rows: upsert(connection, FLOWS, KEY, rows)
    )
    if gone.height:
        names = gone.select(timestamp="stamp_utc", interface_id="interface_id")
        refused += write_carefully(
            connection, sink, FLOWS, names, lambda rows: withdraw(connection, FLOWS, KEY, rows)
        )
        _forget(connection, sorted(set(touched["interface_id"]) - set(named["interface_id"])))
    return refused


def interfaces(rows: pl.DataFrame) -> pl.DataFrame:
    """Every interface of some rows, as its newest stamp names it; of equal rows the last counts."""
    return (
        rows.sort("stamp_utc", maintain_order=True)
        .group_by("interface_id", maintain_order=True)
        .agg(pl.col("interface_name", "neighbour").last())
        .sort("interface_id")
    )


def _newest(connection: Connection, touched: pl.DataFrame) -> pl.DataFrame:
    """The row of the newest stamp of each interface in the table of the current view. Raises: psycopg.Error."""
    columns = ", ".join(NAMED)
    found = connection.execute(
        f"SELECT newest.* FROM unnest(%s::text[], %s::text[]) AS touched (feed, interface_id), LATERAL ("
        f"SELECT {columns} FROM {DATASET} AS shown WHERE shown.feed = touched.feed"
        " AND shown.interface_id = touched.interface_id ORDER BY stamp_utc DESC LIMIT 1) AS newest".encode(),
        [touched["feed"].to_list(), touched["interface_id"].to_list()],
    ).fetchall()
    return pl.DataFrame(found, schema=NAMED, orient="row")


def _forget(connection: Connection, names: Sequence[str]) -> None:
    """Delete interfaces that have no row any more, but those that another table refers to.

    Raises: psycopg.Error.
    """
    for name in names:
        with suppress(psycopg.IntegrityError), connection.transaction():
            connection.execute(f"DELETE FROM {INTERFACES} WHERE interface_id = %s".encode(), [name])


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
