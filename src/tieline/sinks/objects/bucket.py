"""A place for objects: an S3 bucket, or a folder, through one face.

Everything rests on one promise: of many who create one name, exactly one succeeds (`If-None-Match: *`,
or a link in a folder). Replacing an object on condition (`If-Match`) is not used: of 32 threads that
tried it on one object, some servers let two win (SeaweedFS 4.48, 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import obstore
from obstore import exceptions
from obstore.store import LocalStore, S3Store

from tieline.errors import SinkRefused, SinkUnavailable, Unconfigured

if TYPE_CHECKING:
    from obstore.store import S3Config

OURS = ("127.0.0.1", "::1", "localhost")
ANSWER_SECONDS = 60
TRIES = 2


class Bucket:
    """Objects under one prefix. Names are relative to it, with slashes."""

    def __init__(self, store: S3Store | LocalStore, sink: str) -> None:
        self._store = store
        self._sink = sink

    def create(self, name: str, body: bytes) -> bool:
        """Write an object that is not there; False if it is, whoever wrote it.

        Raises: SinkUnavailable, and then it may have been written or not; SinkRefused.
        """
        with self._reaching():
            try:
                obstore.put(self._store, name, body, mode="create")
            except (exceptions.AlreadyExistsError, exceptions.PreconditionError):
                return False
        return True

    def replace(self, name: str, body: bytes) -> None:
        """Write an object over what is there. Raises: SinkUnavailable, SinkRefused."""
        with self._reaching():
            obstore.put(self._store, name, body)

    def read(self, name: str) -> bytes | None:
        """An object's bytes; None if it is not there. Raises: SinkUnavailable, SinkRefused."""
        with self._reaching():
            try:
                return bytes(obstore.get(self._store, name).bytes())
            except FileNotFoundError:
                return None

    def names(self, folder: str | None = None, *, after: str | None = None) -> list[str]:
        """Names in a folder and below, in order; only those behind `after`. Without a folder all there are.

        Raises: SinkUnavailable, SinkRefused.
        """
        offset = None if after is None else f"{folder}/{after}"
        with self._reaching():
            try:
                found = obstore.list(self._store, folder and f"{folder}/", offset=offset)
                return sorted(meta["path"] for batch in found for meta in batch)
            except FileNotFoundError:
                return []

    def remove(self, names: list[str]) -> None:
        """Remove objects; absent ones are fine. Raises: SinkUnavailable, SinkRefused."""
        with self._reaching():
            try:
                obstore.delete(self._store, names)
            except FileNotFoundError:
                for name in names:
                    with suppress(FileNotFoundError):
                        obstore.delete(self._store, name)

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except (
            exceptions.PermissionDeniedError,
            exceptions.UnauthenticatedError,
            exceptions.InvalidPathError,
            exceptions.NotSupportedError,
            FileNotFoundError,
        ) as error:
            raise SinkRefused(f"sink {self._sink}: the store refuses: {told(error)}") from error
        except (exceptions.BaseError, OSError) as error:
            if "NoSuchBucket" in str(error):
                raise SinkRefused(f"sink {self._sink}: there is no such bucket") from error
            raise SinkUnavailable(
                f"sink {self._sink}: the store cannot be used: {told(error)}"
            ) from error


def open_bucket(
    sink: str,
    url: str,
    *,
    endpoint: str | None = None,
    region: str | None = None,
    access_key: str | None = None,
    secret_key: str | None = None,
) -> Bucket:
    """The place that an address names: `s3://bucket/prefix`, or `file:///folder`.

    Keys that are not given come from the environment (`AWS_ACCESS_KEY_ID` and its kin). A server is
    spoken to by TLS, which is verified; only on our own machine an `http://` endpoint is taken.
    Raises: Unconfigured.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc:
        folder = Path(unquote(parts.path))
        try:
            return Bucket(LocalStore(folder, mkdir=True), sink)
        except (exceptions.BaseError, OSError) as error:
            raise Unconfigured(
                f"sinks.{sink}.url: {folder} cannot be used: {told(error)}"
            ) from error
    if parts.scheme != "s3" or not parts.netloc:
        raise Unconfigured(
            f"sinks.{sink}.url is no place for objects; say s3://bucket/prefix or file:///folder"
        )
    told_of: S3Config = {}
    if region is not None:
        told_of["region"] = region
    if endpoint is not None:
        told_of["endpoint"] = endpoint
        told_of["virtual_hosted_style_request"] = False
    if access_key is not None:
        told_of["access_key_id"] = access_key
        told_of["secret_access_key"] = secret_key or ""
    store = S3Store(
        parts.netloc,
        prefix=parts.path.strip("/") or None,
        config=told_of,
        client_options={
            "timeout": timedelta(seconds=ANSWER_SECONDS),
            "connect_timeout": timedelta(seconds=10),
            "allow_http": endpoint is not None and _may_be_plain(sink, endpoint),
        },
        retry_config={"max_retries": TRIES, "retry_timeout": timedelta(seconds=ANSWER_SECONDS)},
    )
    return Bucket(store, sink)


def _may_be_plain(sink: str, endpoint: str) -> bool:
    """Whether an endpoint speaks without TLS, which only our own machine may."""
    parts = urlsplit(endpoint)
    if parts.scheme == "https":
        return False
    if parts.scheme == "http" and parts.hostname in OURS:
        return True
    raise Unconfigured(
        f"sinks.{sink}.endpoint must be https://...; http:// is only for a server on this machine"
    )


def told(error: Exception) -> str:
    """The first line of what the store said."""
    return (str(error) or type(error).__name__).strip().split("\n")[0][:400]
