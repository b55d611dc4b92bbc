"""Answers whose bytes are kept and that the ledger does not know: an interruption came between."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from tieline.feeds import Report
from tieline.flow.house import House
from tieline.store.sidecar import Sidecar
from tieline.values import Payload, Window


def held_answers(
    house: House, report: Report, urls: Collection[str], since: date
) -> dict[str, Sidecar]:
    """By address the newest kept answer that no entry came of, among those fetched from `since` on.

    Raises: Damaged if a note cannot be read.
    """
    return {
        url: sidecar
        for url, sidecar in _newest(house, report, urls, since).items()
        if not _known(house, sidecar)
    }


def kept_since(house: House, report: Report, url: str, moment: datetime) -> Sidecar | None:
    """The newest kept answer of an address that any process fetched from a moment on.

    Raises: Damaged if a note cannot be read.
    """
    found = _newest(house, report, (url,), moment.date()).get(url)
    return found if found is not None and found.fetched_at_utc >= moment else None


def _newest(house: House, report: Report, urls: Collection[str], since: date) -> dict[str, Sidecar]:
    """By address the newest answer that was fetched, whose bytes are here."""
    newest: dict[str, Sidecar] = {}
    for sidecar in house.sidecars.all(report=report.name, since=since - timedelta(days=1)):
        bytes_came = sidecar.origin == "collect" and sidecar.failure is None
        if not bytes_came or sidecar.url not in urls:
            continue
        other = newest.get(sidecar.url)
        if other is None or other.fetched_at_utc < sidecar.fetched_at_utc:
            newest[sidecar.url] = sidecar
    return {url: one for url, one in newest.items() if house.raw.has(one.object)}


def payload_of(house: House, sidecar: Sidecar) -> Payload:
    """The answer as it came, out of the raw store.

    Raises: Damaged if the bytes are not what they were; UnknownName if they are gone.
    """
    return Payload(
        data=house.raw.get(sidecar.object),
        url=sidecar.url,
        requested_at_utc=sidecar.requested_at_utc,
        fetched_at_utc=sidecar.fetched_at_utc,
        status=sidecar.status,
        headers=dict(sidecar.headers),
        sha256=sidecar.object,
    )


def _known(house: House, sidecar: Sidecar) -> bool:
    """Whether the ledger has an entry of this very fetch."""
    span = sidecar.of.window
    found = house.ledger.entries(
        reports=[sidecar.report], overlapping=Window(span.start, max(span.end, span.start))
    )
    return any(
        entry.payload_sha256 == sidecar.object and entry.fetched_at_utc == sidecar.fetched_at_utc
        for entry in found
    )
