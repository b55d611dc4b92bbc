"""The application: every endpoint over one lake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware

from tieline.flow import Line
from tieline.select import Lake, LineageRow
from tieline.serve.api import (
    board,
    datasets,
    documented,
    health,
    pages,
    refusals,
    stream,
    trace,
)
from tieline.serve.api.desk import PAGES, Desk, Mode
from tieline.serve.api.guard import Guard
from tieline.watch import Recorder


def create_app(
    lake: Lake,
    *,
    version: str,
    mode: Mode = "live",
    speed: float = 1.0,
    api_keys: Sequence[str] = (),
    recorder: Recorder | None = None,
    lines_of: Callable[[LineageRow], Sequence[Line]] | None = None,
    pages_folder: Path = PAGES,
) -> FastAPI:
    """The API and the pages of a lake.

    With `api_keys` everything but `/healthz` and `/readyz` asks for one; who binds to more than the
    loopback must give some. `recorder` takes the happenings of answers and lends its registry to
    `/metrics`.
    """
    desk = Desk(
        lake=lake,
        recorder=recorder or Recorder(),
        version=version,
        mode=mode,
        speed=speed,
        lines_of=lines_of,
        pages=pages_folder,
    )
    desk.recorder.registry.register(health.LedgerCollector(desk))
    app = FastAPI(
        title="tieline",
        version=version,
        description="North American power market data with their proof.",
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(Guard, recorder=desk.recorder, api_keys=tuple(api_keys))],
    )
    refusals.install(app)
    for room in (documented, datasets, board, trace, stream, health):
        app.include_router(room.routes(desk))
    pages.install(app, desk)
    return app
