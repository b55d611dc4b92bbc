"""JSON of headers and rows without names."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import pytest

from tests.decode.test_layout import TEXT
from tieline.decode import read
from tieline.errors import DriftFound, EmptyAnswer, Truncated, Unreadable, WrongReport
from tieline.values import Document

MATRIX = replace(TEXT, code="MATRIX", reads="matrix", layout=None)
ROWS: list[list[object]] = [["A", "1"], ["B", "-.5"], ["C", None], ["D", ""]]


def table(tree: object, indent: int | None = None) -> list[tuple[object, ...]]:
    text = json.dumps(tree, indent=indent, separators=(",", ":") if indent is None else None)
    found = read(MATRIX, Document(text.encode()), texts=True)
    return found.select("source_row", "Node", "Price").rows()


def test_rows_come_with_their_place_however_they_are_laid_out() -> None:
    told = [(1, "A", "1"), (2, "B", "-.5"), (3, "C", None), (4, "D", None)]
    tree = {"headers": ["Node", "Price"], "data": ROWS}
    assert table(tree) == told
    assert table(tree, indent=2) == told


@pytest.mark.parametrize("odd", ['a"b', "a,b", "a],[b", "a\\b", " a ", "[a]", "é"])
def test_odd_cells_stay_whole(odd: str) -> None:
    rows = [[odd, "1"], ["B", "2"]]
    assert table({"headers": ["Node", "Price"], "data": rows}) == [
        (1, odd.strip(), "1"),
        (2, "B", "2"),
    ]


def test_what_is_no_whole_matrix_is_refused() -> None:
    whole = json.dumps({"headers": ["Node", "Price"], "data": ROWS}, separators=(",", ":")).encode()
    for cut in (len(whole) - 1, len(whole) // 2, len(whole) - 3):
        with pytest.raises((Truncated, WrongReport)):
            read(MATRIX, Document(whole[:cut]))
    with pytest.raises(WrongReport):
        read(MATRIX, Document(b'{"RefId": "x", "Fuel": []}'))
    with pytest.raises(Unreadable, match="no list of names"):
        read(
            MATRIX,
            Document(b'{"headers":["Node","Pri,"data":[["A","1"]]}'.replace(b',"data', b'],"data')),
        )
    with pytest.raises(DriftFound, match="lacks 'Price'"):
        table({"headers": ["Node", "Cost"], "data": ROWS})
    with pytest.raises(Unreadable, match="wide"):
        table({"headers": ["Node", "Price"], "data": [["A", "1"], ["B"]]})
    with pytest.raises(EmptyAnswer):
        table({"headers": ["Node", "Price"], "data": []})


@pytest.mark.parametrize("odd", ["1", None, "", "x", "nan", 2, 1.5, " 3"])
def test_numbers_are_what_their_texts_say(odd: object) -> None:
    tree = {"headers": ["Node", "Price"], "data": [["A", "1"], ["B", odd], ["C", "-.5"]]}
    document = Document(json.dumps(tree, separators=(",", ":")).encode())
    found, texts = read(MATRIX, document), read(MATRIX, document, texts=True)
    assert found.drop("Price").equals(texts.drop("Price"))
    if found["Price"].dtype == pl.Float64:
        assert found["Price"].to_list() == texts["Price"].cast(pl.Float64).to_list()
    else:
        assert found.equals(texts)
