"""When a member of an archive could be known."""

from __future__ import annotations

from datetime import datetime

from tieline.feeds.feed import Publisher
from tieline.markettime import latest_instant
from tieline.values import Known

_NO_TIME = datetime(1980, 1, 1)  # noqa: DTZ001 what archives write where they have no time


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
