"""What the ledger writes down: entries, parts, contracts, gaps, watermarks, commits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from tieline.values import Basis, Slice, Window

State = Literal["pending", "running", "completed", "failed", "superseded"]
Origin = Literal["collect", "import", "replay"]
Kind = Literal["collect", "import", "replay", "repair", "rebuild", "merge", "contract", "check"]
"""A repair is a replay that made lost parts again without the rows that an older recipe had in them."""
Cause = Literal[
    "not_collected",
    "not_yet_due",
    "late_upstream",
    "missing_upstream",
    "empty_200",
    "fetch_failed",
    "quarantined",
    "lost_by_us",
    "not_applicable",
]


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one entry: read = new + revised + unchanged + duplicate + conflicting + rejected.

    `aside` are those of the rejected that are no fault: look-ahead rows, which belong elsewhere.
    """

    read: int = 0
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    duplicate: int = 0
    conflicting: int = 0
    rejected: int = 0
    gone: int = 0
    same: int = 0
    aside: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One observation that the ledger wrote down.

    `observation_id` is the id of the first entry of this observation over all recipes.
    `payload_sha256` is the hash of the raw object (an archive, say), `member` the file inside it and
    `content_sha256` the hash of the document that was read. `cover` is the hull of the stamps in
    it. `sequence` is the commit that wrote it, `superseded_sequence` the commit that replaced it.
    An attempt that brought no bytes has no payload and no known time.
    """

    entry_id: int
    observation_id: int
    report: str
    window: Window
    day: date | None
    state: State
    origin: Origin
    recipe: str
    fetched_at_utc: datetime
    payload_sha256: str | None = None
    member: str | None = None
    content_sha256: str | None = None
    known_at_utc: datetime | None = None
    known_basis: Basis | None = None
    cover: Window | None = None
    url: str | None = None
    bytes: int = 0
    counts: Counts = field(default_factory=Counts)
    error: str | None = None
    cause: Cause | None = None
    text: str | None = None
    retry_at_utc: datetime | None = None
    sequence: int | None = None
    superseded_sequence: int | None = None
    run: str = ""
    version: str = ""

    @property
    def slice(self) -> Slice:
        return Slice(self.report, self.window, self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One immutable Parquet file of canonical rows, named by its own hash.

    `path` is relative to the folder of parts. `sequence` is the commit it belongs to and so of all its
    rows; a merged part carries `row_sequence` on each row instead. `replaced_sequence` is the
    commit that merged it away. `stamps` and `known` are closed hulls (min, max) of its rows.
    `level` is 0 for a part of a commit, 1 for merged days, 2 for merged months. `single` says that no
    identity has two rows in it and that every row is live; `bounds` are (column, least, greatest) of its
    key columns in the order of bytes. Merged parts of one sequence and report share no identity.
    """

    sha256: str
    path: str
    dataset: str
    feed: str
    report: str
    rows: int
    bytes: int
    merged: bool
    stamps: tuple[datetime, datetime]
    known: tuple[datetime, datetime]
    day: date | None
    sequence: int | None = None
    replaced_sequence: int | None = None
    level: int = 0
    single: bool = False
    bounds: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Under which rules a feed answers, since a sequence: precedence, print ranks, key columns."""

    feed: str
    dataset: str | None
    reports: tuple[str, ...]
    prints: tuple[tuple[str, int], ...]
    key: tuple[str, ...]
    sequence: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A hole: half-open span of the expected intervals that are not there, and why.

    A ledger that an older tieline wrote has the gaps of end labels by these labels, a step later, until
    their day is counted again.
    """

    feed: str
    report: str
    start_utc: datetime
    end_utc: datetime
    cause: Cause
    missing: int
    """How many expected rows (stamps times entities) lie in it."""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """How complete one market day of a report is.

    `expected` is None where no count can be expected. `high_utc` is the newest complete stamp,
    `hole_utc` the begin of the first interval that is missing and not accepted as missing upstream.
    """

    feed: str
    report: str
    day: date
    expected: int | None
    received: int
    extras: int
    high_utc: datetime | None
    hole_utc: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """Newest complete interval, and the end of the unbroken stretch since the declared start."""

    feed: str
    report: str
    high_utc: datetime | None
    contiguous_utc: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the ledger knows of a report at a glance, kept up to date by every commit.

    `entries` counts all that were ever written, `rows` (new ones) and `rejected` those not superseded.
    `last_fetch_utc` is the newest fetch that brought bytes, `last_new_utc` the newest that brought
    new or revised rows; `last_failure` is the newest failed entry if none completed after it.
    """

    report: str
    entries: int = 0
    rows: int = 0
    rejected: int = 0
    last_fetch_utc: datetime | None = None
    last_new_utc: datetime | None = None
    stamp_max_utc: datetime | None = None
    last_failure: Entry | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row kept out, as the quarantine keeps it."""

    entry_id: int
    source_row: int
    column: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unread:
    """What one unreadable row of an entry speaks of, as far as it says so.

    `key` has the values of the columns by which a grid tells its entities apart, in their order; None
    where one of them could not be read, as `stamp_utc` is None where its time could not be.
    """

    entry_id: int
    stamp_utc: datetime | None
    key: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to work on a slice until `expires`; `fence` rises with every claim.

    `attempts` counts this try, those that failed before it and those that nobody ended. `inherited` is
    said to who took it while the claim of one who did not end lay there.
    """

    slice: Slice
    holder: str
    fence: int
    expires: datetime
    attempts: int
    inherited: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How often a slice was tried since it last went well, and why the last try did not."""

    slice: Slice
    tries: int
    first_utc: datetime
    last_utc: datetime
    next_utc: datetime | None
    error: str | None
    cause: Cause | None
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """Attempts of a report that brought nothing, ended with one error, and are no longer listed."""

    report: str
    error: str
    entries: int
    first_utc: datetime
    last_utc: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One commit as the ledger keeps it: what it was, who wrote it, with which version.

    `who` is `user@host/process`; None in a ledger whose commits did not say so when it was written.
    """

    sequence: int
    at_utc: datetime
    kind: Kind
    report: str | None
    run: str
    version: str
    who: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A stored entry whose verdict is another now: superseded, quarantined, healed."""

    entry_id: int
    state: State
    counts: Counts | None = None
    error: str | None = None
    cause: Cause | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """Everything one transaction writes, under one sequence number.

    `believed` is the last sequence of the report that the writer had seen: if another commit of
    that report came between, the transaction loses with LedgerConflict.
    The gaps of each of `days` are replaced by `gaps`.
    """

    at_utc: datetime
    kind: Kind
    report: str | None = None
    believed: int | None = None
    claim: Claim | None = None
    entries: tuple[Entry, ...] = ()
    changes: tuple[Change, ...] = ()
    parts: tuple[Part, ...] = ()
    replaced: tuple[str, ...] = ()
    contracts: tuple[Contract, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    unread: tuple[Unread, ...] = ()
    days: tuple[DayCount, ...] = ()
    gaps: tuple[Gap, ...] = ()
    watermarks: tuple[Watermark, ...] = ()
    run: str = ""
    version: str = ""
