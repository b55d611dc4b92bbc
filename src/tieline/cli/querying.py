"""`tieline query`: SQL over the lake, each dataset a table of picked rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import give_json, guarded, is_person, say
from tieline.cli.options import AsJson, AsOf, AtSequence, Format, Home, Output, Revisions, Vintage
from tieline.errors import EXIT_HOLES, UsageError

if TYPE_CHECKING:
    import duckdb

    from tieline.cli.data import Knobs
    from tieline.select import Certificate, Lake

BATCH_ROWS = 100_000


def query(
    statement: Annotated[
        str, typer.Argument(metavar="SQL", help='For example "select count(*) from load".')
    ],
    as_of: AsOf = None,
    at_sequence: AtSequence = None,
    revisions: Revisions = "latest",
    vintage: Vintage = "latest",
    format: Format = None,
    output: Output = None,
    require_complete: Annotated[
        bool, typer.Option("--require-complete", help="End with 6 where anything is missing.")
    ] = False,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Run a DuckDB query; every dataset, and every feed by its quoted id, is a table.

    The tables hold what `tieline data` gives under the same options. The certificate of each table
    that the query names goes to stderr.
    """
    with guarded(json=json):
        from tieline.cli.data import Knobs
        from tieline.cli.visiting import lake_in, visited
        from tieline.cli.writing import form_of, write

        form = form_of(format, output, json=json, terminal=is_person("stdout"))
        knobs = Knobs(
            "", as_of=as_of, revisions=revisions, vintage=vintage, at_sequence=at_sequence
        )
        with visited(home) as found, _database() as connection:
            certificates = _tables(connection, lake_in(found), statement, knobs)
            with _said_by_duckdb():
                reader = connection.sql(statement)
                if reader is None:
                    raise UsageError("the statement gives no rows; say select ...")
                batches = reader.to_arrow_reader(BATCH_ROWS)
                rows = write(batches, batches.schema, form, output)
        _tell(certificates, rows, json=json)
        if require_complete and any(one.complete is False for one in certificates):
            raise typer.Exit(EXIT_HOLES)


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    connection.execute("set timezone = 'UTC'")
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _said_by_duckdb() -> Iterator[None]:
    """Raises: UsageError with what DuckDB says of the statement."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise UsageError(f"the query cannot be run: {error}") from error


def _tables(
    connection: duckdb.DuckDBPyConnection, lake: Lake, statement: str, knobs: Knobs
) -> list[Certificate]:
    """Make a table of each dataset and feed that the statement names, and of nothing else.

    Raises: UsageError if the statement cannot be read.
    """
    from dataclasses import replace

    import pyarrow as pa

    from tieline.cli.data import question_of
    from tieline.select import find, scan

    with _said_by_duckdb():
        named = connection.get_table_names(statement)
    known = {feed.dataset.name for feed in lake.feeds if feed.dataset}
    known |= {feed.id for feed in lake.feeds if feed.dataset}
    certificates = []
    for name in sorted(name.strip('"') for name in named):
        if name not in known:
            continue
        dataset, _ = find(lake.feeds, name)
        vintage = knobs.vintage if dataset.is_forecast else "latest"
        scanned = scan(lake, question_of(lake, replace(knobs, dataset=name, vintage=vintage)))
        rows = pa.RecordBatchReader.from_batches(scanned.schema, scanned.batches)
        connection.register("answered", rows)
        connection.execute(f'create table "{name}" as select * from answered')
        connection.unregister("answered")
        certificates.append(scanned.certificate)
    return certificates


def _tell(certificates: list[Certificate], rows: int, *, json: bool) -> None:
    from tieline.cli.data import tell_certificate

    if json:
        told = [certificate.as_json() for certificate in certificates]
        give_json({"rows": rows, "certificates": told}, err=True)
        return
    say(f"{rows} rows.")
    for certificate in certificates:
        say(f"{certificate.dataset}:")
        tell_certificate(certificate, certificate.received, truncated=False)
