"""What other programs write through `FeedLedger` is there for the commands too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tieline.facades.feed_ledger import FeedLedger

OURS = "iso.rt.load.nyiso"
THEIRS = "vendor.curves.power"
DAY = "2025-11-05"
NOON = datetime(2025, 11, 5, 12, tzinfo=UTC)
LATER = datetime(2025, 11, 6, 12, tzinfo=UTC)

Written = Callable[..., None]


@contextmanager
def ledger_of(home: Path) -> Iterator[FeedLedger]:
    with FeedLedger("sqlite", home=home) as ledger:
        yield ledger


@pytest.fixture
def written(lake: Path, home: Path) -> Path:
    """A home with a file of ours, in which another program wrote of its feed and of ours."""
    with ledger_of(home) as ledger:
        ledger.write_entry(THEIRS, DAY, NOON, "ab", run_id="r1", metadata={"rows": 12})
        ledger.write_entry(THEIRS, "hub=WEST", LATER, "cd", run_id="r1")
        ledger.write_entry(OURS, DAY, LATER, "ef", run_id="r2")
    return home


def listed(run: Run, *words: str) -> list[tuple[str, str]]:
    """Reports and states, the newest first, as JSON has them and as the table does."""
    told = run("feeds", *words, "--json").json()
    table = run("feeds", *words).out
    assert all(one["report"] in table for one in told)
    return [(one["report"], one["state"]) for one in told]


def test_everything_that_the_ledger_has_is_listed(run: Run, written: Path) -> None:
    everything = [f"outside:{OURS}", f"outside:{THEIRS}", f"outside:{THEIRS}", "nyiso:P-58B"]
    for words in (("list", "--limit", "10"), ("entries",)):
        assert [report for report, _ in listed(run, *words)] == everything
    assert len(listed(run, "entries", "--limit", "2")) == 2
    both = [f"outside:{OURS}", "nyiso:P-58B"]
    assert [report for report, _ in listed(run, "entries", "--feed", OURS)] == both
    assert [report for report, _ in listed(run, "entries", "--feed", "P-58B")] == both[1:]
    for name in (THEIRS, THEIRS.upper(), f"outside:{THEIRS}"):
        assert len(listed(run, "entries", "--feed", name)) == 2
        assert len(listed(run, "list", "--limit", "1", "--feed", name)) == 1


def test_a_partition_is_a_day_or_a_text_of_the_writers_own(run: Run, written: Path) -> None:
    of_the_day = [f"outside:{OURS}", f"outside:{THEIRS}", "nyiso:P-58B"]
    assert [report for report, _ in listed(run, "entries", "--partition", DAY)] == of_the_day
    (west,) = run("feeds", "entries", "--partition", "hub=WEST", "--json").json()
    assert (west["report"], west["member"]) == (f"outside:{THEIRS}", "hub=WEST")
    table = run("feeds", "list", "--partition", "hub=WEST", "--feed", THEIRS).out
    assert "hub=WEST" in table
    assert "is no day" in run("feeds", "entries", "--partition", "hub=EAST", code=2).err
    with ledger_of(written) as ledger:
        ledger.write_entry(THEIRS, f"{DAY}T06:00:00Z", NOON, "gh", run_id="r1")
    found = listed(run, "entries", "--partition", f"{DAY}T06:00:00Z")
    assert [report for report, _ in found] == [f"outside:{THEIRS}", *of_the_day]


def test_states_are_the_documented_ones(run: Run, written: Path) -> None:
    with ledger_of(written) as ledger:
        for state in ("running", "replaying", "pending", "failed"):
            ledger.write_entry(THEIRS, "hub=EAST", state=state, run_id=state)
        for state in ("running", "replaying", "pending", "failed"):
            (one,) = ledger.list_entries(state=state)
            for words in ((), ("--feed", THEIRS), ("--partition", "hub=EAST")):
                asked = ("feeds", "list", "--state", state, *words)
                (told,) = run(*asked, "--json").json()
                assert (told["entry_id"], told["state"], told["run"]) == (one.id, state, state)
                assert "hub=EAST" in run(*asked).out
                assert state in run(*asked).out
            assert listed(run, "entries", "--state", state, "--partition", DAY) == []
    assert listed(run, "entries", "--state", "skipped") == []
    assert len(listed(run, "entries", "--state", "completed")) == 4


def test_watermarks_are_those_that_python_tells(run: Run, written: Path) -> None:
    def told(*words: str) -> list[tuple[str, Any]]:
        asked = ("feeds", "watermark", *words)
        found = run(*asked, "--json").json()
        assert all(one["report"] in run(*asked).out for one in found)
        return [(one["report"], one["high_utc"]) for one in found]

    theirs = f"outside:{THEIRS}"
    assert told("--feed", THEIRS) == [(theirs, "2025-11-06T12:00:00Z")]
    assert told("--feed", THEIRS, "--partition", DAY) == [(theirs, "2025-11-05T12:00:00Z")]
    assert told("--feed", THEIRS, "--partition", "hub=WEST") == [(theirs, "2025-11-06T12:00:00Z")]
    assert told("--feed", THEIRS, "--partition", "2025-11-04") == []
    ours = told("--feed", OURS)
    assert [report for report, _ in ours] == ["nyiso:P-58B", f"outside:{OURS}"]
    assert told() == [*ours, (theirs, "2025-11-06T12:00:00Z")]
    assert [report for report, _ in told("--partition", DAY)] == [report for report, _ in told()]
    with ledger_of(written) as ledger:
        for feed in (THEIRS, OURS):
            for partition in (None, DAY):
                words = () if partition is None else ("--partition", partition)
                marks = [high for _, high in told("--feed", feed, *words) if high]
                latest = ledger.get_latest_watermark(feed, partition)
                assert latest is not None
                assert max(marks) == f"{latest:%Y-%m-%dT%H:%M:%SZ}"


def test_status_tells_of_them(run: Run, written: Path) -> None:
    with ledger_of(written) as ledger:
        ledger.write_entry(THEIRS, "hub=EAST", state="failed", run_id="r7")
    ended = run("feeds", "status", "--feed", THEIRS)
    assert "last failure hub=EAST in run r7" in ended.err
    (line,) = run("feeds", "status", "--feed", THEIRS, "--json").json()["reports"]
    assert (line["feed"], line["report"]) == (THEIRS, f"outside:{THEIRS}")
    assert (line["entries"], line["high_utc"]) == (3, "2025-11-06T12:00:00Z")
    assert line["holes"] is None
    lines = run("feeds", "status", "--json").json()["reports"]
    assert [one["report"] for one in lines[-2:]] == [f"outside:{OURS}", f"outside:{THEIRS}"]
    both = run("feeds", "status", "--feed", OURS, "--json").json()["reports"]
    assert [one["report"] for one in both] == ["nyiso:P-58B", f"outside:{OURS}"]


def test_a_feed_is_listed_by_its_name(
    run: Run, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = run("feeds", "list", "--feed", THEIRS, "--json").json()
    assert (line["feed"], line["reports"]) == (THEIRS, [f"outside:{THEIRS}"])
    feeds = [one["feed"] for one in run("feeds", "list", "--json").json()]
    assert feeds.count(OURS) == 1
    assert feeds[-1] == THEIRS
    assert f"outside:{THEIRS}" in run("feeds", "list").out
    (written / "format").write_text("99\n")
    ended = run("feeds", "list", "--json")
    assert [one["feed"] for one in ended.json()] == feeds[:-1]
    assert "are not listed" in ended.err


def test_a_name_that_nobody_has_is_refused(run: Run, written: Path) -> None:
    for command in ("list", "entries", "watermark", "status", "gaps"):
        assert "UnknownName" in run("feeds", command, "--feed", "vendor.gas", code=2).err
    for command in ("gaps", "replay"):
        ended = run("feeds", command, "--feed", THEIRS, "--from", DAY, "--to", "now", code=2)
        assert "another program" in ended.err
