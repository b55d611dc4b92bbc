"""The commands under one name. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tieline.cli.backing import backup
from tieline.cli.calendar import calendar
from tieline.cli.changes import diff
from tieline.cli.collect import collect
from tieline.cli.compact import compact
from tieline.cli.data import data
from tieline.cli.decoding import decode
from tieline.cli.doctor import doctor
from tieline.cli.feeds import feeds
from tieline.cli.frame import DEBUG, ending, give
from tieline.cli.importing import import_files
from tieline.cli.lineage import lineage
from tieline.cli.options import BACKEND
from tieline.cli.publishing import publish, sinks
from tieline.cli.querying import query
from tieline.cli.rebuilding import rebuild
from tieline.cli.reference import reference
from tieline.cli.serving import emulate, serve
from tieline.cli.units import units
from tieline.cli.up import up
from tieline.cli.verifying import verify

app = typer.Typer(
    name="tieline",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        give(f"tieline {version('tieline')}")
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Say which tieline."),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where an unexpected error came from.")
    ] = False,
) -> None:
    """North American power market data you can prove.

    Text for people goes to stderr, data to stdout; --json gives JSON. Exit codes: 0 done, 1 a fault
    of tieline, 2 wrong use, 3 a publisher cannot be reached, 4 bytes that cannot be read, 5 not
    there, 6 something of a range is missing, 7 storage or a sink, 8 damage, 130 interrupted.
    """
    DEBUG.set(debug)
    BACKEND.set(None)


app.command()(up)
app.add_typer(feeds, name="feeds")
app.add_typer(calendar, name="calendar")
app.add_typer(units, name="units")
app.command()(collect)
app.command()(decode)
app.command("import")(import_files)
app.command()(data)
app.command()(query)
app.command()(diff)
app.command()(lineage)
app.command()(reference)
app.command()(verify)
app.command()(backup)
app.command()(rebuild)
app.command()(compact)
app.command()(publish)
app.add_typer(sinks, name="sinks")
app.command()(doctor)
app.command()(serve)
app.command()(emulate)


def main() -> None:
    """The console script `tieline`."""
    with ending():
        app(prog_name="tieline")


def feeds_main() -> None:
    """The console script `feeds`: the same as `tieline feeds`."""
    with ending():
        app(["feeds", *sys.argv[1:]], prog_name="tieline")
