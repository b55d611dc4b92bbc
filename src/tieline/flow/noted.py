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
    """Observations that the ledger has, all or those of some windows.

    Each by the object that came and by the document in it, which are two where bytes that were in an archive
    before come plain, or a file comes packed; and with and without its member and its slice, for a note may
    tell of the whole answer.
    Raises: LedgerUnavailable.
    """
    spans: Sequence[Window | None] = [None] if windows is None else _spans(windows)
    keys: set[Key] = set()
    for span in spans:
        for entry in house.ledger.entries(reports=[report], overlapping=span):
            at = entry.fetched_at_utc
            keys.add((entry.payload_sha256 or "", entry.window, entry.member or "", at))
            for object in {entry.payload_sha256, entry.content_sha256} - {None}:
                assert object is not None
                keys |= {(object, entry.window, "", at), (object, None, "", at)}
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
    held = live_claims(house)
    if since is None:
        keys = written(house, report)
        notes = house.sidecars.all(report=report, on_damage=on_damage)
    else:
        recent = list(house.sidecars.all(report=report, since=since, on_damage=on_damage))
        # Who claimed and kept between the two looks is working, whatever its clock says.
        held += live_claims(house)
        keys = written(house, report, (sidecar.of.window for sidecar in recent))
        notes = iter(recent)
    others = [
        claim
        for claim in held
        if mine is None or (claim.slice, claim.fence) != (mine.slice, mine.fence)
    ]
    for sidecar in notes:
        settled = sidecar.fetched_at_utc <= begun and not is_claimed(sidecar, others)
        if sidecar.failure is None and settled and key_of(sidecar) not in keys:
            yield sidecar
