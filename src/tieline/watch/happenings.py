"""What can happen, as small values: a noun and a verb in the past. Rooms that act record them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tieline.ledger import Cause, Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceFetched:
    """A publisher answered and the bytes lie in the raw store."""

    feed: str
    report: str
    slice: str
    url: str
    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceUnchanged:
    """A check found the same bytes, or rows that say nothing new."""

    feed: str
    report: str
    slice: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceCommitted:
    """Rows of a slice are in the lake under a sequence: the one full line of a slice."""

    feed: str
    report: str
    slice: str
    sequence: int
    counts: Counts
    bytes: int
    seconds: float
    known_at_utc: datetime | None = None
    stamp_max_utc: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceFailed:
    """A slice was asked for or read without success, and the ledger says so.

    `cause` is None where the fault is no publisher's: a bug, a full disk.
    """

    feed: str
    report: str
    slice: str
    error: str
    text: str
    cause: Cause | None = None
    seconds: float = 0.0
    retry_at_utc: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsRejected:
    """Rows of a payload were kept out and lie in quarantine."""

    feed: str
    report: str
    slice: str
    rows: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OddityNoticed:
    """Something readable but unexpected: an unknown code, a new column."""

    feed: str
    report: str
    slice: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapOpened:
    """Expected rows are missing."""

    feed: str
    report: str
    start_utc: datetime
    end_utc: datetime
    cause: Cause
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapClosed:
    """Rows that were missing have come."""

    feed: str
    report: str
    start_utc: datetime
    end_utc: datetime
    cause: Cause
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsMerged:
    """Small parts of closed days or months became fewer: `left` of `left_bytes`."""

    feed: str
    parts: int
    left: int
    rows: int
    bytes: int
    left_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesRemoved:
    """Files that nothing needs went: merged away long enough ago, or left by a crash."""

    replaced: int
    orphans: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPublished:
    """A sink holds the commits after `after` up to `upto`.

    `refused` rows lie in its dead letters; `behind_seconds` is how long ago the last commit was written.
    """

    sink: str
    after: int
    upto: int
    rows: int
    withdrawn: int
    refused: int
    bytes: int
    behind_seconds: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkFailed:
    """A sink could not be brought up to the ledger; its position stays, and nobody else waits for it."""

    sink: str
    error: str
    text: str
    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStumbled:
    """A worker met an error that nobody expected; it is recorded and raised on."""

    feed: str
    report: str
    error: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptsForgotten:
    """Old attempts that brought neither bytes nor rows are no longer listed; their number is kept."""

    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonStarted:
    """Collecting has begun."""

    version: str
    home: str
    feeds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceClosed:
    """Reports are not collected, for their service asks for what the settings do not have."""

    publisher: str
    reports: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonStopped:
    """Collecting has ended; everything begun was finished or given back."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswered:
    """The API answered. `route` is the pattern, not the address, so that its values are few."""

    method: str
    route: str
    status: int
    seconds: float


Happening = (
    SliceFetched
    | SliceUnchanged
    | SliceCommitted
    | SliceFailed
    | RowsRejected
    | OddityNoticed
    | GapOpened
    | GapClosed
    | PartsMerged
    | FilesRemoved
    | BatchPublished
    | SinkFailed
    | WorkerStumbled
    | AttemptsForgotten
    | DaemonStarted
    | ServiceClosed
    | DaemonStopped
    | RequestAnswered
)
