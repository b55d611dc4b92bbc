"""SQL over a lake: of each dataset a view of picked rows, and a table macro with every knob."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import duckdb
import pyarrow as pa

from tieline.datasets.fields import ROW_SEQUENCE
from tieline.datasets.rows import served_fields, stored_fields
from tieline.errors import UsageError
from tieline.ledger.records import Contract, Part
from tieline.markettime import day_window, market_day
from tieline.schema import Dataset, Field
from tieline.select import engine, pick
from tieline.select.footers import footer_of
from tieline.select.lake import Lake
from tieline.select.promise import assumed_sql
from tieline.select.question import KnownRule, Question, Revisions
from tieline.select.refusals import instant_of, refusing
from tieline.select.scope import Scope, declared, market_zones, resolve
from tieline.store.parts import Parts

REVISIONS: tuple[Revisions, ...] = ("latest", "first", "all")
EVER = 2**62
"""A sequence that no ledger reaches."""

SEEN = "seen_"
"""Before the name of a dataset: its stored rows, from which are picked."""

MISTAKES = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
"""What DuckDB says of a statement before it reads anything."""

PARAMETERS: Mapping[str, str] = {
    "as_of": "null",
    "revisions": "'latest'",
    "print": "null",
    "vintage": "'latest'",
    "at_sequence": "null",
    "known": "'recorded'",
}
"""Parameters of a dataset's macro, in SQL: the knobs, under their own names."""

PRINTED = "printed"
"""What the column `print` is called inside a macro, where the parameter hides it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """How the views of a connection are turned; as in a question."""

    as_of: datetime | None = None
    revisions: Revisions = "latest"
    print: str | None = None
    vintage: Literal["latest", "all"] | datetime | date = "latest"
    at_sequence: int | None = None
    known: KnownRule = "recorded"

    def question(self, dataset: Dataset, **more: object) -> Question:
        """The question that a view answers; only a forecast has one vintage to ask for."""
        named = isinstance(self.vintage, str) or dataset.is_forecast
        return Question(
            dataset=dataset.name,
            as_of=self.as_of,
            revisions=self.revisions,
            print=self.print,
            vintage=self.vintage if named else "latest",
            at_sequence=self.at_sequence,
            known=self.known,
            **more,  # type: ignore[arg-type]
        )


def connect(lake: Lake, knobs: Knobs | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB database of one's own over the lake, in UTC.

    Every dataset is a view of its rows as `knobs` turn it (default: the latest). The same name called,
    `interface_flow(as_of := ..., revisions := 'first', print := 'final', at_sequence := ...,
    known := 'assumed')`, is a table with knobs of its own; a forecast's `vintage :=` is `'latest'`,
    `'all'`, an instant or a market day as text. An instant says its offset, a bare day is the start
    of that market day. Nothing later than the connection's own sequence is seen, nor may be asked for.
    Files other than the parts cannot be reached. Who lets strangers ask uses `query`, which takes nothing
    but questions.

    Raises: UsageError for a sequence that is not reached; Damaged if a part cannot be opened.
    """
    return _connected(lake, knobs or Knobs(), _datasets(lake).values())


def _connected(
    lake: Lake, knobs: Knobs, datasets: Collection[Dataset]
) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
        },
    )
    database.execute("set timezone = 'UTC'")
    _rank_tables(database)
    for dataset in datasets:
        _install(database, lake, resolve(lake, knobs.question(dataset)))
    folder = str(lake.parts_folder.resolve())
    database.execute("set allowed_directories = [$folder]", {"folder": folder})
    database.execute("set enable_external_access = false")
    database.execute("set lock_configuration = true")
    return database


def query(lake: Lake, statement: str, knobs: Knobs | None = None) -> pa.Table:
    """Answer one SELECT over the lake.

    Where it names datasets it sees no others, so that what it reads is what its certificates are about.
    Raises: UsageError if it is no single SELECT, or DuckDB refuses it; Damaged if a part that it reads
            is not what its name says.
    """
    named = named_in(lake, statement) or _datasets(lake).values()
    with _connected(lake, knobs or Knobs(), named) as database:
        try:
            statements = database.extract_statements(statement)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise UsageError("give one SELECT; the lake is only read")
            with Parts(lake.parts_folder).reading(_paths_named(lake, statement)):
                return _fetched(database, statement)
        except duckdb.Error as error:
            raise _refused(error) from error


def _fetched(database: duckdb.DuckDBPyConnection, statement: str) -> pa.Table:
    """Raises: UsageError for what DuckDB says before it reads; else what reading raises."""
    try:
        return engine.fetch(database, statement)
    except MISTAKES as error:
        raise _refused(error) from error


def _refused(error: duckdb.Error) -> UsageError:
    return UsageError(f"the query cannot be answered: {error}")


def _paths_named(lake: Lake, statement: str) -> list[str]:
    """Parts of the datasets whose names stand in a statement."""
    mine = {dataset.name for dataset in named_in(lake, statement)}
    ids = [feed.id for feed in lake.feeds if feed.dataset and feed.dataset.name in mine]
    return [part.path for part in lake.ledger.parts(feeds=ids)]


def named_in(lake: Lake, statement: str) -> list[Dataset]:
    """The datasets whose names stand in a statement, also by their stored rows, `seen_X`."""
    words = {word.lower().removeprefix(SEEN) for word in re.findall(r"\w+", statement)}
    return [dataset for name, dataset in sorted(_datasets(lake).items()) if name in words]


def _datasets(lake: Lake) -> dict[str, Dataset]:
    return {feed.dataset.name: feed.dataset for feed in lake.feeds if feed.dataset}


def _install(database: duckdb.DuckDBPyConnection, lake: Lake, scope: Scope) -> None:
    """The relations of one dataset: `seen_X` of stored rows, the macro X and the view X."""
    dataset = scope.dataset
    parts = lake.ledger.parts(feeds=[feed.id for feed in scope.feeds], at_sequence=scope.sequence)
    with Parts(lake.parts_folder).reading([part.path for part in parts]):
        database.execute(f'create view "seen_{dataset.name}" as {_stored_sql(lake, scope, parts)}')
    _write_ranks(database, lake, scope)
    if dataset.is_forecast:
        _write_days(database, scope, parts)
    database.execute(_macro_sql(scope, market_zones(lake, dataset.name)))
    question = scope.question
    said = {
        "as_of": None if question.as_of is None else pick.instant(question.as_of),
        "revisions": _text(question.revisions),
        "print": None if question.print is None else _text(question.print),
        "vintage": _text(str(question.vintage)),
        "known": _text(question.known),
    }
    turned = ", ".join(f"{name} := {value}" for name, value in said.items() if value is not None)
    database.execute(f'create view "{dataset.name}" as select * from "{dataset.name}"({turned})')


def _macro_sql(scope: Scope, zones: Collection[str]) -> str:
    dataset = scope.dataset
    columns = ", ".join(
        f'{PRINTED} as "print"' if field.name == "print" else f'"{field.name}"'
        for field in served_fields(dataset)
    )
    seen = f"({_seen_sql(scope)})"
    branches = []
    for revisions in REVISIONS:
        named = f"revisions = '{revisions}'"
        picked = _picked(scope, seen, zones, revisions=revisions)
        if not dataset.is_forecast:
            branches.append((named, picked))
            continue
        newest = pick.newest_vintage(picked, dataset.key_names)
        if revisions == "all":
            latest = _picked(scope, seen, zones, revisions="latest")
            chosen = pick.newest_vintage(latest, dataset.key_names)
            newest = pick.of_same_fact(picked, chosen, dataset.key_names)
        branches.append((f"{named} and vintage::varchar = 'latest'", newest))
        branches.append((f"{named} and vintage::varchar <> 'latest'", picked))
    union = " union all ".join(
        [
            *(f"select {columns} from ({picked}) where {named}" for named, picked in branches),
            f"select {_nulls(served_fields(dataset))} from {refusing(scope, zones, REVISIONS)}",
        ]
    )
    knobs = ", ".join(f"{name} := {value}" for name, value in PARAMETERS.items())
    return f'create macro "{dataset.name}"({knobs}) as table {union}'


def _seen_sql(scope: Scope) -> str:
    """Stored rows that a macro's knobs leave to be picked from."""
    conditions = [
        f"(print is null or {PRINTED} = print)",
        "(at_sequence is null or row_sequence <= at_sequence)",
        _vintage_sql(scope.dataset),
    ]
    return f'select * from "seen_{scope.dataset.name}" as seen where {" and ".join(conditions)}'


def _vintage_sql(dataset: Dataset) -> str:
    """Rows of one vintage, where one is asked for by its instant or market day."""
    if not dataset.is_forecast:
        return "true"
    words = "vintage::varchar in ('latest', 'all')"
    day = (
        "exists (from vintage_days as days where days.feed = seen.feed and "
        "days.day = vintage::varchar and seen.vintage_utc >= days.since and "
        "seen.vintage_utc < days.until)"
    )
    instant = f"case when length(vintage::varchar) > 10 then {instant_of('vintage', ())} end"
    return f"({words} or (length(vintage::varchar) = 10 and {day}) or vintage_utc = {instant})"


def _picked(scope: Scope, seen: str, zones: Collection[str], *, revisions: Revisions) -> str:
    """The pick over all feeds of a dataset, each under its key in force."""
    at = f"coalesce(at_sequence, {scope.sequence})"
    relations = {
        table: f"(select * exclude (since, until) from {table} where since <= {at} and {at} < until) "
        f"as {table}"
        for table in ("precedence", "print_ranks")
    }
    picks = []
    for group in engine.groups(scope):
        feeds = ", ".join(_text(feed.id) for feed in group.feeds)
        own = f"(select * from {seen} where feed in ({feeds}))"
        if len(group.feeds) == len(scope.feeds):
            own = seen
        picks.append(
            pick.pick(
                own,
                group.key,
                as_of=instant_of("as_of", zones),
                revisions=revisions,
                printed=PRINTED,
                promised=assumed_sql(scope.feeds),
                assuming="known = 'assumed'",
                **relations,
            )
        )
    return " union all by name ".join(f"select * from ({one})" for one in picks)


def _stored_sql(lake: Lake, scope: Scope, parts: Sequence[Part]) -> str:
    fields = (*stored_fields(scope.dataset), ROW_SEQUENCE)
    taken = [(f'part."{field.name}"', _inside(field.name)) for field in fields[:-1]]
    names, reading = ", ".join(f'{column} as "{name}"' for column, name in taken), ""
    if older := _is_older(lake, parts, fields[:-1]):
        names, reading = f'part.* rename ("print" as "{PRINTED}")', ", union_by_name = true"
    sources = [_empty_sql(scope.dataset)]
    loose = [part for part in parts if not part.merged]
    merged = [part for part in parts if part.merged]
    if loose:
        sequences = ", ".join(str(part.sequence) for part in loose)
        sources.append(
            f"select {names}, list_extract([{sequences}], file_index::bigint + 1) "
            f"as row_sequence from read_parquet([{_paths(lake, loose)}]{reading}) as part"
        )
    if merged:
        number = "" if older else ", row_sequence"
        sources.append(
            f"select {names}{number} from read_parquet([{_paths(lake, merged)}]{reading}) as part "
            f"where row_sequence <= {scope.sequence}"
        )
    united = " union all by name ".join(sources)
    every = ", ".join(f'"{_inside(field.name)}"' for field in fields)
    return f"select {every} from ({united})" if older else united


def _is_older(lake: Lake, parts: Sequence[Part], fields: Sequence[Field]) -> bool:
    """Whether some part was written before its dataset gained a column: columns stay, so the first tells.

    To unite the names of all parts, each is opened before the first question.
    """
    if not parts:
        return False
    first = min(parts, key=lambda part: part.sequence or 0)
    places = footer_of(lake.parts_folder / first.path).places
    return any(field.name not in places for field in fields)


def _empty_sql(dataset: Dataset) -> str:
    return f"select {_nulls((*stored_fields(dataset), ROW_SEQUENCE))} where false"


def _nulls(fields: Sequence[Field]) -> str:
    return ", ".join(f'null::{engine.SQL_TYPES[f.type]} as "{_inside(f.name)}"' for f in fields)


def _inside(name: str) -> str:
    return PRINTED if name == "print" else name


def _paths(lake: Lake, parts: Sequence[Part]) -> str:
    return ", ".join(_text(str((lake.parts_folder / part.path).resolve())) for part in parts)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _rank_tables(database: duckdb.DuckDBPyConnection) -> None:
    """Contracts by the sequences at which they were in force; datasets share the tables."""
    for table, (column, rank) in engine.RANKED.items():
        database.execute(
            f"create table {table} (feed varchar, {column} varchar, {rank} bigint, "
            "since bigint, until bigint)"
        )
    database.execute(
        "create table vintage_days (feed varchar, day varchar, since timestamptz, until timestamptz)"
    )


def _write_ranks(database: duckdb.DuckDBPyConnection, lake: Lake, scope: Scope) -> None:
    """Every contract of the scope's feeds; what stands before the first one is the feed's own row."""
    written: dict[str, list[Contract]] = {feed.id: [declared(feed)] for feed in scope.feeds}
    for contract in lake.ledger.contract_history():
        if contract.feed in written:
            written[contract.feed].append(contract)
    rows: dict[str, list[tuple[object, ...]]] = {"precedence": [], "print_ranks": []}
    for contracts in written.values():
        starts = [contract.sequence or 0 for contract in contracts]
        for contract, since, until in zip(contracts, starts, [*starts[1:], EVER], strict=True):
            for table, ranks in engine.ranks_of(contract).items():
                rows[table] += [(*rank, since, until) for rank in ranks]
    for table, told in rows.items():
        _insert(database, table, told)


def _insert(
    database: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]
) -> None:
    """All rows in one statement."""
    if rows:
        columns = ", ".join("unnest(?)" for _ in rows[0])
        database.execute(
            f"insert into {table} select {columns}", [list(one) for one in zip(*rows, strict=True)]
        )


def _write_days(database: duckdb.DuckDBPyConnection, scope: Scope, parts: Sequence[Part]) -> None:
    """The market days that a forecast of the lake may be called by."""
    for feed in scope.feeds:
        stamps = [stamp for part in parts if part.feed == feed.id for stamp in part.stamps]
        if not stamps:
            continue
        zone = feed.publisher.zone
        longest = max(report.days for report in feed.reports)
        day = market_day(zone, min(stamps)) - timedelta(days=longest)
        days: list[tuple[object, ...]] = []
        while day <= market_day(zone, max(stamps)):
            days.append((feed.id, day.isoformat(), *day_window(zone, day)))
            day += timedelta(days=1)
        _insert(database, "vintage_days", days)
