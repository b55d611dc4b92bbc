"""What changed between two moments, by fact and cause, through Python, the command and HTTP."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

import tieline
from tests.flow.conftest import Bench, p32
from tests.flow.operator import scene_of
from tieline.assemble import lake_of
from tieline.cli import app
from tieline.errors import UsageError
from tieline.flow import merge_report, replay, replayable
from tieline.select import Difference
from tieline.serve.api import create_app

REPORT = "nyiso:P-32"
STAMPS = ("00:00", "00:05")


def flat(flow: int, stamps: tuple[str, ...] = STAMPS) -> bytes:
    return p32(stamps, lambda stamp, point: flow)


def without(data: bytes, point: str) -> bytes:
    return b"\r\n".join(line for line in data.split(b"\r\n") if point.encode() not in line)


def home_of(bench: Bench) -> Path:
    return bench.home.folder


def known(bench: Bench, first: str, second: str) -> Difference:
    day = "2026-03-03T"
    between = (f"{day}{first}:00Z", f"{day}{second}:00Z")
    return tieline.diff("interface_flow", between=between, home=home_of(bench))


def given(bench: Bench, first: int, second: int) -> Difference:
    return tieline.diff("interface_flow", between=(first, second), home=home_of(bench))


def test_what_a_publisher_says_anew_is_new_a_revision_or_gone(bench: Bench) -> None:
    bench.bring(flat(1), "06:00")
    bench.bring(flat(2, (*STAMPS, "00:10")), "07:00")
    for at in ("08:00", "09:00"):
        bench.bring(without(flat(2, (*STAMPS, "00:10")), "23316"), at)
    assert known(bench, "05:00", "06:30").causes() == {"new": 6}
    told = known(bench, "06:30", "07:30")
    assert told.causes() == {"new": 3, "revision": 6}
    revised = told.polars().filter(cause="revision")
    assert set(revised["changed"]) == {"flow_mw"}
    assert set(revised.select("before_flow_mw", "after_flow_mw").rows()) == {(1.0, 2.0)}
    assert known(bench, "07:30", "08:30").causes() == {}
    lost = known(bench, "07:30", "09:30")
    assert lost.causes() == {"gone": 3}
    assert set(lost.polars()["interface_id"]) == {"23316"}
    assert (lost.before.as_of.hour, lost.after.as_of.hour) == (7, 9)


def test_a_late_file_is_late_and_a_merge_is_nothing(bench: Bench) -> None:
    bench.bring(flat(1), "06:00")
    bench.bring(flat(1), "08:00")
    first = bench.home.ledger.sequence()
    bench.bring(flat(2), "07:00")
    second = bench.home.ledger.sequence()
    assert given(bench, first, second).causes() == {}, "the later file says what it said"
    at = "2026-03-03T07:30:00Z"
    asked = tieline.read("interface_flow", as_of=at, at_sequence=first, home=home_of(bench))
    assert set(asked.polars()["flow_mw"]) == {1.0}
    bench.bring(flat(3), "08:30")
    assert given(bench, second, bench.home.ledger.sequence()).causes() == {"late": 6}
    third = bench.home.ledger.sequence()
    feed, _ = bench.house.report(REPORT)
    assert merge_report(bench.house, feed.id, REPORT)
    merged = bench.home.ledger.sequence()
    assert merged > third
    assert given(bench, third, merged).causes() == {}


def test_another_recipe_is_a_replay(bench: Bench) -> None:
    bench.bring(flat(7), "06:00")
    first = bench.home.ledger.sequence()
    scene = scene_of(bench)
    feed, report = scene.house.report(REPORT)
    columns = tuple(
        replace(one, sentinels=(7.0,)) if one.name == "flow_mw" else one for one in report.columns
    )
    scene.changed(REPORT, columns=columns)
    feed, report = scene.house.report(REPORT)
    entries = bench.home.ledger.entries(reports=[REPORT])
    done = replay(scene.house, feed, report, replayable(scene.house, report, entries[0].window))
    assert done.landed is not None
    told = given(bench, first, done.landed.sequence)
    assert told.causes() == {"replay": 6}
    assert told.polars()["after_flow_mw"].null_count() == 6


def test_a_static_file_of_less_weight_is_replaced_by_the_daily_one(bench: Bench) -> None:
    scene_of(bench)
    bench.bring(flat(1, ("00:00",)), "05:30", report="nyiso:P-32-CURRENT", name="current.csv")
    bench.bring(flat(2, ("00:00",)), "06:00")
    told = known(bench, "05:45", "06:30").polars()
    assert set(told.select("cause", "before_report", "after_report").rows()) <= {
        ("revision", "nyiso:P-32-CURRENT", "nyiso:P-32"),
        ("print", "nyiso:P-32-CURRENT", "nyiso:P-32"),
    }
    assert told.height == 3


def test_command_and_http_say_the_same(bench: Bench) -> None:
    bench.bring(flat(1), "06:00")
    bench.bring(flat(2), "07:00")
    right = known(bench, "06:30", "07:30")
    moments = ["2026-03-03T06:30:00Z", "2026-03-03T07:30:00Z"]
    words = ["diff", "interface_flow", "--between", *moments, "--home", str(home_of(bench))]
    ended = CliRunner().invoke(app, [*words, "--json"])
    assert ended.exit_code == 0, ended.output
    said = json.loads(ended.stdout)
    client = TestClient(create_app(lake_of(bench.home), version="0"))
    path = "/v1/datasets/interface_flow/diff"
    answer = client.get(path, params={"before": moments[0], "after": moments[1]})
    assert answer.status_code == 200, answer.text
    for told in (said, answer.json()):
        assert told["causes"] == right.causes() == {"revision": 6}
        assert len(told["changes"]) == 6
        assert {change["cause"] for change in told["changes"]} == {"revision"}
        assert told["before"]["sequence"] == right.before.sequence
    for_people = CliRunner().invoke(app, words)
    assert "revision  flow_mw 1.0 -> 2.0" in for_people.stdout
    assert "6 facts changed: 6 revision." in for_people.stderr


@pytest.mark.parametrize("between", [(2, 1), (1, "2026-03-03T06:30:00Z"), ("2026-03-03", 1)])
def test_moments_of_two_kinds_or_out_of_order_are_refused(
    bench: Bench, between: tuple[int | str, int | str]
) -> None:
    bench.bring(flat(1), "06:00")
    with pytest.raises(UsageError):
        tieline.diff("interface_flow", between=between, home=home_of(bench))
