"""The law of imports: a room sees only rooms further left, and a pure room sees no outside."""

from __future__ import annotations

import ast

from tests.contract.tree import PACKAGE, Module, dotted, imported, modules

BARS: tuple[frozenset[str], ...] = (
    frozenset({"errors"}),
    frozenset({"settings", "markettime", "units"}),
    frozenset({"schema"}),
    frozenset({"datasets", "values"}),
    frozenset({"feeds", "client"}),
    frozenset({"decode", "normalise", "validate", "fold", "fetch", "store", "ledger"}),
    frozenset({"select"}),
    frozenset({"sinks", "sources", "watch"}),
    frozenset({"flow", "emulate"}),
    frozenset({"assemble", "testing"}),
    frozenset({"serve", "facades"}),
    frozenset({"cli"}),
    frozenset({"tieline", "__main__"}),
)
RANK = {room: rank for rank, rooms in enumerate(BARS) for room in rooms}

HANDED_IN = {("flow", "sources")}
"""Allowed by the bars and still forbidden: the flow works on feeds that are handed to it."""

PURE = frozenset(
    [
        "markettime",
        "units",
        "schema",
        "datasets",
        "feeds",
        "values",
        "decode",
        "normalise",
        "validate",
        "fold",
        "sources",
    ]
)
OUTSIDE = frozenset(
    [
        "os",
        "pathlib",
        "tempfile",
        "shutil",
        "glob",
        "fileinput",
        "socket",
        "ssl",
        "select",
        "asyncio",
        "subprocess",
        "multiprocessing",
        "threading",
        "sqlite3",
        "time",
        "random",
        "secrets",
        "logging",
        "urllib.request",
        "http",
        "httpx2",
        "requests",
        "aiohttp",
        "duckdb",
        "sqlalchemy",
        "platformdirs",
        "pydantic_settings",
        "structlog",
        "stamina",
        "aiolimiter",
    ]
)
ALLOWED_FROM_OUTSIDE = {"pathlib.PurePath", "pathlib.PurePosixPath"}
CLOCK_OR_FILE = frozenset({"now", "utcnow", "today", "environ", "getenv"})
FILE_READERS = ("scan_", "sink_")
"""Polars reads bytes with `read_`, which is pure; these take a path."""


def test_every_room_has_its_place_in_the_law() -> None:
    unknown = sorted({module.room for module in modules()} - RANK.keys())
    assert not unknown, f"rooms that no bar names: {unknown}"


def test_a_room_imports_only_from_rooms_further_left() -> None:
    names = {module.name for module in modules()}
    broken = []
    for module in modules():
        for node, name in imported(module):
            room = _room(name, names)
            if room == module.room or room not in RANK or module.room not in RANK:
                continue
            if RANK[room] >= RANK[module.room] or (module.room, room) in HANDED_IN:
                broken.append(f"{module.at(node)} {module.room} imports {name}")
    assert not broken, "\n".join(broken)


def _room(name: str, names: set[str]) -> str:
    """The room of an imported name; what the face itself offers is the face."""
    steps = name.split(".")
    if len(steps) == 1 or (len(steps) == 2 and name not in names):
        return "tieline"
    return steps[1]


def test_no_modules_import_each_other_in_a_circle() -> None:
    names = {module.name for module in modules()}
    edges = {
        module.name: {_module(name, names) for _, name in imported(module)} - {module.name}
        for module in modules()
        if module.room != "tieline"
    }
    assert not (circle := _circle(edges)), " -> ".join(circle)


def _module(name: str, names: set[str]) -> str:
    return name if name in names else name.rpartition(".")[0]


def _circle(edges: dict[str, set[str]]) -> list[str]:
    """One circle, as the names on it; empty if there is none."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for following in sorted(edges.get(name, ())):
            if found := walk(following, [*path, name]):
                return found
        done.add(name)
        return []

    for name in sorted(edges):
        if found := walk(name, []):
            return found
    return []


def test_a_pure_room_sees_no_file_no_socket_no_clock_and_no_environment() -> None:
    broken = [
        f"{module.at(node)} {what}"
        for module in modules()
        if module.room in PURE
        for node, what in _outside(module)
    ]
    assert not broken, "\n".join(broken)


def _outside(module: Module) -> list[tuple[ast.AST, str]]:
    found: list[tuple[ast.AST, str]] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found += [(node, f"imports {a.name}") for a in node.names if _is_outside(a.name)]
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [(node, f"imports {name}") for name in names if _is_outside(name)]
        elif isinstance(node, ast.Attribute):
            if node.attr in CLOCK_OR_FILE or node.attr.startswith(FILE_READERS):
                found.append((node, f"uses {dotted(node)}"))
        elif isinstance(node, ast.Call) and dotted(node.func) in ("open", "io.open", "input"):
            found.append((node, f"calls {dotted(node.func)}"))
    return found


def _is_outside(name: str) -> bool:
    if name in ALLOWED_FROM_OUTSIDE:
        return False
    return any(name == banned or name.startswith(f"{banned}.") for banned in OUTSIDE)


def test_the_law_sees_imports_wherever_they_stand() -> None:
    source = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from tieline.cli import main
def later() -> None:
    import tieline.flow.step
    from ..serve import app
    importlib.import_module("tieline.assemble")
"""
    module = Module("tieline.fold.kernel", PACKAGE / "fold" / "kernel.py", ast.parse(source))
    assert {name for _, name in imported(module)} == {
        "tieline.cli.main",
        "tieline.flow.step",
        "tieline.serve.app",
        "tieline.assemble",
    }


def test_the_law_sees_every_kind_of_outside() -> None:
    source = """
import os, time
from pathlib import Path, PurePosixPath
from datetime import datetime
from tieline.select import rows
a = datetime.now()
b = open("x")
c = pl.scan_csv("x")
"""
    module = Module("tieline.fold.kernel", PACKAGE / "fold" / "kernel.py", ast.parse(source))
    assert [what for _, what in _outside(module)] == [
        "imports os",
        "imports time",
        "imports pathlib.Path",
        "calls open",
        "uses datetime.now",
        "uses pl.scan_csv",
    ]


def test_a_circle_is_found() -> None:
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["b", "c", "b"]
    assert _circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
