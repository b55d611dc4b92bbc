"""Files that are there whole or not at all, and errors that say what to do."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from tieline.errors import StorageFailed

TEMPORARY = ".tmp"

_LASTING: set[Path] = set()
"""Names that this process has forced to disk."""


@contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turn what the operating system says about `path` into StorageFailed.

    Raises:  StorageFailed for any OSError inside: full, read-only, forbidden, failing.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageFailed(
            f"cannot use {error.filename or path}: {reason}; free space or make the folder writable"
        ) from error


def make_folder(folder: Path) -> None:
    """Make a folder and its parents so that they survive a power cut.

    Also where they are there already: a process may have been killed between making one and forcing
    its name to disk. Once in a process is enough.
    """
    if folder in _LASTING and folder.is_dir():
        return
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        make_name_last(folder, fresh=True)
    elif folder != folder.parent and os.access(folder.parent, os.R_OK | os.W_OK):
        make_folder(folder.parent)
        make_name_last(folder)


def make_name_last(path: Path, *, fresh: bool = False) -> None:
    """Force the name of a file or folder to disk; once in a process unless it is `fresh`."""
    if fresh or path not in _LASTING:
        sync_folder(path.parent)
        _LASTING.add(path)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write every byte at the handle's position, then force them to disk."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.fsync(handle)


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` at `path`: a reader, at any time and after any crash, sees all of it or none.

    Two processes may write the same path at once; the last rename stays. A kill leaves at most a
    temporary file beside it, which `sweep` removes.
    """
    make_folder(path.parent)
    temporary = path.parent / f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}{TEMPORARY}"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        try:
            write_all(handle, data)
        finally:
            os.close(handle)
        os.replace(temporary, path)  # noqa: PTH105 (the one step a test makes fail)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that the file at `path` stands for; other threads and processes wait.

    The kernel gives the lock back when a process dies, so no lock can be left behind.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def locked_now(path: Path) -> Iterator[bool]:
    """Hold the lock of the file at `path` if nobody else does; gives whether it is ours."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def sweep(root: Path, *, now: datetime, older_than: timedelta = timedelta(hours=1)) -> int:
    """Remove temporary files that a killed process left; gives how many.

    Younger ones may belong to a writer at work and stay.
    """
    limit = (now - older_than).timestamp()
    removed = 0
    with storing(root):
        for stale in root.rglob(f".*{TEMPORARY}"):
            try:
                if stale.stat().st_mtime <= limit:
                    stale.unlink()
                    removed += 1
            except FileNotFoundError:
                continue
    return removed
