"""Asking a lake: rows, their certificate, and where a cut answer goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pyarrow as pa

from tieline.datasets.rows import served_schema
from tieline.errors import Unconfigured
from tieline.schema import Dataset
from tieline.select import engine, pick
from tieline.select.certificate import Certificate, certify
from tieline.select.cursor import Cursor
from tieline.select.gathered import facts, gather, ordered, undictionaried
from tieline.select.lake import Lake
from tieline.select.question import Question
from tieline.select.scope import Scope, resolve

if TYPE_CHECKING:
    import pandas as pd

ORDER = (
    *("report", "print", "known_at_utc"),
    *("fetched_at_utc", "content_sha256", "observation_id"),
)
"""The order of answers behind interval, feed, key and stamp."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table in the words of the library that somebody likes."""

    table: pa.Table

    def arrow(self) -> pa.Table:
        return self.table

    def polars(self) -> pl.DataFrame:
        frame = pl.from_arrow(self.table)
        assert isinstance(frame, pl.DataFrame)
        return frame

    def lazy(self) -> pl.LazyFrame:
        return self.polars().lazy()

    def pandas(self) -> pd.DataFrame:
        """Raises: Unconfigured if pandas is not installed."""
        try:
            import pandas  # noqa: F401
        except ImportError as error:
            raise Unconfigured("pandas is not installed: pip install 'tieline[pandas]'") from error
        return self.table.to_pandas()


@dataclass(frozen=True, slots=True)
class Answer(Rows):
    """Rows as asked, and what can be said of them. `next` continues an answer that was cut.

    The table's schema carries the certificate, so that a file made of it does.
    """

    dataset: Dataset
    certificate: Certificate
    next: str | None = None

    @property
    def sequence(self) -> int:
        return self.certificate.sequence

    @property
    def truncated(self) -> bool:
        return self.next is not None


@dataclass(frozen=True, slots=True)
class Told(Rows):
    """What a SQL statement gave, and the certificates of the datasets that it names."""

    certificates: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """An answer of any size: its certificate, and its rows batch after batch, once."""

    batches: Iterator[pa.RecordBatch]
    schema: pa.Schema
    dataset: Dataset
    certificate: Certificate


def answer(lake: Lake, question: Question) -> Answer:
    """Answer a question.

    Gives: served columns in their order (or those asked for), ordered by `interval_start_utc`, then
    feed, key, stamp, report, print and known time; with `newest_first` the interval's start descends.
    Raises: UnknownName, UsageError; Damaged if a part cannot be read; LedgerUnavailable.
    """
    scope = resolve(lake, question)
    gathered = gather(lake, scope, ORDER)
    if gathered is not None:
        certificate = certify(lake, scope, facts(gathered, scope))
        table = ordered(gathered, scope, ORDER)
    else:
        with engine.session() as connection:
            engine.pick_into(connection, lake, scope, scope.columns)
            certificate = certify(lake, scope, received(connection, scope))
            statement, parameters = _rows_sql(scope)
            table = engine.fetch(connection, statement, parameters)
    following = _next(scope, table)
    if following is not None:
        table = table.slice(0, question.limit)
    rows = shaped(undictionaried(table), scope).replace_schema_metadata(certificate.metadata())
    return Answer(rows, scope.dataset, certificate, following)


def scan(lake: Lake, question: Question, *, batch_rows: int = 100_000) -> Scan:
    """Answer a question of any size; what does not fit in memory waits on disk.

    Raises: as `answer`.
    """
    scope = resolve(lake, question)
    with ExitStack() as opening:
        connection = opening.enter_context(engine.session())
        engine.pick_into(connection, lake, scope, scope.columns)
        certificate = certify(lake, scope, received(connection, scope))
        session = opening.pop_all()
    batches = _batches(session, connection, scope, batch_rows)
    schema = _arrow_schema(scope).with_metadata(certificate.metadata())
    return Scan(batches, schema, scope.dataset, certificate)


def _batches(
    session: ExitStack, connection: duckdb.DuckDBPyConnection, scope: Scope, batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """The rows, and then the end of the session."""
    left = scope.question.limit
    with session:
        statement, parameters = _rows_sql(scope)
        for batch in connection.sql(statement, params=parameters).to_arrow_reader(batch_rows):
            given = batch if left is None else batch.slice(0, left)
            left = None if left is None else left - given.num_rows
            if given.num_rows:
                yield from shaped(pa.Table.from_batches([given]), scope).to_batches()


def picked_rows(lake: Lake, scope: Scope) -> tuple[pl.DataFrame, Certificate]:
    """The picked rows that value filters let pass, in no order, and their certificate.

    Gives: besides the scope's columns the identity, `observation_id`, `row_sequence` and what orders rows of
    equal known time. Raises: as `answer`.
    """
    with engine.session() as connection:
        engine.pick_into(connection, lake, scope, scope.columns)
        certificate = certify(lake, scope, received(connection, scope))
        parameters: engine.Parameters = {}
        conditions = [engine.condition(wanted, parameters) for wanted in scope.values]
        table = engine.fetch(
            connection, f"from picked where {' and '.join(conditions) or 'true'}", parameters
        )
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame, certificate


def received(connection: duckdb.DuckDBPyConnection, scope: Scope) -> pl.DataFrame:
    """The distinct facts that were picked: feed, key, stamp."""
    names = pick.quoted(pick.identity_of(scope.dataset.key_names))
    table = engine.fetch(connection, f"select distinct {names} from picked where state = 'live'")
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def shaped(table: pa.Table, scope: Scope) -> pa.Table:
    """Exactly the canonical types, whatever DuckDB calls the zone."""
    return table.select(list(scope.columns)).cast(_arrow_schema(scope))


def _arrow_schema(scope: Scope) -> pa.Schema:
    kinds: dict[pl.DataType, pa.DataType] = {
        pl.String(): pa.string(),
        pl.Float64(): pa.float64(),
        pl.Int64(): pa.int64(),
        pl.Datetime("us", "UTC"): pa.timestamp("us", "UTC"),
        pl.Date(): pa.date32(),
    }
    schema = served_schema(scope.dataset)
    return pa.schema([(name, kinds[schema[name]]) for name in scope.columns])


def _rows_sql(scope: Scope) -> tuple[str, engine.Parameters]:
    question = scope.question
    parameters: engine.Parameters = {}
    conditions = [engine.condition(wanted, parameters) for wanted in scope.values]
    if scope.cursor is not None and scope.cursor.at is None:
        conditions.append("interval_start_utc is null")
    direction = "desc" if question.newest_first else "asc"
    rest = pick.quoted(("feed", *scope.dataset.key_names, "stamp_utc", *ORDER))
    statement = (
        f"select {pick.quoted((*scope.columns, *_extra(scope)))} from picked "
        f"where {' and '.join(conditions) or 'true'} "
        f"order by interval_start_utc {direction} nulls last, {rest}"
    )
    if question.limit is not None:
        statement += f" limit {question.limit + 1}"
    if scope.cursor is not None:
        statement += f" offset {scope.cursor.skip}"
    return statement, parameters


def _extra(scope: Scope) -> tuple[str, ...]:
    return () if "interval_start_utc" in scope.columns else ("interval_start_utc",)


def _next(scope: Scope, table: pa.Table) -> str | None:
    """The cursor behind the last row that is given, before the first if none is, if one more was found."""
    limit = scope.question.limit
    if limit is None or table.num_rows <= limit:
        return None
    starts = table.column("interval_start_utc")
    last: datetime | None = starts[max(limit - 1, 0)].as_py()
    given = starts.slice(0, limit)
    alike = pa.compute.sum(
        pa.compute.is_null(given) if last is None else pa.compute.equal(given, last), min_count=0
    ).as_py()
    before = scope.cursor
    skip = alike + (before.skip if before is not None and before.at == last else 0)
    return Cursor(scope.sequence, last, skip).encode()
