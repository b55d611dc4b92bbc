"""What befalls a process at its steps: connections that end, a server that restarts, its own death.

A step is one thing that it says to a database or an object store, or one durable action on its disk. All
are numbered in the order in which they are done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from unittest.mock import patch

import obstore
import psycopg
from obstore.exceptions import GenericError

from tests.crash.disk import Action, Way

Kind = Literal["cut", "unheard", "restart", "death", "blackout"]
"""cut: every connection of the process is ended before the step. unheard: the step is done, and then
they are ended, before its answer is heard. restart: the server is stopped without a checkpoint and
started before the step. death: the process dies before the step. blackout: the server restarts too."""

DEADLY: tuple[Kind, ...] = ("death", "blackout")


@dataclass(frozen=True, slots=True)
class Blow:
    """Falls at a step, counted from where the life began or from the blow before it in the same life.

    `way` is what becomes of a dead process's disk, by chance `seed`.
    """

    step: int
    kind: Kind
    way: Way = "kill"
    seed: int = 0

    @property
    def deadly(self) -> bool:
        return self.kind in DEADLY


class Dead(BaseException):
    """The process is no more: whatever it tries after this fails too, so that no tidying up is done."""


class World(Protocol):
    """What lies outside the process."""

    def end_connections(self) -> None:
        """End every connection to the process's database, and wait until they have ended."""

    def restart(self) -> None:
        """Stop the server as a crash would, and start it."""


class Steps:
    """Counts the steps of lives that follow one another, and lets blows fall."""

    def __init__(self, world: World, blows: Sequence[Blow] = ()) -> None:
        self._world = world
        self._left = list(blows)
        self._lock = threading.RLock()
        self._since = 0
        self._aside = threading.local()
        self.log: list[str] = []
        self.fallen: list[Blow] = []
        self.dead = False

    def revive(self) -> None:
        """The next life begins."""
        self._since, self.dead, self.log = 0, False, []

    def gate(self, number: int, action: Action) -> None:
        """A durable action on the disk."""
        if not self._quiet and self._step(f"disk {action}") is not None:
            self._end()

    def said(self, what: str, say: Callable[..., Any], lost: Callable[..., Any]) -> Any:
        """Something that is said to the outside; `lost` fails as it does on a connection that ended."""

        def stepping(*arguments: Any, **named: Any) -> Any:
            if self._quiet:
                return say(*arguments, **named)
            blow = self._step(_told(what, arguments))
            if blow is None:
                return say(*arguments, **named)
            if blow.kind == "unheard":
                say(*arguments, **named)
            self._end()
            with self.apart():
                return lost(*arguments, **named)

        return stepping

    def _step(self, what: str) -> Blow | None:
        """Count; gives the blow that ends connections at this step. Raises: Dead."""
        with self._lock:
            if self.dead:
                raise Dead(what)
            self.log.append(what)
            self._since += 1
            if not self._left or self._since < self._left[0].step:
                return None
            blow = self._left.pop(0)
            self.fallen.append(blow)
            self._since = 0
            if blow.kind in ("restart", "blackout"):
                with self.apart():
                    self._world.restart()
            if not blow.deadly:
                return blow
            self.dead = True
            self._end()
            raise Dead(what)

    def _end(self) -> None:
        with self._lock, self.apart():
            self._world.end_connections()

    @property
    def _quiet(self) -> bool:
        return getattr(self._aside, "quiet", False)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """What this thread does inside is none of the process's steps, and no blow falls."""
        before, self._aside.quiet = self._quiet, True
        try:
            yield
        finally:
            self._aside.quiet = before


def _told(what: str, arguments: tuple[Any, ...]) -> str:
    text = arguments[1] if len(arguments) > 1 else ""
    return f"{what} {text}"[:80]


@contextmanager
def stepping(steps: Steps) -> Iterator[None]:
    """Everything that is said to PostgreSQL or to an object store inside is a step."""
    execute = psycopg.Cursor.execute

    def lost(cursor: psycopg.Cursor[Any], *told: Any, **named: Any) -> Any:
        return execute(cursor, "SELECT 1")

    def lost_connection(connection: psycopg.Connection[Any]) -> None:
        connection.execute("SELECT 1")

    def lost_store(*told: Any, **named: Any) -> None:
        raise GenericError("connection closed before message completed")

    said = (
        (psycopg.Cursor, "execute", lost),
        (psycopg.Cursor, "executemany", lost),
        (psycopg.Cursor, "copy", lost),
        (psycopg.Connection, "commit", lost_connection),
        (obstore, "put", lost_store),
    )
    with ExitStack() as stack:
        for owner, name, fails in said:
            stack.enter_context(
                patch.object(owner, name, steps.said(name, getattr(owner, name), fails))
            )
        yield
