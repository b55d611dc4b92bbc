"""A setting that nothing reads would be silently ignored: worse than none."""

from __future__ import annotations

import ast

from tests.contract.tree import modules
from tieline.settings import leaves


def test_every_setting_is_read_somewhere() -> None:
    read = {
        node.attr
        for module in modules()
        if module.name != "tieline.settings"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }
    assert [path for path, _ in leaves() if path.rpartition(".")[2] not in read] == []
