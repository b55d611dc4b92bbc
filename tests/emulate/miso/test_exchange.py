"""The played Data Exchange changes its labels when the real one did."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tieline.emulate.miso import Miso

DAY = "2026-04-10"


def answered(path: str, moment: datetime) -> list[dict[str, Any]]:
    file = Miso(4).file(path, int(moment.timestamp()))
    assert file is not None
    rows: list[dict[str, Any]] = json.loads(file.body)["data"]
    return rows


@pytest.mark.parametrize(
    ("path", "early", "late"),
    [
        ("lmp-expost?timeResolution=5min", "00:05:00", "00:00:00"),
        ("lmp-expost", "00:00:00", "00:00:00"),
    ],
)
def test_labels_of_five_minutes_moved_for_history_too(path: str, early: str, late: str) -> None:
    whole = f"pricing/v1/real-time/{DAY}/{path}"
    before = answered(whole, datetime(2026, 5, 6, 4, 59, tzinfo=UTC))
    after = answered(whole, datetime(2026, 5, 6, 5, tzinfo=UTC))
    assert [(row["node"], row["lmp"]) for row in before] == [
        (row["node"], row["lmp"]) for row in after
    ]
    assert before[0]["timeInterval"]["start"] == f"{DAY} {early}.000"
    assert after[0]["timeInterval"]["start"] == f"{DAY} {late}.000"
