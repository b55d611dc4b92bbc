"""Values told in other units: the field's factors, and what must not be joined."""

from __future__ import annotations

import subprocess
import sys
from math import isnan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.errors import UnitMismatch, UnknownName
from tieline.units import (
    CONSTANTS,
    constant,
    convert,
    efficiency,
    energy,
    heat_content,
    implied_heat_rate,
    power,
    price_from_fuel,
    spark_spread,
)
from tieline.units.definitions import SPELLINGS

LIKE = [
    ("MWh", "kWh", 1000.0),
    ("GWh", "MWh", 1000.0),
    ("MWh", "MMBtu", 3.4121416331279417),
    ("MMBtu", "MWh", 0.2930710701722222),
    ("Dth", "MMBtu", 1.0),
    ("Dth", "therm", 10.0),
    ("therm", "Btu", 100_000.0),
    ("therm_US", "J", 105_480_400.0),
    ("Btu", "J", 1055.05585262),
    ("Mcf", "cf", 1000.0),
    ("MMcf", "Mcf", 1000.0),
    ("Bcf", "MMcf", 1000.0),
    ("cf", "m3", 0.028316846592),
    ("m3", "cf", 35.31466672148859),
    ("Bcf/d", "Mcf/hour", 1e6 / 24),
    ("bbl", "gal", 42.0),
    ("bbl", "L", 158.987294928),
    ("GW", "MW", 1000.0),
    ("MW/min", "MW/hour", 60.0),
    ("hp", "W", 745.69987),
    ("USD/MWh", "cent/kWh", 0.1),
    ("$/MWh", "c/kWh", 0.1),
    ("CAD/MWh", "CAD/kWh", 0.001),
    ("currency/MWh", "currency/GWh", 1000.0),
    ("short_ton", "kg", 907.18474),
    ("tonne", "short ton", 1.1023113109243878),
    ("lb", "kg", 0.45359237),
    ("kn", "m/s", 1852 / 3600),
    ("kg/MMBtu", "lb/MMBtu", 1 / 0.45359237),
    ("megawatthours", "MWh", 1.0),
]


@pytest.mark.parametrize(("unit", "to", "factor"), LIKE)
def test_one_of_it(unit: str, to: str, factor: float) -> None:
    assert convert(1.0, unit, to) == pytest.approx(factor, rel=1e-12)
    assert convert(factor, to, unit) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "unit", "to", "told"),
    [
        (32.0, "degF", "degC", 0.0),
        (212.0, "°F", "°C", 100.0),
        (-40.0, "F", "C", -40.0),
        (0.0, "degC", "K", 273.15),
        (65.0, "degF", "K", 291.48333333333335),
    ],
)
def test_temperatures_have_an_offset(value: float, unit: str, to: str, told: float) -> None:
    assert convert(value, unit, to) == told


@pytest.mark.parametrize(
    ("value", "unit", "to", "given_by", "told"),
    [
        (12.0, "MW", "MWh", "2 hours", 24.0),
        (24.0, "MWh", "MW", "2 hours", 12.0),
        (1.0, "Mcf", "MMBtu", "1037 Btu/cf", 1.037),
        (1.0, "Mcf", "MMBtu", "1,037 Btu/cf", 1.037),
        (1.037, "MMBtu", "Mcf", "1037 Btu/cf", 1.0),
        (3.0, "USD/MMBtu", "USD/Mcf", "1037 Btu/cf", 3.111),
        (3.0, "USD/MMBtu", "USD/MWh", "7 MMBtu/MWh", 21.0),
        (21.0, "USD/MWh", "USD/MMBtu", "7 MMBtu/MWh", 3.0),
        (7.0, "MMBtu", "MWh", "7 MMBtu/MWh", 1.0),
        (1.0, "m3 LNG", "m3", "600 m3/m3_LNG", 600.0),
        (1.0, "MMBtu", "kg", "53.06 kg/MMBtu", 53.06),
    ],
)
def test_a_stated_quantity_joins_unlike_ones(
    value: float, unit: str, to: str, given_by: str, told: float
) -> None:
    assert convert(value, unit, to, given=given_by) == pytest.approx(told, rel=1e-12)


def test_gas_by_the_heat_content_of_its_year() -> None:
    assert convert(1.0, "Bcf", "MMBtu", given=heat_content()) == pytest.approx(1_037_000)
    assert convert(1.0, "Bcf", "MMBtu", given=heat_content(2023)) == pytest.approx(1_036_000)
    with pytest.raises(UnknownName, match="1980"):
        heat_content(1980)
    with pytest.raises(UnknownName, match="peat"):
        constant("peat")


def test_a_cargo_of_lng_is_gas_only_by_a_factor() -> None:
    energy_of_cargo = convert(174_000, "m3_LNG", "MMBtu", given=constant("lng"))
    assert 3.8e6 < energy_of_cargo < 3.9e6
    with pytest.raises(UnitMismatch, match="MMBtu/m3_LNG"):
        convert(174_000, "m3_LNG", "MMBtu")


@pytest.mark.parametrize(
    ("value", "unit", "to", "given_by", "words"),
    [
        (5.0, "MW", "MWh", None, ["5", "MW", "MWh", "hour"]),
        (7.0, "Mcf", "MMBtu", None, ["7", "Mcf", "MMBtu", "Btu/cf"]),
        (7.0, "USD/MWh", "CAD/MWh", None, ["7", "USD/MWh", "CAD/MWh"]),
        (7.0, "USD/MWh", "currency/MWh", None, ["7", "USD/MWh"]),
        (1.0, "m3", "m3_LNG", None, ["m3_LNG"]),
        (1.0, "MW", "MWh", "1037 Btu/cf", ["MW", "MWh", "1037 Btu/cf"]),
        (1.0, "MWh", "kWh", "2 hours", ["2 hours"]),
        (1.0, "MWh", "kWh", "7 MMBtu/MWh", ["7 MMBtu/MWh"]),
        (1.0, "MW", "MWh", "two hours", ["two hours"]),
        (1.0, "MW", "MWh", "0 hours", ["0 hours"]),
        (1.0, "MW", "MWh", "1.2.3 hours", ["1.2.3 hours"]),
        (1.0, "ton", "kg", None, ["ton"]),
        (1.0, "Mwh", "MWh", None, ["Mwh"]),
        (1.0, "mW", "MW", None, ["mW"]),
        (1.0, "", "MW", None, ["''"]),
        (1.0, "MW", "1", None, ["'1'"]),
        (1.0, "import('os')", "MW", None, ["import"]),
        (1.0, "MW//h", "MW", None, ["MW//h"]),
    ],
)
def test_unlike_quantities_raise_with_value_and_units(
    value: float, unit: str, to: str, given_by: str | None, words: list[str]
) -> None:
    with pytest.raises(UnitMismatch) as told:
        convert(value, unit, to, given=given_by)
    assert told.value.exit_code == 2
    assert [word for word in words if word not in str(told.value)] == []


def test_power_and_energy_need_a_duration() -> None:
    assert energy(12.0, 1 / 12) == pytest.approx(1.0)
    assert power(1.0, 1 / 12) == pytest.approx(12.0)
    assert energy(500.0, 1.0, unit="kW", to="MWh") == 0.5


def test_power_told_in_fuel() -> None:
    assert efficiency(6.8243) == pytest.approx(0.5, abs=1e-5)
    assert price_from_fuel(3.0, 7.0) == 21.0
    assert implied_heat_rate(21.0, 3.0) == 7.0
    assert spark_spread(40.0, 3.0, 7.0) == 19.0
    clean = spark_spread(40.0, 3.0, 7.0, co2_price=30.0, kg_per_mmbtu=52.91)
    assert clean == pytest.approx(19.0 - 7 * 0.05291 * 30)
    with pytest.raises(UnitMismatch, match="0"):
        efficiency(0.0)
    with pytest.raises(UnitMismatch, match="-3"):
        implied_heat_rate(20.0, -3.0)


@settings(deadline=None, derandomize=True)
@given(
    value=st.floats(-1e12, 1e12),
    units=st.sampled_from([(unit, to) for unit, to, _ in LIKE] + [("degF", "degC"), ("K", "degF")]),
)
def test_there_and_back_is_the_same(value: float, units: tuple[str, str]) -> None:
    unit, to = units
    back = convert(convert(value, unit, to), to, unit)
    assert back == pytest.approx(value, rel=1e-12, abs=1e-9)


def test_what_is_not_a_number_stays_so() -> None:
    assert convert(float("inf"), "MWh", "kWh") == float("inf")
    assert isnan(convert(float("nan"), "degF", "degC"))


def test_every_constant_can_be_stated_and_has_a_source() -> None:
    for one in CONSTANTS:
        assert one.source
        above, below = one.unit.split("/")
        assert convert(1.0, below, above, given=one) == pytest.approx(one.value, rel=1e-12)


def test_every_spelling_is_a_unit() -> None:
    for said, meant in SPELLINGS.items():
        assert convert(1.0, said, meant) == 1.0


def test_importing_tieline_and_the_room_leaves_pint_alone() -> None:
    code = "import sys, tieline, tieline.units; sys.exit('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
