"""Bytes as a publisher sent them, and the documents inside."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Basis = Literal["published", "modified", "fetched"]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Known:
    """When anyone could know something, and on what ground we say so."""

    at_utc: datetime
    basis: Basis


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes of one answer.

    `requested_at_utc` and `fetched_at_utc` bracket the exchange. `headers` has lower-case names.
    `not_modified` marks a 304: then `data` is empty and `sha256` is that of the bytes the server
    confirmed.
    """

    data: bytes
    url: str
    requested_at_utc: datetime
    fetched_at_utc: datetime
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""
    not_modified: bool = False

    def __post_init__(self) -> None:
        if not self.sha256:
            object.__setattr__(self, "sha256", sha256(self.data))


@dataclass(frozen=True, slots=True)
class Document:
    """One readable thing in a payload: the payload itself, or one member of an archive.

    `member` is the member's name in the archive, None for a plain file. `modified` is the member's
    own time as a naive local clock reading, as archives carry it. `sha256` is of these bytes.
    """

    data: bytes
    member: str | None = None
    modified: datetime | None = None
    sha256: str = ""

    def __post_init__(self) -> None:
        if not self.sha256:
            object.__setattr__(self, "sha256", sha256(self.data))
