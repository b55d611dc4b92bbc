"""When an answer was known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tieline.fetch import known_time
from tieline.values import Known, Payload

FETCHED = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last_modified", "expected"),
    [
        (
            "Sat, 21 Nov 2026 11:55:03 GMT",
            Known(datetime(2026, 11, 21, 11, 55, 3, tzinfo=UTC), "modified"),
        ),
        ("Sat, 21 Nov 2026 12:00:00 GMT", Known(FETCHED, "modified")),
        ("Sat, 21 Nov 2026 12:00:01 GMT", Known(FETCHED, "fetched")),
        (
            "Sat, 21 Nov 2026 06:55:03 -0500",
            Known(datetime(2026, 11, 21, 11, 55, 3, tzinfo=UTC), "modified"),
        ),
        (
            "Sat, 21 Nov 2026 06:55:03",
            Known(datetime(2026, 11, 21, 11, 55, 3, tzinfo=UTC), "modified"),
        ),
        ("Thu, 01 Jan 1970 00:00:00 GMT", Known(FETCHED, "fetched")),
        ("yesterday", Known(FETCHED, "fetched")),
        ("Sat, 99 Nov 2026 11:55:03 GMT", Known(FETCHED, "fetched")),
        ("", Known(FETCHED, "fetched")),
        (None, Known(FETCHED, "fetched")),
    ],
)
def test_known_is_never_later_than_the_fetch_and_never_invented(
    last_modified: str | None, expected: Known
) -> None:
    headers = {} if last_modified is None else {"last-modified": last_modified}
    payload = Payload(b"x", "https://a/b", FETCHED, FETCHED, headers=headers)
    known = known_time(payload, "America/New_York")
    assert known == expected
    assert known.at_utc.utcoffset() == FETCHED.utcoffset()
