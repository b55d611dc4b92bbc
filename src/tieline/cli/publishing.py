"""`tieline publish` and `tieline sinks`: the places that follow the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import error_as_json, give_json, give_table, guarded, say
from tieline.cli.options import AsJson, Home
from tieline.errors import EXIT_OK, SinkError, StoreError, TielineError, UsageError

if TYPE_CHECKING:
    from tieline.flow import SinkName
    from tieline.select import Lake
    from tieline.sinks import Letter, Receipt

COLUMNS = (
    *("sink", "kind", "state", "sequence", "head", "commits", "rows"),
    *("waiting_seconds", "dead_letters"),
)

KEY = ("stamp_utc", "timestamp", "vintage_utc", "print")
LETTER = ("letter", "sequence", "table", "feed", "key", "reason", "refused_at_utc")


def publish(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="SINK...", help="Which sinks; default: all.")
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Wipe one named sink and fill it from the first commit.")
    ] = False,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Bring sinks up to the lake, each from where it stands, and end.

    `tieline up` does this by itself. A sink that fails does not keep the others; ends with 7 if one
    cannot be reached or refuses, else with 2 if one is configured wrongly.
    """
    with guarded(json=json):
        from tieline.assemble import sinks_of
        from tieline.cli.visiting import lake_in, visited

        if anew and len(names or []) != 1:
            raise UsageError("--anew wipes one sink: name it, `tieline publish warehouse --anew`")
        failed = EXIT_OK
        told = []
        with visited(home) as found:
            wanted = sinks_of(found, names or ())
            if not wanted:
                say("No sink follows this home; docs/how-to/publish.md shows how to name one.")
            for named in wanted:
                try:
                    receipts = _published(lake_in(found), named, anew=anew)
                except StoreError:
                    raise
                except TielineError as error:
                    _tell(named.name, error, json=json)
                    failed = max(failed, error.exit_code)
                    continue
                told.append(_summary(named.name, receipts))
        if json:
            give_json(told)
        else:
            for line in told:
                say(_sentence(line))
        if failed:
            raise typer.Exit(failed)


sinks = typer.Typer(rich_markup_mode=None, invoke_without_command=True)


@sinks.callback()
def standing(context: typer.Context, home: Home = None, json: AsJson = False) -> None:
    """Where every sink stands: its last commit, what waits for it, its dead letters.

    Ends with 7 if one cannot be reached or refuses, else with 2 if one is configured wrongly.
    """
    if context.invoked_subcommand is not None:
        return
    with guarded(json=json):
        from tieline.assemble import sinks_of
        from tieline.cli.visiting import lake_in, visited

        with visited(home) as found:
            told = found.settings.sinks
            wanted = sinks_of(found)
            lake = lake_in(found)
            standings = [_standing(lake, named, told[named.name].kind) for named in wanted]
        lines = [line for line, _ in standings]
        if json:
            give_json(lines)
        else:
            give_table(
                [column.upper() for column in COLUMNS],
                [[line[column] for column in COLUMNS] for line in lines],
            )
            for line in lines:
                if line["text"]:
                    say(f"{line['sink']}: {line['text']}")
        if failed := max((code for _, code in standings), default=EXIT_OK):
            raise typer.Exit(failed)


@sinks.command()
def letters(
    name: Annotated[str, typer.Argument(metavar="SINK", help="Which sink.")],
    again: Annotated[
        bool,
        typer.Option("--again", help="First try them once more; those taken are listed no more."),
    ] = False,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """List the dead letters of a sink: rows that one of its tables refused, and why.

    Tried again, a fact is written as it stands at the sink's position, and a row of a history as it
    was stored. Ends with 7 if some are refused once more, or the sink cannot be reached.
    """
    with guarded(json=json):
        from tieline.assemble import sinks_of
        from tieline.cli.visiting import lake_in, visited
        from tieline.sinks import Again

        with visited(home) as found:
            (named,) = sinks_of(found, [name])
            sink = named.open()
            try:
                tried = sink.try_again(lake_in(found)) if again else Again()
                lines = [_letter(one) for one in sink.letters()]
            finally:
                sink.close()
        if again:
            say(f"{tried.tried} tried again, {tried.refused} rows refused once more.")
        if json:
            give_json(lines)
        else:
            give_table(
                [column.upper() for column in LETTER],
                [[one[key] for key in LETTER] for one in lines],
            )
        if tried.refused:
            raise typer.Exit(SinkError.exit_code)


def _letter(letter: Letter) -> dict[str, object]:
    """One dead letter: its key is what of the row says which fact it is about."""
    row = letter.row
    key = {name: row[name] for name in row if name in KEY or name.endswith("_id")}
    key = {name: value for name, value in key.items() if name not in ("entry_id", "observation_id")}
    return {
        "letter": letter.number,
        "sequence": letter.sequence,
        "table": letter.table,
        "feed": row.get("feed"),
        "key": " ".join(f"{name}={value}" for name, value in key.items()),
        "reason": letter.reason,
        "refused_at_utc": letter.refused_at_utc.isoformat(),
    }


def _published(lake: Lake, named: SinkName, *, anew: bool) -> list[Receipt]:
    """Raises: SinkUnavailable, SinkRefused, OutcomeUnknown; Unconfigured, UnknownName; StoreError."""
    from tieline.sinks import follow

    sink = named.open()
    try:
        if anew:
            sink.wipe()
        return list(follow(lake, sink))
    finally:
        sink.close()


def _summary(name: str, receipts: list[Receipt]) -> dict[str, object]:
    refused: dict[str, int] = {}
    for receipt in receipts:
        for table, count in receipt.refused.items():
            refused[table] = refused.get(table, 0) + count
    return {
        "sink": name,
        "batches": len(receipts),
        "sequence": receipts[-1].upto if receipts else None,
        "rows": sum(receipt.rows for receipt in receipts),
        "withdrawn": sum(receipt.withdrawn for receipt in receipts),
        "refused": refused,
        "bytes": sum(receipt.bytes for receipt in receipts),
    }


def _sentence(line: dict[str, object]) -> str:
    if not line["batches"]:
        return f"{line['sink']} has everything already."
    refused = line["refused"]
    dead = f"; rows refused into its dead letters: {refused}" if refused else ""
    return (
        f"{line['sink']} stands at commit {line['sequence']}: {line['rows']} rows in "
        f"{line['batches']} batches, {line['withdrawn']} withdrawn{dead}."
    )


def _tell(name: str, error: TielineError, *, json: bool) -> None:
    """Why one sink of several failed, on stderr."""
    if json:
        give_json({"sink": name, **error_as_json(error)}, err=True)
    else:
        say(f"{name}: {type(error).__name__}: {error}")


def _standing(lake: Lake, named: SinkName, kind: str) -> tuple[dict[str, object], int]:
    """One sink's line, and how the command ends for it; one that cannot be reached or used says why.

    Raises: StoreError.
    """
    from tieline.sinks import lag

    line: dict[str, object] = {"sink": named.name, "kind": kind, "state": "current", "text": None}
    line |= dict.fromkeys(
        ("sequence", "head", "commits", "rows", "waiting_seconds", "dead_letters")
    )
    line["head"] = lake.ledger.sequence()
    try:
        sink = named.open()
        try:
            position = sink.position()
            behind = lag(lake, sink, position, lake.clock())
            line |= {
                "state": "behind" if behind.commits else "current",
                "sequence": behind.sequence,
                "commits": behind.commits,
                "rows": behind.rows,
                "waiting_seconds": round(behind.waiting.total_seconds()),
                "dead_letters": sink.dead_letters(),
            }
        finally:
            sink.close()
    except StoreError:
        raise
    except TielineError as error:
        line |= {"state": type(error).__name__, "text": str(error)}
        return line, error.exit_code
    return line, EXIT_OK
