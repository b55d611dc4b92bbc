"""An empty lake for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.select.world import FLOWS, FORECAST, OUTAGES, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, (FLOWS, FORECAST, OUTAGES))
