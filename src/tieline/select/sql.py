"""SQL over a lake: one view a dataset with the latest pick, one table macro a dataset with the knobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from tieline.datasets.fields import ROW_SEQUENCE
from tieline.datasets.rows import served_fields, stored_fields
from tieline.errors import UsageError
from tieline.ledger.records import Part
from tieline.schema import Dataset
from tieline.select import engine, pick
from tieline.select.lake import Lake
from tieline.select.question import Question, Revisions
from tieline.select.scope import Scope, resolve

REVISIONS: tuple[Revisions, ...] = ("latest", "first", "all")


def connect(
    lake: Lake, *, as_of: datetime | None = None, at_sequence: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A DuckDB database of one's own over the lake, in UTC.

    Every dataset is a view of its latest rows, as of `as_of` and `at_sequence`; forecasts show the
    newest vintage. The same name called, `interface_flow(as_of := ..., revisions := 'first',
    at_sequence := ...)`, is a table with these knobs of its own (a forecast then has
    `vintage := 'latest'` or `'all'`); rules of precedence are those at the connection's sequence.
    Files other than the parts cannot be reached. Who lets strangers ask uses `query`, which takes
    nothing but questions.

    Raises: UsageError for a sequence that is not reached.
    """
    database = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
        },
    )
    database.execute("set timezone = 'UTC'")
    datasets = {feed.dataset.name: feed.dataset for feed in lake.feeds if feed.dataset}
    for dataset in datasets.values():
        question = Question(dataset=dataset.name, as_of=as_of, at_sequence=at_sequence)
        _install(database, lake, resolve(lake, question))
    folder = str(lake.parts_folder.resolve())
    database.execute("set allowed_directories = [$folder]", {"folder": folder})
    database.execute("set enable_external_access = false")
    database.execute("set lock_configuration = true")
    return database


def query(
    lake: Lake, statement: str, *, as_of: datetime | None = None, at_sequence: int | None = None
) -> pa.Table:
    """Answer one SELECT over the lake.

    Raises: UsageError if it is no single SELECT, or DuckDB refuses it.
    """
    with connect(lake, as_of=as_of, at_sequence=at_sequence) as database:
        try:
            statements = database.extract_statements(statement)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise UsageError("give one SELECT; the lake is only read")
            return engine.fetch(database, statement)
        except duckdb.Error as error:
            raise UsageError(f"the query cannot be answered: {error}") from error


def _install(database: duckdb.DuckDBPyConnection, lake: Lake, scope: Scope) -> None:
    """The relations of one dataset: `seen_X` of stored rows, the view X and the macro X."""
    dataset = scope.dataset
    parts = lake.ledger.parts(feeds=[feed.id for feed in scope.feeds], at_sequence=scope.sequence)
    database.execute(f'create view "seen_{dataset.name}" as {_stored_sql(lake, scope, parts)}')
    _rank_tables(database, scope)
    columns = pick.quoted(tuple(field.name for field in served_fields(dataset)))
    as_of = None if scope.question.as_of is None else pick.instant(scope.question.as_of)
    picked = _picked(scope, f'"seen_{dataset.name}"', as_of=as_of, revisions="latest")
    if dataset.is_forecast:
        picked = pick.newest_vintage(picked, dataset.key_names)
    database.execute(f'create view "{dataset.name}" as select {columns} from ({picked})')
    database.execute(_macro_sql(scope, columns))


def _macro_sql(scope: Scope, columns: str) -> str:
    dataset = scope.dataset
    seen = (
        f'(select * from "seen_{dataset.name}" '
        "where at_sequence is null or row_sequence <= at_sequence)"
    )
    branches = []
    for revisions in REVISIONS:
        picked = _picked(scope, seen, as_of="as_of::timestamptz", revisions=revisions)
        if dataset.is_forecast and revisions != "all":
            newest = pick.newest_vintage(picked, dataset.key_names)
            branches.append((f"revisions = '{revisions}' and vintage = 'latest'", newest))
            branches.append((f"revisions = '{revisions}' and vintage = 'all'", picked))
        else:
            branches.append((f"revisions = '{revisions}'", picked))
    union = " union all ".join(
        f"select {columns} from ({picked}) where {condition}" for condition, picked in branches
    )
    knobs = "as_of := null, revisions := 'latest', at_sequence := null"
    if dataset.is_forecast:
        knobs += ", vintage := 'latest'"
    return f'create macro "{dataset.name}"({knobs}) as table {union}'


def _picked(scope: Scope, seen: str, *, as_of: str | None, revisions: Revisions) -> str:
    """The pick over all feeds of a dataset, each under its key in force."""
    picks = []
    for group in engine.groups(scope):
        feeds = ", ".join(_text(feed.id) for feed in group.feeds)
        own = f"(select * from {seen} where feed in ({feeds}))"
        if len(group.feeds) == len(scope.feeds):
            own = seen
        picks.append(pick.pick(own, group.key, as_of=as_of, revisions=revisions))
    return " union all by name ".join(f"select * from ({one})" for one in picks)


def _stored_sql(lake: Lake, scope: Scope, parts: Sequence[Part]) -> str:
    names = pick.quoted(tuple(field.name for field in stored_fields(scope.dataset)))
    sources = [_empty_sql(scope.dataset)]
    loose = [part for part in parts if not part.merged]
    merged = [part for part in parts if part.merged]
    if loose:
        sequences = ", ".join(str(part.sequence) for part in loose)
        sources.append(
            f"select {names}, list_extract([{sequences}], file_index::bigint + 1) "
            f"as row_sequence from read_parquet([{_paths(lake, loose)}])"
        )
    if merged:
        sources.append(
            f"select {names}, row_sequence from read_parquet([{_paths(lake, merged)}]) "
            f"where row_sequence <= {scope.sequence}"
        )
    return " union all by name ".join(sources)


def _empty_sql(dataset: Dataset) -> str:
    fields = (*stored_fields(dataset), ROW_SEQUENCE)
    typed = [f'null::{engine.SQL_TYPES[field.type]} as "{field.name}"' for field in fields]
    return f"select {', '.join(typed)} where false"


def _paths(lake: Lake, parts: Sequence[Part]) -> str:
    return ", ".join(_text(str((lake.parts_folder / part.path).resolve())) for part in parts)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _rank_tables(database: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    """The contracts in force; a feed has one dataset, so all datasets share the two tables."""
    database.execute(
        "create table if not exists precedence (feed varchar, report varchar, report_rank bigint)"
    )
    database.execute(
        "create table if not exists print_ranks (feed varchar, print varchar, print_rank bigint)"
    )
    for table, rows in engine.ranks(scope).items():
        for row in rows:
            database.execute(f"insert into {table} values (?, ?, ?)", list(row))
