"""Every derived file is what the code derives."""

from __future__ import annotations

import json

import pytest

from scripts.derive import REPOSITORY, derived, differences
from tieline.datasets import DATASETS
from tieline.schema.document import from_document


def test_the_files_are_a_fresh_derivation() -> None:
    assert not differences(), "run make derive and read the diff"


def test_deriving_twice_gives_the_same() -> None:
    assert derived() == derived()


def test_a_derived_text_ends_with_one_line_end_and_carries_no_date() -> None:
    for path, text in derived().items():
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_the_written_dataset_can_be_read_back(dataset: object) -> None:
    written = (REPOSITORY / "schemas" / f"{getattr(dataset, 'name', '')}.json").read_text("utf-8")
    assert from_document(json.loads(written))[0] == dataset
