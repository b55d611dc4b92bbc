"""Endpoints that show rows of New York's reports under their documented names, from the table of offers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
from fastapi import APIRouter, Request, Response

from tieline.datasets import DATASETS
from tieline.datasets.rows import served_fields
from tieline.errors import UsageError
from tieline.schema.openapi import OPENAPI
from tieline.select import Question, Wanted, answer
from tieline.serve.api.desk import Desk
from tieline.serve.api.listing import (
    After,
    AtSequence,
    Day,
    Instant,
    Limit,
    Worked,
    check_parameters,
    days,
    feeds_of,
    instant_of,
    listed,
    paged,
)
from tieline.serve.api.offers import OFFERS, Offer

FIXED = ("start_date", "end_date", "limit", "as_of", "at_sequence", "after")


def add(router: APIRouter, desk: Desk) -> None:
    """Add every endpoint of the table."""
    for offer in OFFERS:
        _add(router, desk, offer)


def _add(router: APIRouter, desk: Desk, offer: Offer) -> None:
    def rows(
        request: Request,
        start_date: Day = None,
        end_date: Day = None,
        limit: Limit = offer.limit,
        as_of: Instant = None,
        at_sequence: AtSequence = None,
        after: After = None,
    ) -> Response:
        check_parameters(request, (*FIXED, *_own(offer)))
        start, end = days(start_date, end_date)
        question = Question(
            dataset=offer.dataset,
            start=start,
            end=end,
            where=_where(desk, request, offer),
            columns=tuple(dict.fromkeys(offer.columns.values())),
            as_of=instant_of(as_of),
            at_sequence=at_sequence,
            limit=limit,
            newest_first=True,
            after=after,
        )
        if offer.newest is None:
            return listed(desk, request, question, lambda found: _shaped(offer, found))
        return paged(
            desk, request, limit, after, at_sequence, lambda at: _states(desk, offer, question, at)
        )

    router.add_api_route(
        f"/{offer.path}",
        rows,
        summary=offer.title,
        responses={200: {"content": {"application/json": {"schema": _schema(offer)}}}},
        openapi_extra={"parameters": _parameters(offer)},
    )


def _states(desk: Desk, offer: Offer, question: Question, sequence: int) -> Worked:
    """States of entities, the newest first by the column that the offer names."""
    given = answer(desk.lake, replace(question, limit=None, after=None, at_sequence=sequence))
    names = offer.newest or ""
    first = given.polars().sort(
        names, descending=names.endswith("_utc"), nulls_last=True, maintain_order=True
    )
    return Worked(_shaped(offer, first), (given.certificate,))


def _shaped(offer: Offer, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(pl.col(column).alias(name) for name, column in offer.columns.items())


def _own(offer: Offer) -> tuple[str, ...]:
    return (*offer.filters, *((offer.choice[0],) if offer.choice else ()))


def _where(desk: Desk, request: Request, offer: Offer) -> dict[str, Wanted]:
    """Filters of a request. Raises: UnknownName, UsageError."""
    given = request.query_params
    reports = offer.reports
    if offer.choice is not None and offer.choice[0] in given:
        name, words = offer.choice
        if given[name] not in words:
            raise UsageError(f"{name} must be one of {', '.join(words)}, not {given[name]!r}")
        reports = words[given[name]]
    feeds = feeds_of(desk, reports)
    where: dict[str, Wanted] = {"feed": [feed.id for feed in feeds], **offer.fixed}
    for name, narrowed in offer.filters.items():
        if name in given:
            where[narrowed.column] = list(narrowed.read(given[name]))
    return where


def _parameters(offer: Offer) -> list[dict[str, Any]]:
    text = {"type": "string"}
    own = [
        {"name": name, "in": "query", "schema": text, "description": narrowed.says}
        for name, narrowed in offer.filters.items()
    ]
    if offer.choice is not None:
        name, words = offer.choice
        own.append({"name": name, "in": "query", "schema": {**text, "enum": list(words)}})
    return own


def _schema(offer: Offer) -> dict[str, Any]:
    """What one row looks like, from the fields of its dataset."""
    dataset = next(one for one in DATASETS if one.name == offer.dataset)
    fields = {one.name: one for one in served_fields(dataset)}
    properties = {
        name: {**OPENAPI[fields[column].type], "description": fields[column].doc}
        for name, column in offer.columns.items()
    }
    return {"type": "array", "items": {"type": "object", "properties": properties}}
