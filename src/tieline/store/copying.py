"""Files copied so that the copy is whole at any moment, and copied again only where they changed."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tieline.errors import TielineError
from tieline.store import files

_CHUNK = 1024 * 1024


def is_same(source: Path, target: Path) -> bool:
    """Whether a file was copied before and has not changed since."""
    if not target.exists():
        return False
    one, other = source.stat(), target.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def goes_on(source: Path, target: Path) -> bool:
    """Whether a file that is only ever added to still begins with what was copied of it before."""
    with source.open("rb") as one, target.open("rb") as other:
        while before := other.read(_CHUNK):
            if one.read(len(before)) != before:
                return False
    return True


def copy_file(
    source: Path, target: Path, check: Callable[[Path], None] = lambda copied: None
) -> int:
    """Copy a file with its time, forced to disk, whole or not at all; gives its bytes.

    A file that grows meanwhile is copied as far as it was when it was opened. `check` looks at the
    copy before it takes its name, and refuses it by raising.
    Raises: FileNotFoundError if it is gone by now; OSError; what `check` raises.
    """
    files.make_folder(target.parent)
    temporary = target.parent / f".{target.name}.{secrets.token_hex(4)}{files.TEMPORARY}"
    try:
        with source.open("rb") as reading, temporary.open("xb") as writing:
            shutil.copyfileobj(reading, writing, _CHUNK)
            writing.flush()
            os.fsync(writing.fileno())
        size = temporary.stat().st_size
        shutil.copystat(source, temporary)
        check(temporary)
        temporary.replace(target)
    except (OSError, TielineError):
        temporary.unlink(missing_ok=True)
        raise
    files.sync_folder(target.parent)
    return size


def listing(folder: Path) -> Iterator[Path]:
    """Every file under a folder that is data: no temporary files, no locks. In a stable order.

    Frames of notes stand before the text that they are made of: see `sidecar`.
    """
    found = [
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.name != "lock"
    ]
    yield from sorted(found, key=lambda path: (path.parent, path.name))
