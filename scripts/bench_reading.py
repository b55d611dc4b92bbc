"""Our side of the decoding bench: from bytes to rows that may be believed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tieline.decode import documents, read
from tieline.feeds import Feed, Report
from tieline.flow import day_slice
from tieline.normalise import Context, normalise
from tieline.sources import FEEDS
from tieline.validate import validate

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def verdicts(name: str, file_name: str, data: bytes) -> int:
    """Rows of a file that may be believed: decoded, normalised, validated."""
    feed, report = found(name)
    if feed.dataset is None:
        raise ValueError(f"{name} has no dataset")
    rows = 0
    for document in documents(data, file_name=file_name):
        said = re.findall(r"\d{8}", document.member or file_name)
        day = datetime.strptime(said[0], "%Y%m%d").date()  # noqa: DTZ007
        context = Context(day=day, known_at_utc=NOW, fetched_at_utc=NOW)
        rows_read = normalise(report, feed.dataset, read(report, document), context)
        rows += validate(report, feed.dataset, rows_read, day_slice(report, day)).rows.height
    return rows


def found(name: str) -> tuple[Feed, Report]:
    """The report of that name and its feed."""
    return next((feed, report) for feed in FEEDS for report in feed.reports if report.name == name)
