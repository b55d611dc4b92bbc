"""Days of three publishers over a change of the clock, collected by the command from a faulty emulator.

Each fault strikes the answers of one report, always; besides, answers are slow here and there. What was
struck must be told with the cause of its fault, and everything else must be complete. By itself a day
of few feeds; TIELINE_PROOF=7 takes a week of every feed.
"""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.test_serving import first_answer, port, started
from tests.flow.mutilated import address_of, settled_at
from tieline.emulate.server import bases_of, sites
from tieline.feeds import DailyFile, Feed
from tieline.flow import day_slice, understand
from tieline.sources import FEEDS
from tieline.values import Document, Known

__all__ = ["port"]

CHANGE = date(2026, 11, 1)
SEED = 7
DAYS = int(os.environ.get("TIELINE_PROOF", "1"))
FIRST = CHANGE - timedelta(days=DAYS // 2)
FEW = (
    *("iso.rt.load.nyiso", "iso.rt.interface_flow.nyiso", "iso.rt.load_hourly.isone"),
    *("iso.rt.load.isone", "miso:da_expost_lmp", "miso:da_exante_lmp", "miso:df_al/actual"),
    *("miso:asm_expost_damcp", "miso:lgi/v1/real-time/demand/forecast", "miso:rf_al/actual"),
)


@dataclass(frozen=True, slots=True)
class Injected:
    """A fault that strikes every answer of a report, and the cause that must be told."""

    name: str
    path: str
    report: str
    cause: str
    status: int | None = None

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {"name": self.name, "rate": 1, "path": self.path}
        return told if self.status is None else {**told, "status": self.status}


INJECTED = (
    Injected("html_200", "*/pal/*", "nyiso:P-58B", "quarantined"),
    Injected("http_500", "*/hourlysysload/*", "isone:hourlysysload", "fetch_failed"),
    Injected("truncated", "*_rf_al.xls", "miso:rf_al/actual", "quarantined"),
    Injected("truncated", "*_rf_al.xls", "miso:rf_al/forecast", "quarantined"),
    Injected("empty_200", "*_asm_expost_damcp.csv", "miso:asm_expost_damcp", "empty_200"),
    Injected("moved_url", "*_df_al.xls", "miso:df_al/actual", "missing_upstream", 410),
    Injected("moved_url", "*_df_al.xls", "miso:df_al/forecast", "missing_upstream", 410),
)
STRUCK = {one.report: one.cause for one in INJECTED}


@pytest.fixture
def faulty(port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The emulator with its faults; the commands ask it, with the keys that services ask for."""
    plan = tmp_path / "faults.json"
    slow = {"name": "slow", "rate": 0.02, "seconds": 0.1}
    plan.write_text(json.dumps({"faults": [*(one.as_json() for one in INJECTED), slow]}))
    for name, base in bases_of(f"http://127.0.0.1:{port}").items():
        monkeypatch.setenv(f"TIELINE_PUBLISHERS__{name.upper()}__BASE_URL", base)
    for name, value in (
        *(("ISONE__USERNAME", "someone"), ("ISONE__PASSWORD", "secret")),
        *(("MISO__KEYS__PRICING", "one"), ("MISO__KEYS__LGI", "other")),
    ):
        monkeypatch.setenv(f"TIELINE_PUBLISHERS__{name}", value)
    monkeypatch.setenv("TIELINE_HTTP__TRIES", "1")
    with ExitStack() as stack:
        server = stack.enter_context(
            started("emulate", "--port", str(port), "--seed", str(SEED), "--faults", str(plan))
        )
        first_answer(server, f"http://127.0.0.1:{port}/emulator/faults")
        yield
        server.send_signal(signal.SIGINT)


def wanted() -> tuple[str, ...]:
    """All feeds that have dated files, or a few."""
    if DAYS == 1:
        return FEW
    return tuple(
        feed.id
        for feed in FEEDS
        if feed.publisher.id in ("nyiso", "isone", "miso")
        and any(isinstance(report.at, DailyFile) for report in feed.reports)
    )


def not_kept(name: str) -> bool:
    """Whether a report's files are taken away after some days, so that old ones are not there."""
    at = next(r.at for feed in FEEDS for r in feed.reports if r.name == name)
    return isinstance(at, DailyFile) and at.kept_days is not None


def feed_of(name: str) -> Feed:
    return next(feed for feed in FEEDS if any(report.name == name for report in feed.reports))


def collected(run: Run) -> list[dict[str, Any]]:
    """The summaries of two commands: market days of New York's clock, and of MISO's."""
    until = FIRST + timedelta(days=DAYS)
    told = []
    for miso in (False, True):
        names = [name for name in wanted() if ("miso" in name) is miso]
        words = (*names, "--from", FIRST, "--to", until, "--concurrency", "2", "--json")
        told.append(run("collect", *words, code=6).json())
    return told


def test_a_faulty_collection_is_complete_or_says_why(run: Run, faulty: None) -> None:
    summaries = collected(run)
    assert [one["busy"] for one in summaries] == [0, 0]
    failures = [failure for one in summaries for failure in one["failures"]]
    ours = [one for one in failures if not not_kept(one["report"])]
    expected = {(name, STRUCK[name]) for name in STRUCK if asked(name)}
    assert {(one["report"], one["cause"]) for one in ours} == expected
    days = {str(FIRST + timedelta(days=n)) for n in range(DAYS)}
    holes = [hole for one in summaries for hole in one["holes"]]
    for name, _ in expected:
        assert {one["day"] for one in ours if one["report"] == name} == days, name
    causes: dict[str, set[str]] = {}
    for one in failures:
        causes.setdefault(feed_of(one["report"]).id, set()).add(one["cause"])
    for hole in holes:
        assert hole["cause"] in causes.get(hole["feed"], set()) or left_out(hole), hole
    tell(summaries)


def left_out(hole: dict[str, Any]) -> bool:
    """Whether the operator that is played leaves out the stamps of a hole by itself, as the real one does."""
    feed = feed_of(hole["report"])
    report = next(one for one in feed.reports if one.name == hole["report"])
    day = date.fromisoformat(hole["day"])
    at = settled_at(report, day)
    site = sites(SEED)[feed.publisher.id]
    file = site.file(address_of(report, day), int(at.timestamp()))
    assert file is not None
    slice, known = day_slice(report, day), Known(at, "modified")
    rows = understand(feed, report, slice, Document(file.body), known, at).rows
    start, end = (datetime.fromisoformat(hole[name]) for name in ("start_utc", "end_utc"))
    within = rows["stamp_utc"].is_between(start, end, closed="left")
    return hole["cause"] == "missing_upstream" and not within.any()


def tell(summaries: list[dict[str, Any]]) -> None:
    counts = {
        name: sum(one[name] for one in summaries)
        for name in ("requests", "committed", "unchanged", "failed", "rows", "received")
    }
    gaps: Counter[str] = Counter()
    for one in summaries:
        gaps.update(one["gaps"])
    print(
        f"{DAYS} days from {FIRST}, {len(wanted())} feeds or reports: {counts}; gaps {dict(gaps)}"
    )


def asked(name: str) -> bool:
    """Whether a report is among what was collected."""
    return name in wanted() or feed_of(name).id in wanted()
