"""A service that asks for a key nobody has is told of once, and not asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieline.assemble import opened, settings_of
from tieline.cli.life import collected
from tieline.errors import UnknownName
from tieline.settings import PublisherSettings, load_settings


def test_closed_services_are_told_and_left_out(tmp_path: Path) -> None:
    with opened(settings_of(tmp_path / "live")) as home:
        wanted, closed = collected(home)
    assert {one.publisher for one in closed} == {"isone", "miso"}
    assert not any(report.publisher.access for _, report in wanted)
    assert "isone:WW_DALMP_ISO" in {report.name for _, report in wanted}
    assert "publishers.isone.username" in next(c.text for c in closed if c.publisher == "isone")


def test_settings_open_them(tmp_path: Path) -> None:
    told = PublisherSettings.model_validate({"username": "someone", "password": "secret"})
    settings = settings_of(tmp_path / "live", publishers={"isone": told})
    with opened(settings) as home:
        wanted, closed = collected(home)
    assert {one.publisher for one in closed} == {"miso"}
    assert "isone:genfuelmix" in {report.name for _, report in wanted}
    with opened(settings_of(tmp_path / "played"), mode="emulated") as home:
        assert collected(home)[1] == []


def test_what_is_wanted_is_collected_and_a_wrong_name_is_told(tmp_path: Path) -> None:
    told = {"TIELINE_COLLECT": "nyiso, isone:WW_DALMP_ISO", "TIELINE_HOME": str(tmp_path / "h")}
    settings = load_settings(None, told)
    with opened(settings) as home:
        wanted, closed = collected(home)
    assert {report.publisher.id for _, report in wanted} == {"nyiso", "isone"}
    assert closed == []
    with (
        opened(settings.model_copy(update={"collect": ("nyso",)})) as home,
        pytest.raises(UnknownName, match="nyso"),
    ):
        collected(home)
