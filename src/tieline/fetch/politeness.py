"""How hard one host may be asked, by all feeds together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from tieline.errors import RateLimited, Unconfigured

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]

_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Politeness:
    """At most `requests_per_second`, evenly spaced, over at most `connections` at once."""

    requests_per_second: float = 1.0
    connections: int = 2

    def __post_init__(self) -> None:
        if self.requests_per_second <= 0 or self.connections < 1:
            raise Unconfigured(
                f"politeness needs requests_per_second above 0 and connections of 1 or more, got "
                f"{self.requests_per_second} and {self.connections}; example: 1.0 and 2"
            )


class Gate:
    """The way to one host: requests pass one by one, at its pace, and none while it wants quiet.

    Evenly spaced and without bursts, by the injected clock and sleep, so that a simulated day asks
    in the same order and at the same instants every time.
    """

    def __init__(self, politeness: Politeness, *, clock: Clock, sleep: Sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._apart = timedelta(seconds=1 / politeness.requests_per_second)
        self._connections = asyncio.Semaphore(politeness.connections)
        self._next: datetime | None = None
        self._quiet_until: datetime | None = None
        self._waiting = 0

    @asynccontextmanager
    async def passing(self, longest_wait: timedelta) -> AsyncIterator[None]:
        """Wait for a connection and for a turn; the connection is given back at the end.

        Raises:  RateLimited, without asking, if the host wants quiet for longer than `longest_wait`.
        """
        async with self._connections:
            await self._quiet(longest_wait)
            await self._turn()
            yield

    def hold(self, wait: timedelta) -> None:
        """The host asked to be left alone for `wait`; that binds every feed."""
        until = self._clock() + wait
        self._quiet_until = max(until, self._quiet_until or until)

    async def _quiet(self, longest_wait: timedelta) -> None:
        while self._quiet_until is not None:
            wait = self._quiet_until - self._clock()
            if wait <= _NOTHING:
                self._quiet_until = None
                return
            if wait > longest_wait:
                raise RateLimited("not asked: the host wanted quiet and still does", wait=wait)
            await self._sleep(wait.total_seconds())

    async def _turn(self) -> None:
        now = self._clock()
        # A clock set back must not make anybody wait for longer than those before him need.
        latest = now + self._apart * (self._waiting + 1)
        start = now if self._next is None else min(max(now, self._next), latest)
        self._next = start + self._apart
        if start > now:
            self._waiting += 1
            try:
                await self._sleep((start - now).total_seconds())
            finally:
                self._waiting -= 1
