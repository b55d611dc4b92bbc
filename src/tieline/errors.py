"""The one tree of errors.

Each class answers four questions as data: when to try again (`retry`), what the ledger writes
(`state`, `cause`), and how a command ends (`exit_code`).

    TielineError
      Unconfigured, UsageError                           never; names the setting and an example
      SourceError
        Unreachable, RateLimited                         later, with the wait the server asked for
        NotYetPublished, EmptyAnswer                     at the next slot
        Gone, Refused                                    never, until a person acts
        Unreadable                                       with a new recipe or the next payload; bytes kept
          ErrorPage, Truncated, WrongReport, Shrunk
        DriftFound, AmbiguousTime, ImpossibleTime        the same
      RowsRejected                                       a warning: rows kept out and counted
      UnitMismatch, UnknownZone, UnknownName             never; the value stands in the text
      StoreError
        LedgerConflict                                   at once, after reading again
        StorageFailed, LedgerUnavailable                 later
        Damaged                                          never
      SinkError
        SinkUnavailable                                  later
        SinkRefused                                      never
        OutcomeUnknown                                   reconcile: look before you write again
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal

Retry = Literal["never", "later", "next_slot", "new_recipe", "at_once", "reconcile"]

EXIT_OK = 0
EXIT_BUG = 1
EXIT_HOLES = 6
"""A range with holes: no class of its own, each hole is listed with its cause."""


class TielineError(Exception):
    """Base of everything tieline raises on purpose.

    The text says what happened and what a person should do. `feed`, `window` and `payload` name the
    feed or report, the slice and the SHA-256 of the bytes, as far as the raiser knew them; rooms
    above fill in what a room below could not know with `about`.
    """

    retry: ClassVar[Retry] = "never"
    state: ClassVar[str | None] = None
    cause: ClassVar[str | None] = None
    exit_code: ClassVar[int] = EXIT_BUG

    def __init__(
        self,
        text: str,
        *,
        feed: str | None = None,
        window: str | None = None,
        payload: str | None = None,
        wait: timedelta | None = None,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.feed = feed
        self.window = window
        self.payload = payload
        self.wait = wait

    def about(
        self, *, feed: str | None = None, window: str | None = None, payload: str | None = None
    ) -> TielineError:
        """Fill in what is not yet named; gives the same error, so it can be raised on."""
        self.feed = self.feed or feed
        self.window = self.window or window
        self.payload = self.payload or payload
        return self

    def __str__(self) -> str:
        named = [
            f"{label} {value}"
            for label, value in (
                ("feed", self.feed),
                ("window", self.window),
                ("payload", self.payload),
            )
            if value
        ]
        return f"{self.text} [{', '.join(named)}]" if named else self.text


class Unconfigured(TielineError):
    """A setting or key is missing or wrong; names it and shows an example."""

    exit_code = 2


class UsageError(TielineError):
    """A command or call was used wrongly."""

    exit_code = 2


class SourceError(TielineError):
    """Something a publisher did or did not do."""

    state = "failed"


class Unreachable(SourceError):
    """No connection, TLS failure, deadline passed, 5xx."""

    retry = "later"
    cause = "fetch_failed"
    exit_code = 3


class RateLimited(Unreachable):
    """429; `wait` is what the server asked for, if it did."""


class Refused(SourceError):
    """401 or 403."""

    cause = "fetch_failed"
    exit_code = 3


class NotYetPublished(SourceError):
    """The file is not there (404). Whether that is early, late or missing, the promise decides."""

    retry = "next_slot"
    cause = "not_yet_due"
    exit_code = 5


class EmptyAnswer(SourceError):
    """An answer with status 200 and nothing in it."""

    retry = "next_slot"
    cause = "empty_200"
    exit_code = 5


class Gone(SourceError):
    """Moved away for good: 410 or a retired address."""

    cause = "missing_upstream"
    exit_code = 5


class Unreadable(SourceError):
    """The payload cannot be read as its report; the bytes are kept."""

    retry = "new_recipe"
    cause = "quarantined"
    exit_code = 4


class ErrorPage(Unreadable):
    """HTML or an error message with status 200."""


class Truncated(Unreadable):
    """The bytes end too early: a cut zip, a cut last line."""


class WrongReport(Unreadable):
    """Another report, or another day than the slice asked for."""


class Shrunk(Unreadable):
    """A growing file lacks keys that an earlier version had."""


class DriftFound(SourceError):
    """A column was renamed, is missing, or the header cannot be recognised."""

    retry = "new_recipe"
    cause = "quarantined"
    exit_code = 4


class AmbiguousTime(SourceError):
    """A local stamp that could be two instants, and nothing in the payload decides."""

    retry = "new_recipe"
    cause = "quarantined"
    exit_code = 4


class ImpossibleTime(SourceError):
    """A local stamp that does not exist, or contradicts its own zone column."""

    retry = "new_recipe"
    cause = "quarantined"
    exit_code = 4


class RowsRejected(TielineError):
    """A warning: some rows could not be read, within the report's share; kept and counted."""

    retry = "new_recipe"
    state = "completed"
    cause = "quarantined"
    exit_code = 0


class UnitMismatch(TielineError):
    """A conversion between unlike quantities."""

    exit_code = 2


class UnknownZone(TielineError):
    """A time zone or market nobody declared."""

    exit_code = 2


class UnknownName(TielineError):
    """A feed, report, dataset or column that does not exist."""

    exit_code = 2


class StoreError(TielineError):
    """Something about bytes at rest or the ledger."""

    exit_code = 7


class LedgerConflict(StoreError):
    """Somebody else committed first: read again and try once more."""

    retry = "at_once"


class StorageFailed(StoreError):
    """Disk full, read-only or failing."""

    retry = "later"


class LedgerUnavailable(StoreError):
    """The ledger cannot be opened or is locked too long."""

    retry = "later"


class Damaged(StoreError):
    """Bytes at rest do not match their hash, or rows do not match their bytes."""

    exit_code = 8


class SinkError(TielineError):
    """Something about a place that rows are written to."""

    exit_code = 7


class SinkUnavailable(SinkError):
    """The sink is down; its position stays."""

    retry = "later"


class SinkRefused(SinkError):
    """The sink will never take this."""


class OutcomeUnknown(SinkError):
    """The write may or may not have happened: look before writing again."""

    retry = "reconcile"
