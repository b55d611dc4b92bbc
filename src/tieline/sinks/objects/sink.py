"""An object store as a sink: files whose names stand for their rows, and a chain of commits that only one
publisher can go on with.

    <feed>/<market day>/<commit>-<hash of the rows>.parquet      (or .csv, .json)
    _tieline/owner.json                       the one sink whose place this is
    _tieline/<sink>/plans/<after>.json        what the batch behind this commit is; written first, once
    _tieline/<sink>/commits/<upto>.json       the files of a batch; written last, once: now it is there
    _tieline/<sink>/head.json                 where to begin looking for the last commit; only a hint

A publisher that dies leaves a plan and perhaps some of its files. Whoever comes next finishes exactly that
plan, and because the rows of a span of commits never change, the files it writes are the ones that are there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import PurePosixPath

from tieline.errors import OutcomeUnknown, SinkRefused, SinkUnavailable
from tieline.select import Lake
from tieline.sinks.objects.bucket import Bucket
from tieline.sinks.objects.files import Drop, Form, Holds, batch_of, drops, encoded
from tieline.sinks.objects.owner import CONTROL, hold
from tieline.sinks.protocol import Again, Batch, Letter, Plan, Position, Receipt
from tieline.values import stamp

AT_ONCE = 8
"""Files that are on their way at the same time."""


class ObjectSink:
    """Drops files of rows into a bucket or folder.

    With `holds="current"` a file says what became of each identity that a batch touched; with "history"
    it has every row as a commit stored it.
    """

    def __init__(
        self, name: str, bucket: Bucket, form: Form, holds: Holds, feeds: Sequence[str] = ()
    ) -> None:
        self._name = name
        self._bucket = bucket
        self._form = form
        self._holds = holds
        self._feeds = tuple(feeds)

    @property
    def name(self) -> str:
        return self._name

    @property
    def feeds(self) -> tuple[str, ...]:
        return self._feeds

    def close(self) -> None:
        """Nothing is held between calls."""

    def position(self) -> Position:
        hold(self._bucket, self._name, take=False)
        self._check_wiped()
        commit = self._last()
        sequence = _whole(commit, "upto") if commit else 0
        plan = self._read(self._plan_name(sequence))
        begun = self._begun(commit or plan or {})
        if (begun["form"], begun["holds"]) != (self._form, self._holds):
            raise SinkRefused(
                f"sink {self._name} was begun with {begun['holds']} rows as {begun['form']}; fill it again "
                f"with `tieline publish {self._name} --anew`, or give this one another name and place"
            )
        return Position(
            sequence=sequence,
            mark=str(commit["mark"]) if commit else "",
            ledger=str((plan or commit or {}).get("ledger", "")),
            plan=None if plan is None else _plan(plan),
            feeds=_names(begun, "feeds"),
        )

    def _begun(self, said: dict[str, object]) -> dict[str, object]:
        """A plan or commit; where an early plan does not say how its rows are written, it is as we write."""
        ours = {"form": self._form, "holds": self._holds, "feeds": sorted(self._feeds)}
        return ours | said

    def apply(self, batch: Batch) -> Receipt | None:
        """As of every sink. The place becomes this sink's own, if it is nobody's yet."""
        hold(self._bucket, self._name, take=True)
        self._check_wiped()
        if not self._planned(batch):
            return None
        found = list(drops(batch, self._holds, self._form))
        with ThreadPoolExecutor(AT_ONCE, "drops") as pool:
            written = list(pool.map(self._write, found, self._bodies(batch, found)))
        commit = {
            "after": batch.after,
            "upto": batch.upto,
            "as_of": stamp(batch.as_of),
            "mark": batch.mark,
            "ledger": batch.ledger,
            "feeds": list(self._feeds),
            "form": self._form,
            "holds": self._holds,
            "files": [{"name": drop.name, "rows": drop.rows.height} for drop in found],
        }
        if not self._commit(batch.upto, commit):
            return None
        return Receipt(
            after=batch.after,
            upto=batch.upto,
            rows=sum(drop.rows.height for drop in found),
            withdrawn=sum(change.withdrawn.height for change in batch.changes),
            refused={},
            bytes=sum(written),
        )

    def dead_letters(self) -> int:
        """None: a store that takes a file takes every row in it."""
        return 0

    def letters(self) -> list[Letter]:
        """None."""
        return []

    def try_again(self, lake: Lake) -> Again:
        """Nothing to try."""
        return Again()

    def wipe(self) -> None:
        """Remove every file of every batch, also of one that was not finished, and then the commits.

        The place stays this sink's own. Until all of it is gone nobody publishes there.
        Raises: SinkUnavailable; SinkRefused, also where it is another's.
        """
        hold(self._bucket, self._name, take=True)
        self._bucket.replace(self._wiping_name, _text({"sink": self._name}))
        commits = self._bucket.names(f"{self._control}/commits")
        begun = {int(PurePosixPath(name).stem) for name in commits}
        plan = self._read(self._plan_name(max(begun, default=0)))
        if plan is not None:
            begun.add(_whole(plan, "upto"))
        self._bucket.remove([name for name in self._bucket.names() if batch_of(name) in begun])
        self._bucket.remove(self._bucket.names(f"{self._control}/plans"))
        self._bucket.remove([self._head_name])
        self._bucket.remove(commits)
        self._bucket.remove([self._wiping_name])

    def _check_wiped(self) -> None:
        if self._bucket.read(self._wiping_name) is not None:
            raise SinkRefused(
                f"sink {self._name} is being emptied, or a publisher died while it was: `tieline publish "
                f"{self._name} --anew` empties and fills it"
            )

    @property
    def _control(self) -> str:
        return f"{CONTROL}/{self._name}"

    @property
    def _head_name(self) -> str:
        return f"{self._control}/head.json"

    @property
    def _wiping_name(self) -> str:
        return f"{self._control}/wiping.json"

    def _plan_name(self, after: int) -> str:
        return f"{self._control}/plans/{after:012d}.json"

    def _last(self) -> dict[str, object] | None:
        """The newest commit; None if there is none yet."""
        head = self._read(self._head_name)
        after = None if head is None else f"{_whole(head, 'sequence') - 1:012d}.json"
        names = self._bucket.names(f"{self._control}/commits", after=after)
        return self._read(names[-1]) if names else None

    def _read(self, name: str) -> dict[str, object] | None:
        body = self._bucket.read(name)
        if body is None:
            return None
        try:
            found = json.loads(body)
        except ValueError as error:
            raise SinkRefused(f"sink {self._name}: {name} is not what tieline wrote") from error
        if not isinstance(found, dict):
            raise SinkRefused(f"sink {self._name}: {name} is not what tieline wrote")
        return found

    def _planned(self, batch: Batch) -> bool:
        """Whether this batch is the one that goes on from its position; the first who says so decides.

        Of a plan that says no mark the caller knows that it is of this lake.
        """
        name = self._plan_name(batch.after)
        plan = {
            "after": batch.after,
            "upto": batch.upto,
            "as_of": stamp(batch.as_of),
            "mark": batch.mark,
            "ledger": batch.ledger,
            "feeds": sorted(self._feeds),
            "form": self._form,
            "holds": self._holds,
        }
        if self._bucket.create(name, _text(plan)):
            return True
        said = self._read(name)
        return said is not None and {"mark": batch.mark} | self._begun(said) == plan

    def _bodies(self, batch: Batch, found: Sequence[Drop]) -> Iterator[dict[str, bytes]]:
        for drop in found:
            certificate = batch.certify(drop.feed, drop.day)
            yield encoded(drop, self._form, certificate.as_json())

    def _write(self, drop: Drop, bodies: dict[str, bytes]) -> int:
        """Write a drop and what lies beside it; gives how many bytes were new."""
        return sum(len(body) for name, body in bodies.items() if self._bucket.create(name, body))

    def _commit(self, upto: int, commit: dict[str, object]) -> bool:
        """Say that a batch is there; False if another publisher said so first.

        Raises: OutcomeUnknown, also where the place was emptied meanwhile; SinkRefused.
        """
        self._check_wiped()
        if self._read(self._plan_name(_whole(commit, "after"))) is None:
            raise OutcomeUnknown(f"sink {self._name} was emptied while a batch was being written")
        try:
            if not self._bucket.create(f"{self._control}/commits/{upto:012d}.json", _text(commit)):
                return False
            self._bucket.replace(self._head_name, _text({"sequence": upto}))
        except SinkUnavailable as error:
            raise OutcomeUnknown(f"{error.text}, while a batch was being committed") from error
        return True


def _plan(tree: dict[str, object]) -> Plan:
    mark = tree.get("mark")
    return Plan(
        _whole(tree, "upto"),
        datetime.fromisoformat(str(tree["as_of"])),
        None if mark is None else str(mark),
    )


def _text(tree: dict[str, object]) -> bytes:
    return (json.dumps(tree, indent=1) + "\n").encode()


def _whole(tree: dict[str, object], key: str) -> int:
    value = tree.get(key)
    if not isinstance(value, int):
        raise SinkRefused(f"{key} of a control object is {value!r}, no whole number")
    return value


def _names(tree: dict[str, object], key: str) -> tuple[str, ...]:
    value = tree.get(key)
    if not isinstance(value, list):
        raise SinkRefused(f"{key} of a control object is {value!r}, no list")
    return tuple(str(one) for one in value)
