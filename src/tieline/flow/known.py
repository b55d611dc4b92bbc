"""When a payload that we fetched could be known: what the server says, held against what we saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tieline.feeds import Report, published_in
from tieline.fetch import known_time
from tieline.ledger import Entry
from tieline.values import Known, Payload

NOTHING_THERE = frozenset(("NotYetPublished", "Gone", "EmptyAnswer"))
"""Errors of a look that found nothing at its address; any other says nothing of what stood there."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What our looks at one address had shown of a slice when an answer came.

    versions: foldable entries of the slice, in known order
    nothing:  when we looked and found nothing there
    """

    versions: Sequence[Entry] = ()
    nothing: Sequence[datetime] = ()


def is_look(entry: Entry) -> bool:
    """Whether we asked the publisher ourselves; replays keep the address, an imported file has its name."""
    return entry.url is not None and not entry.url.startswith("file:")


def found_nothing(entry: Entry, url: str) -> bool:
    """Whether an entry is a look of ours at an address where nothing was."""
    return entry.url == url and is_look(entry) and entry.error in NOTHING_THERE


def said_of(report: Report, payload: Payload, data: bytes) -> Known:
    """When an answer says that it was known: its bytes themselves, else its headers, else the fetch."""
    said = published_in(report, data, payload.fetched_at_utc)
    return said or known_time(payload, report.publisher.clock)


def known_of(said: Known, content: str, fetched_at_utc: datetime, seen: Seen) -> Known:
    """The known time of bytes that a poll brought.

    said: what the bytes claim (`published`), or the server (`modified`), or the fetch
    A poll that finds the newest version unchanged is known at its own fetch: that the version still
    stood then is what was learnt. A version seen before that comes again under its old time, after
    a newer one, is a stale answer and keeps its old time. A new version that claims to be older
    than our last look contradicts what we saw, be it another version or nothing at all, so only the
    fetch is believed.
    """
    fetched = Known(fetched_at_utc, "fetched")
    if said.basis == "fetched":
        return said
    newest = seen.versions[-1] if seen.versions else None
    if newest is not None and newest.content_sha256 == content:
        written_again = newest.known_at_utc is not None and said.at_utc > newest.known_at_utc
        return said if written_again and not _was_absent(said, fetched_at_utc, seen) else fetched
    if any(
        one.content_sha256 == content and one.known_at_utc == said.at_utc for one in seen.versions
    ):
        return said
    looks = [one.fetched_at_utc for one in seen.versions if is_look(one)]
    older = bool(looks) and said.at_utc <= max(looks)
    return fetched if older or _was_absent(said, fetched_at_utc, seen) else said


def _was_absent(said: Known, fetched_at_utc: datetime, seen: Seen) -> bool:
    """Whether we found nothing there after the claimed time and before the bytes came."""
    return any(said.at_utc <= at < fetched_at_utc for at in seen.nothing)
