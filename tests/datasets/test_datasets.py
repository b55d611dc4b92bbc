"""What every canonical dataset and field keeps."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace

import pytest

from tieline import datasets
from tieline.datasets import DATASETS
from tieline.datasets import fields as f
from tieline.datasets.rows import (
    compared,
    identity,
    read_fields,
    read_schema,
    served_fields,
    served_schema,
    stored_fields,
    stored_schema,
)
from tieline.schema import Dataset, Field

every_dataset = pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
FIELDS = tuple(value for _, value in inspect.getmembers(f) if isinstance(value, Field))
every_field = pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)

UNIT_OF_AN_END = {
    "_mw": "MW",
    "_mwh": "MWh",
    "_per_mwh": "currency/MWh",
    "_per_mw_h": "currency/(MW h)",
    "_utc": "UTC",
}
SAID_BESIDE = {"value": "as `unit` says", "latitude": "degree", "longitude": "degree"}
"""Numbers whose unit stands in another column, or is the same everywhere."""


def test_every_dataset_is_offered_by_its_name() -> None:
    names = [dataset.name for dataset in DATASETS]
    assert len(set(names)) == len(names)
    offered = {value.name for value in vars(datasets).values() if isinstance(value, Dataset)}
    assert offered == set(names)


@every_field
def test_a_field_says_what_it_is(field: Field) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
    assert field.doc.endswith(".")
    assert field.doc[0].isupper() or field.doc.startswith(("live", "system"))


@every_field
def test_a_column_ends_with_its_unit(field: Field) -> None:
    ends = [end for end in UNIT_OF_AN_END if field.name.endswith(end)]
    if field.name in SAID_BESIDE:
        assert (field.unit, field.type) == (SAID_BESIDE[field.name], "f64")
        return
    longest = max(ends, key=len, default="")
    assert field.unit == UNIT_OF_AN_END.get(longest, "")
    assert (field.type == "instant") is field.name.endswith("_utc")
    assert (field.type == "f64") is (longest not in ("", "_utc"))


@every_field
def test_a_bound_has_two_sides(field: Field) -> None:
    assert (field.low is None) is (field.high is None)
    if field.low is not None and field.high is not None:
        assert field.low < field.high


@every_dataset
def test_a_key_is_never_null_and_no_column_stands_twice(dataset: Dataset) -> None:
    assert all(not field.nullable for field in dataset.key)
    names = [field.name for field in stored_fields(dataset)]
    assert len(set(names)) == len(names)


@every_dataset
def test_a_value_may_be_null(dataset: Dataset) -> None:
    """A row that says that a fact is gone, or the same, has none."""
    assert [field.name for field in dataset.values if not field.nullable] == []


@every_dataset
def test_rows_keep_their_columns_from_reading_to_serving(dataset: Dataset) -> None:
    read, stored, served = (
        {field.name for field in fields(dataset)}
        for fields in (read_fields, stored_fields, served_fields)
    )
    assert read <= stored
    assert served <= stored
    assert stored - served == {field.name for field in f.ORDERING}


@every_dataset
def test_the_schemas_follow_the_fields(dataset: Dataset) -> None:
    assert read_schema(dataset).names() == [field.name for field in read_fields(dataset)]
    assert stored_schema(dataset).names() == [field.name for field in stored_fields(dataset)]
    assert served_schema(dataset).names() == [field.name for field in served_fields(dataset)]


@every_dataset
def test_identity_and_compared_columns_share_nothing(dataset: Dataset) -> None:
    assert not set(identity(dataset)) & set(compared(dataset))
    assert set(identity(dataset)) | set(compared(dataset)) <= set(read_schema(dataset).names())


@every_dataset
def test_a_forecast_has_its_vintage_in_the_key(dataset: Dataset) -> None:
    looks_ahead = dataset.name.endswith("_forecast") or dataset.name.startswith("lookahead_")
    assert dataset.is_forecast is looks_ahead


def test_a_field_that_two_datasets_share_is_one_field() -> None:
    """But for what its place says: a key is never null."""
    seen: dict[str, Field] = {}
    for dataset in DATASETS:
        for field in (*dataset.key, *dataset.values):
            said = replace(field, nullable=True)
            assert seen.setdefault(field.name, said) == said
