"""An answer becomes arrivals: kept first, opened, dated, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tieline.decode import documents
from tieline.errors import NotYetPublished, SourceError, TielineError, WrongReport
from tieline.feeds import Feed, Report, day_in_name, document_known
from tieline.fetch import known_time
from tieline.flow.arrival import Arrival
from tieline.flow.house import House
from tieline.flow.job import Job
from tieline.flow.keeping import keep
from tieline.flow.known import Seen, found_nothing, known_of, said_of
from tieline.flow.past import is_foldable, order_of
from tieline.flow.plan import day_slice
from tieline.flow.reading import understand
from tieline.ledger import Counts, Entry, Origin
from tieline.values import Document, Known, Payload, Slice
from tieline.watch import OddityNoticed

LOOKS = 8
"""How many versions of a static file the next one is held against."""

LOOKED_BACK = 64
"""Entries of a static file among which they are looked for, failed looks standing between."""


def history(house: House, job: Job) -> Seen:
    """What was seen of the job's slice, or of a static file at all: versions, and looks at the job's
    address that found nothing there.

    Of a static file the newest LOOKS versions among the LOOKED_BACK newest entries.
    """
    if job.container == "static":
        found = house.ledger.entries(
            reports=[job.report.name],
            states=["completed", "failed"],
            limit=LOOKED_BACK,
            newest_first=True,
        )
    else:
        found = house.ledger.entries(
            reports=[job.report.name], day=job.whole.day, states=["completed", "failed"]
        )
    versions = [entry for entry in found if is_foldable(entry)]
    return Seen(
        sorted(versions[:LOOKS] if job.container == "static" else versions, key=order_of),
        [entry.fetched_at_utc for entry in found if found_nothing(entry, job.url)],
    )


def receive(house: House, job: Job, payload: Payload, seen: Seen) -> list[Arrival]:
    """Keep an answer and read every document in it; `seen` is the slice's history.

    Known times are decided here.
    Raises: StorageFailed.
    """
    like = None
    if job.container == "archive":
        known = known_time(payload, job.report.publisher.clock)
    else:
        known = said_of(job.report, payload, answered(house, payload))
        known = known_of(known, payload.sha256, payload.fetched_at_utc, seen)
        like = seen.versions[-1].payload_sha256 if seen.versions else None
    if job.held is None:
        keep(house, job.report, job.whole, payload, known, origin="collect", like=like)
    return arrivals_of(house, job, payload, known)


def arrivals_of(house: House, job: Job, payload: Payload, known: Known) -> list[Arrival]:
    """Read every document in an answer that is kept and whose known time is decided.

    Bytes that cannot be opened or read give arrivals with their error. An archive brings all its
    days that were not observed in just this version before.
    """
    if job.container == "archive":
        return _of_archive(house, job, payload, known)
    slice = job.slices[0]
    data = answered(house, payload)
    try:
        document = _only(job, documents(data))
    except SourceError as error:
        document = Document(data)
        return [_refused(job, slice, document, payload, known, error)]
    return [read_arrival(house, job.feed, job.report, slice, document, payload, known, "collect")]


def answered(house: House, payload: Payload) -> bytes:
    """The bytes of an answer, also where the server only confirmed those that are kept."""
    return house.raw.get(payload.sha256) if payload.not_modified else payload.data


def read_arrival(
    house: House,
    feed: Feed,
    report: Report,
    slice: Slice,
    document: Document,
    payload: Payload,
    known: Known,
    origin: Origin,
) -> Arrival:
    """Read one document; what is wrong with it stands on the arrival."""
    arrival = Arrival(
        slice=slice,
        document=document,
        payload_sha256=payload.sha256,
        url=payload.url,
        fetched_at_utc=payload.fetched_at_utc,
        known=known,
        origin=origin,
    )
    if feed.dataset is None:
        return arrival
    try:
        verdict = understand(feed, report, slice, document, known, payload.fetched_at_utc)
    except TielineError as error:
        return replace(arrival, error=error)
    for warning in verdict.warnings:
        notice(house, feed, report, slice, warning)
    return replace(arrival, verdict=verdict)


def notice(house: House, feed: Feed, report: Report, slice: Slice, text: str) -> None:
    """Tell of something readable that nobody expected: an unknown code, a new column or member."""
    house.record(
        OddityNoticed(
            feed=feed.id, report=report.name, slice=str(slice.day or slice.window), text=text
        )
    )


def unchanged_since(seen: Seen, report: Report, digest: str) -> Entry | None:
    """The newest version, if reading the same bytes again could not tell anything but that they stand.

    It must have been accepted whole under today's recipe: a row set aside as advisory may be
    believed at a later known time, and a listing counts for a snapshot.
    """
    if not seen.versions or report.absence.kind == "snapshot":
        return None
    newest = seen.versions[-1]
    accepted = newest.state == "completed" and newest.counts.rejected == 0
    same = newest.content_sha256 == digest and newest.recipe == report.recipe_id
    return newest if accepted and same else None


def standing(newest: Entry, job: Job, payload: Payload, known: Known, entry_id: int) -> Entry:
    """The entry of a look that found the newest version still standing."""
    counts = newest.counts
    listed = counts.new + counts.revised + counts.unchanged
    return replace(
        newest,
        entry_id=entry_id,
        observation_id=entry_id,
        window=job.whole.window,
        day=job.whole.day,
        origin="collect",
        fetched_at_utc=payload.fetched_at_utc,
        known_at_utc=known.at_utc,
        known_basis=known.basis,
        url=payload.url,
        bytes=len(payload.data),
        counts=Counts(
            read=counts.read,
            unchanged=listed,
            duplicate=counts.duplicate,
            conflicting=counts.conflicting,
        ),
        sequence=None,
    )


def _of_archive(house: House, job: Job, payload: Payload, said: Known) -> list[Arrival]:
    try:
        found = documents(payload.data)
    except SourceError as error:
        document = Document(payload.data)
        return [_refused(job, slice, document, payload, said, error) for slice in job.slices]
    arrivals = []
    brought = set()
    for document in found:
        day = day_in_name(job.report, document.member or "")
        if day is None:
            text = f"the archive has a member that is no file of the report: {document.member}"
            notice(house, job.feed, job.report, job.whole, text)
            continue
        brought.add(day)
        slice = day_slice(job.report, day)
        known = document_known(job.report, document, payload.fetched_at_utc)
        if _observed(house, slice, document, known):
            if not job.whole.window.overlaps(slice.window):
                continue
            # The span was asked for and this is the version that we have: that it still stands
            # is what the look has taught.
            known = Known(payload.fetched_at_utc, "fetched")
        arrivals.append(
            read_arrival(house, job.feed, job.report, slice, document, payload, known, "collect")
        )
    if not brought:
        strange = WrongReport(
            f"the archive has no daily file of {job.report.name}, it has "
            f"{', '.join(document.member or 'no members' for document in found[:3]) or 'nothing'}"
        )
        whole = Document(payload.data)
        return [_refused(job, slice, whole, payload, said, strange) for slice in job.slices]
    for slice in job.slices:
        if slice.day not in brought:
            missing = NotYetPublished(f"the archive has no file of {slice.day}")
            arrivals.append(_refused(job, slice, Document(payload.data), payload, said, missing))
    return arrivals


def _observed(house: House, slice: Slice, document: Document, known: Known) -> bool:
    """Whether the ledger already has this version of the day's file, known at this time."""
    return any(
        entry.content_sha256 == document.sha256
        and entry.known_at_utc == known.at_utc
        and entry.state in ("completed", "failed")
        for entry in house.ledger.entries(
            reports=[slice.report], day=slice.day, content_sha256=document.sha256
        )
    )


def was_brought(house: House, arrival: Arrival) -> bool:
    """Whether the ledger has this document of this very answer: another job may have wanted it too."""
    return any(
        entry.fetched_at_utc == arrival.fetched_at_utc and entry.member == arrival.document.member
        for entry in house.ledger.entries(
            reports=[arrival.slice.report],
            day=arrival.slice.day,
            content_sha256=arrival.document.sha256,
            states=["completed", "failed"],
        )
    )


def _only(job: Job, found: Sequence[Document]) -> Document:
    """The one document that a direct file holds, also where it was served as an archive.

    Raises: WrongReport if an archive does not have the day's file.
    """
    if len(found) == 1 and found[0].member is None:
        return found[0]
    for document in found:
        day = day_in_name(job.report, document.member or "")
        if day is not None and day == job.whole.day:
            return document
    names = ", ".join(str(document.member) for document in found[:3])
    wanted = f"the file of {job.whole.day}" if job.whole.day else "the file"
    raise WrongReport(f"an archive came instead of {wanted}, it has {names}")


def _refused(
    job: Job, slice: Slice, document: Document, payload: Payload, known: Known, error: SourceError
) -> Arrival:
    return Arrival(
        slice=slice,
        document=document,
        payload_sha256=payload.sha256,
        url=payload.url,
        fetched_at_utc=payload.fetched_at_utc,
        known=known,
        origin="collect",
        error=error.about(feed=job.feed.id, window=str(slice.window), payload=payload.sha256),
    )
