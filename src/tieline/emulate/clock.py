"""Which time it is in the emulated world."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, Protocol

from tieline.errors import UsageError

Mode = Literal["real", "fast", "asked"]


def _real_now() -> datetime:
    return datetime.now(UTC)


class Clock(Protocol):
    """Tells the world's time, aware and in UTC."""

    @property
    def mode(self) -> Mode: ...

    @property
    def speed(self) -> float: ...

    def now(self) -> datetime: ...


class RealClock:
    """The time of this machine."""

    mode: Mode = "real"
    speed: float = 1.0

    def now(self) -> datetime:
        return _real_now()


class FastClock:
    """Runs `speed` times as fast from `start`, until it has caught up with the real time."""

    mode: Mode = "fast"

    def __init__(
        self, start: datetime, speed: float, real: Callable[[], datetime] = _real_now
    ) -> None:
        if start.utcoffset() is None:
            raise UsageError(f"the clock's start {start} needs a zone, 2026-03-01T00:00:00Z")
        if speed <= 0:
            raise UsageError(f"the clock's speed is {speed}, it must be above 0")
        self._real = real
        self._began = real()
        if start > self._began:
            raise UsageError(f"the clock cannot start in the future, at {start.isoformat()}")
        self._start = start.astimezone(UTC)
        self.speed = speed

    def now(self) -> datetime:
        real = self._real()
        return min(real, self._start + (real - self._began) * self.speed)


class AskedClock:
    """Stands where the newest request said; each request brings its own time."""

    mode: Mode = "asked"
    speed: float = 0.0

    def __init__(self) -> None:
        self._asked: datetime | None = None

    def ask(self, moment: datetime) -> datetime:
        """Take the time of one request."""
        if moment.utcoffset() is None:
            raise UsageError(f"the simulated time {moment} needs a zone, 2026-03-01T00:00:00Z")
        self._asked = moment.astimezone(UTC)
        return self._asked

    def now(self) -> datetime:
        if self._asked is None:
            raise UsageError(
                "this emulator has no time of its own: send Tieline-Simulated-Time, "
                "for example 2026-03-01T00:00:00Z"
            )
        return self._asked
