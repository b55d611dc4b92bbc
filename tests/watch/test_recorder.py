"""A happening makes one line and moves its metrics."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
from prometheus_client import CollectorRegistry

from tieline.ledger import Counts
from tieline.watch import Happening, Recorder, SliceCommitted, SliceFailed, SliceFetched
from tieline.watch.metrics import Metrics

AT = datetime(2026, 3, 3, 5, tzinfo=UTC)
COMMIT = SliceCommitted(
    feed="f",
    report="p:R",
    slice="p:R 2026-03-03",
    sequence=7,
    counts=Counts(read=5, new=3, revised=1, duplicate=1),
    bytes=100,
    seconds=0.2,
    known_at_utc=AT,
    stamp_max_utc=AT,
)


def test_a_commit_is_one_line_with_everything_on_it() -> None:
    stream = io.StringIO()
    Recorder(stream=stream).record(COMMIT)
    line = json.loads(stream.getvalue())
    assert line["event"] == "SliceCommitted"
    assert (line["new"], line["revised"], line["known_at_utc"]) == (3, 1, "2026-03-03T05:00:00Z")
    assert "rejected" not in line


def test_a_commit_moves_counters_and_gauges() -> None:
    registry = CollectorRegistry()
    Recorder(registry, stream=io.StringIO()).record(COMMIT)
    labels = {"feed": "f", "report": "p:R"}
    assert registry.get_sample_value("tieline_rows_total", {**labels, "outcome": "new"}) == 3
    assert registry.get_sample_value("tieline_sequence") == 7
    assert (
        registry.get_sample_value("tieline_newest_stamp_timestamp_seconds", labels)
        == AT.timestamp()
    )


def test_normal_work_is_quiet_and_failures_are_not() -> None:
    stream = io.StringIO()
    recorder = Recorder(stream=stream)
    recorder.record(SliceFetched(feed="f", report="r", slice="s", url="u", bytes=1, seconds=1))
    early = SliceFailed(
        feed="f", report="r", slice="s", text="x", error="NotYetPublished", cause="not_yet_due"
    )
    recorder.record(early)
    assert stream.getvalue() == ""
    recorder.record(replace(early, error="Unreachable", cause="fetch_failed"))
    assert json.loads(stream.getvalue())["level"] == "warning"


@pytest.mark.parametrize("kind", get_args(Happening), ids=lambda kind: kind.__name__)
def test_every_happening_moves_a_metric_and_is_explained(kind: type) -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    before = _values(registry)
    given = {
        "bytes": 1, "rows": 1, "parts": 1, "replaced": 1, "orphans": 1, "missing": 1, "seconds": 1.0, "sequence": 1,
        "feeds": 1, "entries": 1, "reports": 1, "withdrawn": 1, "refused": 1, "upto": 1, "behind_seconds": 1.0, "counts": Counts(new=1), "start_utc": AT, "end_utc": AT, "status": 200,
    }  # fmt: skip
    fields = {name: given.get(name, "x") for name in kind.__dataclass_fields__}  # type: ignore[attr-defined]
    fields |= {n: AT for n in ("known_at_utc", "stamp_max_utc") if n in fields}
    metrics.move(kind(**fields))
    assert _values(registry) != before or kind.__name__ == "DaemonStopped"
    assert kind.__doc__


def _values(registry: CollectorRegistry) -> dict[tuple[str, str], float]:
    return {
        (sample.name, str(sample.labels)): sample.value
        for family in registry.collect()
        for sample in family.samples
        if not sample.name.endswith("_created")
    }
