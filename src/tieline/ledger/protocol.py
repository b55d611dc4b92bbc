"""What a ledger can do; SQLite and PostgreSQL keep it, and whatever else wants to be one must too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from tieline.ledger.delta import Delta, Remaining
from tieline.ledger.records import (
    Attempt,
    Claim,
    Commit,
    Contract,
    DayCount,
    Entry,
    Forgotten,
    Gap,
    Kind,
    Part,
    Rejection,
    State,
    Summary,
    Unread,
    Watermark,
    Written,
)
from tieline.values import Slice, Window


class Ledger(Protocol):
    """The catalogue. Every method raises LedgerUnavailable where the ledger cannot be reached."""

    def close(self) -> None: ...

    def identity(self) -> str:
        """Names this ledger; a rebuilt one has another, for its sequence numbers mean others."""

    def belong(self, home: str, *, anew: bool = False) -> str:
        """Say in which home the ledger's files lie, unless that was said before (`anew`: in any case).

        Gives: whose it is.
        """

    def copy_to(self, path: Path) -> int:
        """Write one consistent snapshot as a new SQLite ledger; gives its sequence.

        Raises: StorageFailed if `path` cannot be written or is there already.
        """

    def delta(self, *, after: int, commits: int) -> Delta:
        """What up to so many commits after a sequence wrote, for who keeps a copy of the ledger."""

    def remaining(self) -> Remaining:
        """What of all that can leave the ledger without a commit is there."""

    def sequence(self) -> int:
        """Number of the last commit; 0 in a new home."""

    def report_sequence(self, report: str) -> int:
        """Number of the last commit that touched a report; 0 if none did."""

    def allocate(self, count: int) -> int:
        """Reserve entry ids; gives the first of `count` consecutive ones."""

    def claim(
        self,
        slice: Slice,
        *,
        holder: str,
        at: datetime,
        lease: timedelta,
        dead: Callable[[str], bool],
    ) -> Claim | None:
        """Take the right to work on a slice; None while somebody else works on it.

        A lease that expired by `at` is taken over, and one whose holder `dead` knows to be gone.
        """

    def renew(self, claim: Claim, *, at: datetime, lease: timedelta) -> None:
        """Put the end of a claim off to a lease from `at`, while the work goes on.

        Raises: LedgerConflict if it was taken over.
        """

    def release(self, claim: Claim) -> None:
        """Give a claim back without a commit; a claim that was lost meanwhile is left alone."""

    def claims(self) -> list[Claim]:
        """Every claim that is held or was left behind: the entries `running`, seen as work."""

    def attempts(self) -> list[Attempt]:
        """Slices whose last tries failed, by report and time: how often, why, when again."""

    def alone(self, report: str) -> AbstractContextManager[None]:
        """Be the one writer of a report on all hosts that share the ledger; others wait.

        It is a courtesy that spares lost work: what is right is guarded by `believed`.
        """

    def now(self) -> datetime:
        """The clock that all who share the ledger go by: leases are counted by it."""

    def commit(self, commit: Commit) -> int:
        """Write everything or nothing; gives the sequence.

        Sequences are in the order in which commits can be seen: who has seen one has seen all
        before it. A commit whose answer was lost is looked for, never written twice.
        Raises: LedgerConflict if the claim's fence or `believed` is no longer so;
                LedgerUnavailable if it was not written.
        """

    def commits(
        self,
        *,
        since: int = 0,
        sequences: Sequence[int] | None = None,
        kinds: Sequence[Kind] | None = None,
        limit: int | None = None,
    ) -> list[Written]:
        """Commits after a sequence, or some of them, oldest first: who wrote, with which version."""

    def forget_attempts(self, *, before: datetime) -> int:
        """Forget attempts older than an instant that brought neither bytes nor rows; gives how many.

        What is needed to say why something is missing stays, and so does the count. Doing it twice
        is doing it once.
        """

    def forgotten(self) -> list[Forgotten]:
        """How many attempts were forgotten, by report and error."""

    def entries(
        self,
        *,
        reports: Sequence[str] | None = None,
        day: date | None = None,
        overlapping: Window | None = None,
        states: Sequence[State] | None = None,
        content_sha256: str | None = None,
        since_sequence: int | None = None,
        at_sequence: int | None = None,
        known_since: datetime | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> list[Entry]:
        """Entries, oldest first unless told. `overlapping` compares slices and covers with
        it. `known_since` gives what was known then or later.

        With `at_sequence` the entries as they stood then: later ones hidden, later supersessions
        undone. `since_sequence` gives what was written after it.
        """

    def entry(self, entry_id: int) -> Entry | None: ...

    def parts(
        self,
        *,
        feeds: Sequence[str] | None = None,
        report: str | None = None,
        stamps: Window | None = None,
        at_sequence: int | None = None,
    ) -> list[Part]:
        """Parts not merged away that can hold rows visible at a sequence (default: now).

        Pruned by the hull of stamps (closed on both sides, so that end labels are found). A part that is not
        merged is given from its own sequence on; a merged part always, for its rows carry
        `row_sequence` and answer for every sequence themselves.
        """

    def replaced_parts(self, *, before: datetime) -> list[Part]:
        """Parts merged away before an instant of the machine's clock; no new reader asks for them."""

    def part_paths(self) -> set[str]:
        """Paths of every part that the catalogue names, those merged away included."""

    def drop_parts(self, parts: Sequence[Part]) -> None:
        """Forget parts that were merged away and whose files are gone."""

    def contracts(self, *, at_sequence: int | None = None) -> dict[str, Contract]: ...

    def contract_history(self) -> list[Contract]:
        """Every contract that was ever in force, oldest first."""

    def gaps(
        self,
        *,
        feeds: Sequence[str] | None = None,
        window: Window | None = None,
    ) -> list[Gap]: ...

    def days(self, report: str, *, window: Window | None = None) -> list[DayCount]:
        """Counts of the market days of a report that were asked for, oldest first."""

    def watermarks(self, *, feeds: Sequence[str] | None = None) -> list[Watermark]: ...

    def summaries(self) -> list[Summary]: ...

    def rejections(self, entry_id: int) -> list[Rejection]: ...

    def unread(self, entry_ids: Sequence[int]) -> list[Unread]:
        """Which places the unreadable rows of some entries speak of, by entry.

        Lines are kept of reports whose places are counted; an entry has one that may be any place
        where more rows were unreadable than are kept.
        """
