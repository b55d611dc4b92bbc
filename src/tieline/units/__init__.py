"""Quantities of the field and their conversion; unlike quantities never pass for one another."""

from tieline.units.columns import Measured, convert_column, convert_field, unit_of
from tieline.units.constants import CONSTANTS, Constant, constant, heat_content
from tieline.units.conversion import Scale, convert, energy, power, scale
from tieline.units.fuel import efficiency, implied_heat_rate, price_from_fuel, spark_spread

__all__ = [
    "CONSTANTS",
    "Constant",
    "Measured",
    "Scale",
    "constant",
    "convert",
    "convert_column",
    "convert_field",
    "efficiency",
    "energy",
    "heat_content",
    "implied_heat_rate",
    "power",
    "price_from_fuel",
    "scale",
    "spark_spread",
    "unit_of",
]
