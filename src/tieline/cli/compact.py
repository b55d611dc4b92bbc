"""`tieline compact`: few large parts instead of many small ones, and no file that nothing needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import give_json, guarded, is_person, say
from tieline.cli.options import AsJson, Home

if TYPE_CHECKING:
    from collections.abc import Callable

    from tieline.flow import House, Merged


@dataclass(frozen=True, slots=True)
class Extent:
    """How many files the lake's parts are, and how large."""

    files: int
    bytes: int
    rows: int


def compact(
    feeds: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FEED...]", help="Ids, publisher:REPORT or codes; none: everything."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done and change nothing.")
    ] = False,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Merge parts of closed days and months, sorted for asking, and remove files nothing needs.

    No row is lost and no answer changes, past ones included; it may run beside `tieline up`, and a
    second time it finds nothing to do. Files that were merged away stay for a while, for readers.
    """
    with guarded(json=json):
        from tieline.cli.visiting import house_in, reports_of, visited
        from tieline.flow import sweep

        with visited(home) as found:
            house = house_in(found)
            wanted = [
                report.name
                for name in (feeds if feeds else [None])
                for _, report in reports_of(found.feeds, name)
            ]
            before = _extent(house)
            if dry_run:
                planned = [_planned(house, name) for name in wanted]
                lines = [line for line in planned if line["merges"]]
            else:
                with _bar(len(wanted), shown=is_person("stderr") and not json) as step:
                    done = [_compacted(house, name, step) for name in wanted]
                lines = [line for line in done if line["merges"] or line["left_to_another"]]
            swept = sweep(house, dry_run=dry_run)
            after = _extent(house)
        result: dict[str, object] = {
            "dry_run": dry_run,
            "reports": lines,
            "files_before": before.files,
            "files_after": after.files,
            "bytes_before": before.bytes,
            "bytes_after": after.bytes,
            "rows": after.rows,
            "removed_replaced": swept.replaced,
            "removed_orphans": swept.orphans,
            "removed_bytes": swept.bytes,
        }
        if json:
            give_json(result)
        else:
            _tell(result, lines, dry_run=dry_run)


def _extent(house: House) -> Extent:
    parts = house.ledger.parts()
    return Extent(len(parts), sum(part.bytes for part in parts), sum(part.rows for part in parts))


def _planned(house: House, report: str) -> dict[str, object]:
    from tieline.flow import tasks_of

    tasks = tasks_of(house, report)
    return {
        "report": report,
        "merges": len(tasks),
        "parts_taken": sum(len(task.parts) for task in tasks),
        "rows": sum(task.rows for task in tasks),
        "bytes_taken": sum(task.bytes for task in tasks),
    }


def _compacted(house: House, report: str, step: Callable[[str], None]) -> dict[str, object]:
    from tieline.flow import merge_days, merge_months

    step(report)
    done: list[Merged] = [*merge_days(house, report), *merge_months(house, report)]
    merged = [one for one in done if one.left]
    return {
        "report": report,
        "merges": len(merged),
        "left_to_another": len(done) - len(merged),
        "parts_taken": sum(len(one.taken) for one in merged),
        "parts_left": sum(len(one.left) for one in merged),
        "rows": sum(part.rows for one in merged for part in one.left),
        "bytes_taken": sum(part.bytes for one in merged for part in one.taken),
        "bytes_left": sum(part.bytes for one in merged for part in one.left),
        "seconds": round(sum(one.seconds for one in merged), 3),
    }


def _tell(result: dict[str, object], lines: Sequence[dict[str, object]], *, dry_run: bool) -> None:
    for line in lines:
        if dry_run:
            say(
                f"{line['report']}: {line['parts_taken']} parts of {line['rows']} rows would be "
                f"merged, in {line['merges']} steps."
            )
        else:
            say(
                f"{line['report']}: {line['parts_taken']} parts became {line['parts_left']} "
                f"({line['rows']} rows, {line['bytes_taken']} bytes became {line['bytes_left']}) "
                f"in {line['seconds']} s."
            )
        if line.get("left_to_another"):
            say(f"  {line['left_to_another']} of its merges another process did first.")
    would = "would go" if dry_run else "went"
    say(
        f"{result['removed_replaced']} files merged away earlier and {result['removed_orphans']} that "
        f"no catalogue names {would}, {result['removed_bytes']} bytes."
    )
    if dry_run:
        say(f"The lake has {result['files_before']} parts, {result['bytes_before']} bytes.")
    else:
        say(
            f"The lake had {result['files_before']} parts of {result['bytes_before']} bytes and has "
            f"{result['files_after']} of {result['bytes_after']}; {result['rows']} rows as before."
        )


@contextmanager
def _bar(total: int, *, shown: bool) -> Iterator[Callable[[str], None]]:
    if not shown:
        yield lambda what: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("merging", total=total)
        yield lambda what: progress.update(task, advance=1, description=what)
