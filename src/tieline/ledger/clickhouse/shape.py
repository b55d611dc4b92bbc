"""The copy's tables: those of the ledger, each row with a version, and views of them for people."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table

from tieline.ledger.tables import GAPS, METADATA

ORDINAL = "ordinal"
"""Numbers the gaps of one market day, which have no key of their own."""

POSITION = "copied"
BEGUN = "begun"
"""The commits that the ledger stood at when rows were read from it: written before the rows are."""

FINAL = "_final"


def statements() -> Iterator[str]:
    """Everything that makes an empty copy; making it twice is making it once.

    ReplacingMergeTree keeps of each key the row with the greatest `_version`, and none if that one
    is `_gone`: writing a batch twice leaves what writing it once left.
    """
    for table in METADATA.sorted_tables:
        columns = [*(_column(column) for column in table.columns), *_extra(table)]
        yield (
            f"CREATE TABLE IF NOT EXISTS {table.name} ({', '.join(columns)}, "
            "_version Int64, _gone UInt8 DEFAULT 0) "
            f"ENGINE = ReplacingMergeTree(_version, _gone) ORDER BY ({', '.join(key_of(table))})"
        )
        yield (
            f"CREATE OR REPLACE VIEW {table.name}{FINAL} AS "
            f"SELECT {', '.join(_shown(column) for column in table.columns)} FROM {table.name} FINAL"
        )
    yield (
        f"CREATE TABLE IF NOT EXISTS {POSITION} (ledger String, format String, sequence Int64, "
        "mark String, at_us Int64) ENGINE = MergeTree ORDER BY sequence"
    )
    yield (
        f"CREATE TABLE IF NOT EXISTS {BEGUN} (ledger String, head Int64, mark String, at_us Int64) "
        "ENGINE = MergeTree ORDER BY head"
    )


def key_of(table: Table) -> list[str]:
    """Names of the columns by which a row is replaced."""
    if table is GAPS:
        return ["report", "day", ORDINAL]
    return [f'"{column.name}"' for column in table.primary_key]


def names_of(table: Table) -> str:
    """Every column of a table but version and gone, in order, quoted."""
    extra = [ORDINAL] if table is GAPS else []
    return ", ".join(f'"{name}"' for name in [*table.columns.keys(), *extra])


def _extra(table: Table) -> list[str]:
    return [f"{ORDINAL} Int32"] if table is GAPS else []


def _column(column: Column[object]) -> str:
    kind = _kind(column)
    return f'"{column.name}" {f"Nullable({kind})" if column.nullable else kind}'


def _kind(column: Column[object]) -> str:
    if isinstance(column.type, BigInteger):
        return "Int64"
    if isinstance(column.type, Integer):
        return "Int32"
    return "Bool" if isinstance(column.type, Boolean) else "String"


def _shown(column: Column[object]) -> str:
    """A column as people read it: whole microseconds become instants."""
    if not column.name.endswith("_us") or column.name == "lease_us":
        return f'"{column.name}"'
    name = column.name.removesuffix("_us")
    return f'fromUnixTimestamp64Micro("{column.name}", \'UTC\') AS "{name}_utc"'
