"""A runner over a home of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.cli.files import NAME, load_file
from tieline.cli import app


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str
    data: bytes

    def json(self) -> Any:
        """What stdout says, which must be one JSON document."""
        return json.loads(self.out)

    def told(self) -> Any:
        """What stderr says, which must be one JSON document."""
        return json.loads(self.err)


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `tieline ...` over a home in a temporary folder; checks the exit code."""
    monkeypatch.setenv("TIELINE_HOME", str(tmp_path / "home"))

    def runs(*words: object, code: int = 0) -> Ended:
        ended = CliRunner().invoke(app, [str(word) for word in words])
        assert ended.exit_code == code, f"{words}: {ended.exit_code}\n{ended.output[-3000:]}"
        return Ended(ended.exit_code, ended.stdout, ended.stderr, ended.stdout_bytes)

    return runs


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Writes a file that somebody has."""

    def puts(name: str, data: bytes) -> Path:
        path = tmp_path / "files" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    return puts


@pytest.fixture
def lake(run: Run, put: Callable[[str, bytes], Path]) -> Path:
    """A home with one imported file; gives that file."""
    path = put(NAME, load_file())
    run("import", "P-58B", path, "--fetched-at", "2025-11-06T12:00:00Z")
    return path
