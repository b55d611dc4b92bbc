"""`tieline reference`: the tables of nodes and generators, and what an earlier file keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Run
from tieline.emulate.miso import market_report
from tieline.emulate.miso.facts import NODES

Put = Callable[[str, bytes], Path]
DAY = date(2026, 7, 14)
COLUMNS = ["iso", "location_id", "location_name", "location_type", "zone", "hub", "timezone"]


def listed(day: date) -> bytes:
    """A day-ahead file."""
    return market_report(4, "da_expost_lmp", day).body


@pytest.fixture
def nodes(run: Run, put: Put) -> Path:
    """A lake with MISO's nodes, reserve zones and generators of one day."""
    prices = put(f"{DAY:%Y%m%d}_da_expost_lmp.csv", listed(DAY))
    zones = put(f"{DAY:%Y%m%d}_cpnode_reszone.xlsx", market_report(4, "cpnode_reszone", DAY).body)
    for report in ("da_expost_lmp/nodes", "da_expost_lmp/generators"):
        run("import", f"miso:{report}", prices, "--fetched-at", "2026-07-14T12:00:00Z")
    run("import", "miso:cpnode_reszone", zones, "--fetched-at", "2026-07-14T12:00:00Z")
    return prices.parent


def read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def test_nodes_of_the_lake_are_a_table_in_the_documents_layout(
    run: Run, nodes: Path, samples: Path
) -> None:
    path = nodes / "iso_nodes.csv"
    run("reference", "iso-nodes", "-o", path)
    table = read(path)
    assert table.columns == COLUMNS == read(samples / "documents/iso_nodes.csv").columns
    assert set(table["location_id"]) == {name for name, _ in NODES}
    hub = table.row(by_predicate=pl.col("location_id") == "MINN.HUB", named=True)
    assert hub == {
        "iso": "MISO",
        "location_id": "MINN.HUB",
        "location_name": "MINN.HUB",
        "location_type": "HUB",
        "zone": "Zone 6",
        "hub": "MINN.HUB",
        "timezone": "Etc/GMT+5",
    }
    assert set(table["location_type"]) == {"HUB", "ZONE", "INTERFACE", "NODE"}
    assert table.filter(pl.col("location_type") != "HUB")["hub"].null_count() == table.height - 8


def test_generators_are_those_of_the_roster(run: Run, nodes: Path) -> None:
    found = run("reference", "generators", "--json").json()
    assert [one["generator_id"] for one in found] == sorted(
        name for name, kind in NODES if kind == "Gennode"
    )
    assert {one["iso"] for one in found} == {"MISO"}


def test_an_earlier_file_keeps_what_the_lake_does_not_know(
    run: Run, nodes: Path, samples: Path
) -> None:
    path = nodes / "iso_nodes.csv"
    old = (samples / "documents/iso_nodes.csv").read_text("utf-8")
    path.write_text(old.replace("\n", ",by_hand\n", 1), "utf-8")
    before = read(path)
    run("reference", "iso-nodes", "-o", path)
    after = read(path)
    assert after.columns == before.columns
    hub = after.row(by_predicate=pl.col("location_id") == "MICHIGAN.HUB", named=True)
    assert (hub["timezone"], hub["location_name"]) == ("America/Detroit", "MICHIGAN.HUB")
    kept = after.join(before, on=["iso", "location_id"], how="semi")
    assert kept.height == before.height
    others = before.filter(pl.col("iso") != "MISO")
    same = after.join(others, on=others.columns, how="semi", nulls_equal=True)
    assert same.height == others.height
    again = path.read_bytes()
    run("reference", "iso-nodes", "-o", path)
    assert path.read_bytes() == again


def test_a_table_of_the_past_has_what_was_known_then(run: Run, nodes: Path, put: Put) -> None:
    day = DAY + timedelta(days=1)
    more = listed(day).replace(b"AMIL.BGS6,", b"AMIL.NEW1,")
    file = put(f"{day:%Y%m%d}_da_expost_lmp.csv", more)
    run("import", "miso:da_expost_lmp/generators", file, "--fetched-at", f"{day}T12:00:00Z")
    now = run("reference", "generators").out
    then = run("reference", "generators", "--as-of", "2026-07-15T11:00:00Z").out
    assert ("AMIL.NEW1" in now, "AMIL.NEW1" in then) == (True, False)
    assert "AMIL.BGS6" in now, "a file of another day that lacks a node takes no earlier day's back"


def test_what_is_no_such_table_is_refused(run: Run, nodes: Path, put: Put) -> None:
    run("reference", "hubs", code=2)
    other = put("other.csv", b"a,b\n1,2\n")
    assert "lacks iso" in run("reference", "iso-nodes", "-o", other, code=2).err
    assert other.read_bytes() == b"a,b\n1,2\n"


def test_a_table_is_certified(run: Run, nodes: Path, tmp_path: Path) -> None:
    path = tmp_path / "nodes.csv"
    assert "received; sequence" in run("reference", "iso-nodes", "-o", path).err
    told = json.loads(path.with_name("nodes.csv.certificate.json").read_text())
    assert told["dataset"] == "location"
    assert told["received"] > 0
    assert run("reference", "iso-nodes", "--json").told()["received"] == told["received"]
