"""Who wrote what, how often it was tried, and what may be forgotten: every ledger alike."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from typing import Any

import pytest

from tests.ledger.conftest import (
    DAY,
    T0,
    entry,
    slice_of,
)
from tests.ledger.test_contract import LEASE, commit, take
from tieline.errors import LedgerConflict
from tieline.ledger import (
    Counts,
    Ledger,
    retention,
)
from tieline.values import Window


def test_every_commit_says_who_and_with_which_version(ledger: Ledger) -> None:
    commit(ledger, entry(1), run="r1", version="1.2")
    commit(ledger, kind="merge", run="r1", version="1.3")
    first, second = ledger.commits()
    assert (first.kind, first.run, first.version, first.at_utc) == ("collect", "r1", "1.2", T0)
    assert (second.sequence, second.kind, second.version) == (2, "merge", "1.3")
    assert first.who is not None
    assert first.who.endswith(f"@{socket.gethostname()}/{os.getpid()}")
    assert ledger.commits(since=1) == ledger.commits(sequences=[2]) == [second]
    assert ledger.commits(limit=1) == [first]


def test_text_that_a_database_refuses_is_kept_readable(ledger: Ledger) -> None:
    """Bytes of a publisher can hold anything: NUL characters, halves of a pair, whole ones."""
    commit(ledger, entry(1, text="a\x00b\ud800c\U0001f600 é", member="x\x00.csv"))
    found = ledger.entry(1)
    assert found is not None
    assert (found.text, found.member) == ("a\ufffdb\ufffdc\U0001f600 é", "x\ufffd.csv")


def test_names_are_ordered_by_their_characters_numbers(ledger: Ledger) -> None:
    names = ["a:b", "B:a", "a:B", "a-b", "Z", "é", "a:b c"]
    for name in names:
        commit(ledger, report=name)
    assert [one.report for one in ledger.summaries()] == sorted(names)


def test_a_renewed_claim_is_not_taken_over(ledger: Ledger) -> None:
    claim = take(ledger, "a")
    assert claim is not None
    ledger.renew(claim, at=T0 + timedelta(minutes=4), lease=LEASE)
    assert take(ledger, "b", 8) is None
    second = take(ledger, "b", 9)
    assert second is not None
    with pytest.raises(LedgerConflict, match="taken over"):
        ledger.renew(claim, at=T0 + timedelta(minutes=10), lease=LEASE)
    ledger.release(second)
    with pytest.raises(LedgerConflict):
        ledger.renew(second, at=T0, lease=LEASE)


def test_tries_are_counted_until_one_goes_well(ledger: Ledger) -> None:
    failed: dict[str, Any] = {
        "state": "failed",
        "payload_sha256": None,
        "content_sha256": None,
        "cover": None,
    }
    for number, error in ((1, "Unreachable"), (2, "RateLimited")):
        again = T0 + timedelta(hours=number)
        one = entry(number, **failed, counts=Counts(), error=error, text=error, retry_at_utc=again)
        commit(ledger, one)
    commit(ledger, entry(3, origin="import", **failed, counts=Counts(), error="Truncated"))
    (kept,) = ledger.attempts()
    assert (kept.slice, kept.tries, kept.error) == (slice_of(), 2, "RateLimited")
    assert kept.first_utc == T0 + timedelta(minutes=1)
    assert (kept.last_utc, kept.next_utc) == (T0 + timedelta(minutes=2), T0 + timedelta(hours=2))
    claim = take(ledger, "a")
    assert claim is not None
    assert claim.attempts == 3
    commit(ledger, entry(4), claim=claim)
    assert ledger.attempts() == []


def test_old_attempts_that_brought_nothing_are_forgotten_and_counted(ledger: Ledger) -> None:
    """The last one of a day stays, so does the first of each cause in a row, the last failure of a report,
    and all with bytes or rows."""
    other = DAY + timedelta(days=1)
    empty: dict[str, Any] = {
        "state": "failed", "payload_sha256": None, "content_sha256": None, "cover": None,
        "counts": Counts(), "error": "Unreachable", "cause": "fetch_failed",
    }  # fmt: skip
    slots = [slice_of().window.start + timedelta(minutes=5 * number) for number in range(4)]
    static = [
        entry(20 + n, day=None, window=Window(at, at + timedelta(minutes=5)), **empty)
        for n, at in enumerate(slots)
    ]
    commit(
        ledger,
        entry(1, **empty),
        entry(2, **(empty | {"error": "Refused"})),
        entry(3, **(empty | {"payload_sha256": "f" * 64})),
        entry(4, **empty),
        entry(5, other, **empty),
        entry(6, other),
        entry(7, other, fetched_at_utc=T0 + timedelta(days=80), **empty),
        *static,
    )
    commit(ledger, entry(30, **empty))
    before = T0 + timedelta(days=1)
    gone = {2, 4, 20, 21, 22}
    summaries = ledger.summaries()
    assert ledger.forget_attempts(before=T0) == 0
    assert ledger.forget_attempts(before=before) == len(gone)
    assert ledger.forget_attempts(before=before) == 0
    every = {*range(1, 8), *range(20, 24), 30}
    assert {one.entry_id for one in ledger.entries()} == every - gone
    assert ledger.summaries() == summaries
    counted = {one.error: (one.entries, one.first_utc, one.last_utc) for one in ledger.forgotten()}
    first, last = T0 + timedelta(minutes=4), T0 + timedelta(minutes=22)
    assert counted == {
        "Unreachable": (4, first, last),
        "Refused": (1, T0 + timedelta(minutes=2), T0 + timedelta(minutes=2)),
    }


def test_many_attempts_are_forgotten_in_pieces(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    empty: dict[str, Any] = {
        "state": "failed",
        "payload_sha256": None,
        "content_sha256": None,
        "cover": None,
    }
    for first in (1, 6):
        numbers = range(first, first + 5)
        commit(ledger, *(entry(n, **empty, counts=Counts(), error="Gone") for n in numbers))
    assert ledger.forget_attempts(before=T0 + timedelta(days=90)) == 9
    assert [one.entries for one in ledger.forgotten()] == [9]
    assert [one.entry_id for one in ledger.entries()] == [10]


def test_the_order_of_commits_is_not_the_clocks(ledger: Ledger) -> None:
    """A clock set back an hour between two commits changes neither their order nor what is found."""
    commit(ledger, entry(1, fetched_at_utc=T0 + timedelta(hours=1)), at_utc=T0 + timedelta(hours=1))
    commit(ledger, entry(2, fetched_at_utc=T0), at_utc=T0, believed=1)
    assert [(one.sequence, one.at_utc) for one in ledger.commits()] == [
        (1, T0 + timedelta(hours=1)),
        (2, T0),
    ]
    assert [one.entry_id for one in ledger.entries(since_sequence=1)] == [2]
