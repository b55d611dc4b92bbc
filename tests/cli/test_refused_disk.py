"""A disk that refuses ends a command with 7 and a text that says what to do; then it goes on."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.files import NAME, as_file, load_lines
from tests.crash.disk import FOLDER, Action, Disk, File
from tests.crash.recorder import recording

RANGE = ("--from", "2025-11-05T00:00:00Z", "--to", "2025-11-07T00:00:00Z")
COMMANDS: dict[str, tuple[str, ...]] = {
    "import": ("import", "P-58B", NAME, "--fetched-at", "2025-11-06T11:00Z"),
    "replay": ("feeds", "replay", "--feed", "iso.rt.load.nyiso", *RANGE),
    "collect": ("collect", "P-58B", "--from", "2025-11-04", "--to", "2025-11-05"),
    "compact": ("compact",),
}
ADVICE = ("free space", "free or remount")


def disk_of(home: Path) -> Disk:
    """A folder as it lies, all of it safe."""
    disk = Disk()
    for path in sorted(home.rglob("*")):
        short = str(path.relative_to(home))
        disk.names[short] = FOLDER if path.is_dir() else disk.next_number
        if not path.is_dir():
            disk.files[disk.next_number] = File(bytearray(path.read_bytes()))
            disk.next_number += 1
    return disk


@pytest.mark.parametrize("start", [0, 2, 6])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS], ids=["full", "read-only"])
@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_command_says_what_to_do(
    run: Run,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    code: int,
    start: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIELINE_PUBLISHERS__NYISO__BASE_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("TIELINE_HTTP__TRIES", "1")
    Path(NAME).write_bytes(as_file(load_lines()))
    run("import", "P-58B", NAME, "--fetched-at", "2025-11-06T10:00Z")

    def refuse(number: int, action: Action) -> None:
        if number >= start:
            raise OSError(code, os.strerror(code), action.path)

    with recording(home, disk_of(home), refuse):
        ended = run(*COMMANDS[name], code=7)
    assert any(words in ended.err for words in ADVICE), ended.err
    run("feeds", "status")
    run("verify")
    run(*COMMANDS["import"])
