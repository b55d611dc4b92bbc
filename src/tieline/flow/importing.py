"""Files that somebody has: into the lake as observations of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from tieline.decode import documents, read
from tieline.errors import SourceError, TielineError, UsageError
from tieline.feeds import DailyFile, Feed, Label, Report, day_in_name, document_known
from tieline.flow.arrival import Arrival
from tieline.flow.house import House
from tieline.flow.keeping import keep
from tieline.flow.landing import Landed, land
from tieline.flow.plan import day_slice, poll_slot
from tieline.flow.receiving import read_arrival
from tieline.flow.steady import steadied
from tieline.ledger import Entry
from tieline.markettime import day_window, market_day, read_labels
from tieline.select import around
from tieline.values import Document, Known, Payload, Slice, Window

_LOOK = 10
"""The day is looked for in so many first stamps."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file came to. `known_already` counts documents that were no new observation."""

    path: Path
    landed: Landed | None
    known_already: int
    own_known_time: bool


def told_time(report: Report, entry: Entry) -> Window:
    """The time of which a document tells: the market days that a dated file should have, else the
    intervals of its rows; the slice's where it has none.
    """
    if entry.day is not None and not report.own_days:
        first = entry.day + timedelta(days=report.ahead)
        last = first + timedelta(days=report.days - 1)
        zone = report.publisher.zone
        return Window(day_window(zone, first)[0], day_window(zone, last)[1])
    if entry.cover is None or report.label is None:
        return entry.window
    return around(report.label, entry.cover.start, entry.cover.end)


def import_file(
    house: House,
    feed: Feed,
    report: Report,
    path: Path,
    *,
    day: date | None = None,
    fetched_at: datetime | None = None,
) -> Imported:
    """Keep a file's bytes and land every document in it.

    `fetched_at` is when somebody fetched it; without it a document is known when it says it was made,
    members of an archive else by their own times, and what has neither when it is imported. Bytes that are there already and have no known time of
    their own are no new observation.
    Raises: UsageError if the file cannot be read or its day cannot be told; StoreError.
    """
    payload = payload_of(house, path, fetched_at)
    if fetched_at is None:
        payload = steadied(house, feed, report, payload)
    try:
        found = documents(payload.data, file_name=path.name)
    except SourceError as error:
        at = payload.fetched_at_utc
        asked = slice_of(report, path.name, None, day, at) or Slice(report.name, Window(at, at))
        arrival = _arrival(asked, Document(payload.data), payload)
        kept = _keep(house, report, payload, [arrival], fetched_at)
        return _land(
            house,
            feed,
            report,
            path,
            [
                replace(
                    kept[0],
                    error=error.about(
                        feed=feed.id, window=str(asked.window), payload=payload.sha256
                    ),
                )
            ],
            0,
            fetched_at,
        )
    arrivals = []
    for document in found:
        slice = slice_of(report, path.name, document, day, payload.fetched_at_utc)
        if slice is None:
            raise untold(report, document.member or path.name, document)
        arrivals.append(_arrival(slice, document, payload))
        if fetched_at is None:
            known = document_known(report, document, payload.fetched_at_utc)
            arrivals[-1] = replace(arrivals[-1], known=known)
    fresh = [arrival for arrival in arrivals if not _observed(house, arrival, fetched_at)]
    _keep(house, report, payload, fresh, fetched_at)
    understood = [
        read_arrival(house, feed, report, one.slice, one.document, payload, one.known, "import")
        for one in fresh
    ]
    return _land(house, feed, report, path, understood, len(arrivals) - len(fresh), fetched_at)


def payload_of(house: House, path: Path, fetched_at: datetime | None) -> Payload:
    """A file as if it had been fetched. Raises: UsageError if it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    at = fetched_at or house.now()
    return Payload(data=data, url=f"file:{path.name}", requested_at_utc=at, fetched_at_utc=at)


def slice_of(
    report: Report, name: str, document: Document | None, day: date | None, now: datetime
) -> Slice | None:
    """The slice of a document (None: bytes that could not be opened) in a file called `name`.

    The day is the one in a member's own name, else `day`, else the one in the file's name, else that
    of the first stamp in it; None if none of them tells.
    """
    if not isinstance(report.at, DailyFile):
        return poll_slot(report, now)
    member = document.member if document is not None else None
    named = day_in_name(report, member or name)
    chosen = named if member is not None and named is not None else day or named
    if chosen is None and document is not None:
        chosen = first_day(report, document)
    return None if chosen is None else day_slice(report, chosen)


def first_day(report: Report, document: Document) -> date | None:
    """The market day of the first stamp in a document, None where there is none.

    A document of several days may list them in any order: there the earliest stamp tells.
    """
    label = report.label
    if label is None:
        return None
    try:
        table = read(report, document)
        if label.repeated == "convention":
            return _by_convention(report, label, table)
    except TielineError:
        return None
    table = _reshaped(report, table)
    for name in label.column:
        if name in table.columns:
            if table.schema[name] == pl.Datetime("us"):
                return _first_made(report, label, table[name])
            said = table[name].cast(pl.String).drop_nulls().head(_LOOK)
            read_ = (_parsed(text, label) for text in said)
            return next((found for found in read_ if found is not None), None)
    return None


def _reshaped(report: Report, table: pl.DataFrame) -> pl.DataFrame:
    """One row a fact, of no day that was asked for."""
    if report.reshape is None:
        return table
    nobody = pl.lit(None, dtype=pl.Date).alias("asked_day")
    return report.reshape(table.with_columns(nobody) if report.asked_day else table)


def _first_made(report: Report, label: Label, stamps: pl.Series) -> date | None:
    """The file's day by stamps that were made of days and hours, naive on the label's clock."""
    stamp = stamps.min() if report.days > 1 else stamps.drop_nulls().head(1).min()
    if not isinstance(stamp, datetime):
        return None
    inside = stamp - timedelta(microseconds=1) if label.kind == "end" else stamp
    return inside.date() - timedelta(days=report.ahead)


def untold(report: Report, name: str, document: Document) -> TielineError:
    """Why no day can be told of a document: what is wrong with it, else that nothing tells."""
    try:
        read(report, document)
    except TielineError as error:
        return error
    return UsageError(
        f"the market day of {name} cannot be told from its name or content; give it with "
        "--day 2017-11-22"
    )


def _by_convention(report: Report, label: Label, table: pl.DataFrame) -> date | None:
    """The file's day by its first stamp, written by a convention. Raises: TielineError."""
    if label.convention is None or table.height == 0:
        return None
    looked = table if report.days > 1 else table.head(_LOOK)
    stamps = read_labels(replace(label.convention, zone=label.zone), looked).drop_nulls()
    stamp = stamps.min() if report.days > 1 else stamps.head(1).min()
    if not isinstance(stamp, datetime):
        return None
    inside = stamp - timedelta(microseconds=1) if label.kind == "end" else stamp
    return market_day(label.zone, inside) - timedelta(days=report.ahead)


def _parsed(text: str, label: Label) -> date | None:
    for pattern in label.formats:
        try:
            stamp = datetime.strptime(text, pattern)  # noqa: DTZ007 (a market day, no instant)
        except ValueError:
            continue
        inside = stamp - timedelta(microseconds=1) if label.kind == "end" else stamp
        return inside.date()
    return None


def _arrival(slice: Slice, document: Document, payload: Payload) -> Arrival:
    return Arrival(
        slice=slice,
        document=document,
        payload_sha256=payload.sha256,
        url=payload.url,
        fetched_at_utc=payload.fetched_at_utc,
        known=Known(payload.fetched_at_utc, "fetched"),
        origin="import",
    )


def _observed(house: House, arrival: Arrival, fetched_at: datetime | None) -> bool:
    """Whether these bytes are no new observation.

    With a known time of their own they are one unless that very observation is there; without it,
    nothing new was learnt if the slice has ever had them.
    """
    own = fetched_at is not None or arrival.known.basis != "fetched"
    return any(
        not own or entry.known_at_utc == arrival.known.at_utc
        for entry in house.ledger.entries(
            reports=[arrival.slice.report],
            day=arrival.slice.day,
            content_sha256=arrival.document.sha256,
            states=["completed", "failed"],
        )
    )


def _keep(
    house: House,
    report: Report,
    payload: Payload,
    arrivals: Sequence[Arrival],
    fetched_at: datetime | None,
) -> Sequence[Arrival]:
    """Bytes first; one note for each document that is an observation."""
    for arrival in arrivals:
        keep(
            house,
            report,
            arrival.slice,
            payload,
            arrival.known,
            origin="import",
            note=arrival.document.member or "",
            stated=fetched_at is not None,
        )
    return arrivals


def _land(
    house: House,
    feed: Feed,
    report: Report,
    path: Path,
    arrivals: Sequence[Arrival],
    known_already: int,
    fetched_at: datetime | None,
) -> Imported:
    own = fetched_at is not None or all(one.known.basis != "fetched" for one in arrivals)
    if not arrivals:
        return Imported(path, None, known_already, own)

    def is_known(arrival: Arrival) -> bool:
        return arrival.verdict is not None and _observed(house, arrival, fetched_at)

    landed = land(house, feed, report, arrivals, kind="import", is_known=is_known)
    known_already += len(arrivals) - sum(one.origin == "import" for one in landed.entries)
    return Imported(path, landed if landed.entries else None, known_already, own)
