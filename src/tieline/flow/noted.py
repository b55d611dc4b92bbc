"""Notes beside the bytes against entries of the ledger: which observations it does not have.

A process that was killed between the two has left a note that no entry tells of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import unquote

from tieline.errors import Damaged
from tieline.flow.house import House
from tieline.ledger import Claim
from tieline.store.files import storing
from tieline.store.sidecar import Sidecar
from tieline.values import Window

Key = tuple[str, Window | None, str, datetime]
"""Object, slice (None for an archive), member and fetch time: names an observation."""

APART = timedelta(days=1)
"""Windows no further from one another than this are asked for at once."""


def key_of(sidecar: Sidecar) -> Key:
    """The observation that a note tells of."""
    whole = sidecar.of.day is None and sidecar.origin != "import" and sidecar.failure is None
    window = None if whole else sidecar.of.window
    return sidecar.object, window, sidecar.note, sidecar.fetched_at_utc


def written(house: House, report: str, windows: Iterable[Window] | None = None) -> set[Key]:
    """Observations that the ledger has, all or those of some windows; an archive's also without slice
    and member.

    Raises: LedgerUnavailable.
    """
    spans: Sequence[Window | None] = [None] if windows is None else _spans(windows)
    keys: set[Key] = set()
    for span in spans:
        for entry in house.ledger.entries(reports=[report], overlapping=span):
            object = entry.payload_sha256 or ""
            keys.add((object, entry.window, entry.member or "", entry.fetched_at_utc))
            if object:
                keys.add((object, None, "", entry.fetched_at_utc))
    return keys


def _spans(windows: Iterable[Window]) -> list[Window]:
    spans: list[Window] = []
    for window in sorted(set(windows)):
        asked = Window(window.start, window.end + timedelta(microseconds=1))
        if spans and asked.start - spans[-1].end <= APART:
            spans[-1] = spans[-1].hull(asked)
        else:
            spans.append(asked)
    return spans


def live_claims(house: House) -> list[Claim]:
    """Claims whose holders work on them. Raises: LedgerUnavailable."""
    return [
        claim
        for claim in house.ledger.claims()
        if claim.expires > house.beat() and not house.dead(claim.holder)
    ]


def is_claimed(sidecar: Sidecar, held: Sequence[Claim]) -> bool:
    """Whether somebody works on a part of the slice that a note tells of."""
    return any(
        claim.slice.report == sidecar.report and claim.slice.window.overlaps(sidecar.of.window)
        for claim in held
    )


def noted_reports(house: House) -> list[str]:
    """Reports that have notes. Raises: StorageFailed."""
    with storing(house.sidecars.folder):
        return sorted(
            f"{unquote(folder.parent.name)}:{unquote(folder.name)}"
            for folder in house.sidecars.folder.glob("*/*")
            if folder.is_dir()
        )


def unwritten(
    house: House,
    report: str,
    on_damage: Callable[[Damaged], None],
    *,
    since: date | None = None,
    mine: Claim | None = None,
) -> Iterator[Sidecar]:
    """Notes of a report that have bytes and that no entry tells of; those fetched on `since` or later.

    Left out is what somebody works on: fetched since the look began, or under a claim that is not `mine`.
    Raises: StorageFailed, LedgerUnavailable.
    """
    begun = house.now()
    held = [
        claim
        for claim in live_claims(house)
        if mine is None or (claim.slice, claim.fence) != (mine.slice, mine.fence)
    ]
    if since is None:
        keys = written(house, report)
        notes = house.sidecars.all(report=report, on_damage=on_damage)
    else:
        recent = list(house.sidecars.all(report=report, since=since, on_damage=on_damage))
        keys = written(house, report, (sidecar.of.window for sidecar in recent))
        notes = iter(recent)
    for sidecar in notes:
        settled = sidecar.fetched_at_utc <= begun and not is_claimed(sidecar, held)
        if sidecar.failure is None and settled and key_of(sidecar) not in keys:
            yield sidecar
