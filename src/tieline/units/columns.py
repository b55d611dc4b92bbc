"""Columns told in another unit: the scale is found once, then polars multiplies.

A column's unit is not typed again by whoever converts it: it stands on the dataset's field, which is
handed in by its face alone, because fields live further right than this room.
"""

from __future__ import annotations

import re
from typing import Protocol, TypeVar

import polars as pl

from tieline.errors import UnitMismatch
from tieline.units.constants import Constant
from tieline.units.conversion import scale

Values = TypeVar("Values", pl.Series, pl.Expr)
_CURRENCY = re.compile(r"\bcurrency\b")


class Measured(Protocol):
    """What a field of a dataset shows here."""

    @property
    def name(self) -> str: ...

    @property
    def type(self) -> str: ...

    @property
    def unit(self) -> str: ...


def unit_of(field: Measured, currency: str | None = None) -> str:
    """The unit of a dataset's field.

    currency: the ISO 4217 code that stands in the rows of a price; without it the unit says
              `currency`, which is no money in particular.
    Raises: UnitMismatch for a field that holds no number with a unit.
    """
    if field.type != "f64" or not field.unit:
        raise UnitMismatch(f"column {field.name!r} has no unit: it holds {field.type}")
    return _CURRENCY.sub(currency, field.unit) if currency else field.unit


def convert_column(
    values: Values, unit: str, to: str, *, given: str | Constant | None = None
) -> Values:
    """A column told in another unit; null stays null.

    values: a Series, or an expression that is evaluated later
    given:  what joins unlike quantities, as in `convert`
    Raises: UnitMismatch, at once also for an expression.
    """
    found = scale(unit, to, given=given)
    if found.factor == 1 and not found.offset:
        return values
    told = values * float(found.factor)
    return told + float(found.offset) if found.offset else told


def convert_field(
    rows: pl.DataFrame,
    field: Measured,
    to: str,
    *,
    given: str | Constant | None = None,
    currency: str | None = None,
) -> pl.Series:
    """The column of a dataset's field, told in another unit.

    A price's currency is taken from the rows' own column `currency`, which must then be one.
    Raises: UnitMismatch, also where the rows carry two currencies.
    """
    if currency is None and _CURRENCY.search(field.unit) and "currency" in rows.columns:
        currency = _one_currency(rows["currency"])
    return convert_column(rows[field.name], unit_of(field, currency), to, given=given)


def _one_currency(codes: pl.Series) -> str | None:
    found = codes.drop_nulls().unique().sort().to_list()
    if len(found) > 1:
        raise UnitMismatch(
            f"the rows are in {' and '.join(found)}: convert each currency by itself"
        )
    return str(found[0]) if found else None
