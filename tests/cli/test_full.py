"""An output that takes no more ends a command with 7, says so once, and is no fault of tieline."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from tieline.cli.frame import guarded

FULL = Path("/dev/full")
CANNOT = "StorageFailed: the output cannot be written:"

COMMANDS: dict[str, tuple[str, ...]] = {
    "data": ("data", "load"),
    "data as JSON": ("data", "load", "--json"),
    "data as Arrow": ("data", "load", "--format", "arrow"),
    "data as Parquet": ("data", "load", "--format", "parquet"),
    "data as a table": ("data", "load", "--format", "table"),
    "query": ("query", "select * from load"),
    "feeds": ("feeds", "list"),
    "entries": ("feeds", "entries", "--json"),
    "plan": ("collect", "P-58B", "--from", "2025-11-04", "--to", "2025-11-05", "--dry-run", "--json"),
    "help": ("--help",),
    "version": ("--version",),
}  # fmt: skip


def buffered() -> dict[str, str]:
    """The environment, in which Python holds back what it writes, as it does unless told otherwise."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def ended(words: tuple[str, ...], home: Path, *, also_stderr: bool = False) -> tuple[int, str]:
    """Code and stderr of a command whose stdout is full."""
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tieline", *words],
            stdout=full,
            stderr=full if also_stderr else subprocess.PIPE,
            text=True,
            check=False,
            env={**buffered(), "TIELINE_HOME": str(home)},
        )
    return done.returncode, done.stderr or ""


@pytest.mark.skipif(not FULL.exists(), reason="this machine has no /dev/full")
def test_a_full_disk_ends_with_7(lake: Path, home: Path) -> None:
    for name, words in COMMANDS.items():
        code, told = ended(words, home)
        assert code == 7, f"{name}: {told}"
        assert ("the output cannot be written" if "--json" in words else CANNOT) in told
        assert told.count("cannot be written") == 1
        for word in ("fault of tieline", "Traceback", "Exception ignored"):
            assert word not in told


@pytest.mark.skipif(not FULL.exists(), reason="this machine has no /dev/full")
def test_where_nothing_can_be_told_the_code_says_it(lake: Path, home: Path) -> None:
    for words in (("data", "load"), ("nix",)):
        assert ended(words, home, also_stderr=True)[0] == 7


def test_a_file_that_may_not_grow_ends_with_7(lake: Path, home: Path, tmp_path: Path) -> None:
    """The limit is met in the middle of what is written, and not at its begin."""
    most = 1_000_000
    out = tmp_path / "out.csv"

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    words = ("query", "select range as number from range(300_000)", "--format", "csv")
    with out.open("wb") as sink:
        done = subprocess.run(
            [sys.executable, "-m", "tieline", *words, "--home", str(home)],
            stdout=sink, stderr=subprocess.PIPE, text=True, check=False, preexec_fn=limited,
        )  # fmt: skip
    assert out.stat().st_size == most
    assert (done.returncode, CANNOT in done.stderr) == (7, True), done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="this machine has no /dev/full")
@pytest.mark.parametrize(
    "body",
    ["with guarded(json=False): print('held')", "with ending(): print('held'); sys.exit(6)"],
)
def test_what_only_the_last_flush_shows_ends_with_7(body: str) -> None:
    code = f"import sys, typer\nfrom tieline.cli.frame import ending, guarded\n{body}"
    if "guarded" in body:
        code = code.replace("with guarded", "try:\n with guarded")
        code += "\nexcept typer.Exit as end: sys.exit(end.exit_code)"
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=buffered(),
        )
    assert done.returncode == 7
    assert done.stderr.startswith(CANNOT)
    assert len(done.stderr.splitlines()) == 1


def test_another_error_of_the_system_is_not_the_outputs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(typer.Exit) as end, guarded(json=False):
        raise OSError(errno.ENOSPC, "No space left on device", "elsewhere")
    assert end.value.exit_code == 1
    assert "cannot be written" not in capsys.readouterr().err
