"""Asking a publisher for a file, politely, and saying exactly what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from types import TracebackType
from typing import Self

import httpx2

from tieline.errors import (
    EmptyAnswer,
    Refused,
    SourceError,
    Truncated,
    Unconfigured,
    Unreachable,
)
from tieline.fetch.answers import error_of, error_of_redirect, public_url
from tieline.fetch.body import read_body, read_excerpt
from tieline.fetch.politeness import Clock, Gate, Politeness, Sleep
from tieline.values import Payload

OnTry = Callable[[str, int, SourceError | None], None]
"""Told of each try: public address, number from 1, error or None."""

_HOPS = 5
_CUT = "complete message body"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long one try may take, in seconds: to connect, between two reads, and altogether."""

    connect: float = 10.0
    read: float = 60.0
    total: float = 300.0


@dataclass(frozen=True, slots=True)
class Retries:
    """How often to try, and how long to wait between: first_wait, then twice that, and so on.

    A server's own Retry-After counts if it is longer. One that asks for more than `longest_wait`
    seconds is not waited for: the error says how long, and the caller comes back.
    """

    tries: int = 4
    first_wait: float = 2.0
    longest_wait: float = 120.0


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of the version we have, and the SHA-256 of its bytes."""

    etag: str | None
    last_modified: str | None
    sha256: str

    @classmethod
    def of(cls, payload: Payload) -> Self:
        """The validators of a payload, for the next time."""
        return cls(
            payload.headers.get("etag"), payload.headers.get("last-modified"), payload.sha256
        )


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    requested_at: datetime
    fetched_at: datetime


class Fetcher:
    """A pool of connections to publishers; use it as `async with`.

    politeness: by host name, with the port if it is not the scheme's own; others get `otherwise`
    clock, sleep: time as everybody here knows it; a simulated pair never really waits
    credentials: by publisher, the headers that requests to its closed services carry
    transport:  replaces the network, for tests
    """

    def __init__(
        self,
        *,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        politeness: Mapping[str, Politeness] | None = None,
        otherwise: Politeness | None = None,
        deadlines: Deadlines | None = None,
        retries: Retries | None = None,
        contact: str = "",
        credentials: Mapping[str, Mapping[str, str]] | None = None,
        largest_body: int = 512 * 1024 * 1024,
        on_try: OnTry | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._politeness = dict(politeness or {})
        self._otherwise = otherwise or Politeness()
        self._deadlines = deadlines or Deadlines()
        self._retries = retries or Retries()
        self._largest_body = largest_body
        self._on_try = on_try
        self._credentials = dict(credentials or {})
        self._gates: dict[str, Gate] = {}
        named = f"tieline/{version('tieline')}"
        self._client = httpx2.AsyncClient(
            transport=transport,
            http1=True,
            http2=False,
            follow_redirects=False,
            headers={
                "User-Agent": f"{named} (+{contact})" if contact else named,
                "Accept": "*/*",
                "Accept-Encoding": "gzip",
            },
            timeout=httpx2.Timeout(
                self._deadlines.read, connect=self._deadlines.connect, pool=None
            ),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=20),
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    def forget(self) -> None:
        """Forget when hosts were last asked, and how long they asked to be left alone."""
        self._gates.clear()

    async def fetch(
        self,
        url: str,
        *,
        publisher: str,
        access: str = "",
        validators: Validators | None = None,
        deadline: timedelta | None = None,
    ) -> Payload:
        """Get the bytes at an address.

        access:     what the service asks for, as its publisher's row says; empty: nothing
        validators: what we have already; if the server confirms it, the payload is `not_modified`,
                    without data, with their SHA-256
        deadline:   instead of the total deadline, for files known to be large
        Gives:   the payload of a 200 or 304; its url carries no key or password
        Raises:  Unreachable, RateLimited after the last try, with `wait` set; at once:
                 NotYetPublished (404), Gone (410, moved away), Refused (401, 403, other 4xx, too
                 large, or nothing is configured that `access` asks for), EmptyAnswer, Truncated (fewer bytes than announced); Unconfigured for an
                 address that is none.
        """
        target = _address(url)
        own = self._own_headers(publisher, access)
        for attempt in range(1, self._retries.tries + 1):
            try:
                payload = await self._try(target, validators, deadline, own)
            except SourceError as error:
                error.text = f"{publisher}: {error.text}"
                self._tell(url, attempt, error)
                if not isinstance(error, (Unreachable, Truncated)):
                    raise
                error.wait = max(error.wait or timedelta(0), self._backoff(attempt))
                if attempt == self._retries.tries or error.wait > self._longest_wait:
                    raise
                await self._sleep(error.wait.total_seconds())
                continue
            self._tell(url, attempt, None)
            return payload
        raise Unconfigured("retries.tries must be 1 or more; example: 4")

    def _own_headers(self, publisher: str, access: str) -> Mapping[str, str]:
        """Headers that open a closed service. Raises: Refused where the settings have none."""
        own = opening(self._credentials, publisher, access)
        if own is None:
            raise Refused(f"{publisher}: {how_to_open(publisher, access)}")
        return own

    async def _try(
        self,
        target: httpx2.URL,
        validators: Validators | None,
        deadline: timedelta | None,
        own: Mapping[str, str],
    ) -> Payload:
        asked = public_url(str(target))
        for _ in range(_HOPS):
            answer = await self._exchange(target, validators, deadline, own)
            following = _following(target, answer)
            if following is None:
                return self._judge(asked, target, answer, validators)
            target = following
        raise Unreachable(f"{asked} redirects more than {_HOPS} times")

    async def _exchange(
        self,
        target: httpx2.URL,
        validators: Validators | None,
        deadline: timedelta | None,
        own: Mapping[str, str],
    ) -> _Answer:
        """Wait for a turn, then ask within the deadline."""
        seconds = self._deadlines.total if deadline is None else deadline.total_seconds()
        async with self._gate(target).passing(self._longest_wait):
            try:
                async with asyncio.timeout(seconds):
                    return await self._ask(target, {**_conditions(validators), **own})
            except TimeoutError as error:
                raise Unreachable(
                    f"{public_url(str(target))} took longer than {seconds:g} s"
                ) from error

    def _judge(
        self, asked: str, target: httpx2.URL, answer: _Answer, validators: Validators | None
    ) -> Payload:
        """Give the payload of a 200 or an awaited 304; raise what any other answer means."""
        confirmed = answer.status == 304 and validators is not None
        if answer.status != 200 and not confirmed:
            problem = error_of(
                answer.status, answer.headers, answer.body, url=asked, now=answer.fetched_at
            )
            if problem.wait is not None:
                self._gate(target).hold(problem.wait)
            raise problem
        if not confirmed and not answer.body:
            raise EmptyAnswer(f"200 with nothing in it from {asked}")
        return Payload(
            data=b"" if confirmed else answer.body,
            url=asked,
            requested_at_utc=answer.requested_at,
            fetched_at_utc=answer.fetched_at,
            status=answer.status,
            headers=answer.headers,
            sha256=validators.sha256 if confirmed and validators is not None else "",
            not_modified=confirmed,
        )

    async def _ask(self, target: httpx2.URL, extra: Mapping[str, str]) -> _Answer:
        """One exchange on the wire, body included."""
        shown = public_url(str(target))
        requested_at = self._clock()
        try:
            async with self._client.stream("GET", target, headers=dict(extra)) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                if response.status_code == 200:
                    body = await read_body(response, shown=shown, largest=self._largest_body)
                else:
                    body = await read_excerpt(response)
                return _Answer(response.status_code, headers, body, requested_at, self._clock())
        except httpx2.RemoteProtocolError as error:
            if _CUT in str(error):
                raise Truncated(f"{shown} ended too early: {error}") from error
            raise Unreachable(f"{shown} does not speak HTTP: {error}") from error
        except httpx2.RequestError as error:
            what = str(error) or type(error).__name__
            raise Unreachable(f"cannot reach {shown}: {what}") from error

    def _gate(self, target: httpx2.URL) -> Gate:
        host = target.netloc.decode("ascii")
        if host not in self._gates:
            politeness = self._politeness.get(host, self._otherwise)
            self._gates[host] = Gate(politeness, clock=self._clock, sleep=self._sleep)
        return self._gates[host]

    @property
    def _longest_wait(self) -> timedelta:
        return timedelta(seconds=self._retries.longest_wait)

    def _backoff(self, attempt: int) -> timedelta:
        wait = self._retries.first_wait * 2.0 ** (attempt - 1)
        return timedelta(seconds=min(wait, self._retries.longest_wait))

    def _tell(self, url: str, attempt: int, error: SourceError | None) -> None:
        if self._on_try is not None:
            self._on_try(public_url(url), attempt, error)


def _address(url: str) -> httpx2.URL:
    try:
        target = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise Unconfigured(f"{public_url(url)!r} is no address: {error}") from error
    if target.scheme not in ("http", "https") or not target.host:
        raise Unconfigured(f"{public_url(url)!r} is no http or https address")
    return target


def opening(
    credentials: Mapping[str, Mapping[str, str]], publisher: str, access: str
) -> Mapping[str, str] | None:
    """The headers that open a service, none for one that is open to all; None where they are missing."""
    if not access:
        return {}
    return credentials.get(f"{publisher} {access}") or credentials.get(publisher)


def how_to_open(publisher: str, access: str) -> str:
    """Which settings open a closed service, with an example."""
    before = f"TIELINE_PUBLISHERS__{publisher.upper()}__"
    if access == "basic":
        return (
            f"this service asks for a user and a password; set publishers.{publisher}.username and "
            f"publishers.{publisher}.password, for example {before}USERNAME=... {before}PASSWORD=..."
        )
    product = access.partition(" ")[2]
    if product:
        return (
            f"this service asks for a key of its own; set publishers.{publisher}.keys.{product}, for "
            f"example {before}KEYS__{product.upper()}=..."
        )
    return (
        f"this service asks for a key; set publishers.{publisher}.key, for example {before}KEY=..."
    )


def _conditions(validators: Validators | None) -> dict[str, str]:
    conditions = {}
    if validators is not None and validators.etag:
        conditions["If-None-Match"] = validators.etag
    if validators is not None and validators.last_modified:
        conditions["If-Modified-Since"] = validators.last_modified
    return conditions


def _following(asked: httpx2.URL, answer: _Answer) -> httpx2.URL | None:
    """Where a redirect leads, None if the answer is none.

    Raises:  Gone or Unreachable if it leads to another host, or from https to http.
    """
    if answer.status not in (301, 302, 303, 307, 308):
        return None
    location = answer.headers.get("location", "")
    problem = error_of_redirect(
        answer.status, url=public_url(str(asked)), target=public_url(location)
    )
    try:
        target = asked.join(location) if location else None
    except httpx2.InvalidURL as error:
        raise problem from error
    if target is None or target.host != asked.host:
        raise problem
    same_place = target.scheme == asked.scheme and target.port == asked.port
    if not same_place and (asked.scheme, target.scheme) != ("http", "https"):
        raise problem
    return target
