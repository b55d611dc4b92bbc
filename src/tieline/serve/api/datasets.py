"""The canonical datasets over HTTP: what there is, and rows with every knob."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tieline.datasets.rows import served_fields
from tieline.errors import UsageError
from tieline.schema import Dataset
from tieline.select import (
    KnownRule,
    Question,
    Revisions,
    Wanted,
    answer,
    asked,
    diff,
    history,
    market_zones,
    moments,
)
from tieline.serve.api import bodies
from tieline.serve.api.desk import Desk

ROW_LIMIT = 100_000
DEFAULT_LIMIT = 10_000
QUESTIONED = {
    *("start", "end", "as_of", "revisions", "print", "vintage", "at_sequence", "known"),
}


class Turned(BaseModel):
    """Knobs of everything that is asked; every other parameter is a filter, `column=value`."""

    model_config = ConfigDict(extra="allow")

    as_of: str | None = Field(None, description="Only what was known then.")
    print: str | None = Field(None, description="Only this print: advisory, preliminary, final.")
    at_sequence: int | None = Field(None, ge=0, description="As answered after that commit.")
    known: KnownRule = Field("recorded", description="recorded, or assumed from promises.")

    def words(self) -> dict[str, Any]:
        """The knobs that a question has, by their names there."""
        return self.model_dump(include=QUESTIONED)


class Windowed(Turned):
    """Knobs of what is asked in a window of time."""

    start: str | None = Field(None, description="Market day or instant; half-open.")
    end: str | None = Field(None, description="Market day or instant, not included.")
    revisions: Revisions = Field("latest", description="latest, first, or all: every step.")
    vintage: str | None = Field(None, description="Forecasts: latest, all, an instant or a day.")


class Knobs(Windowed):
    """Query parameters of rows; every other parameter is a filter, `column=value`."""

    columns: str | None = Field(None, description="Columns with commas between.")
    order: Literal["oldest", "newest"] = Field("oldest", description="Which rows come first.")
    limit: int = Field(DEFAULT_LIMIT, ge=0, le=ROW_LIMIT, description="At most so many rows.")
    cursor: str | None = Field(None, description="`next` of the answer before.")
    format: str | None = Field(None, description="json, csv, arrow or parquet; else by Accept.")


Asked = Annotated[Knobs, Query()]


class DiffKnobs(BaseModel):
    """Query parameters of a comparison; every other parameter is a filter, `column=value`."""

    model_config = ConfigDict(extra="allow")

    before: str = Field(description="Instant or market day (as known then), or a sequence.")
    after: str = Field(description="The same kind, later.")
    start: str | None = Field(None, description="Market day or instant; half-open.")
    end: str | None = Field(None, description="Market day or instant, not included.")
    print: str | None = Field(None, description="Only this print: advisory, preliminary, final.")
    vintage: str = Field("all", description="Forecasts: latest, all, an instant or a day.")
    known: KnownRule = Field("recorded", description="recorded, or assumed from promises.")
    limit: int = Field(DEFAULT_LIMIT, ge=0, le=ROW_LIMIT, description="At most so many changes.")


class HistoryKnobs(Turned):
    """Query parameters of a history; every other parameter is a filter by a key, `column=value`."""

    limit: int = Field(ROW_LIMIT, ge=0, le=ROW_LIMIT, description="At most so many states.")
    format: str | None = Field(None, description="json, csv, arrow or parquet; else by Accept.")


Followed = Annotated[HistoryKnobs, Query()]
Compared = Annotated[DiffKnobs, Query()]


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/datasets", tags=["datasets"])

    @router.get("", summary="The canonical datasets and who feeds them")
    def datasets() -> dict[str, list[dict[str, object]]]:
        found = {feed.dataset.name: feed.dataset for feed in desk.lake.feeds if feed.dataset}
        return {"datasets": [_described(desk, dataset) for dataset in found.values()]}

    @router.get("/{dataset}/rows", summary="Rows of a dataset or of one feed")
    def rows(request: Request, dataset: str, knobs: Asked) -> Response:
        format = bodies.format_of(knobs.format, request.headers.get("accept", ""))
        tag = bodies.tag_of(desk, request)
        question = question_of(desk, request, dataset, knobs)
        held = bodies.unchanged(request, tag)
        if held is not None:
            return held
        given = answer(desk.lake, question)
        headers = {
            "ETag": tag,
            "Vary": "Accept",
            **bodies.certificate_headers(given.certificate),
            **bodies.continued_headers(request, given.next, parameter="cursor"),
        }
        return Response(
            bodies.rows_body(given, format), headers=headers, media_type=bodies.MEDIA_TYPES[format]
        )

    @router.get("/{dataset}/diff", summary="What changed in an answer between two moments, and why")
    def changes(request: Request, dataset: str, knobs: Compared) -> Response:
        filters = filters_of(request, DiffKnobs)
        zones = market_zones(desk.lake, dataset, filters)
        question = asked(
            desk.lake,
            dataset,
            knobs.start,
            knobs.end,
            where=filters,
            print=knobs.print,
            vintage=knobs.vintage,
            known=knobs.known,
        )
        told = diff(desk.lake, question, moments(knobs.before, knobs.after, zones))
        return Response(bodies.diff_body(told, knobs.limit), media_type="application/json")

    _add_history(router, desk)
    return router


def _add_history(router: APIRouter, desk: Desk) -> None:
    @router.get("/{dataset}/history", summary="Every state of things without a stamp, as events")
    def states(request: Request, dataset: str, knobs: Followed) -> Response:
        format = bodies.format_of(knobs.format, request.headers.get("accept", ""))
        question = asked(
            desk.lake,
            dataset,
            where=filters_of(request, HistoryKnobs),
            limit=knobs.limit,
            **knobs.words(),
        )
        told = history(desk.lake, question)
        headers = {"Vary": "Accept", **bodies.certificate_headers(told.certificate)}
        if told.truncated:
            headers["Tieline-Truncated"] = "true"
        return Response(
            bodies.history_body(told, format),
            headers=headers,
            media_type=bodies.MEDIA_TYPES[format],
        )


def question_of(desk: Desk, request: Request, dataset: str, knobs: Knobs) -> Question:
    """The question that query parameters ask. Raises: UnknownName, UsageError."""
    columns = None if knobs.columns is None else tuple(filter(None, knobs.columns.split(",")))
    if columns == ():
        raise UsageError("columns names none; leave it out for all of them")
    return asked(
        desk.lake,
        dataset,
        where=filters_of(request, Knobs),
        columns=columns,
        limit=knobs.limit,
        newest_first=knobs.order == "newest",
        after=knobs.cursor,
        **knobs.words(),
    )


def filters_of(request: Request, knobs: type[BaseModel]) -> dict[str, Wanted]:
    """Parameters that are no knobs, as filters; repeated ones are alternatives, an empty one is null."""
    return {
        name: [value or None for value in request.query_params.getlist(name)]
        for name in request.query_params
        if name not in knobs.model_fields
    }


def _described(desk: Desk, dataset: Dataset) -> dict[str, object]:
    return {
        "dataset": dataset.name,
        "title": dataset.title,
        "doc": dataset.doc,
        "key": list(dataset.key_names),
        "feeds": [feed.id for feed in desk.lake.feeds if feed.dataset == dataset],
        "columns": [
            {"name": field.name, "type": field.type, "unit": field.unit, "doc": field.doc}
            for field in served_fields(dataset)
        ],
    }
