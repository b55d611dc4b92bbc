"""What the endpoints of the user's documents share: days, limits, pages, certificates of bare lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import polars as pl
from fastapi import Query, Request, Response
from fastapi.dependencies.utils import get_flat_params

from tieline.errors import AmbiguousTime, UnknownName, UsageError
from tieline.feeds import Feed
from tieline.markettime import day_start, zone_of
from tieline.select import (
    Answer,
    Certificate,
    Cursor,
    Question,
    answer,
    close,
    decode_cursor,
    moment,
)
from tieline.serve.api import bodies
from tieline.serve.api.desk import Desk
from tieline.sources.nyiso.publisher import NYISO

LONGEST = 100_000
REACHES = (timedelta(days=1), timedelta(days=32), None)
"""How far back to look for the newest rows when nothing bounds a question; None is the beginning."""

Limit = Annotated[int, Query(ge=1, le=LONGEST, description="At most so many rows, newest first.")]
Day = Annotated[
    str | None,
    Query(description="Market day (2026-03-01) or instant; the end is included."),
]
Instant = Annotated[str | None, Query(description="Instant, half-open: 2026-03-01T05:00:00Z.")]
AtSequence = Annotated[int | None, Query(ge=0, description="As answered after that commit.")]
After = Annotated[str | None, Query(description="Cursor from the Link of a cut answer.")]


def days(start: str | None, end: str | None) -> tuple[datetime | None, datetime | None]:
    """A half-open window from market days or instants whose end is included.

    An instant without an offset is a reading of the market's clock, as the documents write it.

    Raises: UsageError; AmbiguousTime for a reading that the clock shows twice or never.
    """
    zone = NYISO.zone
    first, last = _given(start, zone), _given(end, zone)
    if isinstance(first, date) and not isinstance(first, datetime):
        first = day_start(zone, first)
    if isinstance(last, datetime):
        last += timedelta(microseconds=1)
    elif last is not None:
        last = day_start(zone, last + timedelta(days=1))
    return first, last


def _given(text: str | None, zone: str) -> datetime | date | None:
    if text is None or text == "":
        return None
    try:
        if len(text) <= 10:
            return date.fromisoformat(text)
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no market day and no instant; write 2026-03-01 or 2026-03-01T05:00:00Z"
        ) from error
    if read.utcoffset() is not None:
        return read.astimezone(UTC)
    readings = {read.replace(tzinfo=zone_of(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    if len(readings) > 1:
        raise AmbiguousTime(f"{text} does not name one instant in {zone}; add an offset")
    return readings.pop()


def feeds_of(desk: Desk, codes: Sequence[str]) -> tuple[Feed, ...]:
    """New York's feeds of some reports, in the order of the codes.

    Raises: UnknownName if this lake has none of them, or keeps one as bytes alone.
    """
    wanted = [f"{NYISO.id}:{code}" for code in codes]
    found = [
        next((f for f in desk.lake.feeds if name in {r.name for r in f.reports}), None)
        for name in wanted
    ]
    feeds = tuple(feed for feed in found if feed is not None)
    if not feeds:
        raise UnknownName(f"this lake does not collect {', '.join(wanted)}")
    for feed in feeds:
        if feed.dataset is None:
            raise UnknownName(f"{feed.id} has no decoder: its bytes are kept, it has no rows")
    return feeds


def check_parameters(request: Request, known: Sequence[str]) -> None:
    """Raises: UsageError for a parameter that nothing reads."""
    for name in request.query_params:
        if name not in known:
            raise UsageError(f"there is no parameter {name!r} here{close(name, known)}")


def check_declared(request: Request) -> None:
    """The same for a route whose parameters all stand in its signature."""
    check_parameters(
        request, [one.alias for one in get_flat_params(request.scope["route"].dependant)]
    )


def listed(
    desk: Desk,
    request: Request,
    question: Question,
    shape: Callable[[pl.DataFrame], pl.DataFrame],
) -> Response:
    """The rows of a question with stamps, newest first, as a bare list of the documented shape."""
    tag = bodies.tag_of(desk, request)
    held = bodies.unchanged(request, tag)
    if held is not None:
        return held
    given = _reaching_back(desk, question)
    headers = {
        "ETag": tag,
        **bodies.certificate_headers(given.certificate),
        **bodies.continued_headers(request, given.next),
    }
    return json_of(shape(given.polars()), headers)


@dataclass(frozen=True, slots=True)
class Worked:
    """A whole list that was worked out, newest first, and the certificates of what it is made from."""

    rows: pl.DataFrame
    certificates: tuple[Certificate, ...]


def paged(
    desk: Desk,
    request: Request,
    limit: int,
    after: str | None,
    at_sequence: int | None,
    work: Callable[[int], Worked],
) -> Response:
    """A page of a list that `work` makes whole at one sequence.

    Raises: UsageError for a cursor that is none, or that belongs to another sequence.
    """
    tag = bodies.tag_of(desk, request)
    held = bodies.unchanged(request, tag)
    if held is not None:
        return held
    cursor = None if after is None else decode_cursor(after)
    if cursor and at_sequence is not None and cursor.sequence != at_sequence:
        raise UsageError(f"the cursor belongs to sequence {cursor.sequence}, not to {at_sequence}")
    if cursor is not None:
        at_sequence = cursor.sequence
    sequence = desk.lake.ledger.sequence() if at_sequence is None else at_sequence
    skip = 0 if cursor is None else cursor.skip
    worked = work(sequence)
    more = worked.rows.height > skip + limit
    following = Cursor(sequence, None, skip + limit).encode() if more else None
    headers = {
        "ETag": tag,
        **bodies.certificate_headers(together(worked.certificates)),
        **bodies.continued_headers(request, following),
    }
    return json_of(worked.rows.slice(skip, limit), headers)


def together(certificates: Sequence[Certificate]) -> Certificate:
    """What can be said of something that is made from several answers at one sequence."""
    first = certificates[0]
    if len(certificates) == 1:
        return first
    said = [one.complete for one in certificates]
    counts = [one.expected for one in certificates]
    return replace(
        first,
        feeds=tuple(feed for one in certificates for feed in one.feeds),
        complete=False if False in said else (None if None in said else True),
        expected=None if None in counts else sum(count or 0 for count in counts),
        received=sum(one.received for one in certificates),
        extras=sum(one.extras for one in certificates),
        gaps=tuple(gap for one in certificates for gap in one.gaps),
    )


def _reaching_back(desk: Desk, question: Question) -> Answer:
    """Answer; where no start bounds it, look back no further than its limit needs."""
    if question.start is not None:
        return answer(desk.lake, question)
    newest = question.end or newest_stamp(desk, asked_feeds(desk, question))
    for reach in REACHES:
        if newest is None or reach is None or question.after is not None:
            break
        given = answer(desk.lake, replace(question, start=newest - reach))
        if given.truncated:
            return given
    return answer(desk.lake, question)


def asked_feeds(desk: Desk, question: Question) -> list[Feed]:
    """The feeds that a question is about."""
    wanted = question.where.get("feed")
    ids = {question.dataset} if wanted is None else set(wanted if isinstance(wanted, list) else ())
    return [feed for feed in desk.lake.feeds if feed.id in ids]


def newest_stamp(desk: Desk, feeds: Sequence[Feed]) -> datetime | None:
    """The newest stamp that any report of some feeds has brought."""
    names = {report.name for feed in feeds for report in feed.reports}
    stamps = [s.stamp_max_utc for s in desk.lake.ledger.summaries() if s.report in names]
    return max((stamp for stamp in stamps if stamp is not None), default=None)


def json_of(frame: pl.DataFrame, headers: dict[str, str]) -> Response:
    return Response(bodies.json_rows(frame), headers=headers, media_type="application/json")


def instant_of(text: str | None) -> datetime | None:
    """An instant, or the start of a market day of New York. Raises: UsageError."""
    return moment(text, {NYISO.zone})
