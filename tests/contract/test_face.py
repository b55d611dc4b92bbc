"""What `import tieline` offers, and how little it costs."""

from __future__ import annotations

import subprocess
import sys

import tieline

FACE = ("__version__", "diff", "history", "lineage", "query", "read", "scan")
HEAVY = ("polars", "pyarrow", "duckdb", "pandas", "numpy", "fastapi", "sqlalchemy", "pydantic")


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_face_is_exactly_this() -> None:
    assert tuple(sorted(tieline.__all__)) == FACE


def test_every_name_of_the_face_is_there() -> None:
    assert all(getattr(tieline, name) is not None for name in FACE)


def test_importing_loads_nothing_heavy() -> None:
    loaded = run(f"import sys, tieline; print([m for m in {HEAVY!r} if m in sys.modules])")
    assert loaded == "[]"


def test_looking_at_the_face_loads_nothing_heavy() -> None:
    loaded = run(
        f"import sys, tieline; dir(tieline); print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    assert loaded == "[]"
