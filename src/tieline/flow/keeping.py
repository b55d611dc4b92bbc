"""Keep the bytes first, with a note of how and when they were observed."""

from __future__ import annotations

from tieline.feeds import Report
from tieline.flow.house import House
from tieline.store.sidecar import Origin, Sidecar
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
        )
    )
    return digest
