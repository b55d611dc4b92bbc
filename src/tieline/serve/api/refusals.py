"""Errors as answers: one shape everywhere, with the status that fits."""

from __future__ import annotations

from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from tieline import errors

STATUSES: tuple[tuple[type[errors.TielineError], int], ...] = (
    (errors.UnknownName, 404),
    (errors.UsageError, 400),
    (errors.Unconfigured, 501),
    (errors.AmbiguousTime, 400),
    (errors.ImpossibleTime, 400),
    (errors.UnknownZone, 400),
    (errors.UnitMismatch, 400),
    (errors.LedgerConflict, 409),
    (errors.StorageFailed, 503),
    (errors.LedgerUnavailable, 503),
)
"""The first class that fits decides; anything else is ours: 500."""


def status_of(error: errors.TielineError) -> int:
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)


def refusal(
    error: str, text: str, status: int, headers: dict[str, str] | None = None, **named: str | None
) -> JSONResponse:
    """The one shape of an error."""
    about = {name: named.get(name) for name in ("feed", "window", "payload")}
    body = {"error": error, "text": text, **about}
    return JSONResponse(body, status, {"Cache-Control": "no-store", **(headers or {})})


def install(app: FastAPI) -> None:
    """Give every error that can leave an endpoint the one shape."""
    app.add_exception_handler(errors.TielineError, _typed)
    app.add_exception_handler(RequestValidationError, _wrong_parameter)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


async def _typed(request: Request, raised: Exception) -> JSONResponse:
    error = cast(errors.TielineError, raised)
    headers = {}
    if status_of(error) == 503:
        wait = 5 if error.wait is None else int(error.wait.total_seconds())
        headers["Retry-After"] = str(wait)
    return refusal(
        type(error).__name__,
        error.text,
        status_of(error),
        headers,
        feed=error.feed,
        window=error.window,
        payload=error.payload,
    )


async def _wrong_parameter(request: Request, raised: Exception) -> JSONResponse:
    problems = [
        f"{'.'.join(str(step) for step in problem['loc'][1:])}: {problem['msg']}"
        for problem in cast(RequestValidationError, raised).errors()
    ]
    return refusal("UsageError", "; ".join(problems), 400)


async def _http(request: Request, raised: Exception) -> JSONResponse:
    error = cast(HTTPException, raised)
    if error.status_code == 404:
        return refusal("UnknownName", f"there is nothing at {request.url.path}", 404)
    return refusal(
        "UsageError", str(error.detail), error.status_code, headers=dict(error.headers or {})
    )


async def _bug(request: Request, raised: Exception) -> JSONResponse:
    return refusal("InternalError", "the server failed; its log says where", 500)
