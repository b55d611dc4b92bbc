"""In CI a skip is a failure; on a machine of one's own it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.tree import REPOSITORY

SUITE = """
import pytest

def test_passes(): pass

def test_skips(): pytest.skip("no browser here")

@pytest.mark.skipif(True, reason="no samples here")
def test_is_marked(): pass

@pytest.mark.xfail(strict=True)
def test_is_expected_to_fail(): raise ValueError
"""
MODULE = 'import pytest\npytest.skip("no engine here", allow_module_level=True)\n'


def run(folder: Path, *, ci: bool) -> tuple[int, str]:
    (folder / "test_some.py").write_text(SUITE, "utf-8")
    (folder / "test_module.py").write_text(MODULE, "utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment |= {"PYTHONPATH": str(REPOSITORY), **({"CI": "true"} if ci else {})}
    command = f"-m pytest -p tests.skips -p no:cacheprovider -c {os.devnull}".split()
    done = subprocess.run(
        [sys.executable, *command, "--continue-on-collection-errors", "--rootdir", folder, folder],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    return done.returncode, done.stdout


def test_on_a_machine_of_ones_own_a_skip_is_a_skip(tmp_path: Path) -> None:
    status, said = run(tmp_path, ci=False)
    assert status == 0, said
    assert "1 passed, 3 skipped, 1 xfailed" in said


@pytest.mark.parametrize("reason", ["no browser here", "no samples here", "no engine here"])
def test_in_ci_every_kind_of_skip_fails_and_says_why(tmp_path: Path, reason: str) -> None:
    status, said = run(tmp_path, ci=True)
    assert status != 0
    assert "skipped" not in said.splitlines()[-1]
    assert reason in said


def test_the_suite_loads_the_hooks(request: pytest.FixtureRequest) -> None:
    hooks = request.config.pluginmanager.hook.pytest_make_collect_report.get_hookimpls()
    assert any(hook.function.__module__ == "tests.skips" for hook in hooks), (
        "tests/conftest.py must import the hooks of tests.skips"
    )
