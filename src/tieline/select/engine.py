"""DuckDB over the parts: which files, which rows of them, and the pick over those."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from pathlib import Path

import duckdb
import pyarrow as pa

from tieline.datasets.fields import ROW_SEQUENCE
from tieline.datasets.rows import stored_fields
from tieline.feeds import Feed
from tieline.ledger.records import Contract, Part
from tieline.markettime import day_start
from tieline.schema import Field
from tieline.schema.field import Type
from tieline.select import pick
from tieline.select.lake import Lake, with_parts
from tieline.select.nearby import is_small, nearby
from tieline.select.promise import assumed_sql
from tieline.select.question import Revisions
from tieline.select.scope import Filter, Scope, window_of

SQL_TYPES: dict[Type, str] = {
    "text": "varchar",
    "f64": "double",
    "i64": "bigint",
    "instant": "timestamptz",
    "date": "date",
}

RANKED = {"precedence": ("report", "report_rank"), "print_ranks": ("printed", "print_rank")}
"""Columns of the two tables of ranks, besides `feed`."""

Parameters = dict[str, object]


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One database in memory for the process: parts never change, so their footers are kept."""
    database = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "temp_directory": str(Path(tempfile.gettempdir()) / "tieline-duckdb"),
        },
    )
    database.execute("set timezone = 'UTC'")
    database.execute("set parquet_metadata_cache = true")
    return database


@contextmanager
def session() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of one's own; its temporary tables vanish with it."""
    cursor = _database().cursor()
    try:
        yield cursor
    finally:
        cursor.close()


def fetch(
    connection: duckdb.DuckDBPyConnection, statement: str, parameters: Parameters | None = None
) -> pa.Table:
    """Run a query; instants come in `UTC`, as the house writes the zone."""
    table = connection.sql(statement, params=parameters).to_arrow_table()
    return table.cast(house_types(table.schema))


def house_types(schema: pa.Schema) -> pa.Schema:
    instant = pa.timestamp("us", "UTC")
    return pa.schema(
        [
            field.with_type(instant) if pa.types.is_timestamp(field.type) else field
            for field in schema
        ]
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Feeds that answer under the same key columns."""

    key: tuple[str, ...]
    feeds: tuple[Feed, ...]


def groups(scope: Scope) -> list[Group]:
    """The scope's feeds by their key in force; one group, unless a key was once another."""
    keys = list(dict.fromkeys(scope.key_of(feed) for feed in scope.feeds))
    return [Group(key, tuple(f for f in scope.feeds if scope.key_of(f) == key)) for key in keys]


def parts_of(lake: Lake, feeds: Sequence[Feed], scope: Scope) -> list[Part]:
    """The parts that can matter to a question."""
    return lake.ledger.parts(
        feeds=[feed.id for feed in feeds], stamps=scope.stamps, at_sequence=scope.sequence
    )


def pick_into(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    scope: Scope,
    columns: Sequence[str],
    *,
    parts: Sequence[Part] | None = None,
) -> None:
    """Make the relation `picked`: the picked rows of the window, before value filters.

    `parts` are those to read, where the caller knows them; a file that is gone is then his to mend.
    Gives: the wanted columns and those that the rules and the order of answers need.
    """
    fields = {f.name: f for f in (*stored_fields(scope.dataset), ROW_SEQUENCE)}
    needed = [*pick.ORDERING, "observation_id", *scope.dataset.key_names, "stamp_utc", "feed"]
    needed += ["known_basis", "interval_start_utc", "interval_end_utc", ROW_SEQUENCE.name]
    needed += scope.dataset.span or ()
    if scope.question.known == "assumed":
        needed.append("market_day")
    wanted = {*needed, *columns, *(f.column for f in scope.values)}
    shape = [field for name, field in fields.items() if name in wanted]
    listed = ", ".join(f'"{field.name}" {SQL_TYPES[field.type]}' for field in shape)
    names = pick.quoted(tuple(field.name for field in shape))
    picks = []
    for number, group in enumerate(groups(scope)):
        seen = f"seen_{number}"
        connection.execute(f"create temp table {seen} ({listed})")

        def read(parts: Sequence[Part], seen: str = seen) -> None:
            _read(connection, lake, scope, seen, shape, parts)

        if parts is None:
            with_parts(lake, partial(parts_of, lake, group.feeds, scope), read)
        else:
            ids = {feed.id for feed in group.feeds}
            read([part for part in parts if part.feed in ids])
        several = connection.execute(pick.contested(seen, group.key)).fetchone() is not None
        picked = _pick_sql(scope, group, seen, several=several)
        picks.append((f"select {names} from ({picked}) where {_in_window(scope)}", several))
    _contract_tables(connection, scope)
    if len(picks) == 1 and not picks[0][1]:
        # Nothing to choose: a view saves a copy, 70 of 300 ms CPU for 105k rows (2026-11).
        connection.execute(f"create temp view picked as {picks[0][0]}")
        return
    connection.execute(f"create temp table picked ({listed})")
    for statement, _ in picks:
        connection.execute(f"insert into picked by name {statement}")


def _read(
    connection: duckdb.DuckDBPyConnection,
    lake: Lake,
    scope: Scope,
    seen: str,
    shape: Sequence[Field],
    parts: Sequence[Part],
) -> None:
    """Rows of the parts that keys and stamps allow, into `seen`."""
    connection.execute(f"delete from {seen}")
    stored = [field.name for field in shape if field.name != ROW_SEQUENCE.name]

    def insert(source: str, sequence: str, parameters: Parameters) -> None:
        conditions = [f"row_sequence <= {scope.sequence}", *restrictions(scope, parameters)]
        columns = pick.quoted((*stored, ROW_SEQUENCE.name))

        def act(rows: str) -> None:
            connection.execute(
                f"insert into {seen} by name select {columns} from ({rows}) "
                f"where {' and '.join(conditions)}",
                parameters,
            )

        try:
            act(f"select *, {sequence} from {source}")
        except (duckdb.BinderException, duckdb.InvalidInputException):
            # A part may be older than a column of the dataset; to unite all names is slower.
            united = source.replace("$files", "$files, union_by_name = true")
            empty = f"select * from {seen} where false"
            act(f"{empty} union all by name select *, {sequence} from {united}")

    small = [part for part in parts if is_small(part)]
    loose = [part for part in parts if not part.merged and not is_small(part)]
    merged = [part for part in parts if part.merged]
    if small:
        connection.register("small_parts", nearby().read(lake.parts_folder, small))
        insert("small_parts", "null as nothing", {})
        connection.unregister("small_parts")
    if loose:
        parameters = {**_files(lake, loose), "sequences": [part.sequence for part in loose]}
        number = "list_extract($sequences, file_index::bigint + 1)"
        insert("read_parquet($files)", f"{number} as {ROW_SEQUENCE.name}", parameters)
    if merged:
        insert("read_parquet($files)", "null as nothing", _files(lake, merged))


def _files(lake: Lake, parts: Sequence[Part]) -> Parameters:
    return {"files": [str(lake.parts_folder / part.path) for part in parts]}


def restrictions(scope: Scope, parameters: Parameters) -> list[str]:
    """What may be left out before the pick: whole identities, and whole prints."""
    conditions = [condition(wanted, parameters) for wanted in scope.keys]
    if scope.stamps is not None:
        parameters["stamp_from"] = scope.stamps.start
        parameters["stamp_to"] = scope.stamps.end
        conditions.append("stamp_utc >= $stamp_from and stamp_utc <= $stamp_to")
    if scope.question.print is not None:
        parameters["print"] = scope.question.print
        conditions.append("print = $print")
    vintage = scope.question.vintage
    if isinstance(vintage, datetime):
        conditions.append(f"vintage_utc = {pick.instant(vintage)}")
    elif isinstance(vintage, date):
        conditions.append(_vintage_day(scope, vintage, parameters))
    return conditions


def _vintage_day(scope: Scope, day: date, parameters: Parameters) -> str:
    spans = []
    for number, feed in enumerate(scope.feeds):
        parameters[f"vintage_feed_{number}"] = feed.id
        start = pick.instant(day_start(feed.publisher.zone, day))
        end = pick.instant(day_start(feed.publisher.zone, day + timedelta(days=1)))
        spans.append(
            f"(feed = $vintage_feed_{number} and vintage_utc >= {start} and vintage_utc < {end})"
        )
    return f"({' or '.join(spans)})"


def condition(wanted: Filter, parameters: Parameters) -> str:
    """A filter as SQL over bound values."""
    names = []
    for value in wanted.values:
        name = f"value_{len(parameters)}"
        parameters[name] = value
        names.append(f"${name}")
    choices = [f'"{wanted.column}" in ({", ".join(names)})'] if names else []
    if wanted.blank:
        choices.append(f'"{wanted.column}" is null')
    return f"({' or '.join(choices)})" if choices else "false"


def ranks(scope: Scope) -> dict[str, list[tuple[str, str, int]]]:
    """Rows of the tables `precedence` and `print_ranks` for the contracts in force."""
    told: dict[str, list[tuple[str, str, int]]] = {"precedence": [], "print_ranks": []}
    for feed in scope.feeds:
        for table, rows in ranks_of(scope.contracts[feed.id]).items():
            told[table] += rows
    return told


def ranks_of(contract: Contract) -> dict[str, list[tuple[str, str, int]]]:
    """Rows of the two tables for one contract: feed, report or print, rank."""
    return {
        "precedence": [(contract.feed, name, n) for n, name in enumerate(contract.reports)],
        "print_ranks": [(contract.feed, name, rank) for name, rank in contract.prints],
    }


def _contract_tables(connection: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    for table, rows in ranks(scope).items():
        column, rank = RANKED[table]
        connection.execute(
            f"create or replace temp table {table} as select unnest($feeds) as feed, "
            f"unnest($names) as {column}, unnest($ranks)::bigint as {rank}",
            {
                "feeds": [row[0] for row in rows],
                "names": [row[1] for row in rows],
                "ranks": [row[2] for row in rows],
            },
        )


def _pick_sql(scope: Scope, group: Group, seen: str, *, several: bool) -> str:
    question = scope.question
    as_of = None if question.as_of is None else pick.instant(question.as_of)
    newest = scope.dataset.is_forecast and question.vintage == "latest"
    promised = assumed_sql(scope.feeds) if question.known == "assumed" else None

    def picked(revisions: Revisions) -> str:
        if several:
            return pick.pick(seen, group.key, as_of=as_of, revisions=revisions, promised=promised)
        return pick.only(seen, as_of=as_of, revisions=revisions, promised=promised)

    if not newest:
        return picked(question.revisions)
    if question.revisions != "all":
        return pick.newest_vintage(picked(question.revisions), group.key)
    chosen = pick.newest_vintage(picked("latest"), group.key)
    return pick.of_same_fact(picked("all"), chosen, group.key)


def _overlapping(span: tuple[str, str], start: datetime | None, end: datetime | None) -> str:
    """States that hold at some time of a window; an open end holds for ever."""
    begins, ends = (f'"{name}"' for name in span)
    conditions = []
    if start is not None:
        since = pick.instant(start)
        conditions.append(f"({ends} is null or {ends} > {since} or {begins} >= {since})")
    if end is not None:
        conditions.append(f"({begins} is null or {begins} < {pick.instant(end)})")
    return " and ".join(conditions)


def _in_window(scope: Scope) -> str:
    start, end = window_of(scope.question, scope.cursor)
    spans = []
    if start is not None:
        spans.append(f"interval_start_utc >= {pick.instant(start)}")
    if end is not None:
        spans.append(f"interval_start_utc < {pick.instant(end)}")
    if not spans:
        return "true"
    if not scope.dataset.stamped and scope.dataset.span:
        return _overlapping(scope.dataset.span, start, end)
    inside = f"({' and '.join(spans)})"
    if scope.question.start is None and scope.question.end is None:
        return f"({inside} or interval_start_utc is null)"
    return inside
