"""`tieline query`: SQL over the lake."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import give_json, guarded, is_person, say
from tieline.cli.options import AsJson, AsOf, AtSequence, Format, Home, Output
from tieline.errors import EXIT_HOLES

if TYPE_CHECKING:
    from datetime import datetime

    from tieline.cli.data import Knobs
    from tieline.select import Certificate, Lake


def query(
    statement: Annotated[
        str, typer.Argument(metavar="SQL", help='One SELECT: "select count(*) from load".')
    ],
    as_of: AsOf = None,
    at_sequence: AtSequence = None,
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

    A dataset's name called, load(revisions := 'all', as_of := '2025-11-06T00:00:00Z'), has knobs of
    its own. The certificate of each dataset that is named goes to stderr, over all that was collected.
    """
    with guarded(json=json):
        from tieline.cli.data import Knobs
        from tieline.cli.visiting import lake_in, visited
        from tieline.cli.writing import form_of, write
        from tieline.select import query as answered

        form = form_of(format, output, json=json, terminal=is_person("stdout"))
        with visited(home) as found:
            lake = lake_in(found)
            knobs = Knobs("", as_of=as_of, at_sequence=at_sequence, columns="stamp_utc", limit=0)
            table = answered(lake, statement, as_of=_moment(lake, as_of), at_sequence=at_sequence)
            rows = write(table.to_batches(), table.schema, form, output)
            wanted = certificate or require_complete
            certificates = _certificates(lake, statement, knobs) if wanted else []
        _tell(certificates, rows, json=json)
        if require_complete and any(one.complete is False for one in certificates):
            raise typer.Exit(EXIT_HOLES)


def _moment(lake: Lake, text: str | None) -> datetime | None:
    from tieline.cli.moments import instant_of
    from tieline.cli.visiting import now

    zones = {feed.publisher.zone for feed in lake.feeds}
    return None if text is None else instant_of(text, zones, now())


def _certificates(lake: Lake, statement: str, knobs: Knobs) -> list[Certificate]:
    """One for each dataset whose name stands in the statement, as a table or as a call."""
    from dataclasses import replace

    from tieline.cli.data import question_of
    from tieline.select import answer

    words = {word.lower() for word in re.findall(r"\w+", statement)}
    names = sorted({feed.dataset.name for feed in lake.feeds if feed.dataset} & words)
    return [
        answer(lake, question_of(lake, replace(knobs, dataset=name))).certificate for name in names
    ]


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
