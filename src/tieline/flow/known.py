"""When a payload that we fetched could be known: what the server says, held against what we saw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tieline.feeds import Report, published_in
from tieline.fetch import known_time
from tieline.ledger import Entry
from tieline.values import Known, Payload


def is_look(entry: Entry) -> bool:
    """Whether we asked the publisher ourselves; replays keep the address, an imported file has its name."""
    return entry.url is not None and not entry.url.startswith("file:")


def said_of(report: Report, payload: Payload, data: bytes) -> Known:
    """When an answer says that it was known: its bytes themselves, else its headers, else the fetch."""
    said = published_in(report, data, payload.fetched_at_utc)
    return said or known_time(payload, report.publisher.clock)


def known_of(said: Known, content: str, fetched_at_utc: datetime, seen: Sequence[Entry]) -> Known:
    """The known time of bytes that a poll brought.

    said: what the bytes claim (`published`), or the server (`modified`), or the fetch
    seen: foldable entries of the slice, in known order
    A poll that finds the newest version unchanged is known at its own fetch: that the version still
    stood then is what was learnt. A version seen before that comes again under its old time, after
    a newer one, is a stale answer and keeps its old time. A new version that claims to be older
    than our last look at another one contradicts what we saw, so only the fetch is believed.
    """
    fetched = Known(fetched_at_utc, "fetched")
    if said.basis == "fetched" or not seen:
        return said
    newest = seen[-1]
    if newest.content_sha256 == content:
        return said if newest.known_at_utc and said.at_utc > newest.known_at_utc else fetched
    if any(entry.content_sha256 == content and entry.known_at_utc == said.at_utc for entry in seen):
        return said
    looks = [entry.fetched_at_utc for entry in seen if is_look(entry)]
    return fetched if looks and said.at_utc <= max(looks) else said
