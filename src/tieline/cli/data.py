"""`tieline data`: rows of a dataset with their certificate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import give_json, guarded, is_person, say
from tieline.cli.options import (
    AsJson,
    AsOf,
    AtSequence,
    Format,
    Home,
    KnownBy,
    Output,
    Print,
    Revisions,
    Since,
    Until,
    Vintage,
    Where,
)
from tieline.errors import EXIT_HOLES, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from tieline.ledger import Gap
    from tieline.select import Certificate, Lake, Question, Wanted

GAPS_SHOWN = 8

DatasetName = Annotated[str, typer.Argument(help="A dataset (all its feeds) or a feed's id.")]


@dataclass(frozen=True, slots=True)
class Knobs:
    """What is asked, in the words of the command line."""

    dataset: str
    since: str | None = None
    until: str | None = None
    where: tuple[str, ...] = ()
    as_of: str | None = None
    revisions: str = "latest"
    print: str | None = None
    vintage: str = "latest"
    at_sequence: int | None = None
    known: str = "recorded"
    columns: str | None = None
    limit: int | None = None


def data(
    dataset: DatasetName,
    since: Since = None,
    until: Until = None,
    where: Where = None,
    as_of: AsOf = None,
    revisions: Revisions = "latest",
    print_: Print = None,
    vintage: Vintage = "latest",
    at_sequence: AtSequence = None,
    known: KnownBy = "recorded",
    columns: Annotated[
        str | None, typer.Option("--columns", help="Columns in the order wanted, with commas.")
    ] = None,
    format: Format = None,
    output: Output = None,
    limit: Annotated[int | None, typer.Option("--limit", min=0, help="At most so many rows.")] = (
        None
    ),
    history: Annotated[
        bool,
        typer.Option("--history", help="Every state of things without a stamp, as events."),
    ] = False,
    require_complete: Annotated[
        bool, typer.Option("--require-complete", help="End with 6 where anything is missing.")
    ] = False,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Give rows of a dataset, by interval; the certificate of the answer goes to stderr.

    --from is included, --to is not; both mean the start of that market day, or an instant.
    """
    with guarded(json=json):
        from tieline.cli.visiting import lake_in, visited
        from tieline.cli.writing import form_of, write

        form = form_of(format, output, json=json, terminal=is_person("stdout"))
        knobs = Knobs(
            dataset, since, until, tuple(where or ()), as_of, revisions, print_, vintage,
            at_sequence, known, columns, limit,
        )  # fmt: skip
        with visited(home) as found:
            lake = lake_in(found)
            ask = _followed if history else _ask
            answered = ask(lake, question_of(lake, knobs))
            rows = write(answered.batches, answered.schema, form, output)
        certificate = answered.certificate
        if json:
            told = {**certificate.as_json(), "rows": rows, "truncated": answered.truncated}
            give_json(told, err=True)
        else:
            tell_certificate(certificate, rows, truncated=answered.truncated)
        if require_complete and (certificate.complete is False or answered.truncated):
            raise typer.Exit(EXIT_HOLES)


@dataclass(frozen=True, slots=True)
class _Answered:
    batches: Iterable[pa.RecordBatch]
    schema: pa.Schema
    certificate: Certificate
    truncated: bool


def _ask(lake: Lake, question: Question) -> _Answered:
    """An answer that is cut says so; one that is not goes by batches and needs no memory."""
    from tieline.select import answer, scan

    if question.limit is None:
        scanned = scan(lake, question)
        return _Answered(scanned.batches, scanned.schema, scanned.certificate, False)
    found = answer(lake, question)
    table = found.arrow()
    return _Answered(table.to_batches(), table.schema, found.certificate, found.truncated)


def _followed(lake: Lake, question: Question) -> _Answered:
    """The history of what is asked."""
    from tieline.select import history

    found = history(lake, question)
    table = found.arrow()
    return _Answered(table.to_batches(), table.schema, found.certificate, found.truncated)


def question_of(lake: Lake, knobs: Knobs) -> Question:
    """The question that the options mean.

    Raises: UnknownName, UsageError.
    """
    from tieline.cli.moments import instant_of
    from tieline.cli.visiting import now
    from tieline.select import asked, market_zones

    where = where_of(knobs.where)
    zones = market_zones(lake, knobs.dataset, where)
    at = now()

    def moment(text: str | None) -> datetime | None:
        return None if text is None else instant_of(text, zones, at)

    return asked(
        lake,
        knobs.dataset,
        moment(knobs.since),
        moment(knobs.until),
        where=where,
        columns=None if knobs.columns is None else _listed(knobs.columns),
        as_of=moment(knobs.as_of),
        revisions=knobs.revisions,  # type: ignore[arg-type]
        print=knobs.print,
        vintage=knobs.vintage,
        at_sequence=knobs.at_sequence,
        known=knobs.known,  # type: ignore[arg-type]
        limit=knobs.limit,
    )


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def where_of(given: Iterable[str]) -> dict[str, Wanted]:
    """`K=V1,V2` as column to values; the same column twice takes both. Raises: UsageError."""
    found: dict[str, list[str]] = {}
    for text in given:
        name, equals, values = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--where {text!r} must be COLUMN=VALUE, such as interface_id=23324")
        found.setdefault(name.strip(), []).extend(value.strip() for value in values.split(","))
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def tell_certificate(certificate: Certificate, rows: int, *, truncated: bool) -> None:
    """What can be said of an answer, for a person."""
    from tieline.cli.missing import words_of

    say(f"{rows} rows; {words_of(certificate.as_json())}")
    if certificate.known == "assumed":
        say("Known times are assumed from promises where the fetch came long after.")
    if truncated:
        say("The answer was cut at --limit.")
    for gap in certificate.gaps[:GAPS_SHOWN]:
        say(f"  missing {_gap(gap)}")
    if len(certificate.gaps) > GAPS_SHOWN:
        say(f"  and {len(certificate.gaps) - GAPS_SHOWN} more holes; --json lists all")


def _gap(gap: Gap) -> str:
    from tieline.values import stamp

    return f"{gap.feed} {stamp(gap.start_utc)} to {stamp(gap.end_utc)}: {gap.missing}, {gap.cause}"
