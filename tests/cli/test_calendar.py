"""`tieline calendar` and `tieline units`: what they print, as text and as JSON, and how they refuse."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner, Result

from tieline.cli.calendar import calendar
from tieline.cli.units import units

commands = typer.Typer()
commands.add_typer(calendar, name="calendar")
commands.add_typer(units, name="units")


def ran(line: str, *more: str) -> Result:
    return CliRunner().invoke(commands, [*line.split(), *more])


def test_nerc_holidays() -> None:
    told = ran("calendar nerc 2026")
    assert told.exit_code == 0
    assert "2026-07-04  Saturday  Independence Day" in told.stdout
    listed = json.loads(ran("calendar nerc 2026 --json").stdout)
    assert [one["day"] for one in listed] == [
        "2026-01-01", "2026-05-25", "2026-07-04", "2026-09-07", "2026-11-26", "2026-12-25",
    ]  # fmt: skip


def test_peak_hours() -> None:
    told = ran("calendar peak miso 2026-11")
    assert told.exit_code == 0
    assert "America/New_York" in told.stderr
    assert "miso-tariff" in told.stderr
    tree = json.loads(ran("calendar peak miso 2026-11 --json").stdout)
    assert (tree["first_hour_ending"], tree["last_hour_ending"]) == (8, 23)
    month = tree["months"][0]
    assert (month["month"], month["5x16"], month["2x16H"], month["7x8"]) == (
        "2026-11",
        320,
        160,
        241,
    )
    assert month["on-peak"] + month["off-peak"] == month["7x24"] == 721
    tariff = json.loads(ran("calendar peak miso-tariff 2026-11 --json").stdout)
    assert tariff["months"][0]["7x24"] == 720
    year = json.loads(ran("calendar peak pjm 2026 --json").stdout)
    assert sum(one["5x16"] for one in year["months"]) == 4096


def test_clock_changes_and_cutovers() -> None:
    tree = json.loads(ran("calendar changes pjm 2026 --json").stdout)
    assert [(one["day"], one["hours"]) for one in tree["changes"]] == [
        ("2026-03-08", 23),
        ("2026-11-01", 25),
    ]
    assert "one clock" in ran("calendar changes miso 2026").stderr
    assert "2026-03-08" in ran("calendar changes America/Denver 2026").stdout
    assert "RTO West" in ran("calendar cutovers spp").stdout
    listed = json.loads(ran("calendar cutovers miso --json").stdout)
    assert "2026-05-06" in [one["on"] for one in listed]


@pytest.mark.parametrize(
    ("line", "more", "stdout"),
    [
        ("units convert 10 MMBtu MWh", (), "2.930710702 MWh"),
        ("units convert -40 degF degC", (), "-40 degC"),
        ("units convert 1,000 kWh MWh", (), "1 MWh"),
        ("units convert 5 MW MWh --given", ("2 hours",), "10 MWh"),
        ("units convert 50 $/MWh cents/kWh", (), "5 cents/kWh"),
    ],
)
def test_a_quantity_in_another_unit(line: str, more: tuple[str, ...], stdout: str) -> None:
    told = ran(line, *more)
    assert (told.exit_code, told.stdout.strip()) == (0, stdout)


def test_a_quantity_as_json() -> None:
    tree = json.loads(ran("units convert 10 MMBtu MWh --json").stdout)
    assert tree == {
        "value": 10.0, "unit": "MMBtu", "to": "MWh", "given": None, "result": 2.930710701722222,
    }  # fmt: skip
    names = [one["name"] for one in json.loads(ran("units constants --json").stdout)]
    assert "natural_gas" in names
    assert "EPA" in ran("units constants").stdout


@pytest.mark.parametrize(
    ("line", "error", "word"),
    [
        ("units convert 5 MW MWh", "UnitMismatch", "5 in MW"),
        ("units convert 5 MW parsec", "UnitMismatch", "'parsec'"),
        ("units convert many MW MWh", "UsageError", "'many'"),
        ("units convert nan MW kW", "UsageError", "'nan'"),
        ("calendar nerc 1999", "UsageError", "1999"),
        ("calendar peak gotham 2026-11", "UnknownZone", "'gotham'"),
        ("calendar peak miso 2026-13", "UsageError", "'2026-13'"),
        ("calendar changes gotham 2026", "UnknownZone", "'gotham'"),
        ("calendar cutovers gotham", "UnknownName", "'gotham'"),
    ],
)
def test_wrong_use_is_told_with_the_value(line: str, error: str, word: str) -> None:
    told = ran(line)
    assert told.exit_code == 2
    assert told.stderr.startswith(f"{error}: ")
    assert word in told.stderr
    assert told.stdout == ""
    tree = json.loads(ran(f"{line} --json").stderr)
    assert (tree["error"], tree["exit"]) == (error, 2)
