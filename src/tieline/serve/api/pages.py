"""The built pages: one document for every address that people see, and its files."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from tieline.serve.api.desk import Desk

NOT_BUILT = (
    "The pages are not built: run `npm ci && npm run build` in web/. "
    "The data are here all the same: /api/interregional-flows, /v1/feeds, /openapi.json.\n"
)


def install(app: FastAPI, desk: Desk) -> None:
    """Serve the pages; files with a hash in their name may be kept for ever."""
    app.include_router(_routes(desk))
    if (desk.pages / "assets").is_dir():
        app.mount("/assets", KeptFiles(directory=desk.pages / "assets"), name="assets")


def _routes(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    @router.get("/feeds")
    def page() -> Response:
        return _file(desk, "index.html")

    @router.get("/favicon.svg")
    @router.get("/favicon.ico")
    def icon() -> Response:
        return _file(desk, "favicon.svg")

    return router


def _file(desk: Desk, name: str) -> Response:
    path = desk.pages / name
    if not path.is_file():
        return PlainTextResponse(NOT_BUILT, 404)
    return FileResponse(path, headers={"Cache-Control": "no-cache"})


class KeptFiles(StaticFiles):
    """Files whose names change with their content."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
