"""Where a server may listen: beyond this machine only with keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tieline.errors import Unconfigured

if TYPE_CHECKING:
    from tieline.settings import Settings


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
