"""ClickHouse: where a copy of the ledger is kept for analytics, and read as a ledger."""

from tieline.ledger.clickhouse.dialect import literals
from tieline.ledger.clickhouse.reading import copied, make_tables
from tieline.ledger.clickhouse.server import ClickhouseRefused, Server, open_server
from tieline.ledger.clickhouse.shape import BEGUN, FINAL, ORDINAL, POSITION, names_of

__all__ = [
    "BEGUN",
    "FINAL",
    "ORDINAL",
    "POSITION",
    "ClickhouseRefused",
    "Server",
    "copied",
    "literals",
    "make_tables",
    "names_of",
    "open_server",
]
