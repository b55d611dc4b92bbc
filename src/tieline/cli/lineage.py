"""`tieline lineage`: from a number back to the lines of the file that it stood on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.data import DatasetName, Knobs, question_of, tell_certificate, where_of
from tieline.cli.frame import give, give_json, guarded, say
from tieline.cli.options import (
    AsJson,
    AsOf,
    AtSequence,
    Home,
    KnownBy,
    Print,
    Revisions,
    Since,
    Until,
    Vintage,
    Where,
)

if TYPE_CHECKING:
    from tieline.flow import House
    from tieline.select import LineageRow

COMMON = frozenset(
    [
        "publisher", "feed", "report", "print", "state", "resolution", "stamp_utc",
        "interval_start_utc", "interval_end_utc", "market_day", "known_at_utc", "known_basis",
        "entry_id", "source_row",
    ]
)  # fmt: skip


def lineage(
    dataset: DatasetName,
    where: Where = None,
    at: Annotated[
        str | None, typer.Option("--at", help="The printed instant: 2026-11-01T05:05:00Z.")
    ] = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    revisions: Revisions = "latest",
    print_: Print = None,
    vintage: Vintage = "latest",
    at_sequence: AtSequence = None,
    known: KnownBy = "recorded",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many rows.")] = 20,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Show of each number where its bytes are: entry, known time, address, file, the lines.

    --revisions all shows the steps by which a number came to be what it is. The certificate of the rows
    goes to stderr.
    """
    with guarded(json=json):
        from tieline.cli.moments import instant_of
        from tieline.cli.visiting import house_in, lake_in, now, visited
        from tieline.errors import UsageError
        from tieline.select import lineage as trace
        from tieline.select import market_zones

        if at is None and since is None:
            raise UsageError("say which numbers: --at 2026-11-01T05:05:00Z, or --from and --to")
        knobs = Knobs(
            dataset, since, until, tuple(where or ()), as_of, revisions, print_, vintage,
            at_sequence, known, limit=limit,
        )  # fmt: skip
        with visited(home) as found:
            lake, house = lake_in(found), house_in(found)
            zones = market_zones(lake, dataset, where_of(where or ()))
            stamp = None if at is None else instant_of(at, zones, now())
            traced = trace(lake, question_of(lake, knobs), stamp=stamp)
            steps = [_step(house, row) for row in traced.steps]
        certificate, cut = traced.certificate, traced.truncated
        if json:
            give_json(steps)
            told = {**certificate.as_json(), "rows": len(steps), "truncated": cut}
            give_json(told, err=True)
        else:
            _tell(steps)
            tell_certificate(certificate, len(steps), truncated=cut)


def _step(house: House, row: LineageRow) -> dict[str, object]:
    from tieline.cli.plain import plain
    from tieline.flow import lines_of

    told = plain(row)
    assert isinstance(told, dict)
    lines = plain(lines_of(house, row.entry_id, row.source_row))
    assert isinstance(lines, list)
    return {**told, "line": lines[0]["text"] if lines else None, "lines": lines}


def _tell(steps: Sequence[dict[str, object]]) -> None:
    for step in steps:
        values = step["values"]
        assert isinstance(values, dict)
        lines = step["lines"]
        assert isinstance(lines, list)
        said = ", ".join(f"{n}={v}" for n, v in values.items() if n not in COMMON and v is not None)
        give(f"{step['stamp_utc']}  {said}")
        give(f"  {step['state']}, {step['print']}, feed {step['feed']}, report {step['report']}")
        give(f"  known    {step['known_at_utc']} ({step['known_basis']})")
        give(f"  entry    {step['entry_id']}, sequence {step['sequence']}, recipe {step['recipe']}")
        give(f"  fetched  {step['fetched_at_utc']} from {step['url']}")
        give(f"  payload  {step['payload_sha256']}")
        if step["member"]:
            give(f"  member   {step['member']} {step['content_sha256']}")
        if step["source_row"] is None:
            give("  line     none: the publisher took the row back")
        else:
            for line in lines:
                give(f"  line {line['source_row']:>4} {line['text']}")
    if not steps:
        say("No such row.")
