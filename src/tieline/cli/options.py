"""Options that several commands share, spelt once."""

from __future__ import annotations

from contextvars import ContextVar
from pathlib import Path
from typing import Annotated

import typer

BACKEND: ContextVar[str | None] = ContextVar("backend", default=None)
"""Which back end a command was told to ask; None is where the ledger lies."""


def _known_backend(context: typer.Context, backend: str | None) -> str | None:
    """Raises: Unconfigured for a back end in which this home's ledger, or a copy of it, does not lie."""
    if backend is None:
        return None
    from tieline.assemble import settings_of
    from tieline.cli.frame import guarded
    from tieline.facades.backends import check_backend

    with guarded(json=False):
        BACKEND.set(check_backend(settings_of(context.params.get("home")), backend))
    return backend


Home = Annotated[
    Path | None,
    typer.Option("--home", help="The folder where everything lies; else TIELINE_HOME."),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of text.")]
Backend = Annotated[
    str | None,
    typer.Option(
        "--backend",
        help="Which ledger is asked: sqlite or postgres, where it lies, or clickhouse: its copy.",
        callback=_known_backend,
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--from",
        "--start",
        help="First market day, or an instant: 2026-11-01, 2026-11-01T05:00:00Z, yesterday, -3d.",
    ),
]
Until = Annotated[
    str | None,
    typer.Option("--to", "--end", help="Market day or instant that is not included; or `now`."),
]
FeedName = Annotated[
    str | None,
    typer.Option("--feed", help="Id of a feed, publisher:REPORT or a report's code."),
]
Partition = Annotated[str | None, typer.Option("--partition", help="A market day: 2026-11-01.")]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", help="COLUMN=VALUE, several values with commas; repeatable."),
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="Only what was known at this instant or day's start.")
]
AtSequence = Annotated[
    int | None, typer.Option("--at-sequence", help="As this lake answered after that commit.")
]
Revisions = Annotated[str, typer.Option("--revisions", help="latest, first or all.")]
Vintage = Annotated[
    str, typer.Option("--vintage", help="Forecasts: latest, all, or one vintage's day or instant.")
]
Print = Annotated[
    str | None, typer.Option("--print", help="Only this print: advisory, preliminary, final.")
]
KnownBy = Annotated[
    str, typer.Option("--known", help="recorded, or assumed: the promise as known time.")
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="File to write: .parquet, .csv, .json or .arrow."),
]
Format = Annotated[
    str | None,
    typer.Option("--format", help="csv, json, arrow, parquet or table; a file's name says it too."),
]
FilesGiven = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...", exists=True, dir_okay=False, readable=True, help="Files as published."
    ),
]
DayOf = Annotated[
    str | None,
    typer.Option("--day", help="Market day of a file whose name does not say it."),
]
FetchedAt = Annotated[
    str | None,
    typer.Option("--fetched-at", help="When the files were fetched; then their known time."),
]
