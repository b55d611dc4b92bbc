"""What may be asked: one frozen value, the same for Python, HTTP, commands and SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

from tieline.errors import UsageError
from tieline.feeds import PRINT_RANK

Revisions = Literal["latest", "first", "all"]
KnownRule = Literal["recorded", "assumed"]
Value = str | float | int | datetime | date | None
Wanted = Value | Sequence[Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a lake.

    dataset:     name of a dataset (then all its feeds) or id of one feed
    start, end:  aware, half-open; compared with `interval_start_utc` of the picked row
    where:       column to the value or values wanted; key columns, stamp, `publisher` and `feed` restrict
                 before the pick, all others filter the picked rows
    columns:     served columns in the order wanted; None: all of them
    as_of:       only what was known then; None: everything known
    revisions:   `latest`, `first`, or `all` rows of every chain, withdrawals included
    print:       only this print; the pick is then among its rows
    vintage:     forecasts only: `latest` known for each stamp, `all`, or one vintage by its instant
                 or market day
    at_sequence: as this lake would have answered after that commit
    known:       `assumed` takes the report's promise as the known time of rows fetched long after
    limit:       at most so many rows; `after` continues an answer that was cut
    """

    dataset: str
    start: datetime | None = None
    end: datetime | None = None
    where: Mapping[str, Wanted] = field(default_factory=dict)
    columns: tuple[str, ...] | None = None
    as_of: datetime | None = None
    revisions: Revisions = "latest"
    print: str | None = None
    vintage: Literal["latest", "all"] | datetime | date = "latest"
    at_sequence: int | None = None
    known: KnownRule = "recorded"
    limit: int | None = None
    newest_first: bool = False
    after: str | None = None

    def __post_init__(self) -> None:
        """Raises: UsageError for a naive instant or a word outside its closed set."""
        for name in ("start", "end", "as_of"):
            instant = getattr(self, name)
            if instant is not None and (
                not isinstance(instant, datetime) or instant.utcoffset() is None
            ):
                raise UsageError(
                    f"{name} must be an instant with a time zone, such as "
                    f"2026-03-01T05:00:00Z, not {instant!r}"
                )
        if self.start is not None and self.end is not None and self.end < self.start:
            raise UsageError(f"the window ends before it starts: {self.start} to {self.end}")
        _one_of("revisions", self.revisions, get_args(Revisions))
        _one_of("known", self.known, get_args(KnownRule))
        if self.print is not None:
            _one_of("print", self.print, tuple(PRINT_RANK))
        if isinstance(self.vintage, str):
            _one_of("vintage", self.vintage, ("latest", "all"))
        elif isinstance(self.vintage, datetime) and self.vintage.utcoffset() is None:
            raise UsageError(f"vintage must be an instant with a time zone, not {self.vintage!r}")
        if self.limit is not None and self.limit < 0:
            raise UsageError(f"limit must not be negative, got {self.limit}")
        if self.at_sequence is not None and self.at_sequence < 0:
            raise UsageError(f"at_sequence must not be negative, got {self.at_sequence}")


def _one_of(name: str, value: object, words: tuple[str, ...]) -> None:
    if value not in words:
        raise UsageError(f"{name} must be one of {', '.join(words)}, not {value!r}")
