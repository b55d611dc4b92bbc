"""`tieline up` killed at random moments leaves what an undisturbed run leaves.

The emulator stands still where the daemon's clock stands, so both runs see one fixed list of
payloads, faults included. TIELINE_KILLS says how often the process is killed.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import uvicorn

from tests.flow.conftest import bench_of
from tieline.assemble import opened, settings_of
from tieline.emulate.clock import AskedClock
from tieline.emulate.faults import parse
from tieline.emulate.server import create_app

KILLS = int(os.environ.get("TIELINE_KILLS", "5"))
SEED = 20260308
SPAN = "2026-03-08T05:20:00Z/2026-03-08T06:10:00Z"
REPORTS = ("nyiso:P-32", "nyiso:P-32-CURRENT", "nyiso:P-58B", "nyiso:P-24A", "nyiso:P-63")
FAULTS = """{"faults": [
    {"name": "http_500", "rate": 0.08},
    {"name": "http_429", "rate": 0.04},
    {"name": "truncated", "rate": 0.06},
    {"name": "html_200", "rate": 0.05},
    {"name": "empty_200", "rate": 0.04},
    {"name": "shrunk", "rate": 0.06},
    {"name": "text_in_number", "rate": 0.06},
    {"name": "duplicated_interval", "rate": 0.06},
    {"name": "wrong_day", "rate": 0.04},
    {"name": "renamed_column", "rate": 0.04}
]}"""


@contextlib.contextmanager
def world() -> Iterator[str]:
    """An emulator whose time is that of each request."""
    app = create_app(seed=SEED, clock=AskedClock(), faults=parse(FAULTS))
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", date_header=False, server_header=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/nyiso/public/"
    server.should_exit = True
    thread.join(5)


def begin(home: Path, base: str, log: Path) -> subprocess.Popen[bytes]:
    """One life of the process: through the span, or until it is killed."""
    command = [
        *(sys.executable, "-m", "tieline", "up", "--simulate", SPAN, "--since", "2026-03-07"),
        *("--home", str(home), "--json"),
    ]
    told = {
        "TIELINE_PUBLISHERS__NYISO__BASE_URL": base,
        "TIELINE_LOG__LEVEL": "error",
        "TIELINE_COLLECT": ",".join(REPORTS),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIELINE_")}
    with log.open("ab") as out:
        return subprocess.Popen(command, env=kept | told, stdout=out, stderr=out)


def stored(home: Path, folder: Path) -> dict[str, pl.DataFrame]:
    with opened(settings_of(home)) as open_home:
        bench = bench_of(open_home, folder)
        return {report: bench.stored(report) for report in REPORTS}


@pytest.mark.slow
def test_a_killed_daemon_ends_where_an_undisturbed_one_does(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with world() as base:
        begun = time.monotonic()
        assert begin(tmp_path / "calm", base, tmp_path / "calm.log").wait(600) == 0
        seconds = time.monotonic() - begun
        kills = lives = 0
        while kills < KILLS:
            home = tmp_path / f"killed{lives}"
            kills += _live_through(
                home, base, tmp_path / "killed.log", chance, seconds, KILLS - kills
            )
            _compare(tmp_path / "calm", home, tmp_path)
            lives += 1
    print(f"{kills} kills in {lives} lives, {seconds:.0f} s undisturbed")
    assert kills == KILLS


def _live_through(
    home: Path, base: str, log: Path, chance: random.Random, seconds: float, most: int
) -> int:
    """Kill a run again and again, at most `most` times, until it is through; gives how often."""
    kills = 0
    while True:
        process = begin(home, base, log)
        moment = chance.uniform(0.15, 1.0) * seconds
        try:
            code = process.wait(moment if kills < most else 600)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            continue
        assert code == 0, log.read_text()[-3000:]
        return kills


def _compare(calm: Path, killed: Path, folder: Path) -> None:
    """Keys, values, known times: everything but ids and sequences."""
    left, right = stored(calm, folder), stored(killed, folder)
    for report in REPORTS:
        assert left[report].height > 0
        assert left[report].equals(right[report]), report
