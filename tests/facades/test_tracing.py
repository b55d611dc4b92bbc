"""Lineage and history through Python, the command, HTTP and SQL: the same knobs mean the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

import tieline
from tests.facades.test_faces import forecast, options
from tests.flow.conftest import bench_of, p32
from tieline.assemble import house_of, lake_of, opened, settings_of
from tieline.cli import app
from tieline.errors import UsageError
from tieline.flow import import_file, lines_of
from tieline.serve.api import create_app

POINT = {"interface_id": "23316"}
STAMP = "2026-03-02T05:00:00Z"
GENERATORS = "Generator Name,Generator PTID,Aggregation PTID,Subzone,Zone,Latitude,Longitude,Active"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Flows of two reports, a forecast that was issued twice, and a generator that was renamed."""
    root = tmp_path_factory.mktemp("tracing")
    with opened(settings_of(root / "home")) as home:
        bench = bench_of(home, root)
        bench.bring(p32(("00:00",), lambda stamp, point: 1), "06:00")
        bench.bring(p32(("00:00",), lambda stamp, point: 2), "07:00")
        for day, load in ((2, 10), (3, 20)):
            ahead = (forecast(f"03/0{one}/2026", load).split(b"\r\n", 1) for one in range(day, 5))
            headers, rows = zip(*ahead, strict=True)
            data = headers[0] + b"\r\n" + b"".join(rows)
            bench.bring(data, "10:00", report="nyiso:P-7", name=f"202603{day:02}isolf.csv")
        for name, at in (("A", "12:00"), ("B", "13:00")):
            data = f"{GENERATORS}\r\n{name},1,,WEST,WEST,42.0,-78.0,Y\r\n".encode()
            bench.bring(data, at, report="nyiso:P-19", name="generator.csv")
        feed, report = bench.house.report("nyiso:P-32")
        late = root / "20260301ExternalLimitsFlows.csv"
        late.write_bytes(p32(("00:00",), lambda stamp, point: 3, day="03/01/2026"))
        import_file(bench.house, feed, report, late, fetched_at=datetime(2026, 3, 20, tzinfo=UTC))
    yield root / "home"


def through_python(folder: Path, dataset: str, knobs: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    steps = tieline.lineage(dataset, home=folder, **knobs)
    return [_step(one.row.entry_id, one.row.known_basis, one.line) for one in steps]


def through_command(folder: Path, dataset: str, knobs: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    named = {"stamp": "at", "start": "from", "end": "to"}
    given = {named.get(name, name): value for name, value in knobs.items() if name != "where"}
    words = ["lineage", dataset, *options(given), "--json", "--home", str(folder)]
    words += [f"--where={name}={value}" for name, value in knobs.get("where", {}).items()]
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 0, ended.output
    return [
        _step(one["entry_id"], one["known_basis"], one["line"]) for one in json.loads(ended.stdout)
    ]


def through_http(folder: Path, dataset: str, knobs: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    asked = {**knobs, "dataset": dataset, **knobs.get("where", {})}
    asked.pop("where", None)
    with opened(settings_of(folder)) as home:
        house = house_of(home, record=lambda happening: None)
        client = TestClient(
            create_app(
                lake_of(home),
                version="0",
                lines_of=lambda row: lines_of(house, row.entry_id, row.source_row),
            )
        )
        answer = client.get("/v1/lineage", params=asked)
        assert answer.status_code == 200, answer.text
    return [_step(o["entry_id"], o["known_basis"], o["line"]) for o in answer.json()["steps"]]


def _step(*said: Any) -> tuple[Any, ...]:
    return said


@pytest.mark.parametrize(
    ("dataset", "knobs", "steps"),
    [
        ("interface_flow", {"stamp": STAMP, "where": POINT}, 1),
        ("interface_flow", {"stamp": STAMP, "where": POINT, "revisions": "all"}, 2),
        ("interface_flow", {"stamp": STAMP, "where": POINT, "as_of": "2026-03-03T06:30:00Z"}, 1),
        ("interface_flow", {"stamp": STAMP, "where": POINT, "print": "preliminary"}, 1),
        ("interface_flow", {"stamp": STAMP, "where": POINT, "print": "final"}, 0),
        ("interface_flow", {"start": "2026-03-01", "end": "2026-03-02", "where": POINT}, 1),
        ("interface_flow", {"start": "2026-03-01", "end": "2026-03-02", "known": "assumed"}, 3),
        ("load_forecast", {"stamp": "2026-03-04T05:00:00Z", "where": {"area_id": "61752"}}, 1),
        (
            "load_forecast",
            {
                "stamp": "2026-03-04T05:00:00Z",
                "where": {"area_id": "61752"},
                "vintage": "2026-03-02",
            },
            1,
        ),
        (
            "load_forecast",
            {"stamp": "2026-03-04T05:00:00Z", "where": {"area_id": "61752"}, "vintage": "all"},
            2,
        ),
    ],
    ids=str,
)
def test_lineage_has_the_same_knobs_and_defaults_everywhere(
    folder: Path, dataset: str, knobs: dict[str, Any], steps: int
) -> None:
    right = through_python(folder, dataset, knobs)
    assert len(right) == steps
    assert all(line for _, _, line in right)
    for face in (through_command, through_http):
        assert face(folder, dataset, knobs) == right, face.__name__
    if "known" in knobs:
        assert {basis for _, basis, _ in right} == {"assumed"}


def test_lineage_has_its_certificate_everywhere(folder: Path) -> None:
    """About the numbers that were asked for, and no others of their day."""
    asked = {"stamp": STAMP, "where": {"interface_id": ["23316", "23324"]}, "limit": 1}
    traced = tieline.lineage("interface_flow", home=folder, **asked)  # type: ignore[arg-type]
    told = traced.certificate.as_json()
    words = ["lineage", "interface_flow", "--at", STAMP, "--where", "interface_id=23316,23324"]
    ended = CliRunner().invoke(app, [*words, "--limit", "1", "--json", "--home", str(folder)])
    with opened(settings_of(folder)) as home:
        client = TestClient(create_app(lake_of(home), version="0"))
        given = client.get(
            "/v1/lineage",
            params={
                "dataset": "interface_flow",
                "stamp": STAMP,
                "interface_id": ["23316", "23324"],
                "limit": 1,
            },
        ).json()
    assert (told["received"], traced.truncated, len(traced)) == (2, True, 1)
    said = json.loads(ended.stderr)
    for found in (said, given["certificate"]):
        assert {**found, "as_of": told["as_of"]} | told == {**found, "as_of": told["as_of"]}
    assert said["truncated"] is given["truncated"] is True


def test_lineage_from_python_says_which_numbers_are_meant(folder: Path) -> None:
    with pytest.raises(UsageError, match="which numbers"):
        tieline.lineage("interface_flow", home=folder)


def test_a_history_is_the_same_everywhere(folder: Path) -> None:
    right = tieline.history("generator", home=folder)
    rows = right.polars()
    assert rows.select("generator_name", "revision").rows() == [("A", 1), ("B", 2)]
    assert right.certificate.dataset == "generator"
    only = tieline.history("generator", as_of="2026-03-03T12:30:00Z", home=folder).polars()
    assert only["generator_name"].to_list() == ["A"]
    ended = CliRunner().invoke(
        app, ["data", "generator", "--history", "--format", "json", "--home", str(folder)]
    )
    with opened(settings_of(folder)) as home:
        client = TestClient(create_app(lake_of(home), version="0"))
        told = client.get("/v1/datasets/generator/history", params={"known": "recorded"}).json()
    for found in (json.loads(ended.stdout), told["rows"]):
        assert [one["event_id"] for one in found] == rows["event_id"].to_list()
    with pytest.raises(UsageError, match="has stamps"):
        tieline.history("load", home=folder)
