"""Emulated files have the shape of the real ones: header, quotes, line ends, decimals, order."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tieline.emulate import eastern
from tieline.emulate.nyiso import Nyiso
from tieline.emulate.nyiso.facts import KINDS
from tieline.emulate.nyiso.site import growing

KIND = {kind.code: kind for kind in KINDS}
AFTER = 10**11
SEED = 5
REAL = [
    ("P-32", "ExternalLimitsFlows/20171122ExternalLimitsFlows.csv", 18),
    ("P-58B", "pal/20171122pal.csv", 11),
    ("P-58B", "pal/20240310pal.csv", 11),
    ("P-58B", "pal/20241103pal.csv", 11),
    ("P-58C", "palIntegrated/20170312palIntegrated.csv", 11),
    ("P-58C", "palIntegrated/20171105palIntegrated.csv", 11),
    ("P-58C", "palIntegrated/20200115palIntegrated.csv", 11),
    ("P-24A", "realtime/20161023realtime_zone.csv", 15),
    ("P-63", "rtfuelmix/20160119rtfuelmix.csv", 7),
    ("P-63", "rtfuelmix/20171122rtfuelmix.csv", 7),
    ("P-7", "isolf/20171103isolf.csv", 1),
    ("P-7", "isolf/20200306isolf.csv", 1),
    ("P-7", "isolf/20250219isolf.csv", 1),
]
NORMALISED = ("20240310pal", "20241103pal", "realtime")
"""Samples whose line ends were changed by the repository they came through."""


def emulated(code: str, day: date, at: int = AFTER) -> bytes:
    view = growing(SEED, code, day).view(at)
    assert view is not None
    return view.body


def shape(line: str) -> str:
    """A line with words and numbers taken out: quotes, commas, slashes and colons remain."""
    return re.sub(r"[A-Z][^,\"]*|-?\d+(\.\d+)?", "#", line)


@pytest.mark.parametrize(("code", "name", "entities"), REAL)
def test_header_and_lines_look_like_the_real_file(
    samples: Path, code: str, name: str, entities: int
) -> None:
    real = (samples / "nyiso" / name).read_bytes()
    day = date.fromisoformat(name.rsplit("/")[-1][:8])
    ours = emulated(code, day)
    if any(part in name for part in NORMALISED):
        ours = ours.replace(b"\r\n", b"\n")
    assert ours.split(b"\n")[0] == real.split(b"\n")[0]
    assert ours[-1:].isspace() == real[-1:].isspace()
    assert (b"\r\n" in ours) == (b"\r\n" in real)
    theirs, mine = real.decode().splitlines()[1:], ours.decode().splitlines()[1:]
    assert {shape(line) for line in mine} <= {shape(line) for line in theirs}
    assert len(mine) % entities == len(theirs) % entities == 0
    assert abs(len(mine) - len(theirs)) <= 20 * entities


@pytest.mark.parametrize(("code", "name", "entities"), REAL)
def test_numbers_have_the_decimals_of_the_real_file(
    samples: Path, code: str, name: str, entities: int
) -> None:
    real = (samples / "nyiso" / name).read_text()
    day = date.fromisoformat(name.rsplit("/")[-1][:8])
    assert _decimals(emulated(code, day).decode()) == _decimals(real)


def _decimals(text: str) -> set[int]:
    """Numbers of decimals that more than one number in a hundred has."""
    cells = [cell for line in text.splitlines()[1:] for cell in line.split(",")]
    numbers = [cell for cell in cells if re.fullmatch(r"-?\d+(\.\d+)?", cell)]
    counted = Counter(len(number.partition(".")[2]) for number in numbers)
    return {places for places, count in counted.items() if count > len(numbers) / 100}


@pytest.mark.parametrize(("code", "name", "entities"), REAL)
def test_names_and_their_order_are_those_of_the_real_file(
    samples: Path, code: str, name: str, entities: int
) -> None:
    day = date.fromisoformat(name.rsplit("/")[-1][:8])
    real = (samples / "nyiso" / name).read_text().splitlines()
    ours = emulated(code, day).decode().splitlines()
    position = {"P-32": (1, 3), "P-24A": (1, 3), "P-63": (1, 3), "P-7": (1, 1)}.get(code, (1, 4))

    def first(lines: list[str]) -> list[list[str]]:
        return [line.split(",")[slice(*position)] for line in lines[1 : entities + 1]]

    assert first(ours) == first(real)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2025, 3, 9), 23), (date(2025, 11, 2), 25), (date(2025, 6, 1), 24)]
)
def test_change_days_have_their_rows(day: date, hours: int) -> None:
    hourly = emulated("P-58C", day).decode().splitlines()[1:]
    assert len(hourly) == 11 * hours
    pal = emulated("P-58B", day).decode().splitlines()[1:]
    regular = [line for line in pal if re.match(r'"[\d/]+ \d\d:\d[05]:00"', line)]
    assert len(regular) == 11 * 12 * hours
    flows = emulated("P-32", day).decode().splitlines()[1:]
    assert len(flows) % 18 == 0 and len(flows) // 18 >= 12 * hours - 1
    if hours == 23:
        assert not [line for line in pal if " 02:" in line[:18]]


@pytest.mark.parametrize("year", range(2015, 2036))
def test_both_change_days_of_every_year(year: int) -> None:
    spring = next(day for n in range(8, 15) if (day := date(year, 3, n)).weekday() == 6)
    autumn = next(day for n in range(1, 8) if (day := date(year, 11, n)).weekday() == 6)
    for day, hours in ((spring, 23), (autumn, 25)):
        assert len(emulated("P-58C", day).splitlines()) == 1 + 11 * hours
        prices = emulated("P-24A", day).splitlines()[1:]
        regular = [line for line in prices if line[16:17] in b"05" and line[18:20] == b"00"]
        assert len(regular) == 15 * 12 * hours
        assert len(emulated("P-7", day).splitlines()) == 1 + 144 - 24 + hours


def test_the_repeated_hour_stands_twice_summer_first() -> None:
    day = date(2025, 11, 2)
    words = [
        line.split(",")[1]
        for line in emulated("P-58B", day).decode().splitlines()
        if line.startswith('"11/02/2025 01:') and "CAPITL" in line
    ]
    assert words == sorted(words) and Counter(words)['"EDT"'] >= 12 <= Counter(words)['"EST"']
    flows = emulated("P-32", day).decode()
    assert flows.count("11/02/2025 01:00,TOTAL EAST") == 2
    prices = emulated("P-24A", day).decode()
    assert prices.count('"11/02/2025 01:00:00","WEST"') == 2
    assert prices.count('"11/02/2025 02:00:00","WEST"') == 1


def test_the_forecast_repeats_the_repeated_hour_and_sums_exactly() -> None:
    rows = emulated("P-7", date(2025, 10, 30)).decode().splitlines()[1:]
    assert len(rows) == 145
    assert len([row for row in rows if row.startswith('"11/02/2025 01:00"')]) == 2
    assert len(set(rows)) == 144
    assert len(emulated("P-7", date(2025, 3, 5)).decode().splitlines()) == 144
    for row in rows:
        *zones, total = (int(cell) for cell in row.split(",")[1:])
        assert sum(zones) == total


def test_end_labels_reach_into_the_next_day() -> None:
    prices = emulated("P-24A", date(2025, 6, 1)).decode().splitlines()
    assert prices[1].startswith('"06/01/2025 00:')
    assert prices[-1].startswith('"06/02/2025 00:00:00","WEST"')
    pal = emulated("P-58B", date(2025, 6, 1)).decode().splitlines()
    assert pal[1].startswith('"06/01/2025 00:00:00"')
    assert pal[-1].startswith('"06/01/2025 23:5')


def test_the_cable_of_2026_is_a_nineteenth_interface() -> None:
    before = emulated("P-32", date(2026, 1, 31)).decode()
    since = emulated("P-32", date(2026, 2, 1)).decode().splitlines()
    assert "CHPE" not in before
    assert since[6].startswith("02/01/2026 00:00,SCH - HQ_CHPE,625211,")


def test_hours_are_means_weighted_by_length() -> None:
    day = date(2025, 6, 1)
    pal = [line.split(",") for line in emulated("P-58B", day).decode().splitlines()[1:]]
    west = [(row[0][12:20], float(row[4])) for row in pal if row[2] == '"WEST"']
    seconds = [int(t[:2]) * 3600 + int(t[3:5]) * 60 + int(t[6:]) for t, _ in west] + [86400]
    energy = [0.0] * 24
    for n, (_, value) in enumerate(west):
        energy[seconds[n] // 3600] += value * (seconds[n + 1] - seconds[n])
    hourly = [
        float(line.split(",")[4])
        for line in emulated("P-58C", day).decode().splitlines()
        if '"WEST"' in line
    ]
    assert hourly == pytest.approx([one / 3600 for one in energy], abs=1e-4)


def test_archives_of_the_past_look_like_the_real_one(samples: Path) -> None:
    path = "public/csv/rtfuelmix/20250201rtfuelmix_csv.zip"
    at = eastern.midnight(date(2025, 4, 1))
    ours = Nyiso(SEED).file(path, at)
    assert ours is not None
    real = samples / "nyiso" / "rtfuelmix" / "20250201rtfuelmix_csv.zip"
    with zipfile.ZipFile(real) as theirs:
        names = theirs.namelist()
        info = theirs.infolist()[0]
    assert ours.body[:10] == real.read_bytes()[:10]
    members = {one.filename: one for one in _members(ours.body)}
    assert sorted(members) == names
    first = members[names[0]]
    for part in ("create_system", "create_version", "extract_version", "flag_bits", "extra"):
        assert getattr(first, part) == getattr(info, part)


def _members(data: bytes) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        return packed.infolist()
