"""The endpoints that the user's documents promise: bare lists, newest first, over the same answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

import polars as pl
from fastapi import APIRouter, Depends, Query, Request, Response

from tieline.feeds import Feed
from tieline.select import Question, answer
from tieline.serve.api import bodies, derived, flows, offered
from tieline.serve.api.desk import Desk
from tieline.serve.api.listing import (
    REACHES,
    After,
    AtSequence,
    Day,
    Instant,
    Limit,
    asked_feeds,
    check_declared,
    days,
    feeds_of,
    instant_of,
    json_of,
    listed,
    newest_stamp,
)
from tieline.sources.nyiso.interchange import FLOWS


def routes(desk: Desk) -> APIRouter:
    """All of them; a parameter that nothing reads is refused."""
    router = APIRouter(prefix="/api", tags=["documented"])
    declared = APIRouter(dependencies=[Depends(check_declared)])
    _interface_flows(declared, desk)
    _interregional_flows(declared, desk)
    derived.add(declared, desk)
    router.include_router(declared)
    offered.add(router, desk)
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
        at_sequence: AtSequence = None,
        after: After = None,
    ) -> Response:
        feed = feed_of(desk)
        ids = None if interfaces is None else flows.ids_of(interfaces)
        start, end = days(start_date, end_date)
        question = Question(
            dataset=feed.id,
            start=start,
            end=end,
            where={} if ids is None else {"interface_id": ids},
            columns=flows.COLUMNS,
            as_of=instant_of(as_of),
            at_sequence=at_sequence,
            limit=limit,
            newest_first=True,
            after=after,
        )
        return listed(desk, request, question, flows.interface_flows)


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
        at_sequence: AtSequence = None,
        after: After = None,
    ) -> Response:
        feed = feed_of(desk)
        first, last = days(start_date, end_date)
        question = Question(
            dataset=feed.id,
            start=first if start is None else instant_of(start),
            end=last if end is None else instant_of(end),
            where={"interface_id": flows.EXTERNAL},
            columns=flows.COLUMNS,
            as_of=instant_of(as_of),
            at_sequence=at_sequence,
            limit=limit,
            newest_first=True,
            after=after,
        )
        if latest:
            return _newest(desk, request, question, limit)
        return listed(desk, request, question, flows.interregional_flows)


def feed_of(desk: Desk) -> Feed:
    """The feed of New York's interface flows. Raises: UnknownName if this lake does not have it."""
    return feeds_of(desk, (FLOWS.code,))[0]


def _newest(desk: Desk, request: Request, question: Question, limit: int) -> Response:
    """The newest row of each connection point; the certificate speaks of the newest stamp."""
    tag = bodies.tag_of(desk, request)
    held = bodies.unchanged(request, tag)
    if held is not None:
        return held
    moments = (newest_stamp(desk, asked_feeds(desk, question)), question.as_of, question.end)
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
    return json_of(flows.interregional_flows(rows), headers)
