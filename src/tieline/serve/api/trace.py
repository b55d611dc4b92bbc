"""Where rows come from, what is missing and what was tried: lineage, gaps, entries."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from tieline.errors import UnknownName, UsageError
from tieline.feeds import Feed
from tieline.ledger import Entry
from tieline.select import (
    Certificate,
    LineageRow,
    Question,
    answer,
    asked,
    close,
    gap_as_json,
    lineage,
    moment,
    parsed,
    unheld_days,
)
from tieline.serve.api.board import stated_by
from tieline.serve.api.datasets import Windowed, filters_of
from tieline.serve.api.desk import Desk
from tieline.values import Window, stamp

RECENT = timedelta(days=2)
STEPS = 1000


class LineageKnobs(Windowed):
    """Query parameters of a lineage; every other parameter is a filter, `column=value`."""

    dataset: str = Field(description="A dataset or the id of one feed.")
    stamp: str | None = Field(None, description="The printed instant.")
    limit: int = Field(100, ge=1, le=STEPS, description="At most so many steps.")


Traced = Annotated[LineageKnobs, Query()]


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["trace"])

    @router.get(
        "/gaps", summary="Holes of a window with their causes; the last two days by default"
    )
    def gaps(
        feed: Annotated[str | None, Query(description="Id of one feed.")] = None,
        start: Annotated[str | None, Query(description="Market day or instant.")] = None,
        end: Annotated[str | None, Query(description="Not included.")] = None,
    ) -> dict[str, object]:
        wanted = _feeds(desk, feed)
        windows = [_window(desk, one, start, end) for one in wanted]
        told = [
            _certificate(desk, one, window)
            for one, window in zip(wanted, windows, strict=True)
            if one.dataset is not None
        ]
        gaps = [gap for one in told for gap in one.gaps]
        for one, window in zip(wanted, windows, strict=True):
            for report in one.reports:
                gaps += unheld_days(desk.lake, one, report, window)
        return {
            "gaps": [gap_as_json(gap) for gap in gaps],
            "certificates": [one.as_json() for one in told],
        }

    @router.get("/lineage", summary="From a number back to the lines of its file")
    def steps(request: Request, knobs: Traced) -> dict[str, object]:
        at = None if knobs.stamp is None else parsed(knobs.stamp)
        if at is not None and not isinstance(at, datetime):
            raise UsageError(
                f"stamp must be an instant such as 2026-03-01T05:00:00Z, not {knobs.stamp}"
            )
        question = asked(
            desk.lake,
            knobs.dataset,
            where=filters_of(request, LineageKnobs),
            limit=knobs.limit,
            **knobs.words(),
        )
        found = lineage(desk.lake, question, stamp=at)
        return {
            "steps": [_step(desk, row) for row in found.steps],
            "certificate": found.certificate.as_json(),
            "truncated": found.truncated,
        }

    _add_entries(router, desk)
    return router


def _add_entries(router: APIRouter, desk: Desk) -> None:
    @router.get("/entries", summary="What the ledger wrote down, newest first")
    def entries(
        feed: str | None = None,
        report: str | None = None,
        state: Literal["pending", "running", "completed", "failed", "superseded"] | None = None,
        limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
    ) -> dict[str, object]:
        names = [r.name for one in _feeds(desk, feed) for r in one.reports]
        if report is not None and report not in names:
            raise UnknownName(f"no report is called {report!r}{close(report, names)}")
        stated = stated_by(desk)
        found = desk.lake.ledger.entries(
            reports=names if report is None else [report],
            states=None if state is None else [state],
            limit=limit + 1,
            newest_first=True,
        )
        told = [entry_as_json(entry) for entry in found[:limit]]
        return {"entries": told, "truncated": len(found) > limit, **stated}


def _feeds(desk: Desk, name: str | None) -> tuple[Feed, ...]:
    chosen = tuple(feed for feed in desk.lake.feeds if name in (None, feed.id))
    if not chosen:
        ids = [feed.id for feed in desk.lake.feeds]
        raise UnknownName(f"no feed is called {name!r}{close(str(name), ids)}", feed=name)
    return chosen


def _window(desk: Desk, feed: Feed, start: str | None, end: str | None) -> Window:
    """The asked window in a feed's own days. Raises: UsageError for one that ends before it starts."""
    zones = {feed.publisher.zone}
    last = moment(end, zones) or desk.lake.clock()
    first = moment(start, zones) or last - RECENT
    if last < first:
        raise UsageError(f"the window ends before it starts: {first} to {last}")
    return Window(first, last)


def _certificate(desk: Desk, feed: Feed, window: Window) -> Certificate:
    return answer(
        desk.lake,
        Question(
            dataset=feed.id, start=window.start, end=window.end, columns=("stamp_utc",), limit=0
        ),
    ).certificate


def _step(desk: Desk, row: LineageRow) -> dict[str, object]:
    lines = [] if desk.lines_of is None else [asdict(one) for one in desk.lines_of(row)]
    return {**_plain(asdict(row)), "line": lines[0]["text"] if lines else None, "lines": lines}


def entry_as_json(entry: Entry) -> dict[str, object]:
    """An entry as plain values."""
    return {**_plain(asdict(entry)), "slice": str(entry.slice)}


def _plain(fields: dict[str, object]) -> dict[str, object]:
    return {name: _plain_value(value) for name, value in fields.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, dict):
        return _plain(value)
    return value
