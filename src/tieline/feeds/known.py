"""When a document could be known, by what it says itself or by its own time in an archive."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from tieline.feeds.feed import Publisher, Report
from tieline.feeds.reading import Published
from tieline.markettime import latest_instant
from tieline.values import Document, Known

_NO_TIME = datetime(1980, 1, 1)  # noqa: DTZ001 what archives write where they have no time
_NEVER = datetime(1980, 1, 1, tzinfo=UTC)


def document_known(report: Report, document: Document, fetched_at_utc: datetime) -> Known:
    """Known time of a document that somebody has: as it says itself, else as its archive says."""
    said = published_in(report, document.data, fetched_at_utc)
    return said or member_known(report.publisher, document.modified, fetched_at_utc)


def published_in(report: Report, data: bytes, fetched_at_utc: datetime) -> Known | None:
    """When a document says that it was made; None if it does not, or names a time after the fetch."""
    says = report.published
    if says is None:
        return None
    found = set(re.findall(says.pattern.encode(), data))
    made = max((_instant(says, *words) for words in found), default=_NEVER)
    return Known(made, "published") if _NEVER < made <= fetched_at_utc else None


def _instant(says: Published, reading: bytes, zone: bytes) -> datetime:
    hours = dict(says.offsets).get(zone.decode())
    try:
        clock = datetime.strptime(reading.decode(), says.format)  # noqa: DTZ007 a word says its zone
    except ValueError:
        return _NEVER
    return _NEVER if hours is None else (clock - timedelta(hours=hours)).replace(tzinfo=UTC)


def member_known(
    publisher: Publisher, modified: datetime | None, fetched_at_utc: datetime
) -> Known:
    """Known time of an archive member, from its own time on the publisher's clock.

    A reading that the clock shows twice is the later instant: nobody is said to have known sooner
    than is certain. A member without a time, or with one after the fetch, was known when fetched.
    """
    if modified is None or modified <= _NO_TIME:
        return Known(fetched_at_utc, "fetched")
    at = latest_instant(publisher.clock, modified)
    if at > fetched_at_utc:
        return Known(fetched_at_utc, "fetched")
    return Known(at, "modified")
