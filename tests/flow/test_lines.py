"""From a row to what is printed where it was read, in text, JSON and archives; through every step."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.flow.asof import KNOWN, MIDNIGHT, NOWHERE
from tests.flow.conftest import Bench, p32
from tests.flow.operator import zip_of
from tieline.assemble import house_of, lake_of
from tieline.datasets import LOAD as LOADS
from tieline.feeds import ROLLING, Column, DailyFile, Feed, Label, Listing, Report
from tieline.flow import import_file, lines_of, merge_report
from tieline.select import LineageRow, Question, lineage

STAMPS = ("00:00", "00:05")
ANSWER = Report(
    publisher=NOWHERE,
    code="answer",
    title="answer",
    at=DailyFile(path="{day:%Y%m%d}.json"),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=10),
    established_by="doc",
    reads="json",
    listing=Listing(path=("Loads", "Load")),
    label=Label(
        kind="instant",
        column=("At",),
        formats=("%m/%d/%Y %H:%M",),
        zone=NOWHERE.zone,
        grid=None,
        repeated="known_time",
    ),
    columns=(Column("area_id", ("Area.@Id",)), Column("load_mw", ("Mw",), kind="number")),
    absence=ROLLING,
)
FEED = Feed("test.load.nowhere", LOADS, (ANSWER,))


def steps(bench: Bench, question: Question) -> list[tuple[LineageRow, str | None]]:
    return [
        (
            row,
            next((one.text for one in lines_of(bench.house, row.entry_id, row.source_row)), None),
        )
        for row in lineage(lake_of(bench.home), question).steps
    ]


def test_a_row_of_json_leads_to_its_cells(bench: Bench) -> None:
    home = replace(bench.home, feeds=(FEED,))
    bench.home, bench.house = home, house_of(home, record=bench.happenings.append)
    rows = [
        {"At": "03/03/2026 00:05", "Area": {"@Id": area, "$": "x"}, "Mw": load}
        for area, load in (("1", 5.5), ("2", 6.25))
    ]
    path = bench.folder / "20260303.json"
    path.write_text(json.dumps({"Loads": {"Load": rows}}, indent=1))
    import_file(bench.house, FEED, ANSWER, path, fetched_at=KNOWN)
    found = steps(bench, Question(dataset=FEED.id, where={"area_id": "2"}))
    ((row, line),) = found
    assert (row.stamp_utc, row.values["load_mw"]) == (MIDNIGHT + timedelta(minutes=5), 6.25)
    assert json.loads(line or "") == {
        "At": "03/03/2026 00:05", "Area.@Id": "2", "Area.$": "x", "Mw": "6.25"
    }  # fmt: skip


def test_every_step_of_a_number_leads_to_its_own_bytes(bench: Bench) -> None:
    """An archive member, a revision, a withdrawal; also after the parts were merged."""
    name = "20260302ExternalLimitsFlows.csv"
    zipped = zip_of({name: p32(STAMPS, lambda stamp, point: 1)})
    bench.bring(zipped, "05:00", name="20260301ExternalLimitsFlows_csv.zip")
    bench.bring(p32(STAMPS, lambda stamp, point: 2), "06:00")
    lacking = b"\r\n".join(
        one for one in p32(STAMPS, lambda stamp, point: 2).split(b"\r\n") if b"23316" not in one
    )
    for at in ("07:00", "08:00"):
        bench.bring(lacking, at)
    question = Question(
        dataset="interface_flow", revisions="all", where={"interface_id": "23316"},
        start=MIDNIGHT - timedelta(days=1), end=MIDNIGHT,
    )  # fmt: skip
    before = steps(bench, question)
    first = [one for one in before if one[0].stamp_utc == MIDNIGHT - timedelta(days=1)]
    assert [(row.state, row.member, line) for row, line in first] == [
        ("live", name, "03/02/2026 00:00,SCH - PJ - NY,23316,1,1500,-1000"),
        ("live", None, "03/02/2026 00:00,SCH - PJ - NY,23316,2,1500,-1000"),
        ("gone", None, None),
    ]
    assert all(row.payload_sha256 and row.url and row.fetched_at_utc for row, _ in before)
    assert all(row.recipe == bench.house.report("nyiso:P-32")[1].recipe_id for row, _ in before)
    feed, _ = bench.house.report("nyiso:P-32")
    assert merge_report(bench.house, feed.id, "nyiso:P-32")
    assert steps(bench, question) == before


def imported(bench: Bench, name: str, path: Path) -> None:
    feed, report = bench.house.report(name)
    import_file(bench.house, feed, report, path, fetched_at=datetime(2026, 7, 15, tzinfo=UTC))


def test_a_row_of_three_lines_leads_to_all_of_them(bench: Bench, samples: Path) -> None:
    """Price, congestion and loss of a node stand on lines of their own, wherever these stand."""
    path = samples / "miso" / "20260714_da_expost_lmp.trimmed.csv"
    printed = path.read_text().splitlines()
    imported(bench, "miso:da_expost_lmp", path)
    found = lineage(lake_of(bench.home), Question(dataset="iso.da.lmp.miso")).steps
    for row in found:
        lines = lines_of(bench.house, row.entry_id, row.source_row)
        values = {}
        for one in lines:
            assert one.text == printed[one.source_row - 1]
            node, _, kind, *hours = one.text.split(",")
            assert node == row.values["location_id"]
            assert row.stamp_utc is not None
            hour = int((row.stamp_utc - timedelta(hours=5)).hour) or 24
            values[kind] = float(hours[hour - 1])
        assert lines[0].source_row == row.source_row
        assert values == {
            "LMP": row.values["price_per_mwh"],
            "MCC": row.values["congestion_per_mwh"],
            "MLC": row.values["loss_per_mwh"],
        }
    assert len(found) >= 48


def test_a_row_of_a_file_of_marked_lines_leads_to_the_line_itself(
    bench: Bench, samples: Path
) -> None:
    path = samples / "isone" / "csv" / "WW_DALMP_ISO_20260604.csv"
    printed = path.read_text().splitlines()
    imported(bench, "isone:WW_DALMP_ISO", path)
    found = steps(bench, Question(dataset="iso.da.lmp.isone", limit=20))
    assert len(found) == 20
    for row, line in found:
        assert row.source_row is not None
        assert line == printed[row.source_row - 1]
        assert f'"{row.values["location_id"]}"' in (line or "")
