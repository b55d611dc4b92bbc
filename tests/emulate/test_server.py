"""The emulator as a web application, asked without sockets."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx2
from starlette.applications import Starlette

from tieline.emulate.clock import AskedClock, Clock, FastClock
from tieline.emulate.faults import Fault, Faults
from tieline.emulate.server import ASKED, create_app

NOON = datetime(2026, 3, 17, 16, 0, tzinfo=UTC)
PAL = "/nyiso/public/csv/pal/20260317pal.csv"


class Stopped:
    mode = FastClock.mode
    speed = 1.0

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def app(clock: Clock | None = None, *faults: Fault, slept: list[float] | None = None) -> Starlette:
    async def sleep(seconds: float) -> None:
        if slept is not None:
            slept.append(seconds)

    return create_app(seed=5, clock=clock or Stopped(NOON), faults=Faults(faults), sleep=sleep)


def ask(
    server: Starlette, path: str, method: str = "GET", content: str | None = None, **headers: str
) -> httpx2.Response:
    async def once() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=server)
        async with httpx2.AsyncClient(transport=transport, base_url="http://emulator") as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.request(method, path, headers=named, content=content)

    return asyncio.run(once())


def test_a_file_has_its_times_and_tag() -> None:
    found = ask(app(), PAL)
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("text/csv")
    modified = parsedate_to_datetime(found.headers["last-modified"])
    assert timedelta(0) < NOON - modified < timedelta(minutes=5)
    assert found.headers["date"] == "Tue, 17 Mar 2026 16:00:00 GMT"
    assert int(found.headers["content-length"]) == len(found.content) > 80_000


def test_a_client_that_has_the_file_is_told_so() -> None:
    server = app()
    first = ask(server, PAL)
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    for headers in ({"If_None_Match": tag}, {"If_Modified_Since": modified}):
        again = ask(server, PAL, **headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert ask(server, PAL, If_None_Match='"other"', If_Modified_Since=modified).status_code == 200
    old = "Tue, 17 Mar 2026 15:00:00 GMT"
    assert ask(server, PAL, If_Modified_Since=old).status_code == 200
    assert ask(server, PAL, If_Modified_Since="yesterday").status_code == 200
    spoiled = app(None, Fault("shrunk", 1))
    assert ask(spoiled, PAL, If_Modified_Since=modified).status_code == 200
    assert ask(spoiled, PAL, If_None_Match=tag).status_code == 200


def test_head_has_the_headers_alone() -> None:
    whole, head = ask(app(), PAL), ask(app(), PAL, "HEAD")
    assert head.content == b"" and head.headers == whole.headers


def test_what_is_not_there_is_a_page() -> None:
    for path in ("/nyiso/public/csv/pal/20260318pal.csv", "/elsewhere/public/x", "/nyiso/"):
        found = ask(app(), path)
        assert found.status_code == 404
        assert found.headers["content-type"].startswith("text/html")
        assert "<html>" in found.text


def test_a_simulated_time_comes_with_each_request() -> None:
    server = app(AskedClock())
    assert ask(server, PAL).status_code == 400
    assert ask(server, "/emulator/clock").json()["now_utc"] is None
    early = ask(server, PAL, **{ASKED: "2026-03-17T10:00:00Z"})
    late = ask(server, PAL, **{ASKED: "2026-03-17T16:00:00Z"})
    assert len(early.content) < len(late.content)
    assert ask(server, PAL, **{ASKED: "2026-03-17T10:00:00Z"}).content == early.content
    assert ask(server, PAL, **{ASKED: "noon"}).status_code == 400
    assert ask(server, PAL, **{ASKED: "2026-03-17T10:00:00"}).status_code == 400
    assert ask(server, "/emulator/clock").json() == {
        "now_utc": "2026-03-17T10:00:00Z",
        "speed": 0.0,
        "seed": 5,
        "mode": "asked",
    }


def test_a_header_moves_only_an_asked_clock() -> None:
    found = ask(app(), PAL, **{ASKED: "2026-03-17T10:00:00Z"})
    assert found.content == ask(app(), PAL).content


def test_slow_answers_wait_and_limits_say_how_long() -> None:
    slept: list[float] = []
    assert ask(app(None, Fault("slow", 1, seconds=4), slept=slept), PAL).status_code == 200
    assert slept == [4]
    assert ask(app(None, Fault("hang", 1), slept=slept), PAL).status_code == 503
    assert slept == [4, 300]
    assert ask(app(None, Fault("http_429", 1)), PAL).headers["retry-after"] == "30"


def test_a_skewed_clock_dates_the_answer_ahead() -> None:
    found = ask(app(None, Fault("clock_skew", 1)), PAL)
    assert found.headers["date"] == "Tue, 17 Mar 2026 18:00:00 GMT"
    assert parsedate_to_datetime(found.headers["last-modified"]) > NOON


def test_faults_are_told_and_taken() -> None:
    server = app(None, Fault("slow", 0.5))
    told = ask(server, "/emulator/faults").json()
    assert told["faults"] == [{"name": "slow", "rate": 0.5, "path": "*"}]
    assert "truncated" in told["known"]
    assert ask(server, "/emulator/faults", "PUT", '{"http_500": 1}').status_code == 200
    assert ask(server, PAL).status_code == 500
    refused = ask(server, "/emulator/faults", "PUT", '{"gremlin": 1}')
    assert refused.status_code == 400 and "known faults" in refused.json()["error"]
    assert ask(server, PAL).status_code == 500
