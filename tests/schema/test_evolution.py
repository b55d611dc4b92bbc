"""What breaks readers is told from what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tieline.schema import Dataset, Field
from tieline.schema.evolution import compare

ID = Field("area_id", "text", "Which area.", nullable=False)
VINTAGE = Field("vintage_utc", "instant", "Which forecast.", "UTC", nullable=False)
LOAD = Field("load_mw", "f64", "Load.", "MW")
NAME = Field("area_name", "text", "Its name.")
OLD = Dataset("load", "Load", "Load.", (ID,), (NAME, LOAD))


def values(*fields: Field) -> Dataset:
    return replace(OLD, values=fields)


def test_equal_versions_differ_in_nothing() -> None:
    assert compare(OLD, OLD) == ()


@pytest.mark.parametrize(
    ("new", "column", "breaks"),
    [
        (values(LOAD), "area_name", True),
        (values(NAME, LOAD, Field("peak_mw", "f64", "Peak.", "MW")), "peak_mw", False),
        (values(NAME, replace(LOAD, type="i64")), "load_mw", True),
        (values(NAME, replace(LOAD, unit="GW")), "load_mw", True),
        (values(NAME, replace(LOAD, nullable=False)), "load_mw", False),
        (values(NAME, replace(LOAD, high=1.0)), "load_mw", False),
        (values(NAME, replace(LOAD, doc="Other words.")), "load_mw", False),
        (replace(OLD, key=(replace(ID, nullable=True),)), "area_id", True),
        (replace(OLD, name="demand"), "", True),
    ],
)
def test_one_difference_is_named_and_judged(new: Dataset, column: str, breaks: bool) -> None:
    (change,) = compare(OLD, new)
    assert (change.column, change.breaks) == (column, breaks)


def test_another_key_breaks_even_where_only_its_order_changed() -> None:
    one, other = replace(OLD, key=(ID, VINTAGE)), replace(OLD, key=(VINTAGE, ID))
    (change,) = compare(one, other)
    assert change.breaks
    assert change.text == "the key is (vintage_utc, area_id), was (area_id, vintage_utc)"


def test_a_value_that_becomes_a_key_breaks() -> None:
    new = replace(OLD, key=(ID, NAME), values=(LOAD,))
    assert [change.breaks for change in compare(OLD, new)] == [True]


def test_common_columns_are_compared_and_breaking_changes_come_first() -> None:
    feed = Field("feed", "text", "Which feed.", nullable=False)
    new = values(NAME, LOAD, Field("peak_mw", "f64", "Peak.", "MW"))
    assert [(c.column, c.breaks) for c in compare(OLD, new, common=((feed,), ()))] == [
        ("feed", True),
        ("peak_mw", False),
    ]
