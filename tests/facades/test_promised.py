"""`known=assumed`: what was fetched long after counts as known when its report promised it, on every face."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

import tieline
from tests.facades.test_faces import P7, data_command, http, query_command, sql_macro, sql_view
from tests.flow.conftest import Bench, bench_of
from tieline.assemble import opened, settings_of
from tieline.flow import import_file

FACES = (sql_macro, sql_view, data_command, query_command, http)
FETCHED = datetime(2026, 4, 1, tzinfo=UTC)
P2A = (
    "Time Stamp,Name,PTID,LBMP ($/MWHr),Marginal Cost Losses ($/MWHr),"
    "Marginal Cost Congestion ($/MWHr)"
)


def brought(
    bench: Bench, report: str, name: str, lines: list[str], fetched: datetime = FETCHED
) -> None:
    path = bench.folder / name
    path.write_bytes("\r\n".join([*lines, ""]).encode())
    feed, row = bench.house.report(report)
    import_file(bench.house, feed, row, path, fetched_at=fetched)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Day-ahead prices of 10 March and a forecast of six days from that day, fetched in April."""
    root = tmp_path_factory.mktemp("promised")
    prices = [
        f"03/10/2026 {hour:02}:00,{name},{place},40.00,1.00,-1.00"
        for hour in range(24)
        for name, place in (("CAPITL", 61757), ("CENTRL", 61754))
    ]
    loads = [
        f"03/{day}/2026 {hour:02}:00,{','.join(['100'] * 12)}"
        for day in range(10, 16)
        for hour in range(24)
    ]
    with opened(settings_of(root / "home")) as home:
        bench = bench_of(home, root)
        brought(bench, "nyiso:P-2A", "20260310damlbmp_zone.csv", [P2A, *prices])
        brought(bench, "nyiso:P-7", "20260310isolf.csv", [P7, *loads])
    yield root / "home"


@pytest.mark.parametrize(
    ("dataset", "before", "promised", "rows"),
    [
        # By 11:00 of the day before, and by 09:00 of the file's day, both in daylight time.
        ("lmp", "2026-03-09T14:59:59+00:00", "2026-03-09T15:00:00+00:00", 48),
        ("load_forecast", "2026-03-10T12:59:59+00:00", "2026-03-10T13:00:00+00:00", 1728),
    ],
)
def test_a_file_that_stands_ahead_is_known_as_a_whole_when_it_was_promised(
    folder: Path, dataset: str, before: str, promised: str, rows: int
) -> None:
    assert tieline.read(dataset, as_of=promised, home=folder).polars().is_empty()
    told = tieline.read(dataset, known="assumed", home=folder).polars()
    assert told.height == rows
    assert set(told.select("known_at_utc", "known_basis").rows()) == {
        (datetime.fromisoformat(promised), "assumed")
    }
    for moment, right in ((before, 0), (promised, rows)):
        knobs = {"known": "assumed", "as_of": moment}
        assert tieline.read(dataset, home=folder, **knobs).polars().height == right  # type: ignore[arg-type]
        for face in FACES:
            assert len(face(folder)(dataset, knobs)) == right, face.__name__


def test_lineage_tells_the_promise_beside_the_fetch(folder: Path) -> None:
    (step,) = tieline.lineage(
        "lmp",
        stamp="2026-03-10T04:00:00Z",
        where={"location_id": "61757"},
        known="assumed",
        home=folder,
    )
    assert step.row.known_at_utc == datetime(2026, 3, 9, 15, tzinfo=UTC)
    assert (step.row.known_basis, step.row.fetched_at_utc) == ("assumed", FETCHED)


@pytest.fixture(scope="module")
def revised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Prices of 10 March fetched in April, changed a week later, and without an hour after two."""
    root = tmp_path_factory.mktemp("revised")
    with opened(settings_of(root / "home")) as home:
        bench = bench_of(home, root)
        for week, hours, price in ((0, 24, 40), (1, 24, 50), (2, 23, 50)):
            lines = [
                f"03/10/2026 {hour:02}:00,CAPITL,61757,{price}.00,1.00,-1.00"
                for hour in range(hours)
            ]
            brought(
                bench, "nyiso:P-2A", "20260310damlbmp_zone.csv", [P2A, *lines],
                FETCHED + timedelta(days=7 * week),
            )  # fmt: skip
    yield root / "home"


@pytest.mark.parametrize(
    ("knobs", "rows", "price"),
    [
        ({"known": "recorded"}, 23, "50.0"),
        ({"known": "assumed"}, 23, "50.0"),
        ({"known": "assumed", "revisions": "first"}, 24, "40.0"),
        ({"known": "assumed", "as_of": "2026-03-10T00:00:00Z"}, 24, "40.0"),
        ({"known": "assumed", "as_of": "2026-04-07T00:00:00Z"}, 24, "40.0"),
        ({"known": "assumed", "as_of": "2026-04-09T00:00:00Z"}, 24, "50.0"),
        ({"known": "recorded", "as_of": "2026-03-20T00:00:00Z"}, 0, None),
    ],
)
def test_a_promise_speaks_of_the_first_value_and_not_of_corrections(
    revised: Path, knobs: dict[str, object], rows: int, price: str | None
) -> None:
    """Who back-tests sees no correction before it was seen, and nothing that was replaced after."""
    told = tieline.read("lmp", home=revised, **knobs)  # type: ignore[arg-type]
    frame = told.polars()
    assert told.certificate.received == frame.height == rows
    assert set(frame["price_per_mwh"].cast(pl.String).to_list()) == ({price} if price else set())
    for face in FACES:
        assert len(face(revised)("lmp", knobs)) == rows, face.__name__


def test_what_is_missing_from_a_file_of_the_past_was_asked_for(tmp_path: Path) -> None:
    """A hole of a back-test has the cause that the file tells, and not that nobody asked yet."""
    with opened(settings_of(tmp_path / "home")) as home:
        lines = [f"03/10/2026 {hour:02}:00,CAPITL,61757,40.00,1.00,-1.00" for hour in range(23)]
        name = "20260310damlbmp_zone.csv"
        brought(bench_of(home, tmp_path), "nyiso:P-2A", name, [P2A, *lines])
    asked = {"where": {"location_id": "61757"}, "start": "2026-03-10", "end": "2026-03-11"}
    for knobs in ({}, {"known": "assumed"}, {"known": "assumed", "as_of": "2026-03-20T00:00:00Z"}):
        told = tieline.read("iso.da.lmp.nyiso", home=tmp_path / "home", **asked, **knobs)  # type: ignore[arg-type]
        assert [gap.cause for gap in told.certificate.gaps] == ["missing_upstream"], knobs
        assert told.certificate.received == 23
