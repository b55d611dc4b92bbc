"""From a NYISO file to its verdict, in one call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import polars as pl
import pytest

from tieline.decode import read
from tieline.feeds import day_in_name
from tieline.markettime import day_window
from tieline.normalise import Context, normalise
from tieline.sources import feed, report
from tieline.validate import validate
from tieline.values import Document, Slice, Verdict, Window

LONG_AFTER = datetime(2026, 11, 21, tzinfo=UTC)

Take = Callable[..., Verdict]


@pytest.fixture(scope="session")
def take() -> Take:
    def taking(
        code: str,
        data: bytes,
        name: str = "",
        *,
        day: date | None = None,
        known: datetime = LONG_AFTER,
    ) -> Verdict:
        row, dataset = report(code), feed(code).dataset
        assert dataset is not None
        day = day or day_in_name(row, name)
        start, end = day_window("America/New_York", day or known.date())
        table = read(row, Document(data, member=name or None))
        made = normalise(row, dataset, table, Context(day, known, known))
        verdict = validate(row, dataset, made, Slice(row.name, Window(start, end), day))
        kept_out = verdict.duplicate + verdict.conflicting + verdict.rejected.height
        assert verdict.rows_read == verdict.rows.height + kept_out
        key = ["stamp_utc", *dataset.key_names, "print"]
        assert verdict.rows.select(key).is_unique().all()
        assert (
            pl.Series(verdict.rows["interval_start_utc"]) <= verdict.rows["interval_end_utc"]
        ).all()
        return verdict

    return taking
