"""`tieline serve` and `tieline emulate`, started as people start them."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


def first_answer(one: subprocess.Popen[str], url: str) -> bytes:
    """What the server says as soon as it listens; a refused connection is asked again."""
    while one.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                body: bytes = answer.read()
                return body
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
    raise AssertionError(one.communicate()[1])


def started(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tieline", *words], stderr=subprocess.PIPE, text=True
    )


def test_a_lake_is_served(run: Run, lake: Path, home: Path, port: int) -> None:
    with started("serve", "--home", str(home), "--port", str(port)) as one:
        rows = first_answer(one, f"http://127.0.0.1:{port}/v1/feeds")
        one.send_signal(signal.SIGINT)
        one.wait(30)
    assert b"iso.rt.load.nyiso" in rows
    assert one.returncode in (0, 130)


def test_the_emulator_answers_at_its_clock(port: int) -> None:
    start = "2026-03-01T00:00:00Z"
    with started("emulate", "--port", str(port), "--clock", start, "--seed", "3") as one:
        told = json.loads(first_answer(one, f"http://127.0.0.1:{port}/emulator/clock"))
        one.send_signal(signal.SIGINT)
        one.wait(30)
    assert (told["seed"], told["mode"], told["speed"]) == (3, "fast", 60.0)
    assert one.returncode in (0, 130)


def test_a_port_that_is_taken_ends_with_2(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = run("emulate", "--port", taken.getsockname()[1], code=2)
    assert "--port" in told.err
