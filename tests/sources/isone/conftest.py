"""From an answer of ISO New England to its verdict, in one call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from tieline.feeds import DailyFile, day_in_name
from tieline.flow import understand
from tieline.flow.plan import day_slice, poll_slot
from tieline.sources import feed, report
from tieline.values import Document, Known, Verdict

LONG_AFTER = datetime(2026, 11, 21, tzinfo=UTC)

Take = Callable[..., Verdict]


@pytest.fixture(scope="session")
def isone() -> Take:
    def taking(code: str, data: bytes, name: str = "", *, day: date | None = None) -> Verdict:
        of, row = feed(f"isone:{code}"), report(f"isone:{code}")
        day = day or day_in_name(row, name)
        slice = poll_slot(row, LONG_AFTER)
        if isinstance(row.at, DailyFile):
            assert day is not None
            slice = day_slice(row, day)
        known = Known(LONG_AFTER, "fetched")
        verdict = understand(of, row, slice, Document(data), known, LONG_AFTER)
        kept_out = verdict.duplicate + verdict.conflicting + verdict.rejected.height
        assert verdict.rows_read == verdict.rows.height + kept_out
        assert of.dataset is not None
        key = ["stamp_utc", *of.dataset.key_names, "print"]
        assert verdict.rows.select(key).is_unique().all()
        return verdict

    return taking
