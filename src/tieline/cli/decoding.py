"""`tieline decode`: a file somebody has, read offline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import error_as_json, give_json, guarded, is_person, say
from tieline.cli.options import (
    AsJson,
    DayOf,
    FetchedAt,
    FilesGiven,
    Format,
    Home,
    Output,
)
from tieline.errors import TielineError

if TYPE_CHECKING:
    import polars as pl

    from tieline.feeds import Feed, Report
    from tieline.flow import Arrival
    from tieline.select import Certificate
    from tieline.values import Document, Known, Payload, Slice, Verdict

ReportName = Annotated[
    str,
    typer.Argument(
        metavar="FEED",
        help="publisher:REPORT, a report's code, or a feed's id: then a file's name says which of "
        "the feed's reports it is, else the first.",
    ),
]


@dataclass(frozen=True, slots=True)
class _Read:
    """One document of a file: read, or refused with its error."""

    file: str
    report: Report
    slice: Slice | None
    known: Known | None
    verdict: Verdict | None = None
    error: TielineError | None = None
    certificate: Certificate | None = None


def decode(
    report: ReportName,
    files: FilesGiven,
    day: DayOf = None,
    fetched_at: FetchedAt = None,
    output: Output = None,
    format: Format = None,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Read files as their report, offline, and show what they hold; nothing is kept.

    Rows go to -o, or to stdout with --format or where stdout is no terminal; the summary goes to
    stderr. What each document has and lacks of its market day goes along as a certificate. A file that cannot be read ends the command with the code of its error.
    """
    with guarded(json=json):
        from tieline.cli.visiting import report_of_file
        from tieline.cli.writing import form_of, write
        from tieline.select import metadata_of

        terminal = is_person("stdout")
        form = form_of(format, output, json=json, terminal=terminal)
        feed, wanted = _named(home, report)
        moment = fetched_of(fetched_at)
        read = [
            one
            for path in files
            for one in _read_file(
                feed, report_of_file(feed, wanted, report, path.name), path, day, moment
            )
        ]
        _summarise(feed, wanted, read, json=json, err=output is None)
        if output is not None or format is not None or not terminal:
            told = [one.certificate for one in read if one.certificate is not None]
            table = _rows(feed, read).to_arrow().replace_schema_metadata(metadata_of(told))
            rows = write(table.to_batches(), table.schema, form, output)
            if output is not None and not json:
                say(f"{rows} rows written to {output}.")
        refused = [one.error for one in read if one.error is not None]
        if refused:
            raise typer.Exit(refused[0].exit_code)


def _named(home: Path | None, name: str) -> tuple[Feed, Report]:
    from tieline.assemble import feeds_of, settings_of
    from tieline.cli.visiting import one_report
    from tieline.errors import UnknownName

    feed, report = one_report(feeds_of(settings_of(home)), name)
    if feed.dataset is None:
        raise UnknownName(f"{report.name} has no decoder yet; its bytes can only be kept")
    return feed, report


def fetched_of(text: str | None) -> datetime | None:
    """When files were fetched, as --fetched-at says it. Raises: UsageError."""
    from tieline.cli.moments import parsed
    from tieline.cli.visiting import now
    from tieline.errors import UsageError

    if text is None:
        return None
    at = parsed(text, now())
    if not isinstance(at, datetime):
        raise UsageError(f"--fetched-at {text!r} must be an instant, such as 2026-11-01T05:00:00Z")
    if at > now():
        raise UsageError(f"--fetched-at {text!r} lies in the future")
    return at


def _read_file(
    feed: Feed, report: Report, path: Path, day: str | None, fetched_at: datetime | None
) -> list[_Read]:
    """Every document in a file."""
    from tieline.cli.visiting import now
    from tieline.decode import documents
    from tieline.errors import SourceError
    from tieline.values import Document, Known, Payload

    at = fetched_at or now()
    data = path.read_bytes()
    payload = Payload(data=data, url=f"file:{path.name}", requested_at_utc=at, fetched_at_utc=at)
    try:
        found = documents(data, file_name=path.name)
    except SourceError as error:
        slice = _slice(report, path.name, None, day, at)
        told = error.about(
            feed=feed.id, window=str(slice.window) if slice else None, payload=payload.sha256
        )
        if slice is None:
            return [_Read(path.name, report, None, None, error=told)]
        arrival = _arrived(slice, Document(data), payload, Known(at, "fetched"), error=told)
        return [_judged(feed, report, path.name, arrival)]
    return [_read(feed, report, path, day, payload, one, fetched_at) for one in found]


def _read(
    feed: Feed,
    report: Report,
    path: Path,
    day: str | None,
    payload: Payload,
    document: Document,
    fetched_at: datetime | None,
) -> _Read:
    from tieline.errors import UsageError
    from tieline.feeds import document_known
    from tieline.flow import understand, untold
    from tieline.values import Known

    at = payload.fetched_at_utc
    name = path.name if document.member is None else f"{path.name}:{document.member}"
    known = Known(at, "fetched")
    if fetched_at is None:
        known = document_known(report, document, at)
    slice = _slice(report, document.member or path.name, document, day, at)
    if slice is None:
        reason = untold(report, name, document)
        if isinstance(reason, UsageError):
            raise reason
        told = reason.about(feed=feed.id, payload=document.sha256)
        return _Read(name, report, None, known, error=told)
    try:
        verdict = understand(feed, report, slice, document, known, at)
    except TielineError as error:
        refused = _arrived(slice, document, payload, known, error=error)
        return _judged(feed, report, name, refused)
    return _judged(feed, report, name, _arrived(slice, document, payload, known, verdict=verdict))


def _arrived(
    slice: Slice,
    document: Document,
    payload: Payload,
    known: Known,
    *,
    verdict: Verdict | None = None,
    error: TielineError | None = None,
) -> Arrival:
    from tieline.flow import Arrival

    return Arrival(
        slice=slice, document=document, payload_sha256=payload.sha256, url=payload.url,
        fetched_at_utc=payload.fetched_at_utc, known=known, origin="import", verdict=verdict,
        error=error,
    )  # fmt: skip


def _judged(feed: Feed, report: Report, name: str, arrival: Arrival) -> _Read:
    from tieline.flow import judged

    told = judged(feed, report, arrival)
    return _Read(name, report, arrival.slice, arrival.known, arrival.verdict, arrival.error, told)


def _slice(
    report: Report, name: str, document: Document | None, day: str | None, at: datetime
) -> Slice | None:
    """The slice of a document: by --day, else its name, else its first stamp; None if none tells."""
    from tieline.cli.moments import day_of
    from tieline.flow import slice_of

    told = None if day is None else day_of(day, report.publisher.zone, at)
    return slice_of(report, name, document, told, at)


def _rows(feed: Feed, read: list[_Read]) -> pl.DataFrame:
    """The rows of all documents as an answer would show them; no ledger, so no `entry_id`."""
    import polars as pl

    from tieline.datasets.rows import served_schema

    assert feed.dataset is not None
    schema = {n: k for n, k in served_schema(feed.dataset).items() if n != "entry_id"}
    frames = [pl.DataFrame(schema=schema)]
    for one in read:
        if one.verdict is None or one.known is None:
            continue
        said: dict[str, object] = {
            "publisher": feed.publisher.id,
            "feed": feed.id,
            "report": one.report.name,
            "state": "live",
            "known_at_utc": one.known.at_utc,
            "known_basis": one.known.basis,
        }
        columns = [pl.lit(value, schema[name]).alias(name) for name, value in said.items()]
        frames.append(one.verdict.rows.with_columns(columns).select(list(schema)))
    return pl.concat(frames)


def _certified(one: _Read) -> dict[str, object]:
    return {"certificate": None if one.certificate is None else one.certificate.as_json()}


def _summarise(feed: Feed, report: Report, read: list[_Read], *, json: bool, err: bool) -> None:
    from tieline.cli.summary import summary_of, tell_summary

    lines: list[dict[str, object]] = []
    for one in read:
        if one.error is not None:
            lines.append({"file": one.file, **error_as_json(one.error), **_certified(one)})
        elif one.verdict is not None and one.slice is not None and one.known is not None:
            told = summary_of(one.report, one.file, one.slice, one.known, one.verdict)
            lines.append({**told, **_certified(one)})
    if json:
        named = read[0].report.name if read else report.name
        give_json({"feed": feed.id, "report": named, "documents": lines}, err=err)
        return
    for line in lines:
        tell_summary(line)
