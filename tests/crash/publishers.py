"""A publisher struck at any of its steps, and the one that comes after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import polars as pl
import psycopg

from tests.crash.blows import Blow, Kind, Steps, stepping
from tests.flow.conftest import Bench
from tests.sinks.test_objects import newest, rows_of, sink_in
from tests.sinks.test_postgres import TABLE, asked, view
from tests.sinks.worlds import current, stored
from tieline.datasets import INTERFACE_FLOW
from tieline.errors import OutcomeUnknown, SinkUnavailable
from tieline.sinks import Sink, follow, lag
from tieline.sinks.objects import Bucket
from tieline.sinks.postgres import PostgresSink

MOST = 4
"""Rows of a batch, so that there are several."""

KINDS: tuple[Kind, ...] = ("death", "cut", "unheard")


@dataclass(frozen=True, slots=True)
class Target:
    """A place to publish to that nothing was written to yet, and what it says then."""

    open: Callable[[], Sink]
    current: Callable[[], pl.DataFrame]
    history: Callable[[], int | None]


@dataclass(frozen=True, slots=True)
class Database:
    """The world of a publisher whose connections go to one database; nobody restarts its server."""

    url: str

    def end_connections(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def restart(self) -> None:
        raise AssertionError("this server is shared")


@dataclass(frozen=True, slots=True)
class Nothing:
    """A world without connections."""

    def end_connections(self) -> None:
        """There are none."""

    def restart(self) -> None:
        raise AssertionError("there is no server")


def in_database(url: str, namespace: str) -> Target:
    def history() -> int:
        (found,) = asked(url, f"SELECT count(*) AS n FROM {namespace}.{TABLE}_history")
        return int(str(found["n"]))

    return Target(
        lambda: PostgresSink("warehouse", url, namespace),
        lambda: view(url, namespace).drop("row_sequence"),
        history,
    )


def in_bucket(bucket: Bucket) -> Target:
    return Target(lambda: sink_in(bucket), lambda: newest(rows_of(bucket)), lambda: None)


@contextmanager
def _opened(target: Target) -> Iterator[Sink]:
    sink = target.open()
    try:
        yield sink
    finally:
        sink.close()


def _publish(bench: Bench, target: Target) -> None:
    with _opened(target) as sink:
        for _ in follow(bench.lake(), sink, most=MOST):
            continue


def steps_of(bench: Bench, target: Target) -> list[str]:
    """Every step of a publisher that nothing befalls."""
    steps = Steps(Nothing())
    with stepping(steps):
        _publish(bench, target)
    return steps.log


def struck(bench: Bench, target: Target, world: Database | Nothing, blow: Blow) -> list[str]:
    """A publisher that is struck, and another one that goes on; gives what is wrong then."""
    steps = Steps(world, [blow])
    with stepping(steps):
        try:
            _publish(bench, target)
        except (SinkUnavailable, OutcomeUnknown):
            steps.revive()
        except BaseException:
            if not steps.dead:
                raise
            steps.revive()
        _publish(bench, target)
    return [f"{blow.kind} at {blow.step}: {one}" for one in _differences(bench, target, steps)]


def _differences(bench: Bench, target: Target, steps: Steps) -> list[str]:
    wrong = [] if steps.fallen else ["no blow fell"]
    with _opened(target) as sink:
        position = sink.position()
        behind = lag(bench.lake(), sink, position, bench.house.now())
    if behind.commits or position.plan is not None:
        wrong.append(f"it stands at {position}, {behind.commits} commits wait")
    rows, expected = target.current(), current(bench, INTERFACE_FLOW)
    if not rows.equals(expected):
        wrong.append(f"{rows.height} rows, the lake has {expected.height}")
    past = target.history()
    if past is not None and past != stored(bench).height:
        wrong.append(f"{past} rows of history, the lake has {stored(bench).height}")
    return wrong


def chosen(steps: Sequence[str], count: int) -> list[int]:
    """So many steps spread over all of them, every one where `count` is none below."""
    if count >= len(steps):
        return list(range(1, len(steps) + 1))
    return [1 + place * len(steps) // count for place in range(count)]
