"""Files copied so that the copy is whole at any moment, and copied again only where they changed."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from tieline.store import files


def is_same(source: Path, target: Path) -> bool:
    """Whether a file was copied before and has not changed since."""
    if not target.exists():
        return False
    one, other = source.stat(), target.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def copy_file(source: Path, target: Path) -> int:
    """Copy a file with its time, forced to disk, whole or not at all; gives its bytes.

    A file that grows meanwhile is copied as far as it was when it was opened.
    Raises: FileNotFoundError if it is gone by now; OSError.
    """
    files.make_folder(target.parent)
    temporary = target.parent / f".{target.name}.{secrets.token_hex(4)}{files.TEMPORARY}"
    try:
        with source.open("rb") as reading, temporary.open("xb") as writing:
            shutil.copyfileobj(reading, writing, 1024 * 1024)
            writing.flush()
            os.fsync(writing.fileno())
        size = temporary.stat().st_size
        shutil.copystat(source, temporary)
        temporary.replace(target)
    except OSError:
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
