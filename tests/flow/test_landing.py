"""What a commit leaves: counts that add up, conflicts read again, late files, outdated recipes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.flow.conftest import Bench, bench_of, p32
from tests.flow.operator import DAY, balanced, flat, scene_of
from tieline.assemble import opened, settings_of
from tieline.errors import LedgerConflict
from tieline.flow import import_file, replay, replayable
from tieline.flow.house import Memory
from tieline.ledger import Commit, Entry

FILE = "20260302ExternalLimitsFlows.csv"
REPORT = "nyiso:P-32"
STAMPS = ("00:00", "00:05", "00:10")


def same(flow: float, stamps: tuple[str, ...] = STAMPS) -> bytes:
    return p32(stamps, lambda stamp, point: flow)


def entries(bench: Bench) -> list[Entry]:
    return bench.home.ledger.entries(reports=[REPORT])


def brought(bench: Bench, data: bytes, at: str) -> Entry:
    landed = bench.bring(data, at).landed
    assert landed is not None
    return landed.entries[0]


def test_counts_add_up_whatever_a_file_holds(bench: Bench) -> None:
    lines = same(1).decode().splitlines()
    doubled = "\r\n".join([*lines, lines[1], lines[2].replace(",1,", ",7,"), ""]).encode()
    first = brought(bench, doubled, "06:00")
    assert (first.counts.duplicate, first.counts.conflicting) == (1, 1)
    stamps = tuple(f"{hour:02}:{minute:02}" for hour in range(6) for minute in range(0, 60, 5))
    odd = p32(stamps, lambda stamp, point: "x" if (stamp, point) == ("05:00", "23316") else 2)
    second = brought(bench, odd, "07:00")
    assert second.counts.rejected == 1
    refused = brought(bench, same(3, STAMPS[:1]), "08:00")
    assert (refused.error, refused.counts.rejected) == ("Shrunk", refused.counts.read)
    unread = brought(bench, b"a,b\r\n1,2\r\n", "09:00")
    assert unread.state == "failed"
    late = brought(bench, same(9), "05:00")
    assert late.counts.new == 9
    feed, report = bench.house.report(REPORT)
    replay(bench.house, feed, report, replayable(bench.house, report, first.window))
    assert len(entries(bench)) > 8
    assert [entry for entry in entries(bench) if not balanced(entry.counts)] == []


def test_another_commit_between_is_read_and_folded_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one version is folded a writer that shares no lock brings a later one."""
    other = replace(scene_of(bench).house, locks=bench.folder / "elsewhere")
    commit = bench.home.ledger.commit
    come: list[str] = []

    def interrupted(told: Commit) -> int:
        if not come:
            come.append("once")
            monkeypatch.undo()
            feed, report = other.report(REPORT)
            path = bench.folder / "other.csv"
            path.write_bytes(same(2, (*STAMPS, "00:15")))
            import_file(
                other,
                feed,
                report,
                path,
                day=DAY,
                fetched_at=datetime(2026, 3, 3, 7, tzinfo=UTC),
            )
        return commit(told)

    monkeypatch.setattr(type(bench.home.ledger), "commit", lambda self, told: interrupted(told))
    entry = brought(bench, same(1), "06:00")
    assert come
    assert entry.counts.new == 9
    stored = bench.stored()
    assert stored.height == 9 + 9 + 3
    later = [one for one in entries(bench) if one.entry_id != entry.entry_id]
    assert [(one.counts.new, one.counts.revised) for one in later] == [(3, 9)]


def test_a_conflict_that_stays_is_raised(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: object, told: Commit) -> int:
        raise LedgerConflict("somebody else, always")

    monkeypatch.setattr(type(bench.home.ledger), "commit", refused)
    with pytest.raises(LedgerConflict):
        bench.bring(same(1), "06:00")


def test_a_late_file_gives_what_its_order_would_have_given(tmp_path: Path) -> None:
    brings = [(same(1, STAMPS[:2]), "06:00"), (same(2), "07:00"), (same(3), "08:00")]
    stored, counts = [], []
    for number, order in enumerate(((0, 1, 2), (0, 2, 1), (2, 1, 0))):
        with opened(settings_of(tmp_path / str(number))) as home:
            bench = bench_of(home, tmp_path)
            for place in order:
                bench.bring(*brings[place])
            stored.append(bench.stored())
            judged = sorted(entries(bench), key=lambda one: one.fetched_at_utc)
            counts.append([(e.counts.new, e.counts.revised, e.counts.unchanged) for e in judged])
    assert stored[0].equals(stored[1])
    assert stored[0].equals(stored[2])
    assert counts[0] == counts[1] == counts[2] == [(6, 0, 0), (3, 6, 0), (0, 9, 0)]


def test_late_equal_values_leave_a_mark_for_the_row_they_replace(bench: Bench) -> None:
    brought(bench, same(1), "08:00")
    late = brought(bench, same(1), "06:00")
    assert (late.counts.new, late.counts.same) == (9, 9)
    stored = bench.stored()
    assert stored.height == 9
    assert set(stored["known_at_utc"]) == {late.known_at_utc}
    newer = next(one for one in entries(bench) if one.entry_id != late.entry_id)
    assert (newer.counts.new, newer.counts.unchanged) == (0, 9)


def test_what_is_remembered_is_forgotten_when_another_process_wrote(bench: Bench) -> None:
    """The house polls, another one imports, the house polls again: nothing is lost or doubled."""
    scene = scene_of(bench)
    scene.operator.puts(FILE, same(1))
    scene.polls()
    elsewhere = replace(scene.house, memory=Memory())
    feed, report = elsewhere.report(REPORT)
    path = bench.folder / FILE
    path.write_bytes(same(5, (*STAMPS, "00:15")))
    import_file(
        elsewhere, feed, report, path, day=DAY, fetched_at=scene.clock.now() + timedelta(minutes=1)
    )
    scene.at(17, 5).operator.puts(FILE, same(1, (*STAMPS, "00:15")))
    entry = scene.polls()
    assert (entry.counts.new, entry.counts.revised) == (0, 12)
    newest = bench.home.ledger.report_sequence(REPORT)
    assert scene.house.memory.recall(REPORT, entry.window, newest) is not None
    assert scene.house.memory.recall(REPORT, entry.window, newest - 1) is None


def test_a_remembered_state_gives_what_a_read_back_one_gives(tmp_path: Path) -> None:
    stored = []
    for number, forgetful in enumerate((False, True)):
        with opened(settings_of(tmp_path / str(number))) as home:
            scene = scene_of(bench_of(home, tmp_path))
            for minute, data in enumerate(
                (same(1), same(1, STAMPS[:2]), same(2, STAMPS[:2]), same(2), same(2))
            ):
                if forgetful:
                    scene.house = replace(scene.house, memory=Memory())
                scene.at(17, minute).operator.puts(FILE, data)
                scene.polls()
            stored.append(scene.bench.stored())
    assert stored[0].height > 0
    assert stored[0].equals(stored[1])


def test_a_changed_past_reads_outdated_entries_by_todays_recipe(bench: Bench) -> None:
    """An entry that an older recipe read is superseded when a late file folds it again."""
    scene = scene_of(bench)
    stamps = tuple(f"{hour:02}:{minute:02}" for hour in range(6) for minute in range(0, 60, 5))
    scene.operator.puts(
        FILE, p32(stamps, lambda stamp, point: "x" if (stamp, point) == ("05:00", "23316") else 77)
    )
    old = scene.polls()
    _, report = scene.house.report(REPORT)
    columns = tuple(
        replace(one, sentinels=(77.0,)) if one.name == "flow_mw" else one for one in report.columns
    )
    scene.changed(REPORT, columns=columns)
    feed, report = scene.house.report(REPORT)
    path = bench.folder / FILE
    path.write_bytes(same(1))
    late = old.fetched_at_utc - timedelta(hours=1)
    before = bench.home.ledger.sequence()
    import_file(scene.house, feed, report, path, day=DAY, fetched_at=late)
    renewed = [one for one in entries(bench) if one.observation_id == old.observation_id]
    assert [one.state for one in renewed] == ["superseded", "completed"]
    assert renewed[1].recipe == report.recipe_id != old.recipe
    assert renewed[1].origin == "replay"
    assert balanced(renewed[1].counts)
    assert renewed[1].counts.rejected == 1
    assert len(bench.home.ledger.rejections(renewed[1].entry_id)) == 1
    heads = bench.stored().filter(pl.col("known_at_utc") == old.known_at_utc)
    assert heads["flow_mw"].null_count() == heads.height > 0
    then = bench.home.ledger.entries(reports=[REPORT], at_sequence=before)
    assert [(one.entry_id, one.state) for one in then] == [(old.entry_id, "completed")]


def test_slices_that_share_stamps_do_not_remember_each_others_past(bench: Bench) -> None:
    """Two poll slots of a static file list one stamp: the older slot's memory must not be believed."""
    report = "nyiso:P-32-CURRENT"
    name = "currentExternalLimitsFlows.csv"
    scene = scene_of(bench)
    first = scene.job(report=report)
    for minute, flow, job in ((1, 1, first), (6, 2, None), (7, 1, first)):
        data = flat(flow, ("12:00",))
        scene.at(17, minute).operator.puts(name, data)
        landed = scene.takes(job or scene.job(report=report)).landed
        assert landed is not None
    assert sorted(bench.stored(report)["flow_mw"]) == [1.0] * 6 + [2.0] * 3
