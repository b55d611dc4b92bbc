"""Every fault of the emulator on every resource: rows that are counted, or an error of the source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tieline.emulate import eastern
from tieline.emulate.damage import Draws, empty_200, html_200, truncated
from tieline.emulate.isone import Isone
from tieline.emulate.json_damage import ROWS
from tieline.errors import SourceError
from tieline.feeds import Report
from tieline.sources.isone import FEEDS
from tieline.testing import leaders
from tieline.values import Verdict

Take = Callable[..., Verdict]
DAY = date(2026, 11, 1)
AT = eastern.midnight(date(2026, 11, 20))
FAULTS = {**ROWS, "truncated": truncated, "html_200": html_200, "empty_200": empty_200}
REPORTS = [report for _, report in leaders(FEEDS) if report.reads == "json"]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: str(report.code))
def test_a_spoilt_answer_is_read_with_counts_or_refused(isone: Take, report: Report) -> None:
    path = report.at.path.format(day=DAY)
    file = Isone(4).file(path, AT)
    assert file is not None
    refused: list[str] = []
    for name, fault in FAULTS.items():
        spoilt = fault(file.body, Draws(4, name, 1, 2))
        if spoilt is None:
            continue
        try:
            isone(report.code, spoilt, day=DAY)
        except SourceError:
            refused.append(name)
    assert {"truncated", "html_200", "empty_200"} <= set(refused)
