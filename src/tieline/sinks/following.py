"""Following the ledger: batch after batch from where a sink stands to where the ledger stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tieline.errors import OutcomeUnknown
from tieline.select import Lake
from tieline.sinks.protocol import Copy, Follower, Position, Receipt
from tieline.sinks.reading import (
    BATCH_ROWS,
    Step,
    check_position,
    followed,
    plan_of,
    read_batch,
    steps,
)

UNKNOWN_TRIES = 3
"""How often in a row an unknown outcome is looked up before the sink is given up for now."""

OVERTAKEN_TRIES = 100
"""How often in a row another publisher may come first before that is an error of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far a sink is behind: commits and rows that wait, and since when the oldest of them does."""

    sequence: int
    head: int
    commits: int
    rows: int
    waiting: timedelta


def never() -> bool:
    return False


def follow(
    lake: Lake, sink: Follower, *, most: int = BATCH_ROWS, stop: Callable[[], bool] = never
) -> Iterator[Receipt]:
    """Bring a sink up to the ledger, a receipt for each batch; ends when nothing waits.

    Raises: SinkUnavailable, SinkRefused, OutcomeUnknown; UnknownName for a feed that does not exist;
            Damaged, LedgerUnavailable.
    """
    if isinstance(sink, Copy):
        yield from _copied(lake, sink, stop)
        return
    feeds = followed(lake, sink.feeds)
    unknown = overtaken = 0
    while not stop():
        position = sink.position()
        check_position(lake, position, sink.feeds)
        plan = position.plan or plan_of(steps(lake, feeds, position.sequence), lake.clock(), most)
        if plan is None:
            return
        batch = read_batch(lake, feeds, sink.feeds, position.sequence, plan)
        try:
            receipt = sink.apply(batch)
        except OutcomeUnknown:
            unknown += 1
            if unknown == UNKNOWN_TRIES:
                raise
            continue
        unknown = 0
        if receipt is None:
            overtaken += 1
            if overtaken == OVERTAKEN_TRIES:
                raise OutcomeUnknown(
                    f"sink {sink.name}: its position moved {overtaken} times under this publisher; how "
                    "many publishers work on it?"
                )
            continue
        overtaken = 0
        yield receipt


def _copied(lake: Lake, copy: Copy, stop: Callable[[], bool]) -> Iterator[Receipt]:
    while not stop():
        position = copy.position()
        check_position(lake, position, (), rows=False)
        receipt = copy.advance(lake, position)
        if receipt is None:
            return
        yield receipt


def lag(lake: Lake, sink: Follower, position: Position, now: datetime) -> Lag:
    """How far a sink is behind; a copy of the ledger has no rows to wait for.

    Raises: UnknownName; LedgerUnavailable.
    """
    if isinstance(sink, Copy):
        waiting = [
            Step(commit.sequence, 0) for commit in lake.ledger.commits(since=position.sequence)
        ]
    else:
        waiting = steps(lake, followed(lake, sink.feeds), position.sequence)
    oldest = lake.ledger.commits(sequences=[step.sequence for step in waiting[:1]])
    since = min((commit.at_utc for commit in oldest), default=now)
    return Lag(
        sequence=position.sequence,
        head=lake.ledger.sequence(),
        commits=len(waiting),
        rows=sum(step.rows for step in waiting),
        waiting=max(now - since, timedelta(0)),
    )
