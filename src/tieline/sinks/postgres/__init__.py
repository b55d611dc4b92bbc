"""PostgreSQL as a sink: the current view, the history, and a relational schema for dashboards."""

from tieline.sinks.postgres.sink import PostgresSink

__all__ = ["PostgresSink"]
