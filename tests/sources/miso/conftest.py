"""From a MISO answer to its verdict, in one call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import polars as pl
import pytest

from tieline.decode import documents
from tieline.flow import understand
from tieline.flow.plan import day_slice, poll_slot
from tieline.sources import feed, report
from tieline.values import Known, Verdict

LONG_AFTER = datetime(2026, 11, 21, tzinfo=UTC)

Take = Callable[..., Verdict]


@pytest.fixture(scope="session")
def take() -> Take:
    def taking(
        code: str, data: bytes, day: date | None = None, known: datetime = LONG_AFTER
    ) -> Verdict:
        row, owner = report(f"miso:{code}"), feed(f"miso:{code}")
        assert owner.dataset is not None
        (document,) = documents(data)
        asked = poll_slot(row, known) if day is None else day_slice(row, day)
        verdict = understand(owner, row, asked, document, Known(known, "fetched"), known)
        kept_out = verdict.duplicate + verdict.conflicting + verdict.rejected.height
        assert verdict.rows_read == verdict.rows.height + kept_out
        key = ["stamp_utc", *owner.dataset.key_names, "print"]
        assert verdict.rows.select(pl.struct(key).is_unique().all()).item()
        return verdict

    return taking
