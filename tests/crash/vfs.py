"""SQLite's own writes, seen one by one: its default file system with four calls taken in between.

The structures are those of `sqlite3.h`. Its files are written by SQLite as ever; each write, truncation,
sync, creation and removal is told first to somebody, who may refuse it with an OSError.
"""

from __future__ import annotations

import _sqlite3
import ctypes
import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any, Protocol

OK, FULL, CANNOT_OPEN = 0, 13, 14
READ_ONLY = 8
IO_WRITE, IO_SYNC, IO_TRUNCATE, IO_DELETE = 778, 1034, 1546, 2570
CREATE = 0x4
JOURNALS = 0x800 | 0x4000 | 0x80000
"""Main journal, super-journal and WAL: SQLite syncs their folder with their first sync."""


class Told(Protocol):
    """Who hears of each action before it is done; raises OSError to refuse it."""

    def sqlite_created(self, path: str) -> None: ...

    def sqlite_wrote(self, path: str, offset: int, data: bytes) -> None: ...

    def sqlite_truncated(self, path: str, size: int) -> None: ...

    def sqlite_synced(self, path: str, *, folder: bool) -> None: ...

    def sqlite_removed(self, path: str, *, folder: bool) -> None: ...

    def minds(self, path: str) -> bool: ...


_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class _Vfs(Structure):
    _fields_ = [
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", c_void_p),
        ("xDelete", c_void_p),
    ]


class _Methods(Structure):
    _fields_ = [
        ("iVersion", c_int),
        ("xClose", c_void_p),
        ("xRead", c_void_p),
        ("xWrite", c_void_p),
        ("xTruncate", c_void_p),
        ("xSync", c_void_p),
        ("rest", c_void_p * 13),
    ]


class _File(Structure):
    _fields_ = [("pMethods", POINTER(_Methods))]


@contextmanager
def telling(told: Told) -> Iterator[None]:
    """Tell of every durable action of this process's SQLite on files that `told` minds."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = POINTER(_Vfs)
    vfs = library.sqlite3_vfs_find(None).contents
    before = vfs.xOpen, vfs.xDelete
    calls = _Calls(told, _OPEN(before[0]), _DELETE(before[1]))
    own_open, own_delete = _OPEN(calls.open), _DELETE(calls.delete)
    vfs.xOpen = ctypes.cast(own_open, c_void_p).value
    vfs.xDelete = ctypes.cast(own_delete, c_void_p).value
    try:
        yield
    finally:
        vfs.xOpen, vfs.xDelete = before
        calls.told = _Nobody()
        _KEPT.append((calls, own_open, own_delete))


_KEPT: list[object] = []
"""What C may still point to: a connection that is closed late uses its methods to the end."""


class _Nobody:
    """Hears of what is done late, when the life with all its bytes is gone."""

    def sqlite_created(self, path: str) -> None:
        return

    def sqlite_wrote(self, path: str, offset: int, data: bytes) -> None:
        return

    def sqlite_truncated(self, path: str, size: int) -> None:
        return

    def sqlite_synced(self, path: str, *, folder: bool) -> None:
        return

    def sqlite_removed(self, path: str, *, folder: bool) -> None:
        return

    def minds(self, path: str) -> bool:
        return False


class _Calls:
    """The calls between; keeps what C points to alive."""

    def __init__(self, told: Told, open_: Any, delete: Any) -> None:
        self.told = told
        self._open = open_
        self._delete = delete
        self._paths: dict[int, str] = {}
        self._fresh: set[int] = set()
        self._methods: dict[int, tuple[_Methods, Any, Any, Any, Any]] = {}
        self._own: list[Any] = []

    def open(self, vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        path = ctypes.string_at(name).decode() if name else ""
        mine = bool(path) and self.told.minds(path)
        new = mine and bool(flags & CREATE) and not Path(path).exists()
        if new and (code := _answer(lambda: self.told.sqlite_created(path), CANNOT_OPEN)):
            return code
        code = int(self._open(vfs, name, file, flags, out))
        if code == OK and mine:
            self._paths[file] = path
            if new and flags & JOURNALS:
                self._fresh.add(file)
            self._take(_File.from_address(file))
        return code

    def delete(self, vfs: int, name: bytes, folder: int) -> int:
        path = name.decode()
        if self.told.minds(path) and Path(path).exists():
            code = _answer(lambda: self.told.sqlite_removed(path, folder=bool(folder)), IO_DELETE)
            if code:
                return code
        return int(self._delete(vfs, name, folder))

    def _take(self, file: _File) -> None:
        """Give a file a copy of its methods with ours among them."""
        address = ctypes.addressof(file.pMethods.contents)
        if address not in self._methods:
            whole = _Methods.from_buffer_copy(file.pMethods.contents)
            close, write = _CLOSE(whole.xClose), _WRITE(whole.xWrite)
            truncate = _TRUNCATE(whole.xTruncate)
            own = (
                _CLOSE(lambda one: self._closed(close, one)),
                _WRITE(lambda *told: self._wrote(write, *told)),
                _TRUNCATE(lambda *told: self._truncated(truncate, *told)),
                _SYNC(lambda one, flags: self._synced(one)),
            )
            whole.xClose, whole.xWrite, whole.xTruncate, whole.xSync = (
                ctypes.cast(one, c_void_p).value for one in own
            )
            self._methods[address] = (whole, close, write, truncate, own)
        file.pMethods = ctypes.pointer(self._methods[address][0])

    def _closed(self, close: Any, file: int) -> int:
        self._paths.pop(file, None)
        self._fresh.discard(file)
        return int(close(file))

    def _wrote(self, write: Any, file: int, data: int, length: int, offset: int) -> int:
        path, content = self._paths[file], ctypes.string_at(data, length)
        code = _answer(lambda: self.told.sqlite_wrote(path, offset, content), IO_WRITE)
        return code or int(write(file, data, length, offset))

    def _truncated(self, truncate: Any, file: int, size: int) -> int:
        path = self._paths[file]
        code = _answer(lambda: self.told.sqlite_truncated(path, size), IO_TRUNCATE)
        return code or int(truncate(file, size))

    def _synced(self, file: int) -> int:
        fresh = file in self._fresh
        path = self._paths[file]
        code = _answer(lambda: self.told.sqlite_synced(path, folder=fresh), IO_SYNC)
        if code == OK:
            self._fresh.discard(file)
        return code


def _answer(tell: Callable[[], None], otherwise: int) -> int:
    """SQLite's code for what somebody says of an action."""
    try:
        tell()
    except OSError as error:
        if error.errno == errno.ENOSPC and otherwise == IO_WRITE:
            return FULL
        return otherwise
    return OK
