"""The clocks that a daemon can live by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Now, and waiting for a later now."""

    def now(self) -> datetime: ...

    async def sleep_until(self, instant: datetime) -> None:
        """Wait for an instant, or until the clock goes back."""

    async def sleep(self, seconds: float) -> None: ...


PIECE_SECONDS = 30.0
"""How long the machine's clock is slept by at most before it is looked at again."""


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, instant: datetime) -> None:
        before = self.now()
        while (left := (instant - (now := self.now())).total_seconds()) > 0 and now >= before:
            before = now
            await self.sleep(min(PIECE_SECONDS, left))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))


class PacedClock:
    """Somebody else's clock, an emulator's say, that may run faster than the machine's.

    `read` tells its time; waiting is done in short pieces, because its pace may change.
    """

    def __init__(self, read: Callable[[], datetime], speed: float) -> None:
        self._read = read
        self._speed = max(1.0, speed)

    def now(self) -> datetime:
        return self._read()

    async def sleep_until(self, instant: datetime) -> None:
        before = self._read()
        while (left := (instant - (now := self._read())).total_seconds()) > 0 and now >= before:
            before = now
            await asyncio.sleep(min(0.5, max(0.005, left / self._speed)))

    async def sleep(self, seconds: float) -> None:
        await self.sleep_until(self._read() + timedelta(seconds=seconds))


class SteppedClock:
    """Jumps to whatever is waited for: a simulated day passes as fast as its work is done.

    Time stands still while there is work, so a run is the same whatever the machine's speed. Work
    begun under `at` has a time of its own, which its own waiting moves and no other's.
    """

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._own: ContextVar[_Own | None] = ContextVar("own", default=None)

    def now(self) -> datetime:
        own = self._own.get()
        return self._now if own is None else own.now

    @contextmanager
    def at(self, instant: datetime) -> Iterator[None]:
        token = self._own.set(_Own(instant))
        try:
            yield
        finally:
            self._own.reset(token)

    async def sleep_until(self, instant: datetime) -> None:
        own = self._own.get()
        if own is not None:
            own.now = max(own.now, instant)
        else:
            self._now = max(self._now, instant)
        await asyncio.sleep(0)

    async def sleep(self, seconds: float) -> None:
        await self.sleep_until(self.now() + timedelta(seconds=seconds))


@dataclass(slots=True)
class _Own:
    """The time of one piece of work, the same for the tasks and threads it is split into."""

    now: datetime
