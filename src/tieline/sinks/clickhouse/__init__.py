"""ClickHouse as a sink: a copy of the ledger itself, for analytics."""

from tieline.sinks.clickhouse.copy import LedgerCopy

__all__ = ["LedgerCopy"]
