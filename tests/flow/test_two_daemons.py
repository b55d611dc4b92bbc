"""Two `tieline up` on two hosts share a home and a PostgreSQL ledger; one of them is killed.

The hosts are processes of this machine that call themselves differently, so that neither can know
that the other is dead: only the lease tells.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.flow.conftest import bench_of
from tests.flow.test_kill import world
from tieline.assemble import opened, settings_of
from tieline.ledger import Claim, Entry, Ledger
from tieline.settings import LedgerSettings

SPAN = "2026-03-08T05:00:00Z/2026-03-08T05:30:00Z"
LEASE_SECONDS = 4
SLACK_SECONDS = 10
"""For a busy machine, and for jobs that the other has to do first; alone it takes 3 to 4 seconds."""

REPORTS = ("nyiso:P-32", "nyiso:P-58B")
HOST = """
import sys
from tieline.flow import holder
holder._host = lambda name=sys.argv.pop(1): name
from tieline.cli import app
app()
"""


def begin(host: str, home: Path, told: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [
        *(sys.executable, "-c", HOST, host, "up", "--simulate", SPAN, "--since", "2026-03-08"),
        *("--home", str(home), "--json"),
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIELINE_")}
    with (home.parent / f"{host}.log").open("ab") as log:
        return subprocess.Popen(command, env=kept | told, stdout=log, stderr=log)


def polls(entries: list[Entry]) -> Counter[tuple[object, ...]]:
    """How often each slice was collected in each of its slots of five minutes."""
    return Counter(
        (one.report, one.day, one.window.start, int(one.fetched_at_utc.timestamp()) // 300)
        for one in entries
        if one.origin == "collect"
    )


@pytest.mark.slow
def test_one_is_killed_and_the_other_takes_over_within_the_lease(
    tmp_path: Path, postgres_url: str
) -> None:
    shared = settings_of(tmp_path / "home", ledger=LedgerSettings(url=SecretStr(postgres_url)))
    with opened(shared, mode="emulated") as home, world() as base:
        told = {
            "TIELINE_PUBLISHERS__NYISO__BASE_URL": base,
            "TIELINE_LEDGER__URL": postgres_url,
            "TIELINE_LEASE_SECONDS": str(LEASE_SECONDS),
            "TIELINE_LOG__LEVEL": "error",
            "TIELINE_COLLECT": "nyiso",
        }
        first = begin("host-a", tmp_path / "home", told)
        second = begin("host-b", tmp_path / "home", told)
        _until_written_by(home.ledger, first, second)
        left = _killed_at_work(home.ledger, first)
        taken = _taken_over(home.ledger, left)
        assert second.wait(300) == 0
        assert taken < LEASE_SECONDS + SLACK_SECONDS
        entries = home.ledger.entries()
        assert {one.state for one in entries} <= {"completed", "failed"}
        assert home.ledger.claims() == []
        assert {claim.slice.report for claim in left} <= {one.report for one in entries}
        assert [one for one, count in polls(entries).items() if count > 1] == []
        people = {(one.who or "").rpartition("/")[2] for one in home.ledger.commits()}
        assert {str(first.pid), str(second.pid)} <= people
        shared_rows = {name: bench_of(home, tmp_path).stored(name) for name in REPORTS}
        apart = {name: value for name, value in told.items() if name != "TIELINE_LEDGER__URL"}
        calm = begin("alone", tmp_path / "calm", apart)
        assert calm.wait(300) == 0
    with opened(settings_of(tmp_path / "calm")) as home:
        for name in REPORTS:
            stored = bench_of(home, tmp_path).stored(name)
            assert stored.height > 0
            assert stored.equals(shared_rows[name]), name


def _until_written_by(ledger: Ledger, *processes: subprocess.Popen[bytes]) -> None:
    """Wait until each of some processes has committed something."""
    end = time.monotonic() + 120
    waited = {str(one.pid) for one in processes}
    while waited - {(one.who or "").rpartition("/")[2] for one in ledger.commits()}:
        assert all(one.poll() is None for one in processes)
        assert time.monotonic() < end
        time.sleep(0.02)


def _killed_at_work(ledger: Ledger, process: subprocess.Popen[bytes]) -> list[Claim]:
    """Kill the daemon of host-a while it holds a claim; gives what it leaves behind.

    It is stopped first, and goes on if it had just given the claim back.
    """
    while process.poll() is None:
        process.send_signal(signal.SIGSTOP)
        left = [one for one in ledger.claims() if one.holder.startswith("host-a/")]
        if left:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return left
        process.send_signal(signal.SIGCONT)
        time.sleep(0.01)
    raise AssertionError("it ended before it was seen at work")


def _taken_over(ledger: Ledger, left: list[Claim]) -> float:
    """Seconds until none of some claims is held as it was left."""
    begun = time.monotonic()
    while {one.fence for one in ledger.claims()} & {one.fence for one in left}:
        assert time.monotonic() - begun < 120
        time.sleep(0.02)
    return time.monotonic() - begun
