"""Reading raw bytes again with today's code: what was read before is superseded in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tieline.errors import SourceError
from tieline.feeds import Feed, Report
from tieline.flow.arrival import Arrival
from tieline.flow.house import House
from tieline.flow.landing import Landed, land
from tieline.flow.past import is_foldable, read_again
from tieline.ledger import Entry
from tieline.values import Window


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did: entries read again, those that failed and so supersede nothing, the commit."""

    read: int
    failed: tuple[tuple[Entry, SourceError], ...]
    healed: int
    landed: Landed | None


def replayable(house: House, report: Report, window: Window) -> list[Entry]:
    """Entries with bytes whose slice lies in the window: those read, and those refused.

    An archive that lacked the day, or an empty answer, has nothing that could be read.
    """
    return [
        entry
        for entry in house.ledger.entries(
            reports=[report.name], overlapping=window, states=["completed", "failed"]
        )
        if entry.payload_sha256 is not None
        and entry.content_sha256 is not None
        and (entry.state == "completed" or entry.cause in ("quarantined", "lost_by_us"))
        and entry.window.overlaps(window)
    ]


def replay(house: House, feed: Feed, report: Report, entries: Sequence[Entry]) -> Replayed:
    """Read entries again from the raw store and commit all of them in one transaction.

    A replay that fails supersedes nothing. One that gives the same rows writes entries and no rows.
    Raises: Damaged if raw bytes are gone; StoreError.
    """
    arrivals: list[Arrival] = []
    failed: list[tuple[Entry, SourceError]] = []
    for entry in entries:
        try:
            arrivals.append(replace(read_again(house, feed, report, entry), origin="replay"))
        except SourceError as error:
            failed.append((entry, error))
    healed = sum(1 for one in arrivals if one.replaces and not is_foldable(one.replaces))
    landed = land(house, feed, report, arrivals, kind="replay") if arrivals else None
    return Replayed(len(arrivals), tuple(failed), healed, landed)
