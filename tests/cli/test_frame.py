"""The frame of every command: help in no time, versions, unexpected errors, exit codes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from tests.cli.conftest import Run
from tieline import errors
from tieline.cli.frame import guarded
from tieline.cli.importing import exit_code_of

HEAVY = (
    "polars",
    "duckdb",
    "pyarrow",
    "fastapi",
    "sqlalchemy",
    "httpx2",
    "pydantic",
    "numpy",
    "rich",
)
COMMANDS = ["up", "collect", "decode", "import", "data", "query", "lineage", "verify", "doctor",
            "serve", "emulate", "feeds"]  # fmt: skip
FEEDS = ["list", "show", "status", "entries", "watermark", "gaps", "replay"]


def python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, env={**os.environ}
    )


def test_help_imports_nothing_heavy() -> None:
    code = f"import sys, tieline.cli; print([n for n in {HEAVY!r} if n in sys.modules])"
    assert python("-c", code).stdout.strip() == "[]"


def test_help_takes_no_time() -> None:
    """Processor time, best of three: other work on the machine must not decide."""
    seconds = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ended = python("-m", "tieline", "--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert "collect" in ended.stdout
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < 0.25


def test_every_command_has_help(run: Run) -> None:
    for command in COMMANDS:
        assert "Usage: tieline" in run(command, "--help").out or run(command, "--help").out
    for command in FEEDS:
        assert run("feeds", command, "--help").out


def test_the_version_is_said(run: Run) -> None:
    assert run("--version").out.startswith("tieline ")


def test_wrong_use_ends_with_2(run: Run) -> None:
    run("nix", code=2)
    run("data", code=2)
    run("feeds", "entries", "--limit", "many", code=2)


def test_feeds_is_tieline_feeds() -> None:
    ended = python("-c", "from tieline.cli import feeds_main; feeds_main()", "list", "--json")
    assert ended.returncode == 0
    assert "iso.rt.load.nyiso" in ended.stdout


@pytest.mark.parametrize(
    "kind",
    [
        errors.Unreachable,
        errors.Truncated,
        errors.EmptyAnswer,
        errors.StorageFailed,
        errors.Damaged,
    ],
)
def test_an_error_ends_with_its_own_code(
    kind: type[errors.TielineError], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, guarded(json=False):
        raise kind("what happened", feed="iso.rt.load.nyiso", payload="ab12")
    assert ended.value.exit_code == kind.exit_code == exit_code_of(kind.__name__)
    told = capsys.readouterr().err
    assert told == f"{kind.__name__}: what happened [feed iso.rt.load.nyiso, payload ab12]\n"


def test_an_unexpected_error_is_short_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, guarded(json=False):
        raise KeyError("nobody thought of it")
    assert ended.value.exit_code == 1
    told = capsys.readouterr().err
    assert "fault of tieline" in told
    assert "--debug" in told
    assert "Traceback" not in told


def test_debug_shows_where_it_came_from(
    run: Run, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: object) -> None:
        raise KeyError("nobody thought of it")

    monkeypatch.setattr("tieline.cli.visiting.lake_in", fails)
    assert "Traceback" in run("--debug", "data", "load", code=1).err
    assert "Traceback" not in run("data", "load", code=1).err


def test_ctrl_c_ends_with_130(run: Run, lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tieline.cli.visiting.lake_in", interrupted)
    run("data", "load", code=130)


def test_a_reader_that_goes_away_gets_no_traceback(lake: Path, home: Path) -> None:
    command = [sys.executable, "-m", "tieline", "data", "load", "--home", str(home)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as one:
        assert one.stdout is not None
        one.stdout.close()
        assert one.stderr is not None
        told = one.stderr.read()
    assert "Traceback" not in told
    assert one.returncode in (0, 141)


def test_serving_beyond_this_machine_needs_keys(run: Run, lake: Path) -> None:
    assert "TIELINE_SERVE__API_KEYS" in run("serve", "--host", "0.0.0.0", code=2).err


def test_an_emulator_refuses_a_clock_it_cannot_have(run: Run) -> None:
    run("emulate", "--clock", "2026-03-01T00:00:00", code=2)
    run("emulate", "--faults", "everything-at-once", code=2)
