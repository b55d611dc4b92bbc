"""`tieline reference`: nodes and generators as tables for other tools."""

from __future__ import annotations

from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import give, give_json, guarded, say
from tieline.cli.options import AsJson, AsOf, Home
from tieline.errors import UsageError

if TYPE_CHECKING:
    from tieline.facades.reference import Layout


def reference(
    layout: Annotated[str, typer.Argument(help="iso-nodes or generators.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="CSV file to write; one that is there is updated."),
    ] = None,
    as_of: AsOf = None,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Give the nodes or generators of every operator as a CSV table, iso_nodes.csv or generators.csv.

    An earlier file is updated: lines that the lake does not know stay, and so do cells that it leaves
    blank. What can be said of the lake's own part lies in NAME.certificate.json, and on stderr.
    """
    with guarded(json=json):
        from tieline.cli.missing import words_of
        from tieline.cli.visiting import lake_in, visited
        from tieline.cli.writing import beside, whole
        from tieline.facades.reference import reference_table

        wanted = _layout(layout)
        before = output.read_bytes() if output is not None and output.exists() else None
        with visited(home) as found:
            table, certificate = reference_table(lake_in(found), wanted, as_of=as_of, before=before)
        if output is not None:
            with whole(output) as sink:
                table.write_csv(sink)
            with whole(beside(output)) as sink:
                sink.write(dumps(certificate.as_json()).encode() + b"\n")
            say(f"{table.height} lines in {output}.")
        elif json:
            give_json(table.to_dicts())
        else:
            give(table.write_csv().rstrip("\n"))
        if json:
            give_json(certificate.as_json(), err=True)
        else:
            say(words_of(certificate.as_json()))


def _layout(text: str) -> Layout:
    """Raises: UsageError."""
    from tieline.facades.reference import LAYOUTS

    for layout in LAYOUTS:
        if text == layout:
            return layout
    raise UsageError(f"{text!r} is no table: say {' or '.join(LAYOUTS)}")
