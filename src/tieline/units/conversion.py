"""Conversions of one value, and the scale by which a whole column is converted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING

from tieline.errors import UnitMismatch
from tieline.units.constants import Constant
from tieline.units.definitions import DEFINITIONS, SPELLINGS

if TYPE_CHECKING:
    import pint

_WORD = re.compile(r"[^*/()^\s][^*/()^]*")
_UNIT = re.compile(r"[\w$¢°*/^() ]+")
_GIVEN = re.compile(r"\s*([-+]?[\d.,]+(?:[eE][-+]?\d+)?)\s*(\S.*)")


@dataclass(frozen=True, slots=True)
class Scale:
    """One unit told in another: `factor * value + offset`, both exact."""

    factor: Fraction
    offset: Fraction = Fraction(0)

    def of(self, value: float) -> float:
        """A value through the scale, rounded once; what is not finite stays so."""
        if not isfinite(value):
            return value * float(self.factor)
        return float(self.factor * Fraction(value) + self.offset)


def convert(value: float, unit: str, to: str, *, given: str | Constant | None = None) -> float:
    """A value in one unit, told in another.

    given:  the quantity that joins unlike ones: `2 hour` from MW to MWh, `1037 Btu/cf` from Mcf to
            MMBtu; a Constant of this room does too. A heat rate such as `7 MMBtu/MWh` joins fuel
            and power: without one, heat and price are told at their plain equivalence.
    Raises: UnitMismatch with the value and both units.
    """
    return scale(unit, to, given=given, value=value).of(value)


def scale(
    unit: str, to: str, *, given: str | Constant | None = None, value: float | None = None
) -> Scale:
    """How to tell one unit in another, found once for a whole column.

    value:  only told when the units are unlike.
    Raises: UnitMismatch.
    """
    stated = given.given if isinstance(given, Constant) else given
    found = _scale(unit.strip(), to.strip(), stated)
    if found is not None:
        return found
    amount = "a value" if value is None else f"{value:g}"
    what = f"{amount} in {unit} cannot be told in {to}"
    if stated is not None:
        raise UnitMismatch(f"{what} by {stated}: that does not join these quantities")
    raise UnitMismatch(f"{what}: these are unlike quantities{_hint(unit, to)}")


def energy(power: float, hours: float, *, unit: str = "MW", to: str = "MWh") -> float:
    """The energy of a power held for some hours: 12 MW in a twelfth of an hour are 1 MWh."""
    return convert(power, unit, to, given=f"{hours!r} hour")


def power(energy: float, hours: float, *, unit: str = "MWh", to: str = "MW") -> float:
    """The mean power of an energy that came in some hours."""
    return convert(energy, unit, to, given=f"{hours!r} hour")


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry[Fraction]:
    """The house's units, built on first use; their factors are exact fractions."""
    import pint

    units: pint.UnitRegistry[Fraction] = pint.UnitRegistry(None, non_int_type=Fraction)
    units.load_definitions(DEFINITIONS.strip().splitlines())
    return units


@lru_cache(maxsize=512)
def _scale(unit: str, to: str, given: str | None) -> Scale | None:
    """The scale, or None where the quantities are unlike. Raises: UnitMismatch for no unit."""
    source, target = _parsed(unit), _parsed(to)
    alike = source.dimensionality == target.dimensionality
    if given is None:
        return _between(source, target) if alike else None
    amount, joining = _stated(given)
    for joined, factor in ((source * joining, amount), (source / joining, 1 / amount)):
        if joined == target if alike else joined.dimensionality == target.dimensionality:
            return Scale(factor * _between(joined, target).factor)
    return None


def _between(source: pint.Unit, target: pint.Unit) -> Scale:
    """The scale between two units of one quantity."""
    units = registry()
    zero, one = (
        Fraction(units.Quantity(Fraction(value), source).to(target).magnitude) for value in (0, 1)
    )
    return Scale(one - zero, zero)


def _parsed(text: str) -> pint.Unit:
    """A unit as pint knows it. Raises: UnitMismatch for a text that is none."""
    import pint

    try:
        if not _UNIT.fullmatch(text):
            raise ValueError(text)
        spelt = _WORD.sub(_respelt, text)
        unit: pint.Unit = registry().parse_units(spelt)
    except (pint.errors.PintError, ValueError, TypeError, AttributeError, SyntaxError) as error:
        raise UnitMismatch(
            f"{text!r} is not a unit tieline knows; it knows MW, MWh, MMBtu, Mcf, USD/MWh, degF, ..."
        ) from error
    if unit == registry().Unit(""):
        raise UnitMismatch(f"{text!r} is not a unit: it has no dimension")
    return unit


def _respelt(word: re.Match[str]) -> str:
    said = word.group().strip()
    return SPELLINGS.get(said, said)


def _stated(given: str) -> tuple[Fraction, pint.Unit]:
    """A number and its unit. Raises: UnitMismatch if the text is not one, or is zero."""
    read = _GIVEN.fullmatch(given)
    if read is None:
        raise UnitMismatch(f"{given!r} is not a quantity; write one such as '1037 Btu/cf'")
    try:
        amount = Fraction(read.group(1).replace(",", ""))
    except ValueError as error:
        raise UnitMismatch(f"{given!r} does not begin with a number") from error
    if not amount:
        raise UnitMismatch(f"{given!r} joins nothing: it is zero")
    return amount, _parsed(read.group(2))


def _hint(unit: str, to: str) -> str:
    """What would join the two quantities, where that is known."""
    units = registry()
    kinds = (_parsed(unit).dimensionality, _parsed(to).dimensionality)
    for joining, example in (
        ("hour", "2 hour"),
        ("Btu/cf", "1037 Btu/cf"),
        ("MMBtu/m3_LNG", "22.3 MMBtu/m3_LNG"),
        ("kg/MMBtu", "53.06 kg/MMBtu"),
    ):
        between = units.Unit(joining).dimensionality
        if kinds[0] * between == kinds[1] or kinds[0] / between == kinds[1]:
            return f"; state what joins them, such as {example}"
    return ""
