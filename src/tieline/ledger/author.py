"""Who writes: the name that stands on every commit."""

from __future__ import annotations

import functools
import getpass
import os
import socket


@functools.cache
def _account() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    return f"{name}@{socket.gethostname()}"


def author() -> str:
    """This process as `user@host/process`; a user without a name is its number."""
    return f"{_account()}/{os.getpid()}"
