"""Keep the bytes first, with a note of how and when they were observed, or why none came."""

from __future__ import annotations

from collections.abc import Sequence

from tieline.feeds import Report
from tieline.flow.house import House
from tieline.ledger import Entry
from tieline.store.sidecar import Failure, Origin, Sidecar
from tieline.values import Known, Payload, Slice


def keep(
    house: House,
    report: Report,
    slice: Slice,
    payload: Payload,
    known: Known,
    *,
    origin: Origin,
    like: str | None = None,
    note: str = "",
    stated: bool = False,
) -> str:
    """Put a payload into the raw store and write its sidecar; gives the object's hash.

    `like` is the hash of an earlier version of the same file, of which only the difference is
    stored. An answer that was not modified brings no bytes and confirms the object it names.
    Raises: StorageFailed.
    """
    digest = payload.sha256 if payload.not_modified else house.raw.put(payload.data, like=like)
    house.sidecars.write(
        Sidecar(
            publisher=report.publisher.id,
            of=slice,
            url=payload.url,
            requested_at_utc=payload.requested_at_utc,
            fetched_at_utc=payload.fetched_at_utc,
            status=payload.status,
            object=digest,
            known=known,
            origin="poll-unchanged" if payload.not_modified else origin,
            headers=payload.headers,
            note=note,
            stated=stated,
            recipe=report.recipe_id,
        )
    )
    return digest


def keep_failures(house: House, report: Report, entries: Sequence[Entry]) -> None:
    """Note attempts of one moment that brought no bytes; the entries say why.

    Raises: StorageFailed.
    """
    house.sidecars.write_all(
        [
            Sidecar(
                publisher=report.publisher.id,
                of=entry.slice,
                url=entry.url or "",
                requested_at_utc=entry.fetched_at_utc,
                fetched_at_utc=entry.fetched_at_utc,
                status=0,
                object="",
                known=Known(entry.fetched_at_utc, "fetched"),
                origin="attempt",
                failure=Failure(
                    entry.error or "", entry.cause, entry.text or "", entry.retry_at_utc
                ),
            )
            for entry in entries
        ]
    )
