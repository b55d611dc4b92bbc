"""A publisher that is killed, for real, at a step of its work: `python -m tests.sinks.killed HOME NAME STEP`.

A step is one thing that a publisher says to the outside, before it is said and after it was heard: a
statement, a COPY or a commit to PostgreSQL, a write to an object store.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import obstore
import psycopg

from tieline.assemble import lake_of, opened, settings_of, sinks_of
from tieline.ledger.clickhouse.server import InProcess
from tieline.sinks import Receipt, follow

SAID = (
    (psycopg.Connection, "execute"),
    (psycopg.Connection, "commit"),
    (psycopg.Cursor, "copy"),
    (obstore, "put"),
    (InProcess, "tell"),
)


class Steps:
    """Counts steps; at one of them it kills this process."""

    def __init__(self, last: int | None) -> None:
        self.done: list[str] = []
        self._last = last

    def step(self, what: str) -> None:
        self.done.append(what)
        if len(self.done) == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_last(self, name: str, place: int = 1) -> int:
        """The step before the last (or the last but one, ...) thing of a kind was said."""
        said = [step for step, what in enumerate(self.done, 1) if what == f"before {name}"]
        return said[-place]

    def around(self, name: str, said: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*arguments: Any, **named: Any) -> Any:
            self.step(f"before {name}")
            answer = said(*arguments, **named)
            self.step(f"after {name}")
            return answer

        return stepping


@contextmanager
def stepping(last: int | None = None) -> Iterator[Steps]:
    """Count the steps that are done inside; die at the `last` one."""
    steps = Steps(last)
    kept = [(owner, name, getattr(owner, name)) for owner, name in SAID]
    try:
        for owner, name, said in kept:
            setattr(owner, name, steps.around(name, said))
        yield steps
    finally:
        for owner, name, said in kept:
            setattr(owner, name, said)


def published(home: Path, name: str, most: int) -> list[Receipt]:
    """Publish a home's sink as its settings say, in batches of about `most` rows."""
    with opened(settings_of(home)) as found:
        (named,) = sinks_of(found, [name])
        sink = named.open()
        try:
            return list(follow(lake_of(found), sink, most=most))
        finally:
            sink.close()


if __name__ == "__main__":
    with stepping(int(sys.argv[3])):
        published(Path(sys.argv[1]), sys.argv[2], most=4)
