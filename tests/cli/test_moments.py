"""Days and instants as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tieline.cli.moments import day_of, instant_of
from tieline.errors import UsageError

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ZONE = "America/New_York"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-11-01", datetime(2026, 11, 1, 4, tzinfo=UTC)),
        ("2026-11-02", datetime(2026, 11, 2, 5, tzinfo=UTC)),
        ("2026-11-01T05:00:00Z", datetime(2026, 11, 1, 5, tzinfo=UTC)),
        ("2026-11-01T01:30:00-04:00", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("now", NOW),
        ("today", datetime(2026, 11, 20, 5, tzinfo=UTC)),
        ("yesterday", datetime(2026, 11, 19, 5, tzinfo=UTC)),
        ("-2h", NOW - timedelta(hours=2)),
        ("-3d", NOW - timedelta(days=3)),
        ("-15m", NOW - timedelta(minutes=15)),
    ],
)
def test_an_instant_is_read(text: str, wanted: datetime) -> None:
    assert instant_of(text, {ZONE}, NOW) == wanted


def test_a_day_is_the_market_day() -> None:
    assert day_of("today", ZONE, NOW) == date(2026, 11, 20)
    assert day_of("2026-11-21T04:59:00Z", ZONE, NOW) == date(2026, 11, 20)
    assert day_of("2026-11-21", ZONE, NOW) == date(2026, 11, 21)


def test_a_naive_instant_is_refused_and_told_what_to_add() -> None:
    with pytest.raises(UsageError, match="2026-11-01T05:00Z if it is UTC, or add one such as"):
        instant_of("2026-11-01T05:00", {ZONE}, NOW)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "11/01/2026", "-2y", "3d"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no day and no instant"):
        instant_of(text, {ZONE}, NOW)


def test_a_day_needs_one_zone() -> None:
    with pytest.raises(UsageError, match="2 zones"):
        instant_of("2026-11-01", {ZONE, "America/Chicago"}, NOW)
    assert instant_of("now", {ZONE, "America/Chicago"}, NOW) == NOW
