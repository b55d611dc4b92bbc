"""Emulated answers have the shape of the real ones: names, order of elements, stamps, empty answers."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tieline.emulate import eastern
from tieline.emulate.isone import Isone
from tieline.emulate.isone.resources import RESOURCES

DAY = date(2024, 11, 3)
AFTER = eastern.midnight(date(2024, 12, 1))
SEED = 5
REAL = [
    ("genfuelmix/day/20241103", "genfuelmix_day_20241103"),
    ("hourlyloadforecast/all/day/20241103", "hourlyloadforecast_all_day_20241103"),
    ("hourlysysload/day/20240310", "hourlysysload_day_20240310"),
    (
        "realtimehourlydemand/day/20241103/location/4001",
        "realtimehourlydemand_day_20241103_location_4001",
    ),
    (
        "dayaheadhourlydemand/day/20241103/location/4001",
        "dayaheadhourlydemand_day_20241103_location_4001",
    ),
    (
        "reliabilityregionloadforecast/day/20240310/all",
        "reliabilityregionloadforecast_day_20240310_all",
    ),
    ("locations/all", "locations"),
]
KEYS = [
    ("actualinterchange/day/20260726", "actualinterchange_current_20260727"),
    ("dayaheadconstraints/day/20241103", "dayaheadconstraints_current_20260727"),
    ("fiveminutelmp/current", "fiveminutelmp_current_20260727"),
]


def asked(path: str, at: int = AFTER) -> bytes:
    file = Isone(SEED).file(f"api/v1.1/{path}.json", at)
    assert file is not None, path
    return file.body


def shape(row: object) -> str:
    """A row's text with words and numbers taken out: names, quotes and stamps' form remain."""
    text = json.dumps(row, separators=(",", ":"))
    text = re.sub(r':"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d"', ':"stamp"', text)
    text = re.sub(r':"\d+"', ':"id"', text)
    return re.sub(r':(?!"stamp"|"id")("[^"]*"|-?\d+(\.\d+)?(e-?\d+)?)', ":#", text)


def listed(body: bytes) -> tuple[list[str], list[Any]]:
    names, node = [], json.loads(body)
    while isinstance(node, dict):
        ((name, node),) = node.items()
        names.append(name)
    return names, node


@pytest.mark.parametrize(("path", "sample"), REAL)
def test_names_and_rows_look_like_the_real_answer(samples: Path, path: str, sample: str) -> None:
    real = listed((samples / f"isone/api/{sample}.json").read_bytes())
    ours = listed(asked(path))
    assert ours[0] == real[0]
    assert {shape(row) for row in ours[1]} == {shape(row) for row in real[1]}


@pytest.mark.parametrize(("path", "sample"), KEYS)
def test_rows_have_the_elements_of_an_answer_that_was_indented(
    samples: Path, path: str, sample: str
) -> None:
    real = listed((samples / f"isone/api/{sample}.json").read_bytes())
    ours = listed(asked(path, eastern.midnight(date(2026, 7, 28))))
    assert ours[0] == real[0]
    assert set(ours[1][0]) == set(real[1][0])


def test_the_csv_file_looks_like_the_real_one(samples: Path) -> None:
    real = (samples / "isone/csv/WW_DALMP_ISO_20260604.csv").read_bytes().split(b"\n")
    path = "static-transform/csv/histRpts/da-lmp/WW_DALMP_ISO_20260604.csv"
    file = Isone(SEED).file(path, eastern.midnight(date(2026, 6, 4)))
    assert file is not None
    ours = file.body.split(b"\n")
    assert [line.rstrip(b"\r") for line in real[:3]] == ours[:3]
    assert [line.rstrip(b"\r") for line in real[4:6]] == ours[4:6]
    form = rb'"D","06/04/2026","\d\d","\d+","[^"]+","[A-Z. ]+",(-?\d+\.\d+,){3}-?\d+\.\d+'
    assert all(re.fullmatch(form, line.rstrip(b"\r")) for line in (*real[6:-1], *ours[6:-1]))
    assert ours[-1] == b'"T","%d lines"' % (len(ours) - 7)


@pytest.mark.parametrize(
    ("day", "labels"),
    [
        (date(2024, 11, 3), ["01", "02", "02X", "03"]),
        (date(2024, 3, 10), ["01", "03", "04", "05"]),
        (date(2024, 7, 4), ["01", "02", "03", "04"]),
    ],
)
def test_hours_ending_on_the_change_days(day: date, labels: list[str]) -> None:
    path = f"static-transform/csv/histRpts/rt-lmp/lmp_rt_final_{day:%Y%m%d}.csv"
    file = Isone(SEED).file(path, AFTER)
    assert file is not None
    found = re.findall(rb'^"D","[^"]+",(\w+),', file.body, re.M)
    assert list(dict.fromkeys(label.decode() for label in found))[:4] == labels


def test_an_answer_grows_and_is_empty_before_it_begins() -> None:
    midnight = eastern.midnight(DAY)
    assert asked("hourlysysload/day/20241103", midnight) == b'{"HourlySystemLoads":""}'
    one = json.loads(asked("hourlysysload/day/20241103", midnight + 9000))
    assert isinstance(one["HourlySystemLoads"]["HourlySystemLoad"], dict)
    counts = [
        len(listed(asked("hourlysysload/day/20241103", midnight + hours * 3600))[1])
        for hours in (6, 12, 30)
    ]
    assert counts[0] < counts[1] < counts[2] == 25


def test_without_the_ending_the_answer_is_xml() -> None:
    file = Isone(SEED).file("api/v1.1/genfuelmix/day/20241103", AFTER)
    assert file is not None
    assert file.body.startswith(b"<?xml")


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    path = "api/v1.1/hourlylmp/da/final/day/20241103.json"
    one, same, other = (Isone(seed).file(path, AFTER) for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize(
    "path",
    [
        "api/v1.1/hourlysysload/day/20241340.json",
        "api/v1.1/nothing/day/20241103.json",
        "api/v1.1/realtimehourlydemand/day/20241103.json",
        "api/v1.1/realtimehourlydemand/day/20241103/location/32.json",
        "api/v1.1/reliabilityregionloadforecast/day/20241103.json",
        "static-transform/csv/histRpts/da-lmp/other_20241103.csv",
        "elsewhere",
    ],
)
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert Isone(SEED).file(path, AFTER) is None


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: str(resource.path))
def test_wrong_and_earlier_answers_are_those_of_others(resource: Any) -> None:
    site = Isone(SEED)
    place = f"/location/{resource.locations[1]}" if resource.locations else ""
    after = "/all" if resource.path.startswith("reliability") else place
    path = f"api/v1.1/{resource.path}/day/{DAY:%Y%m%d}{after}.json"
    file, before = site.file(path, AFTER), site.earlier(path)
    assert file is not None
    assert before == path.replace("20241103", f"{DAY - timedelta(days=1):%Y%m%d}")
    other = site.another(path)
    assert other is not None and other != path
    found = site.file(other, AFTER)
    assert found is not None and found.body != file.body
