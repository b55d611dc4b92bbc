"""`tieline compact` tells what it would do, does it, and finds nothing left to do."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_a_lake_is_compacted_once(run: Run, lake: Path) -> None:
    planned = run("compact", "--dry-run", "--json").json()
    assert [line["report"] for line in planned["reports"]] == ["nyiso:P-58B"]
    assert planned["files_after"] == planned["files_before"] == 1
    told = run("compact", "P-58B").err
    assert "1 parts became 1" in told
    again = run("compact", "--json").json()
    assert again["reports"] == []
    assert again["rows"] == planned["rows"]
    assert "would be merged" not in run("compact", "--dry-run").err


def test_an_unknown_feed_is_named(run: Run, lake: Path) -> None:
    assert "NOPE" in run("compact", "NOPE", code=2).err
