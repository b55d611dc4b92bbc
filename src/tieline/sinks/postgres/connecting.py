"""Reaching a PostgreSQL, and what its refusals mean."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tieline.errors import SinkRefused, SinkUnavailable, Unconfigured

CONNECT_SECONDS = 10
REFUSALS = (
    errors.InvalidPassword,
    errors.InvalidAuthorizationSpecification,
    errors.InvalidCatalogName,
    errors.InsufficientPrivilege,
)
"""A person must act: waiting does not help."""

Connection = psycopg.Connection[tuple[object, ...]]


def connect(url: str, sink: str, namespace: str) -> Connection:
    """A connection in UTC whose tables lie in `namespace`; TLS is verified unless it is our own machine.

    Raises: Unconfigured for an address that cannot be read; SinkUnavailable, SinkRefused.
    """
    with reaching(sink):
        connection: Connection = psycopg.connect(_conninfo(url, sink), autocommit=False)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('search_path', %s, false)", [f'"{namespace}"'])
                cursor.execute("SET timezone = 'UTC'")
                cursor.execute("SET lock_timeout = '60s'")
                cursor.execute("SET idle_in_transaction_session_timeout = '300s'")
            connection.commit()
        except psycopg.Error:
            connection.close()
            raise
    return connection


def _conninfo(url: str, sink: str) -> str:
    try:
        told = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise Unconfigured(
            f"sinks.{sink}.url is no address of a PostgreSQL; say postgresql://user:password@host/database"
        ) from error
    ours = all(_is_loopback(host) for host in str(told.get("host") or "localhost").split(","))
    if not ours and "sslmode" not in told:
        told["sslmode"] = "verify-full"
        told.setdefault("sslrootcert", "system")
    told.setdefault("connect_timeout", CONNECT_SECONDS)
    told.setdefault("application_name", f"tieline {sink}")
    told |= {"keepalives": 1, "keepalives_idle": 30, "tcp_user_timeout": 60_000}
    return make_conninfo("", **told)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def reaching(sink: str) -> Iterator[None]:
    """Turn what PostgreSQL says into what a publisher can act on.

    Raises: SinkRefused where a person must act, SinkUnavailable where waiting may help.
    """
    try:
        yield
    except REFUSALS as error:
        raise SinkRefused(f"sink {sink}: PostgreSQL refuses: {told(error)}") from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise SinkUnavailable(f"sink {sink}: PostgreSQL cannot be used: {told(error)}") from error
    except psycopg.Error as error:
        raise SinkRefused(f"sink {sink}: PostgreSQL refuses: {told(error)}") from error


def told(error: psycopg.Error) -> str:
    """The first line of what the server said."""
    return (error.diag.message_primary or str(error) or type(error).__name__).strip().split("\n")[0]
