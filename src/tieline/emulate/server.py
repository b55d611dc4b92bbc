"""The emulator as a web server: every publisher under its own name.

`/nyiso/public/csv/...` answers as `https://mis.nyiso.com/public/csv/...` does. `/emulator/clock` and
`/emulator/faults` tell, and the latter takes, what this emulator plays. Answers carry the emulated
world's Date, so a server in front of it must not add its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tieline.emulate import samples as captured
from tieline.emulate.answer import Answer, Request, answer
from tieline.emulate.clock import AskedClock, Clock
from tieline.emulate.faults import KNOWN, Faults, parse
from tieline.emulate.isone import Isone
from tieline.emulate.miso import Miso
from tieline.emulate.nyiso import Nyiso
from tieline.emulate.site import HTML, Site
from tieline.errors import UsageError

ASKED = "Tieline-Simulated-Time"
Sleep = Callable[[float], Awaitable[None]]


def sites(seed: int, samples: Path | None = None, also_emulate: bool = False) -> dict[str, Site]:
    """Publishers by name: the emulated world, or captured files, or these before the world."""
    world: dict[str, Site] = {
        "nyiso": Nyiso(seed),
        "isone": Isone(seed),
        "miso": Miso(seed),
    }
    if samples is None:
        return world
    grouped = captured.publishers(captured.listed(samples))
    replays: dict[str, Site] = {
        name: captured.Replay(group, world.get(name) if also_emulate else None)
        for name, group in grouped.items()
    }
    return {**world, **replays} if also_emulate else replays


def bases_of(root: str) -> dict[str, str]:
    """Of each publisher the address that stands for its own, below the emulator's."""
    below = {"nyiso": "nyiso/public/"}
    return {name: f"{root.rstrip('/')}/{below.get(name, f'{name}/')}" for name in sites(0)}


def create_app(
    *,
    seed: int,
    clock: Clock,
    faults: Faults | None = None,
    samples: Path | None = None,
    also_emulate: bool = False,
    sleep: Sleep = asyncio.sleep,
) -> Starlette:
    """The emulator as an ASGI application.

    samples:      serve the captured files of this folder; what it lacks is 404, or comes from the
                  world where `also_emulate`.
    sleep:        how slow answers wait.
    """
    play = _Play(seed, clock, faults or Faults(), sites(seed, samples, also_emulate), sleep)
    return Starlette(
        routes=[
            Route("/emulator/clock", play.tell_clock),
            Route("/emulator/faults", play.tell_faults),
            Route("/emulator/faults", play.take_faults, methods=["PUT"]),
            Route("/{publisher}/{path:path}", play.respond),
        ]
    )


def serve(app: Starlette, *, host: str = "127.0.0.1", port: int = 8765) -> None:
    """Run the emulator until it is stopped."""
    uvicorn.run(
        app, host=host, port=port, log_level="warning", date_header=False, server_header=False
    )


@dataclass(slots=True)
class _Play:
    """What one running emulator plays; only its plan of faults can change."""

    seed: int
    clock: Clock
    faults: Faults
    sites: dict[str, Site]
    sleep: Sleep

    async def tell_clock(self, http: HttpRequest) -> Response:
        try:
            now: str | None = self.clock.now().isoformat().replace("+00:00", "Z")
        except UsageError:
            now = None
        return JSONResponse(
            {
                "now_utc": now,
                "speed": self.clock.speed,
                "seed": self.seed,
                "mode": self.clock.mode,
            }
        )

    async def tell_faults(self, http: HttpRequest) -> Response:
        return JSONResponse({"faults": self.faults.described(), "known": dict(KNOWN)})

    async def take_faults(self, http: HttpRequest) -> Response:
        try:
            self.faults = parse((await http.body()).decode())
        except (UsageError, UnicodeDecodeError) as wrong:
            return JSONResponse({"error": str(wrong)}, status_code=400)
        return await self.tell_faults(http)

    async def respond(self, http: HttpRequest) -> Response:
        try:
            now = self._now(http)
        except UsageError as wrong:
            return JSONResponse({"error": str(wrong)}, status_code=400)
        site = self.sites.get(http.path_params["publisher"])
        if site is None:
            return Response(b"<html><body><h1>Not Found</h1></body></html>\n", 404, media_type=HTML)
        query = f"?{http.url.query}" if http.url.query else ""
        path = http.path_params["path"] + query
        asked = Request(self.seed, http.path_params["publisher"], path, now)
        found = await run_in_threadpool(answer, site, self.faults, asked)
        if found.delay:
            await self.sleep(found.delay)
        return _response(http, found, now)

    def _now(self, http: HttpRequest) -> datetime:
        if not isinstance(self.clock, AskedClock):
            return self.clock.now()
        said = http.headers.get(ASKED)
        if said is None:
            return self.clock.now()
        try:
            moment = datetime.fromisoformat(said)
        except ValueError as wrong:
            raise UsageError(f"{ASKED}: {wrong}; say 2026-03-01T00:00:00Z") from wrong
        return self.clock.ask(moment)


def _response(http: HttpRequest, found: Answer, now: datetime) -> Response:
    headers = {"Date": _http_date(now + found.ahead), **found.headers}
    if found.status == 200:
        headers["ETag"] = found.etag
        if found.modified is not None:
            headers["Last-Modified"] = _http_date(found.modified)
        if _unchanged(http, found):
            return Response(status_code=304, headers=headers)
    response = Response(found.body, found.status, headers=headers, media_type=found.media_type)
    if http.method == "HEAD":
        response.body = b""
    return response


def _unchanged(http: HttpRequest, found: Answer) -> bool:
    """Whether the client has these bytes; a tag outweighs a date, as HTTP says."""
    tags = http.headers.get("If-None-Match")
    if tags is not None:
        return tags.strip() == "*" or found.etag in (tag.strip() for tag in tags.split(","))
    since = http.headers.get("If-Modified-Since")
    if since is None or found.modified is None or found.fault is not None:
        return False
    try:
        known = parsedate_to_datetime(since)
    except ValueError:
        return False
    return found.modified <= known.astimezone(UTC)


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
