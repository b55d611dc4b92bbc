"""Names of the databases that a ledger lies in, as documents and commands say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tieline.errors import Unconfigured
from tieline.ledger import Ledger, open_copy
from tieline.settings import Settings, SinkSettings

Backend = Literal["sqlite", "postgres", "clickhouse"]
BACKENDS: Mapping[str, Backend] = {
    "sqlite": "sqlite",
    "postgres": "postgres",
    "postgresql": "postgres",
    "clickhouse": "clickhouse",
}
"""Names of the databases that a ledger, or a copy of it, can lie in."""


def check_backend(settings: Settings | None, backend: str) -> Backend:
    """The back end that a name means, which must be where the settings say that the ledger lies.

    Raises: Unconfigured.
    """
    if backend not in BACKENDS:
        raise Unconfigured(f"there is no ledger backend {backend!r}; say {', '.join(BACKENDS)}")
    name = BACKENDS[backend]
    if settings is None:
        return name
    if name == "clickhouse":
        _copy_settings(settings)
    elif (name == "sqlite") != (settings.ledger.url is None):
        within = settings.ledger.url is None
        lies = "in the home, as sqlite" if within else "where ledger.url says, in postgres"
        raise Unconfigured(
            f"the ledger lies {lies}; leave --backend out, or set TIELINE_LEDGER__URL"
        )
    return name


def copy_of(settings: Settings) -> Ledger:
    """The copy of the ledger in ClickHouse, to read.

    Raises: Unconfigured where the settings name none, or more than one; LedgerUnavailable.
    """
    return open_copy(_copy_settings(settings).url.get_secret_value())


def _copy_settings(settings: Settings) -> SinkSettings:
    found = {name: one for name, one in settings.sinks.items() if one.kind == "clickhouse"}
    if len(found) != 1:
        known = f"the sinks {', '.join(sorted(found))} do" if found else "no sink does"
        raise Unconfigured(
            f"one sink must copy the ledger to ClickHouse, and {known}; say it in tieline.toml: "
            '[sinks.analytics] kind = "clickhouse", url = "https://user:password@host:8443/tieline"'
        )
    return next(iter(found.values()))
