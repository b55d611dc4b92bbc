"""The few words that Python users say, over `answer` and `scan`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Literal

from tieline.errors import UsageError
from tieline.markettime import day_start
from tieline.select.answer import Answer, answer
from tieline.select.lake import Lake
from tieline.select.question import KnownRule, Question, Revisions, Wanted
from tieline.select.scope import market_zones
from tieline.select.sql import Knobs

Moment = str | datetime | date | None


def read(
    lake: Lake,
    dataset: str,
    start: Moment = None,
    end: Moment = None,
    *,
    where: Mapping[str, Wanted] | None = None,
    columns: Sequence[str] | None = None,
    as_of: Moment = None,
    revisions: Revisions = "latest",
    print: str | None = None,
    vintage: Literal["latest", "all"] | Moment = "latest",
    at_sequence: int | None = None,
    known: KnownRule = "recorded",
    limit: int | None = None,
    newest_first: bool = False,
    after: str | None = None,
) -> Answer:
    """Answer a question put in words; see `asked` for how instants and days are read."""
    return answer(
        lake,
        asked(
            lake, dataset, start, end, where=where, columns=columns, as_of=as_of,
            revisions=revisions, print=print, vintage=vintage, at_sequence=at_sequence,
            known=known, limit=limit, newest_first=newest_first, after=after,
        ),
    )  # fmt: skip


def asked(
    lake: Lake,
    dataset: str,
    start: Moment = None,
    end: Moment = None,
    *,
    where: Mapping[str, Wanted] | None = None,
    columns: Sequence[str] | None = None,
    as_of: Moment = None,
    revisions: Revisions = "latest",
    print: str | None = None,
    vintage: Literal["latest", "all"] | Moment = "latest",
    at_sequence: int | None = None,
    known: KnownRule = "recorded",
    limit: int | None = None,
    newest_first: bool = False,
    after: str | None = None,
) -> Question:
    """A question from words.

    An instant is a `datetime` with a zone or ISO text with an offset. A day is a `date` or ISO text
    without a time: the midnight with which that market day begins where the feed is published, so
    that `start` and `end` stay half-open. Without feeds of one zone a day is not clear.

    Raises: UnknownName; UsageError for text that is neither, or an instant without a zone.
    """
    zones = market_zones(lake, dataset, where)
    return Question(
        dataset=dataset,
        start=moment(start, zones),
        end=moment(end, zones),
        where=dict(where or {}),
        columns=None if columns is None else tuple(columns),
        as_of=moment(as_of, zones),
        revisions=revisions,
        print=print,
        vintage=_vintage(vintage),
        at_sequence=at_sequence,
        known=known,
        limit=limit,
        newest_first=newest_first,
        after=after,
    )


def turned(
    *,
    as_of: Moment = None,
    revisions: Revisions | str = "latest",
    print: str | None = None,
    vintage: Literal["latest", "all"] | Moment = "latest",
    at_sequence: int | None = None,
    known: KnownRule | str = "recorded",
    zones: set[str],
) -> Knobs:
    """The knobs of SQL views from words, read as `asked` reads them; `zones` keep the days.

    Raises: UsageError; a market day does not say an instant where several zones are asked.
    """
    return Knobs(
        as_of=moment(as_of, zones),
        revisions=revisions,  # type: ignore[arg-type]
        print=print,
        vintage=_vintage(vintage),
        at_sequence=at_sequence,
        known=known,  # type: ignore[arg-type]
    )


def moments(
    before: Moment | int, after: Moment | int, zones: set[str]
) -> tuple[datetime | int, datetime | int]:
    """Two moments to compare: instants, market days, or sequences as numbers or their text.

    Raises: UsageError.
    """
    return _moment_or_sequence(before, zones), _moment_or_sequence(after, zones)


def _moment_or_sequence(value: Moment | int, zones: set[str]) -> datetime | int:
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.isdigit():
        return int(value)
    read_value = moment(value, zones)
    if read_value is None:
        raise UsageError("give two moments to compare, or two sequences")
    return read_value


def moment(value: Moment, zones: set[str]) -> datetime | None:
    """An instant, or the start of a market day. Raises: UsageError."""
    read_value = parsed(value) if isinstance(value, str) else value
    if read_value is None or isinstance(read_value, datetime):
        return read_value
    if len(zones) != 1:
        raise UsageError(
            f"{read_value} is a market day, and these feeds keep {len(zones)} zones: give an "
            "instant such as 2026-03-01T05:00:00Z, or ask one publisher (publisher=nyiso)"
        )
    return day_start(next(iter(zones)), read_value)


def parsed(text: str) -> datetime | date:
    """ISO text: a day if it has no time, else an instant, which must say its offset.

    Raises: UsageError.
    """
    try:
        if len(text) <= 10:
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no day and no instant; write 2026-03-01 or 2026-03-01T05:00:00Z"
        ) from error
    if instant.utcoffset() is None:
        raise UsageError(f"{text!r} has no offset; write {text}Z if it is UTC")
    return instant.astimezone(UTC)


def _vintage(
    value: Literal["latest", "all"] | Moment,
) -> Literal["latest", "all"] | datetime | date:
    if value is None or value == "latest":
        return "latest"
    if value == "all":
        return "all"
    return parsed(value) if isinstance(value, str) else value
