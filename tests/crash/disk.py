"""A model of a disk behind a page cache: what a power cut may leave of a list of durable actions.

Bytes of a file are safe once the file was synced; names in a folder (made, renamed, removed) once
that folder was synced. Of everything else a power cut keeps any part: a write may be there, be lost,
be torn at any byte or between any pages, or have only made the file longer, with zeros; a name may be there or not,
whatever became of the bytes behind it. A killed process loses nothing, but what it did not sync
is as unsafe afterwards as before.

Not modelled: bytes that were safe and rot, a disk that says it has synced and has not, a rename that
is half there, and SQLite's shared memory (`-shm`), which it makes anew.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

Kind = Literal[
    "create",
    "folder",
    "write",
    "truncate",
    "sync",
    "rename",
    "unlink",
    "sync-folder",
    "done",
    "put",
    "delete",
]
Way = Literal["kill", "lost", "kept", "names", "random"]

WAYS: tuple[Way, ...] = ("kill", "lost", "kept", "names", "random")
"""How a life ends: killed, or the power cut with nothing kept, all kept, all names, by chance."""

PAGE = 4096

FOLDER = 0
"""Stands for a folder where a file has its number."""


@dataclass(frozen=True, slots=True)
class Action:
    """One step. `path` and `to` are relative to the root; `number` names a file whatever its name.

    `done` is no action of the disk: the life tells that an act is through. `put` and `delete` are done
    to objects of a store that is elsewhere, and last.
    """

    kind: Kind
    path: str
    number: int = FOLDER
    offset: int = 0
    data: bytes = b""
    to: str = ""

    def __str__(self) -> str:
        more = f" -> {self.to}" if self.to else ""
        size = f" {self.offset}+{len(self.data)}" if self.kind in ("write", "truncate") else ""
        return f"{self.kind} {self.path}{more}{size}"


@dataclass(slots=True)
class File:
    """Bytes that are safe, and what was written since the last sync."""

    safe: bytearray = field(default_factory=bytearray)
    since: list[Action] = field(default_factory=list)

    def copy(self) -> File:
        return File(bytearray(self.safe), list(self.since))

    def seen(self) -> bytearray:
        """What a process reads."""
        found = bytearray(self.safe)
        for action in self.since:
            _write(found, action, len(action.data))
        return found


@dataclass(slots=True)
class Disk:
    """Files by number, safe names, and changes of names since their folder's last sync.

    objects: those of a store elsewhere, which no end of ours changes
    """

    files: dict[int, File] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    since: list[Action] = field(default_factory=list)
    next_number: int = 1
    objects: dict[str, bytes] = field(default_factory=dict)

    def copy(self) -> Disk:
        return Disk(
            {number: file.copy() for number, file in self.files.items()},
            dict(self.names),
            list(self.since),
            self.next_number,
            dict(self.objects),
        )

    def seen(self) -> dict[str, int]:
        """The names that a process sees."""
        found = dict(self.names)
        for action in self.since:
            _rename(found, action)
        return found

    def apply(self, action: Action) -> None:
        """Take one more action."""
        if action.kind in ("write", "truncate"):
            self.files[action.number].since.append(action)
        elif action.kind == "sync":
            file = self.files[action.number]
            for one in file.since:
                _write(file.safe, one, len(one.data))
            file.since = []
        elif action.kind == "sync-folder":
            self._sync_folder(action.path)
        elif action.kind == "put":
            self.objects[action.path] = action.data
        elif action.kind == "delete":
            self.objects.pop(action.path, None)
        elif action.kind != "done":
            if action.kind == "create":
                self.files[action.number] = File()
                self.next_number = max(self.next_number, action.number + 1)
            self.since.append(action)

    def _sync_folder(self, folder: str) -> None:
        left: list[Action] = []
        for action in self.since:
            if folder in (_folder_of(action.path), _folder_of(action.to or action.path)):
                _rename(self.names, action)
                if action.kind == "rename":
                    left = [one for one in left if one.path != action.path]
            else:
                left.append(action)
        self.since = left

    def ended(self, way: Way, chance: random.Random) -> Disk:
        """The disk as the next life finds it."""
        if way == "kill":
            return self.copy()
        after = Disk(next_number=self.next_number, objects=dict(self.objects))
        names = dict(self.names)
        for action in self.since:
            if way in ("kept", "names") or (way == "random" and chance.random() < 0.5):
                _rename(names, action)
        after.names = {path: number for path, number in names.items() if _reached(path, names)}
        for number in sorted(set(after.names.values()) - {FOLDER}):
            after.files[number] = File(_left(self.files[number], way, chance))
        return after

    def lay(self, root: Path) -> None:
        """Put what a process would see into a real folder."""
        root.mkdir(parents=True)
        for path, number in sorted(self.seen().items()):
            if number == FOLDER:
                (root / path).mkdir()
            else:
                (root / path).write_bytes(self.files[number].seen())

    def lay_objects(self, root: Path) -> None:
        """Put the objects of the store elsewhere into a real folder."""
        root.mkdir()
        for name, data in self.objects.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(data)

    def objects_differ(self, root: Path) -> list[str]:
        """Names of the store elsewhere whose objects are not those of the model."""
        real = {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
        }
        both = real.keys() | self.objects.keys()
        return sorted(name for name in both if real.get(name) != self.objects.get(name))

    def differs(self, root: Path) -> list[str]:
        """Paths whose bytes in a real folder are not those of the model; so nothing went past it."""
        seen = self.seen()
        real = {str(path.relative_to(root)): path for path in root.rglob("*")}
        wrong = sorted(path for path in seen.keys() ^ real.keys() if not path.endswith("-shm"))
        for path, number in seen.items():
            if number == FOLDER or path not in real:
                continue
            if real[path].read_bytes() != self.files[number].seen():
                wrong.append(path)
        return wrong


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def _reached(path: str, names: dict[str, int]) -> bool:
    folder = _folder_of(path)
    return not folder or (names.get(folder) == FOLDER and _reached(folder, names))


def _rename(names: dict[str, int], action: Action) -> None:
    if action.kind in ("create", "folder"):
        names[action.path] = action.number
    elif action.kind == "unlink":
        names.pop(action.path, None)
    else:
        names.pop(action.path, None)
        names[action.to] = action.number


def _write(content: bytearray, action: Action, length: int) -> None:
    """Carry out a write, only its first `length` bytes, or a truncation."""
    if action.kind == "truncate":
        del content[action.offset :]
        content.extend(bytes(action.offset - len(content)))
        return
    if len(content) < action.offset:
        content.extend(bytes(action.offset - len(content)))
    content[action.offset : action.offset + length] = action.data[:length]


def _left(file: File, way: Way, chance: random.Random) -> bytearray:
    """What a power cut leaves of a file."""
    if way == "kept":
        return file.seen()
    found = bytearray(file.safe)
    if way in ("lost", "names"):
        return found
    for action in file.since:
        fate = chance.randrange(5)
        length = len(action.data)
        if fate == 1:
            _write(found, action, length)
        elif fate == 2:
            _write(found, action, chance.randint(0, length))
        elif fate == 3 and action.offset + length > len(found):
            found.extend(bytes(action.offset + length - len(found)))
        elif fate == 4:
            for page in _pages(action):
                if chance.random() < 0.5:
                    _write(found, page, len(page.data))
    return found


def _pages(action: Action) -> list[Action]:
    """A write in the pages that a disk may write in any order."""
    if action.kind == "truncate":
        return [action]
    end = action.offset + len(action.data)
    cuts = [action.offset, *range((action.offset // PAGE + 1) * PAGE, end, PAGE), end]
    return [
        replace(
            action,
            offset=start,
            data=action.data[start - action.offset : stop - action.offset],
        )
        for start, stop in pairwise(cuts)
    ]
