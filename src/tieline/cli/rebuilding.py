"""`tieline rebuild`: the ledger and the lake again, from the raw store alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from tieline.cli.frame import give_json, guarded, is_person, say
from tieline.cli.options import AsJson, Home
from tieline.errors import EXIT_HOLES, Damaged, Unconfigured

if TYPE_CHECKING:
    from tieline.flow import Rebuilt


def rebuild(home: Home = None, json: AsJson = False) -> None:
    """Make the ledger and the lake again from the raw bytes and their notes, with every known time.

    What the ledger has already is left as it is, so a lost ledger, an interrupted rebuild and bytes
    that a crash kept from being committed are all taken in the same way. In a ledger that was lost,
    sequence numbers start anew; so does a shared one where ledger.url names an empty database. Bytes
    or notes that are damaged are named, and end with 8; reports that no feed has any more, with 6.
    """
    with guarded(json=json):
        from tieline.assemble import opened, settings_of
        from tieline.cli.visiting import house_in
        from tieline.flow import orphaned, rebuild_all

        settings = settings_of(home)
        if not (settings.home / "raw").is_dir():
            raise Unconfigured(
                f"there are no raw bytes at {settings.home}; name the home that has them with --home"
            )
        with (
            opened(settings, rebuilding=True) as found,
            _bar(shown=is_person("stderr") and not json) as step,
        ):
            house = house_in(found)
            anew = not house.ledger.entries(limit=1)
            done = rebuild_all(house, settings.concurrency, step)
            left = orphaned(house)
        lines = [one for one in done if one.notes or one.damage]
        if json:
            give_json(
                {"anew": anew, "reports": [_line(one) for one in lines], "without_feed": left}
            )
        else:
            _tell(lines, anew=anew)
        for name in left if not json else ():
            say(
                f"{name}: has observations and no feed; name it in your URL table and rebuild again"
            )
        if any(one.damage for one in lines):
            raise typer.Exit(Damaged.exit_code)
        if left:
            raise typer.Exit(EXIT_HOLES)


def _line(done: Rebuilt) -> dict[str, object]:
    return {
        "report": done.report,
        "notes": done.notes,
        "known": done.known,
        "busy": done.busy,
        "entries": done.entries,
        "rows": done.rows,
        "damage": [str(one) for one in done.damage],
    }


def _tell(lines: list[Rebuilt], *, anew: bool) -> None:
    for one in lines:
        say(
            f"{one.report}: {one.notes} observations noted, {one.known} known already, "
            f"{one.entries} entries and {one.rows} rows written"
            + (f", {one.busy} left to who works on them" if one.busy else "")
        )
        for damage in one.damage:
            say(f"  DAMAGED {damage}")
    if not lines:
        say("The raw store has no observations.")
    elif anew:
        say("The ledger was empty: sequence numbers started anew.")


@contextmanager
def _bar(*, shown: bool) -> Iterator[Callable[[], None]]:
    if not shown:
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn

    progress = Progress(
        SpinnerColumn(),
        "observations",
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with progress:
        task = progress.add_task("observations", total=None)
        yield lambda: progress.update(task, advance=1)
