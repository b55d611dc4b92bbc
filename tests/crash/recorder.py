"""Every durable action that this process does in a folder, numbered, by Python and by SQLite; and what it
says to an object store in the folder `objects` beside it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import obstore
from obstore.store import LocalStore

from tests.crash.disk import FOLDER, Action, Disk, Kind
from tests.crash.vfs import telling

OBJECTS = "objects"
Gate = Callable[[int, Action], None]
"""Asked before each action, with its number; raises OSError to refuse it."""


class Recorder:
    """Writes down the actions of one life on a disk that begins as `before`.

    The actions are done in the real folder `root` too; only syncs are not, they are written down. What
    a file object of Python writes counts as one write when it is synced or renamed.
    """

    def __init__(self, root: Path, before: Disk, gate: Gate | None = None) -> None:
        self.root = root.resolve()
        self.before = before
        self.actions: list[Action] = []
        self.gate = gate
        self._names = before.seen()
        self._next = before.next_number
        self._handles: dict[int, tuple[str, int]] = {}
        self._lock = threading.RLock()
        self._real = {name: getattr(os, name) for name in _PATCHED}
        self._said: dict[str, Callable[..., Any]] = {"put": obstore.put, "delete": obstore.delete}

    def done(self, what: str) -> None:
        """Say that an act is through: from here on it must last."""
        self._take(Action("done", what))

    def disk(self, actions: int | None = None) -> Disk:
        """The disk after the first so many actions."""
        disk = self.before.copy()
        for action in self.actions[:actions]:
            disk.apply(action)
        return disk

    def minds(self, path: str) -> bool:
        return path.startswith(f"{self.root}{os.sep}")

    def sqlite_created(self, path: str) -> None:
        self._create(self._short(path))

    def sqlite_wrote(self, path: str, offset: int, data: bytes) -> None:
        self._of(self._short(path), "write", offset, data)

    def sqlite_truncated(self, path: str, size: int) -> None:
        self._of(self._short(path), "truncate", size)

    def sqlite_synced(self, path: str, *, folder: bool) -> None:
        self._of(self._short(path), "sync")
        if folder:
            self._take(Action("sync-folder", self._short(path).rpartition("/")[0]))

    def sqlite_removed(self, path: str, *, folder: bool) -> None:
        self._unlink(self._short(path))
        if folder:
            self._take(Action("sync-folder", self._short(path).rpartition("/")[0]))

    def open(self, path: Any, flags: int, mode: int = 0o777, **rest: Any) -> int:
        name = os.fspath(path)
        if not isinstance(name, str) or not (self.minds(name) or name == str(self.root)):
            return int(self._real["open"](path, flags, mode, **rest))
        short = self._short(name)
        with self._lock:
            if flags & os.O_CREAT and short not in self._names:
                self._create(short)
            handle = int(self._real["open"](path, flags, mode, **rest))
            self._handles[handle] = (short, self._names.get(short, FOLDER))
            if flags & os.O_TRUNC:
                self._of(short, "truncate", 0)
            return handle

    def close(self, handle: int) -> None:
        self._handles.pop(handle, None)
        self._real["close"](handle)

    def write(self, handle: int, data: Any) -> int:
        if handle not in self._handles:
            return int(self._real["write"](handle, data))
        with self._lock:
            path, number = self._handles[handle]
            at = os.lseek(handle, 0, os.SEEK_CUR)
            if _appends(handle):
                at = os.fstat(handle).st_size
            self._take(Action("write", path, number, at, bytes(data)))
            return int(self._real["write"](handle, data))

    def fsync(self, handle: int) -> None:
        if handle not in self._handles:
            path = str(Path(f"/proc/self/fd/{handle}").readlink())
            if not self.minds(path):
                self._real["fsync"](handle)
                return
            self._find(self._short(path))
            self._of(self._short(path), "sync")
            return
        path, number = self._handles[handle]
        self._take(Action("sync-folder" if number == FOLDER else "sync", path, number))

    def ftruncate(self, handle: int, size: int) -> None:
        if handle in self._handles:
            path, number = self._handles[handle]
            self._take(Action("truncate", path, number, size))
        self._real["ftruncate"](handle, size)

    def replace(self, source: Any, target: Any, **rest: Any) -> None:
        if self.minds(os.fspath(source)):
            short, to = self._short(os.fspath(source)), self._short(os.fspath(target))
            with self._lock:
                if short not in self._names:
                    self._find(short)
                self._take(Action("rename", short, self._names[short], to=to))
                self._names[to] = self._names.pop(short)
        self._real["replace"](source, target, **rest)

    def unlink(self, path: Any, **rest: Any) -> None:
        if self.minds(os.fspath(path)) and self._short(os.fspath(path)) in self._names:
            self._unlink(self._short(os.fspath(path)))
        self._real["unlink"](path, **rest)

    def mkdir(self, path: Any, mode: int = 0o777, **rest: Any) -> None:
        if self.minds(os.fspath(path)) and not os.path.lexists(path):
            short = self._short(os.fspath(path))
            self._take(Action("folder", short))
            self._names[short] = FOLDER
        self._real["mkdir"](path, mode, **rest)

    def put(self, store: Any, name: str, body: bytes, **rest: Any) -> Any:
        with self._lock:
            found = self._said["put"](store, name, body, **rest)
            if self._beside(store):
                self._take(Action("put", name, data=bytes(body)))
            return found

    def delete(self, store: Any, names: Any) -> None:
        """One after the other, so that some may be gone where a life ends."""
        for name in [names] if isinstance(names, str) else names:
            with self._lock:
                self._said["delete"](store, name)
                if self._beside(store):
                    self._take(Action("delete", name))

    def _beside(self, store: Any) -> bool:
        if not isinstance(store, LocalStore) or store.prefix is None:
            return False
        return Path(store.prefix).resolve() == self.root.parent / OBJECTS

    def _find(self, path: str) -> None:
        """Take in what a file object of Python wrote: all its bytes at once, as one write."""
        with self._lock:
            if path not in self._names:
                self._create(path)
            content = (self.root / path).read_bytes()
            self._of(path, "truncate", 0)
            self._of(path, "write", 0, content)

    def _short(self, path: str) -> str:
        return os.path.relpath(path, self.root) if path != str(self.root) else ""

    def _create(self, path: str) -> None:
        with self._lock:
            self._take(Action("create", path, self._next))
            self._names[path] = self._next
            self._next += 1

    def _unlink(self, path: str) -> None:
        with self._lock:
            self._take(Action("unlink", path, self._names[path]))
            del self._names[path]

    def _of(self, path: str, kind: Kind, offset: int = 0, data: bytes = b"") -> None:
        self._take(Action(kind, path, self._names[path], offset, data))

    def _take(self, action: Action) -> None:
        with self._lock:
            if self.gate is not None:
                self.gate(len(self.actions), action)
            self.actions.append(action)


_PATCHED = {
    "open": "open",
    "close": "close",
    "write": "write",
    "fsync": "fsync",
    "fdatasync": "fsync",
    "ftruncate": "ftruncate",
    "replace": "replace",
    "rename": "replace",
    "unlink": "unlink",
    "remove": "unlink",
    "mkdir": "mkdir",
}
"""Functions of `os`, and what stands in for each."""


@contextmanager
def recording(root: Path, before: Disk, gate: Gate | None = None) -> Iterator[Recorder]:
    """Write down what is done in `root`, which lies as `before` says."""
    recorder = Recorder(root, before, gate)
    with ExitStack() as stack:
        stack.enter_context(telling(recorder))
        for name, own in _PATCHED.items():
            stack.enter_context(patch.object(os, name, getattr(recorder, own)))
        for name in ("put", "delete"):
            stack.enter_context(patch.object(obstore, name, getattr(recorder, name)))
        yield recorder


def _appends(handle: int) -> bool:
    import fcntl

    return bool(fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_APPEND)
