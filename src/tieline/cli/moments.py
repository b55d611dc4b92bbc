"""Days and instants as people type them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from tieline.errors import UsageError

WORDS = ("now", "today", "yesterday")
_AGO = re.compile(r"-(\d{1,6})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SHOWN = "2026-11-01, 2026-11-01T05:00:00Z, now, today, yesterday, -2h or -3d"


def instant_of(text: str, zones: Iterable[str], now: datetime) -> datetime:
    """The instant that a text means; a day is the instant at which that market day begins.

    zones: market zones of the feeds that are asked about
    Raises: UsageError for anything else, for an instant without an offset, and for a day where
            the feeds keep different zones.
    """
    read = parsed(text, now)
    if isinstance(read, datetime):
        return read
    from tieline.markettime import day_start

    zone = _one(zones, text)
    return day_start(zone, _day(read, zone, now))


def day_of(text: str, zone: str, now: datetime) -> date:
    """The market day that a text means, or in which its instant lies. Raises: UsageError."""
    from tieline.markettime import market_day

    read = parsed(text, now)
    return market_day(zone, read) if isinstance(read, datetime) else _day(read, zone, now)


def parsed(text: str, now: datetime) -> datetime | date | str:
    """An instant in UTC, a day, or one of the words that need a zone. Raises: UsageError."""
    word = text.strip().lower()
    if word == "now":
        return now
    if word in WORDS:
        return word
    if ago := _AGO.fullmatch(word):
        return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        if len(word) <= 10:
            return date.fromisoformat(word)
        instant = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{text!r} is no day and no instant; say {_SHOWN}") from error
    if instant.utcoffset() is None:
        raise UsageError(
            f"{text!r} has no offset, and a local time can mean two instants; write "
            f"{text.strip()}Z if it is UTC, or add one such as -05:00"
        )
    return instant.astimezone(UTC)


def _day(read: date | str, zone: str, now: datetime) -> date:
    if isinstance(read, date):
        return read
    from tieline.markettime import market_day

    return market_day(zone, now) - timedelta(days=1 if read == "yesterday" else 0)


def _one(zones: Iterable[str], text: str) -> str:
    found = sorted(set(zones))
    if len(found) != 1:
        raise UsageError(
            f"{text!r} is a market day, and these feeds keep {len(found)} zones; give an instant "
            "such as 2026-11-01T05:00:00Z"
        )
    return found[0]
