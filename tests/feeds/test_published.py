"""When a document says itself that it was made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tieline.feeds import document_known, published_in
from tieline.sources.isone.forecasts import MORNING_REPORT
from tieline.sources.isone.prices import DAY_AHEAD_CSV
from tieline.sources.nyiso.interchange import FLOWS
from tieline.values import Document, Known

FETCHED = datetime(2026, 11, 2, 12, tzinfo=UTC)


def line(said: str) -> bytes:
    return f'"C","Filename: WW_DALMP_ISO_20261101.csv"\n"C","Report generated{said}"\n'.encode()


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        (": 11/01/2026 01:30:00 EDT", 5),
        (": 11/01/2026 01:30:00 EST", 6),
        (" 11/01/2026 01:30:00 EST", 6),
    ],
)
def test_a_comment_says_when_and_its_zone_tells_the_repeated_hour(said: str, hour: int) -> None:
    made = datetime(2026, 11, 1, hour, 30, tzinfo=UTC)
    assert published_in(DAY_AHEAD_CSV, line(said), FETCHED) == Known(made, "published")


@pytest.mark.parametrize(
    "said",
    [
        "",
        ": soon",
        ": 11/01/2026 01:30:00 CET",
        ": 13/41/2026 01:30:00 EST",
        ": 11/02/2026 08:00:00 EST",
    ],
)
def test_what_is_no_time_or_lies_after_the_fetch_says_nothing(said: str) -> None:
    assert published_in(DAY_AHEAD_CSV, line(said), FETCHED) is None


def test_of_several_issues_the_newest_counts() -> None:
    data = b"""{"a": {"CreationDate": "2026-11-01T08:14:51.097-05:00"},
               "b": {"CreationDate":"2026-11-01T12:02:35.000-05:00"}}"""
    made = datetime(2026, 11, 1, 17, 2, 35, tzinfo=UTC)
    assert published_in(MORNING_REPORT, data, FETCHED) == Known(made, "published")


def test_a_report_that_says_nothing_is_not_read_for_it() -> None:
    assert published_in(FLOWS, line(": 11/01/2026 01:30:00 EST"), FETCHED) is None


def test_a_documents_own_word_goes_before_its_archives() -> None:
    modified = datetime(2026, 11, 1, 9, 0)  # noqa: DTZ001 as archives write it
    said = Document(line(": 11/01/2026 01:30:00 EST"), "a.csv", modified)
    silent = Document(b"x", "a.csv", modified)
    made = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert document_known(DAY_AHEAD_CSV, said, FETCHED) == Known(made, "published")
    at = made + timedelta(hours=7, minutes=30)
    assert document_known(DAY_AHEAD_CSV, silent, FETCHED) == Known(at, "modified")
