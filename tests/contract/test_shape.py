"""The house keeps its shape: small modules, short functions, plain names, narrow excepts."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.contract.tree import PACKAGE, REPOSITORY, dotted, functions, modules

LINES_OF_A_MODULE = 400
LINES_OF_A_FUNCTION = 60
NOT_A_ROOM = frozenset({"utils", "util", "helpers", "helper", "common", "core", "base", "misc"})
NOT_A_CLASS = ("Manager", "Handler", "Processor")
BROAD = frozenset({"Exception", "BaseException"})


def scripts() -> list[Path]:
    return sorted((REPOSITORY / "scripts").glob("*.py"))


def test_no_module_is_longer_than_a_thought() -> None:
    sizes = {
        path.relative_to(REPOSITORY): len(path.read_text("utf-8").splitlines())
        for path in [*(module.path for module in modules()), *scripts()]
    }
    assert not {path: lines for path, lines in sizes.items() if lines > LINES_OF_A_MODULE}


def test_no_function_is_longer_than_a_screen() -> None:
    trees = [(module.path, module.tree) for module in modules()]
    trees += [(path, ast.parse(path.read_text("utf-8"))) for path in scripts()]
    long = [
        f"{path.relative_to(REPOSITORY)}:{function.lineno} {function.name} {lines}"
        for path, tree in trees
        for function in functions(tree)
        if (lines := _lines(function)) > LINES_OF_A_FUNCTION
    ]
    assert not long, "\n".join(long)


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring, which is contract and not code."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def test_no_room_has_a_name_that_says_nothing() -> None:
    steps = {
        module.name: set(module.name.split("."))
        for module in modules()
        if set(module.name.split(".")) & NOT_A_ROOM
    }
    assert not steps


def test_no_class_has_a_name_that_says_nothing() -> None:
    named = [
        f"{module.at(node)} {node.name}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith(NOT_A_CLASS)
    ]
    assert not named, "\n".join(named)


def test_the_face_of_a_room_holds_nothing_else() -> None:
    other = [
        f"{module.at(node)} {type(node).__name__}"
        for module in modules()
        if module.is_package and module.path.parent != PACKAGE
        for node in module.tree.body
        if not _belongs_on_a_face(node)
    ]
    assert not other, "\n".join(other)


def _belongs_on_a_face(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Assign):
        return [dotted(target) for target in node.targets] == ["__all__"]
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_every_module_opens_with_what_it_is_for() -> None:
    silent = [
        str(module.path.relative_to(REPOSITORY))
        for module in modules()
        if module.tree.body and not ast.get_docstring(module.tree)
    ]
    assert not silent, "\n".join(silent)


def test_an_except_is_narrow_or_raises_on() -> None:
    broad = [
        f"{module.at(node)}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not _raises_on(node)
    ]
    assert not broad, "\n".join(broad)


def test_nothing_broad_is_suppressed() -> None:
    suppressed = [
        module.at(node)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and dotted(node.func).endswith("suppress")
        and BROAD & {dotted(argument) for argument in node.args}
    ]
    assert not suppressed, "\n".join(suppressed)


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return bool(BROAD & {dotted(kind) for kind in caught})


def _raises_on(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in handler.body)


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ("except:\n  pass", True),
        ("except Exception:\n  pass", True),
        ("except (ValueError, Exception):\n  x = 1", True),
        ("except Exception:\n  record()\n  raise", False),
        ("except ValueError:\n  pass", False),
    ],
)
def test_the_law_knows_a_broad_except(body: str, refused: bool) -> None:
    handler = next(
        node
        for node in ast.walk(ast.parse(f"try:\n  x\n{body}"))
        if isinstance(node, ast.ExceptHandler)
    )
    assert (_is_broad(handler) and not _raises_on(handler)) is refused
