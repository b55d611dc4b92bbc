"""A home to work in, as the flow's tests have it."""

from __future__ import annotations

from tests.flow.conftest import bench

__all__ = ["bench"]
