"""What every emulated publisher is: addresses that answer as of an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

CSV = "text/csv"
ZIP = "application/zip"
HTML = "text/html"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class File:
    """The bytes behind an address; `modified` is the second of the last write, None if unknown."""

    body: bytes
    media_type: str
    modified: int | None


@dataclass(frozen=True, slots=True)
class Dated:
    """A dated file: the second at which its day ends, and the columns a correction raises together."""

    ends: int
    values: tuple[int, ...]


class Site(Protocol):
    """One publisher.

    `path` is what follows the host, `public/csv/pal/20171122pal.csv`; `at` is a second since 1970.
    """

    def file(self, path: str, at: int) -> File | None:
        """The file as it stands at an instant, None where nothing is published there."""
        ...

    def not_found(self) -> bytes:
        """The page that goes with 404."""
        ...

    def another(self, path: str) -> str | None:
        """The address of another report for the same time, for answers under a wrong name."""
        ...

    def earlier(self, path: str) -> str | None:
        """The address of the same report one day (or archive) before."""
        ...

    def dated(self, path: str) -> Dated | None:
        """What a correction must know of a dated file; None for any other address."""
        ...

    def archive_clock(self, second: int) -> datetime:
        """What an archive writes as the time of a member, without a zone."""
        ...
