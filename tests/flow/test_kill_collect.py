"""`tieline collect` killed with -9 goes on where it was: what is kept is never fetched again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from tieline.assemble import house_of, opened, settings_of
from tieline.emulate.clock import RealClock
from tieline.emulate.server import create_app

SEED = 20260308
REPORT = "nyiso:P-58C"
FIRST, END = date(2025, 10, 1), date(2026, 4, 1)
MONTHS = 6
KILLS = (1, 2, 2)
"""At which request of each life the process is killed; the answer never comes."""


class Counting:
    """Notes every path that is asked for, and leaves one request of a life without an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.lives: list[list[str]] = []
        self.hang_at: int | None = None
        self.hung = threading.Event()

    def begin(self, hang_at: int | None) -> None:
        """A new life of the process that asks."""
        self.lives.append([])
        self.hang_at = hang_at
        self.hung.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            asked = self.lives[-1]
            asked.append(scope["path"])
            if len(asked) == self.hang_at:
                self.hung.set()
                while (await receive())["type"] != "http.disconnect":
                    continue
                return
        await self._app(scope, receive, send)


@contextlib.contextmanager
def world() -> Iterator[tuple[str, Counting]]:
    counting = Counting(create_app(seed=SEED, clock=RealClock()))
    server = uvicorn.Server(
        uvicorn.Config(
            counting, port=0, log_level="warning", date_header=False, server_header=False
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/nyiso/public/", counting
    server.should_exit = True
    thread.join(5)


def begin(home: Path, base: str, log: Path) -> subprocess.Popen[bytes]:
    command = [
        *(sys.executable, "-m", "tieline", "collect", REPORT, "--home", str(home), "--json"),
        *("--from", FIRST.isoformat(), "--to", END.isoformat(), "--concurrency", "1"),
    ]
    told = {"TIELINE_PUBLISHERS__NYISO__BASE_URL": base, "TIELINE_LOG__LEVEL": "error"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIELINE_")}
    with log.open("ab") as out:
        return subprocess.Popen(command, env=kept | told, stdout=out, stderr=out)


def kept_paths(home: Path) -> set[str]:
    """Paths of the answers whose bytes lie in the raw store, read or not."""
    with opened(settings_of(home)) as open_home:
        house = house_of(open_home, record=lambda happening: None)
        notes = house.sidecars.all(report=REPORT, since=date(2020, 1, 1))
        return {
            "/nyiso/public/" + note.url.partition("/nyiso/public/")[2]
            for note in notes
            if note.failure is None and house.raw.has(note.object)
        }


@pytest.mark.slow
def test_a_killed_collect_resumes_without_fetching_what_is_kept(tmp_path: Path) -> None:
    home, log = tmp_path / "home", tmp_path / "log"
    with world() as (base, counting):
        for place in KILLS:
            kept = kept_paths(home) if home.exists() else set()
            counting.begin(place)
            process = begin(home, base, log)
            assert counting.hung.wait(120), log.read_text()[-3000:]
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
            assert kept.isdisjoint(counting.lives[-1])
        kept = kept_paths(home)
        counting.begin(None)
        assert begin(home, base, log).wait(300) == 0, log.read_text()[-3000:]
        assert kept.isdisjoint(counting.lives[-1])
        counting.begin(None)
        assert begin(home, base, log).wait(300) == 0, log.read_text()[-3000:]
        assert counting.lives[-1] == [], "all is there"
    asked = [path for life in counting.lives for path in life]
    answered = len(asked) - len(KILLS)
    assert len(set(asked)) == MONTHS == answered, "each answered once, whatever came between"
    with opened(settings_of(home)) as open_home:
        days = open_home.ledger.days(REPORT)
    assert len(days) == (END - FIRST).days
    assert all(day.expected == day.received for day in days)
