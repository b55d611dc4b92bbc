"""Clocks: real, fast until it has caught up, and asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tieline.emulate.clock import AskedClock, Clock, FastClock, RealClock
from tieline.errors import UsageError

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_fast_clock_runs_until_it_has_caught_up() -> None:
    real = NOW
    clock = FastClock(NOW - 10 * HOUR, 6, lambda: real)
    assert clock.now() == NOW - 10 * HOUR
    real = NOW + HOUR
    assert clock.now() == NOW - 4 * HOUR
    real = NOW + 2 * HOUR
    assert clock.now() == NOW + 2 * HOUR
    real = NOW + 9 * HOUR
    assert clock.now() == NOW + 9 * HOUR


@pytest.mark.parametrize("start", [NOW + HOUR, NOW.replace(tzinfo=None)])
def test_a_fast_clock_cannot_start_in_the_future_or_nowhere(start: datetime) -> None:
    with pytest.raises(UsageError):
        FastClock(start, 6, lambda: NOW)
    with pytest.raises(UsageError):
        FastClock(NOW, 0, lambda: NOW)


def test_an_asked_clock_has_no_time_of_its_own() -> None:
    clock = AskedClock()
    with pytest.raises(UsageError, match="Tieline-Simulated-Time"):
        clock.now()
    with pytest.raises(UsageError):
        clock.ask(NOW.replace(tzinfo=None))
    assert clock.ask(NOW) == NOW == clock.now()


def test_every_clock_is_a_clock() -> None:
    clocks: list[Clock] = [RealClock(), FastClock(NOW, 2, lambda: NOW), AskedClock()]
    assert [clock.mode for clock in clocks] == ["real", "fast", "asked"]
    assert clocks[0].now().utcoffset() == timedelta(0)
