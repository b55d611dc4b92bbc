"""Reading raw bytes again with today's code: what was read before is superseded in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tieline.errors import Damaged, SourceError
from tieline.feeds import Feed, Report
from tieline.flow.arrival import Arrival
from tieline.flow.house import House
from tieline.flow.landing import Landed, land
from tieline.flow.past import is_foldable, read_again
from tieline.flow.redating import Redating
from tieline.flow.repairing import Lost
from tieline.ledger import Entry, Kind, Part
from tieline.store.parts import BACKUP
from tieline.values import Window

NOTHING = Lost()


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did: entries read again, those that failed and so supersede nothing, the commit.

    `noteless` are entries that another recipe read and whose note is lost, so that their known time
    stands as it was decided then; `repaired` are the parts that were not what their names say, and
    were made again.
    """

    read: int
    failed: tuple[tuple[Entry, SourceError], ...]
    healed: int
    landed: Landed | None
    noteless: tuple[Entry, ...] = ()
    repaired: tuple[Part, ...] = ()


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


def replay(
    house: House, feed: Feed, report: Report, entries: Sequence[Entry], lost: Lost = NOTHING
) -> Replayed:
    """Read entries again from the raw store and commit all of them in one transaction.

    A replay that fails supersedes nothing. One that gives the same rows writes entries and no rows.
    What another recipe read gets its known time decided again.
    Parts that are `lost` are replaced by what their documents say; a sink that is not past the commit
    has to be filled again where an older recipe's rows were in them.
    Raises: Damaged if raw bytes are gone, or a document of a lost part cannot be read; StoreError.
    """
    arrivals: list[Arrival] = []
    failed: list[tuple[Entry, SourceError]] = []
    needed = {entry.entry_id: entry for entry in lost.entries}
    redating = Redating(house, report)
    wanted = needed | {entry.entry_id: entry for entry in entries}
    for entry in sorted(wanted.values(), key=lambda one: one.observation_id):
        try:
            arrivals.append(read_again(house, feed, report, entry, redating.known))
        except SourceError as error:
            if entry.entry_id in needed:
                raise _beyond(lost, f"entry {entry.entry_id} cannot be read: {error}") from error
            failed.append((entry, error))
    healed = sum(1 for one in arrivals if one.replaces and not is_foldable(one.replaces))
    if lost.parts and not arrivals:
        raise _beyond(lost, "no entry speaks of its stamps")
    house = replace(house, lost=frozenset(part.sha256 for part in lost.parts))
    kind: Kind = "repair" if lost.mixed else "replay"
    landed = land(house, feed, report, arrivals, kind=kind) if arrivals else None
    repaired = lost.parts if landed else ()
    noteless = tuple(one for one in wanted.values() if one.entry_id in redating.noteless)
    return Replayed(len(arrivals), tuple(failed), healed, landed, noteless, repaired)


def _beyond(lost: Lost, why: str) -> Damaged:
    return Damaged(f"part {lost.parts[0].path} cannot be made again, for {why}; {BACKUP}")
