"""One question through four faces: Python, SQL, the command and HTTP give the same rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

import tieline
from tests.flow.conftest import Bench, bench_of, p32
from tieline.assemble import lake_of, opened, settings_of
from tieline.cli import app
from tieline.errors import UsageError
from tieline.flow import import_file
from tieline.select import Certificate
from tieline.serve.api import create_app

STAMPS = ("00:00", "00:05")
MARCH = "2026-03-03T"
P7 = "Time Stamp,Capitl,Centrl,Dunwod,Genese,Hud Vl,Longil,Mhk Vl,Millwd,N.Y.C.,North,West,NYISO"
Ask = Callable[[str, Mapping[str, object]], list[tuple[object, ...]]]

ASKED: list[tuple[str, dict[str, object]]] = [
    ("interface_flow", {}),
    ("interface_flow", {"as_of": MARCH + "06:30:00Z"}),
    ("interface_flow", {"as_of": "2026-03-03"}),
    ("interface_flow", {"revisions": "first"}),
    ("interface_flow", {"revisions": "all"}),
    ("interface_flow", {"print": "final"}),
    ("interface_flow", {"print": "advisory"}),
    ("interface_flow", {"at_sequence": 2}),
    ("interface_flow", {"known": "assumed", "as_of": "2026-03-02T05:10:00Z"}),
    ("interface_flow", {"known": "assumed", "revisions": "first"}),
    ("interface_flow", {"known": "assumed", "revisions": "all"}),
    ("interface_flow", {"known": "assumed", "as_of": "2026-03-22T00:00:00Z"}),
    ("load_forecast", {}),
    ("load_forecast", {"vintage": "all"}),
    ("load_forecast", {"vintage": "2026-03-02"}),
    ("load_forecast", {"vintage": "2026-03-03T05:00:00Z"}),
    ("load_forecast", {"vintage": "all", "revisions": "all", "at_sequence": 4}),
]


def forecast(day: str, load: int) -> bytes:
    lines = [f"{day} {hour:02}:00,{','.join([str(load)] * 12)}" for hour in range(2)]
    return "\r\n".join([P7, *lines, ""]).encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with flows of two days, revised, one fetched long after, and two vintages."""
    root = tmp_path_factory.mktemp("faces")
    with opened(settings_of(root / "home")) as home:
        bench = bench_of(home, root)
        bench.bring(p32(STAMPS, lambda stamp, point: 1), "06:00")
        bench.bring(p32(STAMPS, lambda stamp, point: 2), "07:00")
        _long_after(bench)
        for day, load in ((2, 10), (3, 20), (2, 11)):
            name = f"202603{day:02}isolf.csv"
            data = forecast(f"03/{day:02}/2026", load)
            bench.bring(data, f"{8 + load % 10:02}:00", report="nyiso:P-7", name=name)
    yield root / "home"


def flows(value: int) -> Callable[[str, str], object]:
    return lambda stamp, point: value


def _long_after(bench: Bench) -> None:
    path = bench.folder / "20260301ExternalLimitsFlows.csv"
    feed, report = bench.house.report("nyiso:P-32")
    for day, flow in ((20, 3), (25, 4)):
        path.write_bytes(p32(STAMPS, flows(flow), day="03/01/2026"))
        import_file(bench.house, feed, report, path, fetched_at=datetime(2026, 3, day, tzinfo=UTC))


def python(folder: Path) -> Ask:
    def ask(dataset: str, knobs: Mapping[str, object]) -> list[tuple[object, ...]]:
        given = tieline.read(dataset, home=folder, **knobs)  # type: ignore[arg-type]
        return plain(given.arrow().to_pylist())

    return ask


def sql_macro(folder: Path) -> Ask:
    def ask(dataset: str, knobs: Mapping[str, object]) -> list[tuple[object, ...]]:
        words = ", ".join(f"{name} := {value!r}" for name, value in knobs.items())
        told = tieline.query(f"from {dataset}({words})", home=folder)
        _same_certificate(folder, dataset, knobs, told.certificates)
        return plain(told.arrow().to_pylist())

    return ask


def _same_certificate(
    folder: Path, dataset: str, knobs: Mapping[str, object], told: Sequence[Certificate]
) -> None:
    """The one of a statement is that of the same question to Python."""
    right = tieline.read(dataset, home=folder, **knobs).certificate  # type: ignore[arg-type]
    (one,) = told
    if "as_of" not in knobs:
        assert one.as_of <= right.as_of
        one = replace(one, as_of=right.as_of)
    assert one == right


def sql_view(folder: Path) -> Ask:
    def ask(dataset: str, knobs: Mapping[str, object]) -> list[tuple[object, ...]]:
        told = tieline.query(f"from {dataset}", home=folder, **knobs)  # type: ignore[arg-type]
        _same_certificate(folder, dataset, knobs, told.certificates)
        return plain(told.arrow().to_pylist())

    return ask


def options(knobs: Mapping[str, object]) -> list[str]:
    return [
        word
        for name, value in knobs.items()
        for word in (f"--{name.replace('_', '-')}", str(value))
    ]


def command(folder: Path, *words: str) -> list[tuple[object, ...]]:
    ended = CliRunner().invoke(app, [*words, "--format", "json", "--home", str(folder)])
    assert ended.exit_code == 0, ended.output
    return plain(json.loads(ended.stdout))


def data_command(folder: Path) -> Ask:
    return lambda dataset, knobs: command(folder, "data", dataset, *options(knobs))


def query_command(folder: Path) -> Ask:
    return lambda dataset, knobs: command(folder, "query", f"from {dataset}", *options(knobs))


def http(folder: Path) -> Ask:
    def ask(dataset: str, knobs: Mapping[str, object]) -> list[tuple[object, ...]]:
        with opened(settings_of(folder)) as home:
            client = TestClient(create_app(lake_of(home), version="0"))
            answer = client.get(
                f"/v1/datasets/{dataset}/rows",
                params={name: str(value) for name, value in knobs.items()},
            )
        assert answer.status_code == 200, answer.text
        assert answer.json()["certificate"]["sequence"] >= 1
        return plain(answer.json()["rows"])

    return ask


def plain(rows: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    """Rows as sorted tuples of text, instants alike however a face writes them."""
    return sorted(tuple(_text(value) for value in row.values()) for row in rows)


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        moment = datetime.fromisoformat(str(value))
        return moment.astimezone(UTC).isoformat() if moment.tzinfo else str(value)
    except ValueError:
        return str(float(value)) if isinstance(value, int) else str(value)


@pytest.mark.parametrize(("dataset", "knobs"), ASKED, ids=lambda one: str(one))
def test_every_face_gives_the_same_rows(
    folder: Path, dataset: str, knobs: dict[str, object]
) -> None:
    right = python(folder)(dataset, knobs)
    for face in (sql_macro, sql_view, data_command, query_command, http):
        assert face(folder)(dataset, knobs) == right, face.__name__


def test_the_questions_differ_from_the_plain_one(folder: Path) -> None:
    for dataset in ("interface_flow", "load_forecast"):
        rows = [python(folder)(name, knobs) for name, knobs in ASKED if name == dataset]
        assert sum(answer == rows[0] for answer in rows) <= 2
        assert len({len(answer) for answer in rows}) > 2


def test_each_thing_that_a_statement_asks_is_certified(folder: Path) -> None:
    """By the knobs that it is asked with, once, and as of one commit."""
    early, now = "2026-03-03T06:30:00Z", "2026-04-01T00:00:00Z"
    told = tieline.query(
        f"with a as (from interface_flow(as_of := '2026-03-' || '03T06:30:00Z')) "
        f"select count(*) from a, INTERFACE_FLOW('{early}') b, interface_flow c, "
        f"load_forecast(vintage := 'all', at_sequence := 3 + 4) d, seen_load_forecast e",
        as_of=now,
        home=folder,
    )
    said = [(one.dataset, one.as_of.isoformat()[:10], one.sequence) for one in told.certificates]
    newest = told.certificates[0].sequence
    today = told.certificates[2].as_of.isoformat()[:10]
    assert said == [
        ("interface_flow", now[:10], newest),
        ("interface_flow", early[:10], newest),
        ("load_forecast", today, newest),
        ("load_forecast", today, 7),
    ]
    kept = json.loads((told.arrow().schema.metadata or {})[b"tieline.certificate"])
    assert [one["sequence"] for one in kept] == [newest, newest, newest, 7]


def test_knobs_that_are_no_constants_have_no_certificate(folder: Path) -> None:
    moving = (
        "select * from (values ('2026-03-03T06:30:00Z')) as t(x), "
        "lateral (select count(*) from interface_flow(as_of := t.x))"
    )
    with pytest.raises(UsageError, match="must be constants"):
        tieline.query(moving, home=folder)
    words = ["query", moving, "--home", str(folder), "--format", "json"]
    assert CliRunner().invoke(app, words).exit_code == 2
    ended = CliRunner().invoke(app, [*words, "--no-certificate"])
    assert ended.exit_code == 0, ended.output
    assert list(json.loads(ended.stdout)[0].values())[1] == 6
