"""What comes late lands, whatever stands after it; what comes twice at once is there once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.flow.conftest import Bench, p32
from tests.flow.operator import Scene, scene_of
from tests.flow.test_orders import flows
from tieline.flow import Imported, importing
from tieline.watch import OddityNoticed

REPORT = "nyiso:P-32"
FILE = "20260302ExternalLimitsFlows.csv"
STAMPS = ("00:00", "00:05", "00:10")


def flat(flow: int) -> bytes:
    return p32(STAMPS, lambda stamp, point: flow)


def renamed(scene: Scene) -> None:
    """From here on only files with another header can be read."""
    _, report = scene.house.report(REPORT)
    columns = tuple(
        replace(one, printed=("Flow (MW)",)) if one.name == "flow_mw" else one
        for one in report.columns
    )
    scene.changed(REPORT, columns=columns)


def test_a_late_file_lands_before_one_that_no_recipe_reads_any_more(bench: Bench) -> None:
    bench.bring(flat(1), "06:00")
    bench.bring(flat(3), "08:00")
    scene = scene_of(bench)
    renamed(scene)
    bench.house = scene.house
    late = bench.bring(flat(2).replace(b"Flow (MWH)", b"Flow (MW)"), "07:00")
    assert late.landed is not None
    asked = {at: flows(bench, at) for at in ("06:30", "07:30", "08:30")}
    assert asked == {"06:30": [1.0] * 3, "07:30": [2.0] * 3, "08:30": [3.0] * 3}
    entries = bench.home.ledger.entries(reports=[REPORT])
    assert [one.state for one in entries] == ["completed"] * 3
    assert [one.counts.revised for one in entries] == [0, 9, 9]
    told = [one.text for one in scene.bench.happenings if isinstance(one, OddityNoticed)]
    assert any("cannot be read by today's recipe" in text for text in told)


def test_what_an_unreadable_version_left_as_it_was_is_said_again(bench: Bench) -> None:
    """The later version repeats the first one, so that no row of it is stored."""
    bench.bring(flat(1), "06:00")
    bench.bring(flat(1), "08:00")
    scene = scene_of(bench)
    renamed(scene)
    bench.house = scene.house
    bench.bring(flat(2).replace(b"Flow (MWH)", b"Flow (MW)"), "07:00")
    asked = [flows(bench, at) for at in ("06:30", "07:30", "08:30")]
    assert asked == [[1.0] * 3, [2.0] * 3, [1.0] * 3]


@pytest.mark.parametrize("at", [None, "06:00"])
def test_two_imports_of_one_file_at_once_are_one_observation(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, at: str | None
) -> None:
    keep = vars(importing)["keep"]
    nested: list[Imported] = []
    brought: list[bool] = []

    def overtaken(*told: object, **named: object) -> object:
        if not brought:
            brought.append(True)
            nested.append(bench.bring(flat(1), at))
        return keep(*told, **named)

    monkeypatch.setattr(importing, "keep", overtaken)
    outer = bench.bring(flat(1), at)
    assert (outer.landed, outer.known_already) == (None, 1)
    assert nested[0].landed is not None
    assert len(bench.home.ledger.entries(reports=[REPORT])) == 1
