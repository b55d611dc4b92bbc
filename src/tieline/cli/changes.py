"""`tieline diff`: what changed in an answer between two moments, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.data import DatasetName, Knobs, question_of, tell_certificate, where_of
from tieline.cli.frame import give, give_json, give_table, guarded, say
from tieline.cli.options import AsJson, Home, KnownBy, Output, Print, Since, Until, Vintage, Where

if TYPE_CHECKING:
    from tieline.select import Difference

SHOWN = 200
"""Lines that a table for a person shows unless told otherwise."""


def diff(
    dataset: DatasetName,
    between: Annotated[
        tuple[str, str],
        typer.Option(
            "--between", help="Two instants or days (as known then), or two sequences: 120 184."
        ),
    ],
    since: Since = None,
    until: Until = None,
    where: Where = None,
    print_: Print = None,
    vintage: Vintage = "all",
    known: KnownBy = "recorded",
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many lines.")] = SHOWN,
    output: Output = None,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Show what changed in an answer between two moments: fact, cause, value before and after.

    Causes: new, revision (the publisher prints another value), print (a more settled one came), late
    (known before, brought later), replay (another recipe), precedence (another report is preferred),
    gone (taken back). -o writes all of it to a file.
    """
    with guarded(json=json):
        from tieline.cli.moments import instant_of
        from tieline.cli.visiting import lake_in, now, visited
        from tieline.cli.writing import form_of, write
        from tieline.select import diff as compared
        from tieline.select import market_zones, moments

        form = None if output is None else form_of(None, output, json=json, terminal=False)
        with visited(home) as found:
            lake = lake_in(found)
            zones = market_zones(lake, dataset, where_of(where or ()))
            knobs = Knobs(
                dataset,
                since,
                until,
                tuple(where or ()),
                print=print_,
                vintage=vintage,
                known=known,
            )
            said = [text if text.isdigit() else instant_of(text, zones, now()) for text in between]
            told = compared(lake, question_of(lake, knobs), moments(said[0], said[1], zones))
        if form is not None:
            table = told.arrow()
            write(table.to_batches(), table.schema, form, output)
        if json:
            give_json(as_json(told, limit))
        elif form is None:
            _tell(told, limit)
        if not json:
            _sum_up(told)


def as_json(told: Difference, limit: int) -> dict[str, object]:
    from tieline.cli.plain import plain

    rows = told.polars().head(limit).to_dicts()
    return {
        "changes": [{name: plain(value) for name, value in row.items()} for row in rows],
        "causes": told.causes(),
        "truncated": told.arrow().num_rows > limit,
        "before": told.before.as_json(),
        "after": told.after.as_json(),
    }


def _tell(told: Difference, limit: int) -> None:
    """One line a fact: its key, why, and each value that differs."""
    keys = ("feed", *told.dataset.key_names, "stamp_utc")
    lines = []
    for row in told.polars().head(limit).iter_rows(named=True):
        names = [name for name in row["changed"].split(",") if name in told.dataset.value_names]
        values = ", ".join(
            f"{n} {_said(row[f'before_{n}'])} -> {_said(row[f'after_{n}'])}" for n in names
        )
        lines.append([*(row[name] for name in keys), row["cause"], values])
    if lines:
        give_table([*keys, "cause", "what"], lines)
    else:
        give("Nothing changed.")
    if told.arrow().num_rows > limit:
        say(f"The first {limit} of {told.arrow().num_rows} lines; --limit or -o give all.")


def _said(value: object) -> str:
    return "-" if value is None else str(value)


def _sum_up(told: Difference) -> None:
    causes = ", ".join(f"{count} {cause}" for cause, count in told.causes().items())
    say(f"{told.arrow().num_rows} facts changed{': ' if causes else ''}{causes}.")
    for name, certificate in (("before", told.before), ("after", told.after)):
        say(f"{name}:")
        tell_certificate(certificate, certificate.received, truncated=False)
