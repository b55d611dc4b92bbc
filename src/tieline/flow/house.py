"""What the stages work with, handed down from `assemble`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock
from urllib.parse import quote

from tieline.errors import UnknownName
from tieline.feeds import Feed, Report
from tieline.fetch import Validators
from tieline.flow.holder import dead, this_process
from tieline.fold import State, touches
from tieline.ledger import Ledger
from tieline.store import files
from tieline.store.parts import Parts
from tieline.store.raw import RawStore
from tieline.store.sidecars import SidecarStore
from tieline.values import Window
from tieline.watch import Happening

REMEMBERED = 48
"""Slices whose fold state stays in memory."""


class Memory:
    """Fold states of the slices that are polled, valid as long as nobody else wrote the report."""

    def __init__(self) -> None:
        self._states: OrderedDict[tuple[str, Window], State] = OrderedDict()
        self._sequences: dict[str, int] = {}
        self._locks: dict[str, RLock] = {}
        self._guard = RLock()

    def lock(self, report: str) -> RLock:
        """One writer a report in this process; other processes are met by `believed`."""
        with self._guard:
            return self._locks.setdefault(report, RLock())

    def recall(self, report: str, window: Window, sequence: int) -> State | None:
        with self._guard:
            if self._sequences.get(report) != sequence:
                self.forget(report)
                return None
            return self._states.get((report, window))

    def remember(self, report: str, before: int, after: int, states: dict[Window, State]) -> None:
        """Keep states that hold after our own commit moved the report from `before` to `after`.

        A slice that shares stamps with them was written past, so its state holds no longer.
        """
        with self._guard:
            if self._sequences.get(report, before) != before:
                self.forget(report)
            self._sequences[report] = after
            for window, state in states.items():
                for key, other in list(self._states.items()):
                    if (
                        key[0] == report
                        and key[1] != window
                        and touches(other.stamps, state.stamps)
                    ):
                        del self._states[key]
                self._states[(report, window)] = state
                self._states.move_to_end((report, window))
            while len(self._states) > REMEMBERED:
                self._states.popitem(last=False)

    def forget(self, report: str) -> None:
        with self._guard:
            for key in [key for key in self._states if key[0] == report]:
                del self._states[key]
            self._sequences.pop(report, None)


@dataclass(frozen=True, slots=True)
class House:
    """Everything a stage may touch. `now` is the clock of the lake, simulated or real.

    `beat` is the clock of leases, the ledger's own, whatever `now` simulates. `grace` is how long
    files that were merged away stay for readers that began before, `orphan_grace` how long files that
    no catalogue names, `kept` how long attempts that brought nothing stay listed. `lost` are the
    hashes of parts that cannot be read and are being replaced: they are not looked at. `steady` says that
    `now` should never go back: a simulated life begins again where it likes.
    """

    ledger: Ledger
    raw: RawStore
    sidecars: SidecarStore
    parts: Parts
    locks: Path
    feeds: tuple[Feed, ...]
    now: Callable[[], datetime]
    beat: Callable[[], datetime]
    record: Callable[[Happening], None]
    version: str
    run: str
    holder: str = field(default_factory=this_process)
    dead: Callable[[str], bool] = dead
    lease: timedelta = timedelta(minutes=5)
    grace: timedelta = timedelta(minutes=15)
    orphan_grace: timedelta = timedelta(days=1)
    kept: timedelta = timedelta(days=90)
    lost: frozenset[str] = frozenset()
    steady: bool = False
    memory: Memory = field(default_factory=Memory)
    validators: dict[str, Validators] = field(default_factory=dict)

    @contextmanager
    def writing(self, report: str) -> Iterator[None]:
        """One writer a report: threads, processes of this home, and hosts that share the ledger.

        So a slow one is not overtaken for ever by a quick one. The lock is the kernel's and the
        server's, and falls with its process; where it fell too early `believed` guards.
        Raises: StorageFailed, LedgerUnavailable.
        """
        path = self.locks / f"{quote(report, safe='')}.lock"
        with self.memory.lock(report), files.storing(path):
            files.make_folder(self.locks)
            with files.locked(path), self.ledger.alone(report):
                yield

    @contextmanager
    def merging(self, report: str) -> Iterator[bool]:
        """One at a time merges the parts of a report in this home; gives whether it is our turn.

        Raises: StorageFailed.
        """
        path = self.locks / f"{quote(report, safe='')}.merge.lock"
        with files.storing(path):
            files.make_folder(self.locks)
            with files.locked_now(path) as ours:
                yield ours

    def report(self, name: str) -> tuple[Feed, Report]:
        """The feed and report that `publisher:REPORT` names.

        Raises: UnknownName.
        """
        for feed in self.feeds:
            for report in feed.reports:
                if name == report.name:
                    return feed, report
        raise UnknownName(f"no report is called {name}; `tieline feeds list` shows all")
