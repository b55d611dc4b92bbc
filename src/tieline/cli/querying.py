"""`tieline query`: SQL over the lake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import give_json, guarded, is_person, say
from tieline.cli.options import (
    AsJson,
    AsOf,
    AtSequence,
    Format,
    Home,
    KnownBy,
    Output,
    Print,
    Revisions,
    Vintage,
)
from tieline.errors import EXIT_HOLES

if TYPE_CHECKING:
    from datetime import datetime

    from tieline.select import Certificate


def query(
    statement: Annotated[
        str, typer.Argument(metavar="SQL", help='One SELECT: "select count(*) from load".')
    ],
    as_of: AsOf = None,
    revisions: Revisions = "latest",
    print_: Print = None,
    vintage: Vintage = "latest",
    at_sequence: AtSequence = None,
    known: KnownBy = "recorded",
    format: Format = None,
    output: Output = None,
    certificate: Annotated[
        bool,
        typer.Option(
            "--certificate/--no-certificate", help="Tell what is missing from the tables named."
        ),
    ] = True,
    require_complete: Annotated[
        bool, typer.Option("--require-complete", help="End with 6 where anything is missing.")
    ] = False,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Run one SELECT in DuckDB's words; every dataset is a table of its latest rows.

    The knobs turn every table. A dataset's name called, load(revisions := 'all', as_of :=
    '2025-11-06T00:00:00Z', print := 'final', vintage := 'all', at_sequence := 7, known := 'assumed'),
    has knobs of its own. The certificate of each dataset, as it is asked for, goes to stderr, over all that
    was collected.
    """
    with guarded(json=json):
        from tieline.cli.visiting import lake_in, visited
        from tieline.cli.writing import form_of, write
        from tieline.select import state, turned, zones_in

        form = form_of(format, output, json=json, terminal=is_person("stdout"))
        with visited(home) as found:
            lake = lake_in(found)
            zones = zones_in(lake, statement)
            knobs = turned(
                as_of=_moment(zones, as_of), revisions=revisions, print=print_, vintage=vintage,
                at_sequence=at_sequence, known=known, zones=zones,
            )  # fmt: skip
            told = state(lake, statement, knobs, certified=certificate or require_complete)
            table = told.arrow()
            rows = write(table.to_batches(), table.schema, form, output)
        _tell(told.certificates, rows, json=json)
        if require_complete and any(one.complete is False for one in told.certificates):
            raise typer.Exit(EXIT_HOLES)


def _moment(zones: set[str], text: str | None) -> datetime | None:
    from tieline.cli.moments import instant_of
    from tieline.cli.visiting import now

    return None if text is None else instant_of(text, zones, now())


def _tell(certificates: Sequence[Certificate], rows: int, *, json: bool) -> None:
    from tieline.cli.data import tell_certificate

    if json:
        told = [certificate.as_json() for certificate in certificates]
        give_json({"rows": rows, "certificates": told}, err=True)
        return
    say(f"{rows} rows.")
    for certificate in certificates:
        say(f"{certificate.dataset}:")
        tell_certificate(certificate, certificate.received, truncated=False)
