"""`tieline backup`: a second home with everything the first one has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from tieline.cli.frame import give_json, guarded, is_person, say
from tieline.cli.options import AsJson, Home


def backup(
    folder: Annotated[
        Path, typer.Argument(help="Empty folder, or an earlier backup of the same home.")
    ],
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Copy ledger, parts and raw bytes as they stood at one sequence; only what is new is copied.

    Collecting may go on meanwhile. The copy is a home of its own: `tieline verify --home FOLDER`
    checks it, and to restore is to use it. Its ledger is a SQLite file whatever the home's is.
    """
    with guarded(json=json):
        from tieline.cli.plain import plain
        from tieline.cli.visiting import house_in, visited
        from tieline.flow.backup import back_up

        with visited(home) as found, _bar(shown=is_person("stderr") and not json) as step:
            done = back_up(house_in(found), found.folder, folder.expanduser().absolute(), step)
        if json:
            give_json(plain(done))
            return
        say(
            f"{folder} holds sequence {done.sequence}: {done.copied} files copied "
            f"({done.bytes / 1e6:.1f} MB), {done.kept} were there already, "
            f"{done.removed} no longer named were removed."
        )
        say(f"`tieline verify --home {folder}` checks it.")


@contextmanager
def _bar(*, shown: bool) -> Iterator[Callable[[str], None]]:
    if not shown:
        yield lambda name: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn

    progress = Progress(
        SpinnerColumn(), "files", MofNCompleteColumn(), console=Console(stderr=True), transient=True
    )
    with progress:
        task = progress.add_task("files", total=None)
        yield lambda name: progress.update(task, advance=1)
