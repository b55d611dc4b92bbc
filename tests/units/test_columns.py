"""Columns take their unit from the dataset's field, and agree with single values."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.datasets import DATASETS, fields
from tieline.errors import UnitMismatch
from tieline.schema import Field
from tieline.units import convert, convert_column, convert_field, unit_of


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    values=st.lists(st.none() | st.floats(-1e9, 1e9), min_size=1, max_size=20),
    units=st.sampled_from([("degF", "degC"), ("MWh", "MMBtu"), ("MW", "MW"), ("$/MWh", "c/kWh")]),
)
def test_columns_and_values_agree(values: list[float | None], units: tuple[str, str]) -> None:
    unit, to = units
    column = pl.Series("x", values, dtype=pl.Float64)
    told = convert_column(column, unit, to).to_list()
    lazily = column.to_frame().select(convert_column(pl.col("x"), unit, to)).to_series().to_list()
    assert told == lazily
    assert len(told) == len(values)
    for one, value in zip(told, values, strict=True):
        wanted = None if value is None else convert(value, unit, to)
        assert one == (None if wanted is None else pytest.approx(wanted, rel=1e-12, abs=1e-9))


def test_the_unit_is_the_fields() -> None:
    assert unit_of(fields.LOAD) == "MW"
    assert unit_of(fields.PRICE) == "currency/MWh"
    assert unit_of(fields.PRICE, "USD") == "USD/MWh"
    with pytest.raises(UnitMismatch, match="location_name"):
        unit_of(fields.LOCATION_NAME)
    with pytest.raises(UnitMismatch, match="stamp_utc"):
        unit_of(fields.STAMP)


def test_every_unit_of_every_dataset_is_known() -> None:
    measured: set[Field] = {
        field
        for dataset in DATASETS
        for field in dataset.values
        if field.unit and field.type == "f64" and field != fields.VALUE
    }
    assert measured
    for field in measured:
        unit = unit_of(field)
        assert convert(1.0, unit, unit) == 1.0


def test_a_field_of_rows() -> None:
    rows = pl.DataFrame({"load_mw": [1200.0, None], "price_per_mwh": [40.0, -5.0]})
    hourly = convert_field(rows, fields.LOAD, "MWh", given="5 min")
    assert hourly.to_list() == [pytest.approx(100.0), None]
    with pytest.raises(UnitMismatch, match="MWh"):
        convert_field(rows, fields.LOAD, "MWh")
    priced = rows.with_columns(currency=pl.Series(["USD", "USD"]))
    cents = convert_field(priced, fields.PRICE, "cent/kWh")
    assert cents.to_list() == [pytest.approx(4.0), pytest.approx(-0.5)]
    with pytest.raises(UnitMismatch, match="currency/MWh"):
        convert_field(rows, fields.PRICE, "cent/kWh")


def test_two_currencies_are_not_one_column() -> None:
    rows = pl.DataFrame({"price_per_mwh": [40.0, 50.0], "currency": ["USD", "CAD"]})
    with pytest.raises(UnitMismatch, match="CAD and USD"):
        convert_field(rows, fields.PRICE, "cent/kWh")


def test_the_same_unit_gives_the_same_column() -> None:
    column = pl.Series("x", [1.0])
    assert convert_column(column, "MW", "MW") is column
