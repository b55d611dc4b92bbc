"""When the content of an answer was known, as far as HTTP says."""

from __future__ import annotations

from datetime import UTC, datetime

from tieline.fetch.answers import http_date
from tieline.markettime import zone_of
from tieline.values import Known, Payload

_WEB_BEGINS = datetime(1990, 1, 1, tzinfo=UTC)
"""An earlier Last-Modified is a clock at zero, not a time."""


def known_time(payload: Payload, clock_zone: str) -> Known:
    """When the bytes of a payload were known.

    Gives:   Last-Modified with basis `modified`, if it is a time and not later than the fetch;
             otherwise the fetch with basis `fetched`. Never later than the fetch, never invented.
    Time:    an HTTP date is in GMT; one without a zone is read as a clock in `clock_zone`.
    """
    fetched = Known(payload.fetched_at_utc, "fetched")
    modified = http_date(payload.headers.get("last-modified", ""))
    if modified is None:
        return fetched
    if modified.tzinfo is None:
        modified = modified.replace(tzinfo=zone_of(clock_zone)).astimezone(UTC)
    if not _WEB_BEGINS <= modified <= payload.fetched_at_utc:
        return fetched
    return Known(modified, "modified")
