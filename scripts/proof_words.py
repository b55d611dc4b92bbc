"""What the sections of the proof share: that something did not hold, and a run of tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping

from scripts.bench_figure import REPOSITORY

_TAIL = 3000


UNCLEAN = ", with changes that are not committed"


class Disproved(Exception):
    """Something that was claimed did not hold; the text says what, with its seed."""


def tested(path: str, told: Mapping[str, str]) -> str:
    """Run a file of tests with some environment; gives what it printed and its last line.

    Raises: Disproved if a test fails, or if none was run.
    """
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", path],
        cwd=REPOSITORY,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Disproved(f"```\n{done.stdout[-_TAIL:]}{done.stderr[-_TAIL:]}\n```")
    lines = [re.sub(r"^[.s]+", "", line) for line in done.stdout.splitlines()]
    shown = [line.strip() for line in lines if line.strip() and "[100%]" not in line]
    settings = " ".join(f"{name}={value}" for name, value in told.items())
    return "\n".join([f"`{settings} pytest {path}`", "", "```", *shown, "```"])


def code() -> str:
    """The commit that is run, and whether files differ from it."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    if not commit:
        return f"no repository{UNCLEAN}"
    changed = _git("status", "--porcelain", "--", "src", "tests", "scripts")
    return commit + UNCLEAN if changed else commit


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
