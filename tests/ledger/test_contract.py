"""What any ledger promises: commits whole or not at all, claims fenced, the past as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.ledger.conftest import (
    DAY,
    FEED,
    REPORT,
    T0,
    day_count,
    entry,
    gap,
    part,
    slice_of,
    window,
)
from tieline.errors import LedgerConflict
from tieline.ledger import (
    Change,
    Claim,
    Commit,
    Counts,
    Entry,
    Ledger,
    Rejection,
    Summary,
    Watermark,
)
from tieline.ledger.writing import KEPT_REJECTIONS
from tieline.values import Slice, Window

LEASE = timedelta(minutes=5)


def commit(ledger: Ledger, *entries: Entry, **told: object) -> int:
    values: dict[str, object] = {"at_utc": T0, "kind": "collect", "report": REPORT}
    return ledger.commit(Commit(entries=entries, **(values | told)))  # type: ignore[arg-type]


def take(ledger: Ledger, holder: str, minutes: int = 0, *dead: str) -> Claim | None:
    return ledger.claim(
        slice_of(),
        holder=holder,
        at=T0 + timedelta(minutes=minutes),
        lease=LEASE,
        dead=lambda name: name in dead,
    )


def test_a_new_ledger_is_empty(ledger: Ledger) -> None:
    assert ledger.sequence() == 0
    assert ledger.report_sequence(REPORT) == 0
    assert ledger.entries() == []
    assert ledger.parts() == []
    assert ledger.gaps() == []
    assert ledger.summaries() == []
    assert ledger.entry(1) is None


def test_each_commit_has_the_next_sequence(ledger: Ledger) -> None:
    assert [commit(ledger, entry(ledger.allocate(1))) for _ in range(4)] == [1, 2, 3, 4]
    assert ledger.sequence() == ledger.report_sequence(REPORT) == 4
    assert [one.sequence for one in ledger.entries()] == [1, 2, 3, 4]


def test_a_merge_is_no_news_of_its_report(ledger: Ledger) -> None:
    commit(ledger, entry(1), parts=(part("a", T0, T0), part("b", T0, T0)))
    commit(ledger, kind="merge", parts=(part("ab", T0, T0, merged=True),), replaced=("a", "b"))
    assert ledger.report_sequence(REPORT) == 1
    assert ledger.sequence() == 2


def test_ids_are_never_given_twice(ledger: Ledger) -> None:
    given = [(ledger.allocate(count), count) for count in (1, 5, 0, 2)]
    ids = [first + place for first, count in given for place in range(count)]
    assert len(set(ids)) == 8


def test_an_entry_comes_back_as_it_was_written(ledger: Ledger) -> None:
    written = entry(
        7,
        state="failed",
        member="20260302pal.csv",
        counts=Counts(9, 1, 2, 1, 1, 1, 3, 4, 5),
        error="Unreadable",
        cause="quarantined",
        text="a cell that is no number",
        retry_at_utc=T0 + LEASE,
        url="http://x/y",
        bytes=12,
        run="r",
        version="v",
    )
    commit(ledger, written)
    found = ledger.entry(7)
    assert found is not None
    assert found.sequence == 1
    assert found == entry_at(written, 1)


def entry_at(written: Entry, sequence: int) -> Entry:
    from dataclasses import replace

    return replace(written, sequence=sequence)


def test_what_was_believed_must_still_be_so(ledger: Ledger) -> None:
    commit(ledger, entry(1), believed=0)
    with pytest.raises(LedgerConflict, match="moved on from sequence 0 to 1"):
        commit(ledger, entry(2), believed=0, parts=(part("a", T0, T0),))
    assert [one.entry_id for one in ledger.entries()] == [1]
    assert ledger.parts() == []
    assert commit(ledger, entry(2), believed=1) == 2


def test_another_report_does_not_disturb_what_is_believed(ledger: Ledger) -> None:
    commit(ledger, entry(1))
    other = entry(2, report="nyiso:P-32")
    ledger.commit(Commit(at_utc=T0, kind="collect", report="nyiso:P-32", entries=(other,)))
    assert commit(ledger, entry(3), believed=1) == 3


def test_a_claim_of_a_living_holder_is_refused(ledger: Ledger) -> None:
    first = take(ledger, "a")
    assert first is not None
    assert take(ledger, "b", 4) is None
    assert [claim.holder for claim in ledger.claims()] == ["a"]


def test_an_expired_claim_is_taken_over(ledger: Ledger) -> None:
    first, second = take(ledger, "a"), take(ledger, "b", 5)
    assert first is not None
    assert second is not None
    assert second.fence > first.fence
    assert second.attempts == 2


def test_a_claim_of_a_dead_holder_is_taken_over_at_once(ledger: Ledger) -> None:
    first, second = take(ledger, "a"), take(ledger, "b", 0, "a")
    assert first is not None
    assert second is not None
    assert second.fence > first.fence


@pytest.mark.parametrize("first", ["day", "month"])
def test_a_month_and_a_day_in_it_are_not_claimed_at_once(ledger: Ledger, first: str) -> None:
    """By different holders; what is left behind of the one lapses when the other is taken."""
    whole = Window(window(DAY.replace(day=1)).start, window(DAY.replace(day=31)).end)
    slices = {"day": slice_of(), "month": Slice(REPORT, whole, None)}
    second = "month" if first == "day" else "day"

    def takes(what: str, holder: str, minutes: int, *dead: str) -> Claim | None:
        at = T0 + timedelta(minutes=minutes)
        return ledger.claim(
            slices[what], holder=holder, at=at, lease=LEASE, dead=lambda name: name in dead
        )

    left = takes(first, "a", 0)
    assert takes(second, "b", 4) is None
    outside = Slice(REPORT, window(date(2026, 5, 2)), date(2026, 5, 2))
    assert ledger.claim(outside, holder="b", at=T0, lease=LEASE, dead=lambda name: False)
    own = takes(second, "a", 4)
    assert own is not None
    ledger.release(own)
    assert takes(second, "b", 6) is not None
    with pytest.raises(LedgerConflict, match="taken over"):
        commit(ledger, entry(1), claim=left)
    assert [claim.slice for claim in ledger.claims()] == [outside, slices[second]]
    assert takes(first, "c", 7, "b") is not None


def test_a_commit_with_a_lost_claim_writes_nothing(ledger: Ledger) -> None:
    first, second = take(ledger, "a"), take(ledger, "b", 6)
    with pytest.raises(LedgerConflict, match="taken over"):
        commit(ledger, entry(1), claim=first, parts=(part("a", T0, T0),), days=(day_count(DAY),))
    assert ledger.sequence() == 0
    assert ledger.entries() == []
    assert ledger.parts() == []
    assert ledger.days(REPORT) == []
    assert [claim.holder for claim in ledger.claims()] == ["b"]
    assert commit(ledger, entry(1), claim=second) == 1
    assert ledger.claims() == []


def test_a_refused_commit_keeps_its_claim(ledger: Ledger) -> None:
    commit(ledger, entry(1))
    claim = take(ledger, "a")
    with pytest.raises(LedgerConflict):
        commit(ledger, entry(2), claim=claim, believed=0)
    assert commit(ledger, entry(2), claim=claim, believed=1) == 2


def test_fences_rise_over_releases(ledger: Ledger) -> None:
    fences = []
    for _ in range(3):
        claim = take(ledger, "a")
        assert claim is not None
        fences.append(claim.fence)
        ledger.release(claim)
    assert fences == sorted(set(fences))
    assert ledger.claims() == []


def test_a_lost_claim_cannot_release_its_successor(ledger: Ledger) -> None:
    first, second = take(ledger, "a"), take(ledger, "b", 9)
    assert first is not None
    ledger.release(first)
    assert [claim.holder for claim in ledger.claims()] == ["b"]
    assert second is not None


def test_a_supersession_has_a_moment(ledger: Ledger) -> None:
    commit(ledger, entry(1))
    commit(ledger, entry(2, observation_id=1), changes=(Change(entry_id=1, state="superseded"),))
    now = {one.entry_id: one.state for one in ledger.entries()}
    assert now == {1: "superseded", 2: "completed"}
    then = ledger.entries(at_sequence=1)
    assert [(one.entry_id, one.state, one.superseded_sequence) for one in then] == [
        (1, "completed", None)
    ]
    assert [one.entry_id for one in ledger.entries(states=["completed"], at_sequence=1)] == [1]
    assert [one.entry_id for one in ledger.entries(states=["completed"], at_sequence=2)] == [2]


def test_before_it_was_healed_a_refused_entry_was_refused(ledger: Ledger) -> None:
    commit(ledger, entry(1, state="failed", error="DriftFound", cause="quarantined"))
    commit(ledger, entry(2, observation_id=1), changes=(Change(entry_id=1, state="superseded"),))
    assert [one.state for one in ledger.entries(at_sequence=1)] == ["failed"]
    assert ledger.entries(states=["completed"], at_sequence=1) == []
    assert [one.entry_id for one in ledger.entries(states=["failed"], at_sequence=1)] == [1]


def test_entries_by_day_content_sequence_and_limit(ledger: Ledger) -> None:
    later = DAY + timedelta(days=1)
    commit(ledger, entry(1), entry(2, later))
    commit(ledger, entry(3, later))
    assert [one.entry_id for one in ledger.entries(day=later)] == [2, 3]
    assert [one.entry_id for one in ledger.entries(content_sha256=f"{2:064x}")] == [2]
    assert [one.entry_id for one in ledger.entries(since_sequence=1)] == [3]
    newest = ledger.entries(reports=[REPORT], limit=2, newest_first=True)
    assert [one.entry_id for one in newest] == [3, 2]
    assert [one.entry_id for one in ledger.entries(overlapping=window(later))] == [2, 3, 1][:2] or [
        one.entry_id for one in ledger.entries(overlapping=window(later))
    ] == [1, 2, 3]


def test_parts_are_pruned_by_their_stamps_and_sequence(ledger: Ledger) -> None:
    hour = timedelta(hours=1)
    commit(ledger, parts=(part("a", T0, T0 + hour),))
    commit(ledger, parts=(part("b", T0 + 2 * hour, T0 + 3 * hour),))

    def names(**asked: object) -> list[str]:
        return [one.sha256 for one in ledger.parts(**asked)]  # type: ignore[arg-type]

    assert names() == names(feeds=[FEED]) == names(report=REPORT) == ["a", "b"]
    assert names(feeds=["iso.rt.lmp.nyiso"]) == []
    assert names(stamps=Window(T0 + hour, T0 + hour)) == ["a"]
    assert names(stamps=Window(T0 + hour, T0 + 2 * hour)) == ["a", "b"]
    assert names(stamps=Window(T0 - hour, T0 - timedelta(microseconds=1))) == []
    assert names(at_sequence=1) == ["a"]
    assert names(at_sequence=0) == []


def test_merged_parts_answer_for_every_sequence_and_hide_what_they_replace(ledger: Ledger) -> None:
    commit(ledger, parts=(part("a", T0, T0),))
    commit(ledger, parts=(part("b", T0, T0),))
    commit(ledger, kind="merge", parts=(part("ab", T0, T0, merged=True),), replaced=("a", "b"))
    assert [one.sha256 for one in ledger.parts()] == ["ab"]
    assert [one.sha256 for one in ledger.parts(at_sequence=1)] == ["ab"]


def test_a_double_merge_loses_whole(ledger: Ledger) -> None:
    commit(ledger, parts=(part("a", T0, T0), part("b", T0, T0), part("c", T0, T0)))
    commit(ledger, kind="merge", parts=(part("ab", T0, T0, merged=True),), replaced=("a", "b"))
    with pytest.raises(LedgerConflict, match="merged by another"):
        commit(ledger, kind="merge", parts=(part("bc", T0, T0, merged=True),), replaced=("b", "c"))
    assert sorted(one.sha256 for one in ledger.parts()) == ["ab", "c"]
    assert ledger.sequence() == 2


def test_replaced_parts_are_forgotten_when_told(ledger: Ledger) -> None:
    from datetime import UTC, datetime

    commit(ledger, parts=(part("a", T0, T0), part("b", T0, T0)))
    commit(ledger, kind="merge", parts=(part("ab", T0, T0, merged=True),), replaced=("a", "b"))
    soon = datetime.now(UTC) + timedelta(minutes=1)
    assert ledger.replaced_parts(before=soon - timedelta(hours=1)) == []
    gone = ledger.replaced_parts(before=soon)
    assert sorted(one.sha256 for one in gone) == ["a", "b"]
    ledger.drop_parts([*gone, *ledger.parts()])
    assert ledger.replaced_parts(before=soon) == []
    assert [one.sha256 for one in ledger.parts()] == ["ab"]


def test_a_days_gaps_are_replaced_and_others_stay(ledger: Ledger) -> None:
    later = DAY + timedelta(days=1)
    first, second = window().start, window(later).start
    commit(
        ledger,
        days=(day_count(DAY, first), day_count(later, second)),
        gaps=(gap(DAY, first), gap(later, second)),
    )
    commit(ledger, days=(day_count(DAY),))
    assert [one.day for one in ledger.gaps()] == [later]
    assert [one.hole_utc for one in ledger.days(REPORT)] == [None, second]
    assert ledger.gaps(window=window(DAY)) == []
    assert ledger.gaps(feeds=["iso.rt.lmp.nyiso"]) == []


def test_days_of_a_window_come_oldest_first(ledger: Ledger) -> None:
    days = [date(2026, 3, number) for number in (9, 2, 5)]
    commit(ledger, days=tuple(day_count(day) for day in days))
    assert [one.day for one in ledger.days(REPORT)] == sorted(days)
    assert [one.day for one in ledger.days(REPORT, window=window(days[2]))] == [days[2]]


def test_watermarks_are_kept_once_a_report(ledger: Ledger) -> None:
    for hour in (1, 2):
        at = T0 + timedelta(hours=hour)
        mark = Watermark(feed=FEED, report=REPORT, high_utc=at, contiguous_utc=None)
        commit(ledger, watermarks=(mark,))
    assert ledger.watermarks() == [
        Watermark(feed=FEED, report=REPORT, high_utc=T0 + timedelta(hours=2), contiguous_utc=None)
    ]
    assert ledger.watermarks(feeds=["other"]) == []


def test_rejections_are_capped_and_counted(ledger: Ledger) -> None:
    many = KEPT_REJECTIONS + 50
    counted = entry(1, counts=Counts(read=many, rejected=many))
    rows = tuple(Rejection(1, row, "Load", "n/a", "unreadable") for row in range(many))
    commit(ledger, counted, rejections=rows)
    assert len(ledger.rejections(1)) == KEPT_REJECTIONS
    assert ledger.rejections(1)[0].source_row == 0
    assert ledger.summaries()[0].rejected == many


def test_a_summary_is_what_a_recount_gives(ledger: Ledger) -> None:
    commit(ledger, entry(1), entry(2, state="failed", error="Truncated", cause="quarantined"))
    assert_recounted(ledger)
    commit(ledger, entry(3, counts=Counts(read=4, new=1, revised=1, rejected=2)))
    assert_recounted(ledger)
    commit(
        ledger,
        entry(4, observation_id=1, origin="replay", counts=Counts(read=2, new=2)),
        changes=(
            Change(entry_id=1, state="superseded"),
            Change(entry_id=3, state="completed", counts=Counts(read=4, new=2, rejected=2)),
        ),
    )
    assert_recounted(ledger)
    looked = entry(5, state="failed", payload_sha256=None, counts=Counts(), error="Unreachable")
    commit(ledger, looked)
    assert_recounted(ledger)


def assert_recounted(ledger: Ledger) -> None:
    (found,) = ledger.summaries()
    every = ledger.entries()
    standing = [one for one in every if one.state != "superseded"]
    done = [one for one in standing if one.state == "completed"]
    failed = [one for one in standing if one.state == "failed"]
    assert found == Summary(
        report=REPORT,
        entries=len(every),
        rows=sum(one.counts.new for one in standing),
        rejected=sum(one.counts.rejected for one in standing),
        last_fetch_utc=max(one.fetched_at_utc for one in every if one.payload_sha256),
        last_new_utc=max(one.fetched_at_utc for one in done if one.counts.new + one.counts.revised),
        stamp_max_utc=max(one.cover.end for one in done if one.cover),
        last_failure=max(failed, key=lambda one: one.entry_id)
        if failed and failed[-1].entry_id > done[-1].entry_id
        else None,
    )


def test_every_verdict_stands_at_its_sequence(ledger: Ledger) -> None:
    """Refused, then healed, then counted otherwise, then superseded."""
    refused = entry(1, state="failed", error="Shrunk", cause="quarantined", text="lacks 2")
    commit(ledger, replace(refused, counts=Counts(read=2, rejected=2)))
    healed = Change(entry_id=1, state="completed", counts=Counts(read=2, new=2))
    counted = Change(entry_id=1, state="completed", counts=Counts(read=2, new=1, unchanged=1))
    for number, change in enumerate((healed, counted, Change(entry_id=1, state="superseded")), 2):
        commit(ledger, entry(number), changes=(change,))
    stood = [
        (one.state, one.error, one.cause, one.text, one.counts.new, one.superseded_sequence)
        for sequence in range(1, 5)
        for one in ledger.entries(at_sequence=sequence)
        if one.entry_id == 1
    ]
    assert stood == [
        ("failed", "Shrunk", "quarantined", "lacks 2", 0, None),
        ("completed", None, None, None, 2, None),
        ("completed", None, None, None, 1, None),
        ("superseded", None, None, None, 1, 4),
    ]
    for sequence, state in enumerate(("failed", "completed", "completed", "superseded"), 1):
        found = ledger.entries(at_sequence=sequence, states=[state])  # type: ignore[list-item]
        assert 1 in [one.entry_id for one in found]
