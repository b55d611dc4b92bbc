"""Following a growing ledger: whatever happens to one sink, nobody else waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from tests.flow.conftest import Bench
from tests.sinks.test_objects import newest, rows_of, sink_in
from tests.sinks.worlds import current, life
from tieline.datasets import INTERFACE_FLOW
from tieline.errors import OutcomeUnknown, SinkRefused, SinkUnavailable, TielineError
from tieline.flow import SinkName, following, publish, publishing
from tieline.select import Lake
from tieline.sinks import Again, Batch, Letter, Position, Receipt, Sink, follow, lag
from tieline.sinks.objects import ObjectSink, open_bucket
from tieline.watch import BatchPublished, Happening, Recorder, SinkFailed

Raises = Callable[[], TielineError | None]


@dataclass
class Faulty:
    """A sink that stands before another and fails as it is told, before or after the work was done."""

    behind: Sink
    before: Raises = lambda: None
    after: Raises = lambda: None
    applied: list[tuple[int, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.behind.name

    @property
    def feeds(self) -> tuple[str, ...]:
        return self.behind.feeds

    def position(self) -> Position:
        return self.behind.position()

    def apply(self, batch: Batch) -> Receipt | None:
        if error := self.before():
            raise error
        receipt = self.behind.apply(batch)
        if receipt is not None:
            self.applied.append((receipt.after, receipt.upto))
        if error := self.after():
            raise error
        return receipt

    def dead_letters(self) -> int:
        return self.behind.dead_letters()

    def letters(self) -> list[Letter]:
        return self.behind.letters()

    def try_again(self, lake: Lake) -> Again:
        return self.behind.try_again(lake)

    def wipe(self) -> None:
        self.behind.wipe()

    def close(self) -> None:
        self.behind.close()


@pytest.fixture
def drops(tmp_path: Path) -> ObjectSink:
    return sink_in(open_bucket("drop", (tmp_path / "drops").as_uri()))


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.01)


def test_an_unknown_outcome_is_looked_up_and_not_written_again(
    bench: Bench, drops: ObjectSink
) -> None:
    list(life(bench))
    unknown = iter([OutcomeUnknown("cut off"), None, OutcomeUnknown("cut off")])
    sink = Faulty(drops, after=lambda: next(unknown, None))
    list(follow(bench.lake(), sink, most=1))
    assert [after for after, _ in sink.applied] == [0, *(upto for _, upto in sink.applied[:-1])]
    assert lag(bench.lake(), sink, sink.position(), bench.house.now()).commits == 0


def test_an_outcome_that_stays_unknown_is_given_up_for_now(bench: Bench, drops: ObjectSink) -> None:
    list(life(bench))
    sink = Faulty(drops, before=lambda: OutcomeUnknown("cut off"))
    with pytest.raises(OutcomeUnknown):
        list(follow(bench.lake(), sink))
    assert sink.position().sequence == 0


def test_lag_says_what_waits(bench: Bench, drops: ObjectSink) -> None:
    commits = life(bench)
    next(commits)
    publish(bench.lake(), drops, bench.happenings.append)
    assert lag(bench.lake(), drops, drops.position(), bench.house.now()).rows == 0
    next(commits)
    behind = lag(bench.lake(), drops, drops.position(), bench.house.now())
    assert (behind.commits, behind.rows) == (1, 3)
    assert behind.sequence < behind.head and behind.waiting.total_seconds() >= 0


def test_a_sink_that_is_down_delays_nobody_and_then_converges(
    bench: Bench, drops: ObjectSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(publishing, "LONGEST_WAIT", 0.02)
    monkeypatch.setattr(publishing, "LOOK_SECONDS", 0.02)
    back = threading.Event()
    down = Faulty(drops, before=lambda: None if back.is_set() else SinkUnavailable("is down"))
    other = ObjectSink(
        "other", open_bucket("other", (tmp_path / "other").as_uri()), "parquet", "current"
    )
    told: list[Happening] = []
    sinks = [SinkName("drop", lambda: down), SinkName("other", lambda: other)]
    with following(bench.lake(), sinks, told.append, drain=False):
        list(life(bench))
        head = max(
            one.sequence for one in bench.home.ledger.commits(since=0) if one.kind != "merge"
        )
        until(lambda: other.position().sequence == head)
        assert down.position().sequence == 0
        until(lambda: any(isinstance(one, SinkFailed) for one in told))
        back.set()
        until(lambda: down.position().sequence == head)
    assert_frame_equal(newest(rows_of(drops._bucket)), current(bench, INTERFACE_FLOW))
    assert {one.sink for one in told if isinstance(one, BatchPublished)} == {"drop", "other"}


def test_the_end_of_a_simulated_life_waits_for_its_sinks(bench: Bench, drops: ObjectSink) -> None:
    with following(
        bench.lake(), [SinkName("drop", lambda: drops)], bench.happenings.append, drain=True
    ):
        list(life(bench))
    assert lag(bench.lake(), drops, drops.position(), bench.house.now()).commits == 0


def test_a_fault_of_ours_ends_one_sink_and_is_told(
    bench: Bench, drops: ObjectSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticed: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: noticed.append(str(args.exc_value)))

    def broken() -> Sink:
        raise ZeroDivisionError("a bug")

    sinks = [SinkName("broken", broken), SinkName("drop", lambda: drops)]
    with following(bench.lake(), sinks, bench.happenings.append, drain=True):
        list(life(bench))
    assert noticed == ["a bug"]
    (failed,) = [one for one in bench.happenings if isinstance(one, SinkFailed)]
    assert (failed.sink, failed.error, failed.retry_after_seconds) == (
        "broken",
        "ZeroDivisionError",
        None,
    )
    assert lag(bench.lake(), drops, drops.position(), bench.house.now()).commits == 0


def test_what_a_person_must_mend_is_tried_again_rarely(bench: Bench, drops: ObjectSink) -> None:
    sink = Faulty(drops, before=lambda: SinkRefused("no"))
    list(life(bench))
    with following(
        bench.lake(), [SinkName("drop", lambda: sink)], bench.happenings.append, drain=True
    ):
        until(lambda: any(isinstance(one, SinkFailed) for one in bench.happenings))
    failed = [one for one in bench.happenings if isinstance(one, SinkFailed)]
    assert {one.retry_after_seconds for one in failed} == {publishing.LONGEST_WAIT}


def test_positions_and_failures_move_metrics(bench: Bench, drops: ObjectSink) -> None:
    recorder = Recorder(level="error")
    list(life(bench))
    (receipt,) = publish(bench.lake(), drops, recorder.record)
    value = recorder.registry.get_sample_value
    assert value("tieline_sink_sequence", {"sink": "drop"}) == receipt.upto
    assert value("tieline_sink_up", {"sink": "drop"}) == 1
    assert (
        value("tieline_published_rows_total", {"sink": "drop", "outcome": "written"})
        == receipt.rows
    )
    recorder.record(SinkFailed(sink="drop", error="SinkUnavailable", text="is down"))
    assert value("tieline_sink_up", {"sink": "drop"}) == 0
    failures = {"sink": "drop", "error": "SinkUnavailable"}
    assert value("tieline_sink_failures_total", failures) == 1
