"""Who works here: a name for this process, and whether another one still lives."""

from __future__ import annotations

import os
import socket
import uuid
from pathlib import Path

_BOOT = uuid.uuid4().hex[:8]


def this_process() -> str:
    """Name of this process in claims: host, process id, and a word that no other start has."""
    return f"{_host()}/{os.getpid()}/{_BOOT}"


def _host() -> str:
    """Where a process id means one process: two containers may have one name and count by themselves, and
    so may two machines, one the copy of the other, that were started each for itself."""
    try:
        space = Path("/proc/self/ns/pid").readlink().name
        start = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()}:{start}:{space.strip('pid:[]')}"


def dead(holder: str) -> bool:
    """Whether a holder is known to be gone: of this host, and no such process.

    Holders of other hosts are never known to be gone; their lease has to expire.
    """
    host, _, rest = holder.partition("/")
    pid, _, boot = rest.partition("/")
    if host != _host() or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return boot != _BOOT
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
