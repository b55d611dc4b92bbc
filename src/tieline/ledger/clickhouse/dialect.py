"""ClickHouse as SQLAlchemy asks it, so that a copy answers the very questions that the ledger is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import URL, Engine, pool
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.compiler import SQLCompiler

from tieline.ledger.clickhouse.server import Server

SETTINGS = "SETTINGS final = 1, output_format_json_quote_64bit_integers = 0 FORMAT JSONCompact"
"""Of every key only the newest row, and numbers as numbers."""


class _Compiler(SQLCompiler):
    def visit_empty_set_expr(self, element_types: Any, **_: Any) -> str:
        """What `IN` of nothing compares with."""
        return "SELECT 1 WHERE 1 != 1"


class _Driver:
    """What SQLAlchemy wants to know of a driver."""

    paramstyle = "pyformat"
    Error = OSError
    """A kind that no statement raises: our errors pass through as they are."""


class _Dialect(DefaultDialect):
    name = "clickhouse"
    driver = "tieline"
    statement_compiler = _Compiler
    supports_statement_cache = True
    supports_native_boolean = True


class _Cursor:
    """One question and its rows."""

    arraysize = 1

    def __init__(self, server: Server) -> None:
        self._server = server
        self._rows: list[tuple[Any, ...]] = []
        self.description: list[tuple[Any, ...]] | None = None
        self.rowcount = -1

    def execute(self, statement: str, parameters: Mapping[str, object] | None = None) -> None:
        literals = {name: literal(value) for name, value in (parameters or {}).items()}
        found = json.loads(self._server.ask(f"{statement % literals}\n{SETTINGS}"))
        self.description = [
            (column["name"], None, None, None, None, None, None) for column in found["meta"]
        ]
        self._rows = [tuple(row) for row in found["data"]]
        self.rowcount = len(self._rows)

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        taken = self._rows[: size or self.arraysize]
        del self._rows[: size or self.arraysize]
        return taken

    def fetchall(self) -> list[tuple[Any, ...]]:
        taken, self._rows = self._rows, []
        return taken

    def close(self) -> None:
        self._rows = []


class _Connection:
    """A connection as drivers have it; nothing is ever written through it."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def cursor(self) -> _Cursor:
        return _Cursor(self._server)

    def commit(self) -> None:
        """Nothing was begun."""

    def rollback(self) -> None:
        """Nothing was begun."""

    def close(self) -> None:
        """The server outlives it."""


def engine_over(server: Server) -> Engine:
    """An engine that asks a ClickHouse."""
    driver: Any = _Driver
    connect: Any = lambda: _Connection(server)  # noqa: E731
    return Engine(
        pool.NullPool(connect),
        _Dialect(dbapi=driver, paramstyle="pyformat"),
        URL.create("clickhouse"),
    )


def literal(value: object) -> str:
    """A value as ClickHouse reads it. Raises: TypeError for a kind that the ledger does not ask with."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\x00", "\\0")
        return f"'{escaped}'"
    raise TypeError(f"no question of the ledger has a {type(value).__name__}")


def literals(values: Sequence[object]) -> str:
    """Values, or tuples of them, with commas between."""
    return ", ".join(
        f"({literals(value)})" if isinstance(value, tuple) else literal(value) for value in values
    )
