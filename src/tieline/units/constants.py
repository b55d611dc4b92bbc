"""Facts that join unlike quantities, each with its source: heat contents, emissions, LNG."""

from __future__ import annotations

from dataclasses import dataclass

from tieline.errors import UnknownName


@dataclass(frozen=True, slots=True)
class Constant:
    """A quantity that somebody published: `value` in `unit`, of that `year` where it is a year's.

    `given` is its text, as conversions take it.
    """

    name: str
    value: float
    unit: str
    source: str
    year: int | None = None

    @property
    def given(self) -> str:
        return f"{self.value!r} {self.unit}"


_EIA_GAS = "EIA, Heat Content of Natural Gas Consumed, U.S., ng_cons_heat_a_EPG0_VGTH_btucf_a"
_EIA_FUEL = "EIA, Monthly Energy Review, appendix A"
_EPA = "EPA, 40 CFR 98, table C-1"
_LNG = "trade factor of lean US cargoes, 21 to 24 MMBtu/m3 by composition; state your own"

HEAT_CONTENTS = tuple(
    Constant("natural_gas", value, "Btu/cf", _EIA_GAS, year)
    for year, value in (
        (2020, 1037.0),
        (2021, 1037.0),
        (2022, 1036.0),
        (2023, 1036.0),
        (2024, 1037.0),
        (2025, 1036.0),
    )
)
"""What a cubic foot of gas held on average in a year, at 60 F and 14.73 psia."""

CONSTANTS = (
    Constant(
        "natural_gas", 1037.0, "Btu/cf", "EIA, U.S. average, 1,036 to 1,038 by year and sector"
    ),
    *HEAT_CONTENTS,
    Constant("residual_oil", 6.287, "MMBtu/bbl", _EIA_FUEL),
    Constant("propane", 91452.0, "Btu/gal", _EIA_FUEL),
    Constant("ultra_low_sulphur_diesel", 137381.0, "Btu/gal", _EIA_FUEL),
    Constant("lng", 22.3, "MMBtu/m3_LNG", _LNG),
    Constant("lng_expansion", 600.0, "m3/m3_LNG", "nominal; 570 to 625 by composition"),
    Constant("co2_natural_gas_eia", 52.91, "kg/MMBtu", "EIA, carbon dioxide emission coefficients"),
    Constant("co2_natural_gas_epa", 53.06, "kg/MMBtu", _EPA),
    Constant("co2_bituminous", 93.28, "kg/MMBtu", _EPA),
    Constant("co2_subbituminous", 97.17, "kg/MMBtu", _EPA),
    Constant("co2_lignite", 97.72, "kg/MMBtu", _EPA),
    Constant("co2_distillate_2", 73.96, "kg/MMBtu", _EPA),
    Constant("co2_residual_6", 75.10, "kg/MMBtu", _EPA),
)


def constant(name: str, year: int | None = None) -> Constant:
    """The constant of that name, of that year if one is asked for. Raises: UnknownName."""
    named = [one for one in CONSTANTS if one.name == name]
    for one in named:
        if one.year == year:
            return one
    if not named:
        known = ", ".join(dict.fromkeys(one.name for one in CONSTANTS))
        raise UnknownName(f"no constant is called {name!r}; there are {known}")
    years = ", ".join(str(one.year) for one in named if one.year is not None) or "no year"
    raise UnknownName(f"{name} is not listed for {year}, only for {years}; state your own value")


def heat_content(year: int | None = None) -> Constant:
    """Heat of a cubic foot of gas: EIA's average of a year, or the usual 1,037 Btu.

    Raises: UnknownName for a year that is not listed: none is taken for another.
    """
    return constant("natural_gas", year)
