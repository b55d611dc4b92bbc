"""One wall-clock reading to an instant: the scalar twins of `conversion`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tieline.errors import AmbiguousTime, ImpossibleTime
from tieline.markettime.zones import zone_of

AHEAD = timedelta(minutes=2)
"""A stamp may run this far ahead of the known time: the clocks of two machines differ."""
STALE = timedelta(minutes=30)
"""A newest stamp older than this does not tell which of two readings it is."""


def instants_of(zone: str, local: datetime) -> tuple[datetime, ...]:
    """Every instant at which the zone's clock shows this naive reading: none, one or two."""
    clock = zone_of(zone)
    found = []
    for fold in (0, 1):
        instant = local.replace(tzinfo=clock, fold=fold).astimezone(UTC)
        if instant.astimezone(clock).replace(tzinfo=None) == local and instant not in found:
            found.append(instant)
    return tuple(found)


def latest_instant(zone: str, local: datetime) -> datetime:
    """The last instant of a reading; one that the clock skips counts as if it had not changed yet."""
    found = instants_of(zone, local)
    return found[-1] if found else local.replace(tzinfo=zone_of(zone)).astimezone(UTC)


def instant_by_offset(zone: str, local: datetime, minutes: int) -> datetime:
    """The instant of a reading whose offset from UTC is printed beside it.

    Raises: ImpossibleTime if the zone does not have that offset then.
    """
    instant = (local - timedelta(minutes=minutes)).replace(tzinfo=UTC)
    if instant.astimezone(zone_of(zone)).replace(tzinfo=None) != local:
        raise ImpossibleTime(
            f"{local} does not stand {minutes} minutes from UTC in {zone}: the zone beside the "
            "stamp contradicts the calendar"
        )
    return instant


def instant_by_known_time(zone: str, local: datetime, known_at_utc: datetime) -> datetime:
    """The instant of a newest stamp: the latest reading that is not after the known time.

    Raises: ImpossibleTime if the reading does not exist; AmbiguousTime if both readings fit and the
            chosen one is older than half an hour.
    """
    found = instants_of(zone, local)
    if not found:
        raise ImpossibleTime(f"{local} does not exist in {zone}")
    fitting = [instant for instant in found if instant <= known_at_utc + AHEAD]
    if not fitting:
        return found[0]
    if len(fitting) > 1 and known_at_utc - fitting[-1] > STALE:
        raise AmbiguousTime(
            f"{local} happens twice in {zone} and the known time is too late to tell which"
        )
    return fitting[-1]


def instants_by_row_order(zone: str, stamps: Sequence[datetime], *, hourly: bool) -> list[datetime]:
    """The instants of one key's readings in the order of their rows.

    After the clock stepped back inside the repeated hour everything in it is its second pass. An
    equal neighbour is a second pass in an hourly table, and a duplicate in any other. Each autumn is
    walked for itself.
    Raises: ImpossibleTime, or AmbiguousTime if the hour stands there once although later rows follow.
    """
    found = [instants_of(zone, stamp) for stamp in stamps]
    for stamp, instants in zip(stamps, found, strict=True):
        if not instants:
            raise ImpossibleTime(f"{stamp} does not exist in {zone}")
    twice = [len(instants) == 2 for instants in found]
    stepped = set()
    second = [False] * len(stamps)
    for at, stamp in enumerate(stamps):
        if not twice[at]:
            continue
        back = at > 0 and stamp < stamps[at - 1]
        if back and (not twice[at - 1] or stamp.year in stepped):
            raise AmbiguousTime(f"{stamp} comes after a later hour: the order does not tell")
        if back or (hourly and at > 0 and stamp == stamps[at - 1]):
            stepped.add(stamp.year)
        second[at] = stamp.year in stepped
    for year in {stamp.year for stamp, two in zip(stamps, twice, strict=True) if two} - stepped:
        once = [s for s, two in zip(stamps, twice, strict=True) if two and s.year == year]
        if max(stamps) > max(once):
            raise AmbiguousTime(f"{once[0]} happens twice in {zone} but stands there once")
    return [
        instants[-1] if later else instants[0]
        for instants, later in zip(found, second, strict=True)
    ]
