"""Power told in fuel: heat rates, efficiency, spreads. Heat rates are MMBtu/MWh, higher heating value."""

from __future__ import annotations

from tieline.errors import UnitMismatch
from tieline.units.conversion import convert


def efficiency(heat_rate: float) -> float:
    """The share of the fuel's heat that becomes power: 0.5 at 6.8243 MMBtu/MWh.

    Raises: UnitMismatch for a heat rate that is not positive.
    """
    return convert(1.0, "MWh", "MMBtu") / _positive(heat_rate)


def price_from_fuel(fuel_price: float, heat_rate: float) -> float:
    """What the fuel of one MWh costs: USD/MMBtu to USD/MWh."""
    return convert(fuel_price, "USD/MMBtu", "USD/MWh", given=f"{_positive(heat_rate)!r} MMBtu/MWh")


def implied_heat_rate(power_price: float, fuel_price: float) -> float:
    """The heat rate at which the fuel of one MWh costs what the power does.

    Raises: UnitMismatch for a fuel price that is not positive.
    """
    return power_price / _positive(fuel_price)


def spark_spread(
    power_price: float,
    fuel_price: float,
    heat_rate: float,
    *,
    co2_price: float = 0.0,
    kg_per_mmbtu: float = 0.0,
) -> float:
    """Power less its fuel, and less its carbon where a price in USD/tonne is stated; in USD/MWh."""
    carbon = heat_rate * convert(kg_per_mmbtu, "kg/MMBtu", "tonne/MMBtu") * co2_price
    return power_price - price_from_fuel(fuel_price, heat_rate) - carbon


def _positive(value: float) -> float:
    if value <= 0:
        raise UnitMismatch(
            f"{value:g} is neither a heat rate nor a fuel price: it must be positive"
        )
    return value
