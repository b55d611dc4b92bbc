"""The endpoints that the user's documents promise: bare lists, newest first, over the same answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import polars as pl
from fastapi import APIRouter, Query, Request, Response

from tieline.errors import AmbiguousTime, UnknownName, UsageError
from tieline.feeds import Feed
from tieline.markettime import day_start, zone_of
from tieline.select import Answer, Question, answer, find, moment
from tieline.serve.api import bodies, flows
from tieline.serve.api.desk import Desk
from tieline.sources.nyiso.interchange import INTERFACE_FLOW_FEED

LONGEST = 100_000
REACHES = (timedelta(days=1), timedelta(days=32), None)
"""How far back to look for the newest rows when nothing bounds a question; None is the beginning."""

Limit = Annotated[int, Query(ge=1, le=LONGEST, description="At most so many rows, newest first.")]
Day = Annotated[
    str | None,
    Query(description="Market day (2026-03-01) or instant; the end is included."),
]
Instant = Annotated[str | None, Query(description="Instant, half-open: 2026-03-01T05:00:00Z.")]
Sequence = Annotated[int | None, Query(ge=0, description="As answered after that commit.")]
After = Annotated[str | None, Query(description="Cursor from the Link of a cut answer.")]


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["documented"])
    _interface_flows(router, desk)
    _interregional_flows(router, desk)
    return router


def _interface_flows(router: APIRouter, desk: Desk) -> None:
    @router.get("/interface-flows", summary="Flows and limits of all interfaces of NYISO")
    def interface_flows(
        request: Request,
        start_date: Day = None,
        end_date: Day = None,
        interfaces: Annotated[
            str | None, Query(description="Names, Point IDs or aliases with commas between.")
        ] = None,
        limit: Limit = 1000,
        as_of: Instant = None,
        at_sequence: Sequence = None,
        after: After = None,
    ) -> Response:
        feed = feed_of(desk)
        ids = None if interfaces is None else flows.ids_of(interfaces)
        start, end = days(feed, start_date, end_date)
        question = Question(
            dataset=feed.id,
            start=start,
            end=end,
            where={} if ids is None else {"interface_id": ids},
            columns=flows.COLUMNS,
            as_of=moment(as_of, {feed.publisher.zone}),
            at_sequence=at_sequence,
            limit=limit,
            newest_first=True,
            after=after,
        )
        return _listed(desk, request, question, flows.interface_flows)


def _interregional_flows(router: APIRouter, desk: Desk) -> None:
    @router.get("/interregional-flows", summary="Flows between New York and its neighbours")
    def interregional_flows(
        request: Request,
        start_date: Day = None,
        end_date: Day = None,
        start: Instant = None,
        end: Instant = None,
        latest: Annotated[bool, Query(description="The newest stamp of each point.")] = False,
        limit: Limit = 100,
        as_of: Instant = None,
        at_sequence: Sequence = None,
        after: After = None,
    ) -> Response:
        feed = feed_of(desk)
        first, last = days(feed, start_date, end_date)
        zones = {feed.publisher.zone}
        question = Question(
            dataset=feed.id,
            start=first if start is None else moment(start, zones),
            end=last if end is None else moment(end, zones),
            where={"interface_id": flows.EXTERNAL},
            columns=flows.COLUMNS,
            as_of=moment(as_of, zones),
            at_sequence=at_sequence,
            limit=limit,
            newest_first=True,
            after=after,
        )
        if latest:
            return _newest(desk, request, question, limit)
        return _listed(desk, request, question, flows.interregional_flows)


def feed_of(desk: Desk) -> Feed:
    """The feed of New York's interface flows. Raises: UnknownName if this lake does not have it."""
    name = INTERFACE_FLOW_FEED.id
    if name not in {feed.id for feed in desk.lake.feeds}:
        raise UnknownName(f"this lake does not collect {name}", feed=name)
    return find(desk.lake.feeds, name)[1][0]


def days(feed: Feed, start: str | None, end: str | None) -> tuple[datetime | None, datetime | None]:
    """A half-open window from market days or instants whose end is included.

    An instant without an offset is a reading of the market's clock, as the documents write it.

    Raises: UsageError; AmbiguousTime for a reading that the clock shows twice or never.
    """
    zone = feed.publisher.zone
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


def _listed(
    desk: Desk,
    request: Request,
    question: Question,
    shape: Callable[[pl.DataFrame], pl.DataFrame],
) -> Response:
    tag = bodies.tag_of(desk, request)
    held = bodies.unchanged(request, tag)
    if held is not None:
        return held
    given = _reaching_back(desk, question)
    headers = {
        "ETag": tag,
        **bodies.certificate_headers(given.certificate),
        **bodies.continued_headers(request, given),
    }
    return _json(shape(given.polars()), headers)


def _reaching_back(desk: Desk, question: Question) -> Answer:
    """Answer; where no start bounds it, look back no further than its limit needs."""
    if question.start is not None:
        return answer(desk.lake, question)
    newest = question.end or newest_stamp(desk, question.dataset)
    for reach in REACHES:
        if newest is None or reach is None or question.after is not None:
            break
        given = answer(desk.lake, replace(question, start=newest - reach))
        if given.truncated:
            return given
    return answer(desk.lake, question)


def newest_stamp(desk: Desk, feed_id: str) -> datetime | None:
    """The newest stamp that any report of a feed has brought."""
    feed = find(desk.lake.feeds, feed_id)[1][0]
    names = {report.name for report in feed.reports}
    stamps = [s.stamp_max_utc for s in desk.lake.ledger.summaries() if s.report in names]
    return max((stamp for stamp in stamps if stamp is not None), default=None)


def _newest(desk: Desk, request: Request, question: Question, limit: int) -> Response:
    """The newest row of each connection point; the certificate speaks of the newest stamp."""
    tag = bodies.tag_of(desk, request)
    held = bodies.unchanged(request, tag)
    if held is not None:
        return held
    moments = (newest_stamp(desk, question.dataset), question.as_of, question.end)
    known = [moment for moment in moments if moment is not None]
    rows = pl.DataFrame()
    for reach in REACHES:
        start = question.start
        if start is None and known and reach is not None:
            start = min(known) - reach
        asked = replace(question, start=start, limit=None, after=None)
        rows = answer(desk.lake, asked).polars()
        if rows.height or reach is None or question.start is not None:
            break
    rows = rows.unique("interface_id", keep="first", maintain_order=True).head(limit)
    newest = rows.get_column("stamp_utc").max()
    narrow = replace(question, limit=0, after=None)
    if isinstance(newest, datetime):
        narrow = replace(narrow, start=newest, end=newest + timedelta(microseconds=1))
    certificate = answer(desk.lake, narrow).certificate
    headers = {"ETag": tag, **bodies.certificate_headers(certificate)}
    return _json(flows.interregional_flows(rows), headers)


def _json(frame: pl.DataFrame, headers: dict[str, str]) -> Response:
    return Response(bodies.json_rows(frame), headers=headers, media_type="application/json")
