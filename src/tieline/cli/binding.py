"""What a server is told: where it may listen (beyond this machine only with keys), how it logs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tieline.errors import Unconfigured

if TYPE_CHECKING:
    from tieline.settings import Settings
    from tieline.watch import Recorder


def settings_to_serve(home: Path | None, host: str | None, port: int | None) -> Settings:
    """The settings with the address that was asked for.

    Raises: Unconfigured if it can be reached from outside and no API key is set.
    """
    from tieline.assemble import settings_of

    settings = settings_of(home)
    told = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    served = settings.serve.model_copy(update=told)
    if not is_loopback(served.host) and not served.api_keys:
        raise Unconfigured(
            f"{served.host} can be reached from outside this machine: set "
            "TIELINE_SERVE__API_KEYS=KEY, or serve at 127.0.0.1"
        )
    return settings.model_copy(update={"serve": served})


def is_loopback(host: str) -> bool:
    """Whether an address can only be reached from this machine."""
    return host == "localhost" or host.startswith("127.") or host == "::1"


def recorder_of(settings: Settings, *, json: bool) -> Recorder:
    """Where happenings go: lines for a person on a terminal, JSON lines elsewhere or where asked."""
    from tieline.watch import Recorder

    told = settings.log
    as_json = json or told.format == "json" or (told.format == "auto" and not sys.stderr.isatty())
    return Recorder(as_json=as_json, level=told.level)


@contextmanager
def listening(host: str, port: int) -> Iterator[None]:
    """Raises: Unconfigured if the server ends because it cannot have its address."""
    try:
        yield
    except SystemExit as error:
        raise Unconfigured(
            f"nothing can listen at {host}:{port}, see above; choose another port with --port"
        ) from error
