"""Asking publishers: every answer becomes a payload or exactly one kind of error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tieline.errors import (
    EmptyAnswer,
    Gone,
    NotYetPublished,
    RateLimited,
    Refused,
    SourceError,
    Unconfigured,
    Unreachable,
)
from tieline.fetch import Deadlines, Fetcher, Politeness, Retries, Validators
from tieline.values import Payload, sha256

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
URL = "https://mis.example.com/public/csv/pal/20261121pal.csv"
Answer = Callable[[httpx2.Request], httpx2.Response | Coroutine[Any, Any, httpx2.Response]]


class SimulatedTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = START
        self.slept: list[float] = []

    def clock(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Tries:
    """What on_try was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, str | None]] = []

    def __call__(self, url: str, attempt: int, error: SourceError | None) -> None:
        self.told.append((url, attempt, type(error).__name__ if error else None))


def fetcher(answer: Any, time: SimulatedTime, **options: Any) -> Fetcher:
    options.setdefault("otherwise", Politeness(1000.0, 4))
    return Fetcher(
        clock=time.clock, sleep=time.sleep, transport=httpx2.MockTransport(answer), **options
    )


def ask(answer: Any, time: SimulatedTime | None = None, url: str = URL, **options: Any) -> Payload:
    validators = options.pop("validators", None)

    async def run() -> Payload:
        async with fetcher(answer, time or SimulatedTime(), **options) as one:
            return await one.fetch(url, publisher="nyiso", validators=validators)

    return asyncio.run(run())


def in_turn(*responses: httpx2.Response) -> tuple[Answer, list[httpx2.Request]]:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return responses[min(len(asked), len(responses)) - 1]

    return answer, asked


def test_a_file_comes_with_its_bytes_headers_and_times() -> None:
    answer, asked = in_turn(
        httpx2.Response(200, content=b"a,b\r\n1,2\r\n", headers={"ETag": '"x"', "X-Y": "z"})
    )
    payload = ask(answer, contact="desk@example.com")
    assert payload.data == b"a,b\r\n1,2\r\n"
    assert payload.sha256 == sha256(b"a,b\r\n1,2\r\n")
    assert (payload.status, payload.url, payload.not_modified) == (200, URL, False)
    assert (payload.headers["etag"], payload.headers["x-y"]) == ('"x"', "z")
    assert payload.requested_at_utc == payload.fetched_at_utc == START
    assert asked[0].method == "GET"
    assert asked[0].headers["user-agent"].startswith("tieline/")
    assert asked[0].headers["user-agent"].endswith("(+desk@example.com)")
    assert "if-none-match" not in asked[0].headers


def test_what_we_have_is_asked_for_conditionally_and_may_be_confirmed() -> None:
    answer, asked = in_turn(httpx2.Response(304, headers={"ETag": '"x"'}))
    have = Validators('"x"', "Sat, 21 Nov 2026 11:55:00 GMT", sha256(b"old"))
    payload = ask(answer, validators=have)
    assert asked[0].headers["if-none-match"] == '"x"'
    assert asked[0].headers["if-modified-since"] == "Sat, 21 Nov 2026 11:55:00 GMT"
    assert (payload.status, payload.not_modified, payload.data) == (304, True, b"")
    assert payload.sha256 == sha256(b"old")


def test_a_confirmation_nobody_asked_for_is_no_payload() -> None:
    with pytest.raises(Unreachable, match="304"):
        ask(in_turn(httpx2.Response(304))[0])


def test_validators_come_from_a_payload() -> None:
    payload = Payload(b"x", URL, START, START, headers={"etag": '"e"'})
    assert Validators.of(payload) == Validators('"e"', None, sha256(b"x"))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (204, EmptyAnswer),
        (206, Unreachable),
        (400, Refused),
        (401, Refused),
        (403, Refused),
        (404, NotYetPublished),
        (408, Unreachable),
        (410, Gone),
        (418, Refused),
        (429, RateLimited),
        (500, Unreachable),
        (503, Unreachable),
    ],
)
def test_every_status_has_one_error_which_quotes_the_publisher(
    status: int, kind: type[SourceError]
) -> None:
    body = b"<html>\x00 Sorry,\n no such   thing " + b"x" * 5000
    with pytest.raises(SourceError) as caught:
        ask(in_turn(httpx2.Response(status, content=body))[0])
    assert type(caught.value) is kind
    assert str(status) in caught.value.text
    assert "<html> Sorry, no such thing xxx" in caught.value.text
    assert len(caught.value.text) < 500
    assert caught.value.text.startswith("nyiso: ")


def test_only_what_may_pass_is_tried_again_with_doubled_waits() -> None:
    time, tries = SimulatedTime(), Tries()
    answer, asked = in_turn(
        httpx2.Response(500), httpx2.Response(502), httpx2.Response(200, content=b"x")
    )
    payload = ask(answer, time, on_try=tries)
    assert payload.data == b"x"
    assert len(asked) == 3
    assert [wait for wait in time.slept if wait >= 1] == [2.0, 4.0]
    assert tries.told == [(URL, 1, "Unreachable"), (URL, 2, "Unreachable"), (URL, 3, None)]
    answer, asked = in_turn(httpx2.Response(404))
    with pytest.raises(NotYetPublished):
        ask(answer)
    assert len(asked) == 1


def test_the_last_error_is_raised_with_the_wait() -> None:
    answer, asked = in_turn(httpx2.Response(500))
    with pytest.raises(Unreachable) as caught:
        ask(answer, retries=Retries(tries=3, first_wait=2.0))
    assert len(asked) == 3
    assert caught.value.wait == timedelta(seconds=8)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "30"}, 30),
        ({"Retry-After": "Sat, 21 Nov 2026 12:00:45 GMT"}, 45),
        (
            {
                "Retry-After": "Sat, 21 Nov 2026 13:01:00 GMT",
                "Date": "Sat, 21 Nov 2026 13:00:00 GMT",
            },
            60,
        ),
        ({"Retry-After": "Sat, 21 Nov 2026 11:00:00 GMT"}, 2),
        ({"Retry-After": "soon"}, 2),
        ({}, 2),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_server_says_how_long_to_wait(
    status: int, headers: dict[str, str], expected: float
) -> None:
    time = SimulatedTime()
    answer, _ = in_turn(
        httpx2.Response(status, headers=headers), httpx2.Response(200, content=b"x")
    )
    ask(answer, time)
    assert max(time.slept) == expected


def test_a_wait_too_long_is_left_to_the_caller_and_binds_the_whole_host() -> None:
    time = SimulatedTime()
    answer, asked = in_turn(
        httpx2.Response(429, headers={"Retry-After": "3600"}), httpx2.Response(200, content=b"x")
    )

    async def run() -> None:
        async with fetcher(answer, time) as one:
            with pytest.raises(RateLimited) as caught:
                await one.fetch(URL, publisher="nyiso")
            assert caught.value.wait == timedelta(hours=1)
            time.now += timedelta(minutes=10)
            with pytest.raises(RateLimited, match="not asked") as caught:
                await one.fetch(URL + "2", publisher="nyiso")
            assert caught.value.wait == timedelta(minutes=50)
            await one.fetch("https://other.example.com/x", publisher="isone")
            time.now += timedelta(minutes=50)
            assert (await one.fetch(URL, publisher="nyiso")).data == b"x"

    asyncio.run(run())
    assert len(asked) == 3


def test_requests_to_one_host_keep_their_distance_over_all_feeds() -> None:
    time = SimulatedTime()
    at: dict[str, list[datetime]] = {}

    def answer(request: httpx2.Request) -> httpx2.Response:
        at.setdefault(request.url.host, []).append(time.now)
        return httpx2.Response(200, content=b"x")

    async def run() -> None:
        async with fetcher(answer, time, politeness={"mis.example.com": Politeness(0.5, 1)}) as one:
            for name in range(4):
                await one.fetch(f"https://mis.example.com/{name}", publisher="nyiso")

    asyncio.run(run())
    gaps = [b - a for a, b in zip(at["mis.example.com"], at["mis.example.com"][1:], strict=False)]
    assert gaps == [timedelta(seconds=2)] * 3


def test_a_host_never_has_more_connections_than_allowed() -> None:
    time = SimulatedTime()
    open_now = most = 0

    async def answer(request: httpx2.Request) -> httpx2.Response:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        for _ in range(5):
            await asyncio.sleep(0)
        open_now -= 1
        return httpx2.Response(200, content=b"x")

    async def run() -> None:
        async with fetcher(answer, time, otherwise=Politeness(1000.0, 3)) as one:
            await asyncio.gather(
                *(one.fetch(f"{URL}{number}", publisher="nyiso") for number in range(12))
            )

    asyncio.run(run())
    assert most == 3


def test_a_clock_set_back_does_not_stop_the_requests() -> None:
    time = SimulatedTime()
    answer, _ = in_turn(httpx2.Response(200, content=b"x"))

    async def run() -> None:
        async with fetcher(answer, time, otherwise=Politeness(1.0, 1)) as one:
            await one.fetch(URL, publisher="nyiso")
            time.now -= timedelta(hours=1)
            await one.fetch(URL, publisher="nyiso")

    asyncio.run(run())
    assert max(time.slept) <= 1.0


def test_politeness_must_be_possible() -> None:
    with pytest.raises(Unconfigured, match="example"):
        Politeness(0.0, 1)


@pytest.mark.parametrize("error", [httpx2.ConnectError("refused"), httpx2.ReadTimeout("slow")])
def test_no_connection_is_unreachable(error: Exception) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise error

    with pytest.raises(Unreachable, match=str(error)):
        ask(answer)


def test_a_server_that_hangs_meets_the_total_deadline() -> None:
    async def answer(request: httpx2.Request) -> httpx2.Response:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(Unreachable, match="longer than"):
        ask(answer, deadlines=Deadlines(total=0.001), retries=Retries(tries=2))


def test_redirects_are_followed_at_home_and_to_https() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.scheme == "http":
            return httpx2.Response(301, headers={"Location": "https://mis.example.com/a"})
        if request.url.path == "/a":
            return httpx2.Response(302, headers={"Location": "/b"})
        return httpx2.Response(200, content=request.url.path.encode())

    payload = ask(answer, url="http://mis.example.com/a")
    assert payload.data == b"/b"
    assert payload.url == "http://mis.example.com/a"


@pytest.mark.parametrize(
    ("status", "target", "kind"),
    [
        (301, "https://elsewhere.example.com/x", Gone),
        (308, "https://elsewhere.example.com/x", Gone),
        (302, "https://login.example.com/x", Unreachable),
        (302, "http://mis.example.com/x", Unreachable),
        (302, "https://mis.example.com:8443/x", Unreachable),
        (302, "", Unreachable),
    ],
)
def test_redirects_that_lead_away_are_named(
    status: int, target: str, kind: type[SourceError]
) -> None:
    with pytest.raises(SourceError) as caught:
        ask(in_turn(httpx2.Response(status, headers={"Location": target}))[0])
    assert type(caught.value) is kind
    assert (target or "nowhere") in caught.value.text


def test_a_circle_of_redirects_ends() -> None:
    answer, _ = in_turn(httpx2.Response(302, headers={"Location": URL}))
    with pytest.raises(Unreachable, match="redirects more than"):
        ask(answer)


@pytest.mark.parametrize("url", ["ftp://x.example.com/a", "pal.csv", "https:///a", ""])
def test_an_address_that_is_none_is_a_setting(url: str) -> None:
    with pytest.raises(Unconfigured):
        ask(in_turn(httpx2.Response(200, content=b"x"))[0], url=url)


def test_keys_and_passwords_are_sent_but_never_shown() -> None:
    tries = Tries()
    url = "https://user:pass@api.example.com/v2/data?api_key=s3cret&frequency=hourly"
    answer, asked = in_turn(httpx2.Response(200, content=b"x"))
    payload = ask(answer, url=url, on_try=tries)
    assert asked[0].url.params["api_key"] == "s3cret"
    assert payload.url == "https://api.example.com/v2/data?api_key=***&frequency=hourly"
    assert tries.told[0][0] == payload.url
    with pytest.raises(Refused) as caught:
        ask(in_turn(httpx2.Response(403))[0], url=url)
    assert "s3cret" not in str(caught.value)
    assert "pass@" not in str(caught.value)


def test_a_closed_service_gets_its_headers_and_nobody_else_does() -> None:
    seen: list[tuple[str, str | None]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append((request.url.path, request.headers.get("authorization")))
        if request.url.path == "/old":
            return httpx2.Response(302, headers={"Location": "/new"})
        return httpx2.Response(200, content=b"x")

    async def ask() -> Payload:
        async with fetcher(
            answer, SimulatedTime(), credentials={"isone": {"Authorization": "Basic c2VjcmV0"}}
        ) as asking:
            await asking.fetch("https://a.example.com/open", publisher="isone")
            return await asking.fetch(
                "https://a.example.com/old", publisher="isone", access="basic"
            )

    payload = asyncio.run(ask())
    assert seen == [("/open", None), ("/old", "Basic c2VjcmV0"), ("/new", "Basic c2VjcmV0")]
    assert "c2VjcmV0" not in f"{payload.url}{payload.headers}"


@pytest.mark.parametrize(
    ("access", "names"),
    [("basic", ("ISONE__USERNAME", "ISONE__PASSWORD")), ("Some-Key", ("ISONE__KEY",))],
)
def test_a_closed_service_without_credentials_is_not_asked(
    access: str, names: tuple[str, ...]
) -> None:
    async def ask() -> None:
        async with fetcher(lambda _: pytest.fail("asked"), SimulatedTime()) as asking:
            await asking.fetch("https://a.example.com/x", publisher="isone", access=access)

    with pytest.raises(Refused) as refused:
        asyncio.run(ask())
    assert all(f"TIELINE_PUBLISHERS__{name}" in str(refused.value) for name in names)
