"""`tieline verify`: whether what lies at rest is what it says it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import give_json, guarded, is_person, say
from tieline.cli.options import AsJson, Home
from tieline.errors import Damaged, UsageError

if TYPE_CHECKING:
    from tieline.flow import House
    from tieline.flow.verifying import Damage

SAMPLE = 20
Bar = Callable[[str, int], Callable[[str], None]]


def verify(
    raw: Annotated[bool, typer.Option("--raw", help="Only raw objects, against their hash.")] = (
        False
    ),
    parts: Annotated[bool, typer.Option("--parts", help="Only parts, against their names.")] = (
        False
    ),
    rows: Annotated[
        str | None,
        typer.Option("--rows", help="Only rows, against raw bytes: all, or sample:20 slices."),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option("--sample", min=1, help="Everything, with the rows of so many slices."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything, with all rows.")] = False,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Check raw objects and parts against their hashes, and rows against the bytes they came from.

    Without an option all three, with the rows of 20 slices. Damage is named, and ends with 8; what nobody
    names is counted. An observation that was kept and that no entry tells of is no damage, but is named:
    `tieline up` or `collect` takes it in, or `tieline rebuild` where it is old. Rows of an older recipe are
    not compared: replay first.
    """
    with guarded(json=json):
        from tieline.cli.visiting import house_in, visited

        if sum([every, sample is not None, raw or parts or rows is not None]) > 1:
            raise UsageError("--all and --sample check everything; leave the others out")
        whole = not raw and not parts and rows is None
        chosen = None if every else sample or _sample(rows)
        report: dict[str, object] = {}
        damage: list[Damage] = []
        sound: set[str] = set()
        try:
            with visited(home) as found, _bars(shown=is_person("stderr") and not json) as bar:
                house = house_in(found)
                if whole or raw:
                    damage += _raw(house, bar, report)
                if whole or parts:
                    damage += _parts(house, bar, report, sound)
                if whole or rows is not None:
                    damage += _rows(house, bar, report, chosen, sound)
        except Exception:
            # What the stages before the one that failed have found is told all the same.
            if damage:
                _tell(report, damage, json=json)
            raise
        damage = list(dict.fromkeys(damage))
        _tell(report, damage, json=json)
        if damage:
            raise typer.Exit(Damaged.exit_code)


def _sample(rows: str | None) -> int | None:
    if rows is None:
        return SAMPLE
    if rows == "all":
        return None
    kind, _, count = rows.partition(":")
    if kind == "sample" and count.isdigit() and int(count) > 0:
        return int(count)
    raise UsageError(f"--rows is all or sample:20, not {rows!r}")


def _raw(house: House, bar: Bar, report: dict[str, object]) -> list[Damage]:
    from tieline.flow.verifying import check_raw, not_taken_in, raw_expected, unnamed_objects
    from tieline.values import stamp

    expected = raw_expected(house)
    found = list(check_raw(house, bar("raw objects", expected)))
    report["raw_objects"] = expected - 1
    report["unnamed_objects"] = unnamed_objects(house)
    report["not_taken_in"] = [
        {"slice": str(one.of), "fetched_at_utc": stamp(one.fetched_at_utc), "object": one.object}
        for one in not_taken_in(house)
    ]
    return found


def _parts(house: House, bar: Bar, report: dict[str, object], sound: set[str]) -> list[Damage]:
    from tieline.flow.verifying import check_parts, unnamed_parts

    count = len(house.ledger.parts())
    found = list(check_parts(house, bar("parts", count), sound))
    report["parts"] = count
    report["unnamed_parts"] = unnamed_parts(house)
    return found


def _rows(
    house: House, bar: Bar, report: dict[str, object], sample: int | None, sound: set[str]
) -> list[Damage]:
    from tieline.flow.verifying import derive, groups

    chosen = groups(house, sample)
    step = bar("slices of rows", len(chosen))
    seen: set[int] = set()
    damage: list[Damage] = []
    compared = outdated = 0
    for group in chosen:
        step(str(group))
        if group.entry.entry_id in seen:
            continue
        derived = derive(house, group, sound, seen)
        seen |= derived.entries
        damage += derived.damage
        compared += derived.rows
        outdated += derived.outdated
    report |= {"slices": len(chosen), "rows_compared": compared, "older_recipe": outdated}
    return damage


def _tell(report: dict[str, object], damage: list[Damage], *, json: bool) -> None:
    from tieline.cli.plain import plain

    left = report.get("not_taken_in", [])
    assert isinstance(left, list)
    if json:
        give_json({**report, "sound": not damage, "damage": [plain(one) for one in damage]})
        return
    for one in damage:
        say(f"DAMAGED {one.kind} {one.where}: {one.text}")
    for one in left:
        say(
            f"NOT TAKEN IN {one['slice']}: what was fetched at {one['fetched_at_utc']} is kept and no "
            "entry tells of it; `tieline rebuild` takes it in"
        )
    if "raw_objects" in report:
        say(
            f"{report['raw_objects']} raw objects checked; {report['unnamed_objects']} that neither "
            "an entry nor a note names."
        )
    if "parts" in report:
        say(f"{report['parts']} parts checked; {report['unnamed_parts']} files no catalogue names.")
    if "slices" in report:
        say(f"{report['rows_compared']} rows of {report['slices']} slices derived again.")
    if report.get("older_recipe"):
        say(f"{report['older_recipe']} slices have an older recipe: `tieline feeds replay` first.")
    if left:
        say(f"{len(left)} observations that were kept are not in the lake.")
    say(f"{len(damage)} damaged." if damage else "All of it is sound.")


@contextmanager
def _bars(*, shown: bool) -> Iterator[Bar]:
    if not shown:
        yield lambda name, total: lambda what: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:

        def bar(name: str, total: int) -> Callable[[str], None]:
            task = progress.add_task(name, total=total)
            return lambda what: progress.update(task, advance=1)

        yield bar
