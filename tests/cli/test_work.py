"""What is worked on and what is tried again, listed by day and cut at a limit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tieline.assemble import opened, settings_of
from tieline.ledger import Commit, Entry
from tieline.markettime import day_window
from tieline.values import Slice, Window

REPORT = "nyiso:P-58B"
DAYS = [date(2025, 11, number) for number in (3, 4, 5)]
TRIED = datetime(2025, 11, 7, tzinfo=UTC)


def slice_of(day: date | None) -> Slice:
    return Slice(REPORT, Window(*day_window("America/New_York", day or date(2025, 11, 1))), day)


@pytest.fixture
def busy(lake: Path, home: Path) -> None:
    """Three days and a poll are worked on; the same were tried before, the earliest day last."""
    with opened(settings_of(home), create=False) as found:
        ledger = found.ledger
        for number, day in enumerate((*DAYS, None)):
            one = slice_of(day)
            ledger.claim(
                one, holder="me", at=TRIED, lease=timedelta(days=1), dead=lambda holder: False
            )
            entry_id = ledger.allocate(1)
            failed = Entry(
                entry_id=entry_id,
                observation_id=entry_id,
                report=REPORT,
                window=one.window,
                day=day,
                state="failed",
                origin="collect",
                recipe="1-x",
                fetched_at_utc=TRIED - timedelta(minutes=number),
                error="Unreachable",
                cause="fetch_failed",
                text="no answer",
            )
            ledger.commit(
                Commit(at_utc=TRIED, kind="collect", report=REPORT, entries=(failed,), run="r")
            )


@pytest.mark.parametrize(
    ("state", "newest_first"),
    [
        ("running", [None, "2025-11-05", "2025-11-04", "2025-11-03"]),
        ("pending", ["2025-11-03", "2025-11-04", "2025-11-05", None]),
    ],
)
def test_work_is_listed_by_day_and_to_a_limit(
    run: Run, busy: None, monkeypatch: pytest.MonkeyPatch, state: str, newest_first: list[str]
) -> None:
    def days(*words: str) -> list[str]:
        asked = ("feeds", "entries", "--state", state, *words)
        found = run(*asked, "--json").json()
        assert len(run(*asked).out.splitlines()) == 1 + len(found)
        assert {one["state"] for one in found} <= {state}
        return [one["slice"]["day"] for one in found]

    assert days() == newest_first
    assert days("--limit", "2") == newest_first[:2]
    assert days("--partition", "2025-11-04") == ["2025-11-04"]
    assert days("--partition", "2025-11-04", "--limit", "1", "--feed", "P-58B") == ["2025-11-04"]
    assert days("--partition", "2025-11-06") == []
    assert days("--feed", "P-32") == []
    monkeypatch.setattr("tieline.cli.entries.SHOWN", 3)
    ended = run("feeds", "list", "--state", state)
    assert len(ended.out.splitlines()) == 4
    assert "The newest 3 are shown" in ended.err
