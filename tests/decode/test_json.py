"""JSON answers: every shape in which the same rows come, and every answer that is none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.decode import read
from tieline.errors import (
    DriftFound,
    EmptyAnswer,
    ErrorPage,
    SourceError,
    Truncated,
    Unreadable,
    WrongReport,
)
from tieline.feeds import Column, Listing, Publisher, Report, StaticFile
from tieline.values import Document

REPORT = Report(
    publisher=Publisher(
        id="test", name="Test", zone="UTC", clock="UTC", base_url="https://example.com/"
    ),
    code="loads",
    title="Loads",
    at=StaticFile(path="loads.json"),
    reads="json",
    listing=Listing(path=("Loads", "Load"), carried=("Created",)),
    columns=(
        Column("area_id", ("Location.@LocId",)),
        Column("load_mw", ("Mw",), "number"),
        Column("note", ("Note",), required=False),
    ),
    every=timedelta(hours=1),
    promised_within=timedelta(hours=1),
    established_by="code: test",
)
ROW = {"Location": {"@LocId": "4001", "$": ".Z.MAINE"}, "Mw": 10419}


def rows(answer: object, report: Report = REPORT) -> list[dict[str, object]]:
    text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return read(report, Document(text)).to_dicts()


SHAPES = [
    {"Loads": {"Load": [ROW]}},
    {"Loads": {"Load": ROW}},
    {"Load": [ROW]},
    {"Load": ROW},
    [{"Loads": [{"Load": [ROW]}]}],
    b"\xef\xbb\xbf  " + json.dumps({"Loads": {"Load": [ROW]}}).encode(),
]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_row_in_every_shape(shape: object) -> None:
    assert rows(shape) == [
        {
            "Location.@LocId": "4001",
            "Location.$": ".Z.MAINE",
            "Mw": "10419",
            "source_row": 1,
            "unread": None,
        }
    ]


@pytest.mark.parametrize(
    "nothing",
    [
        {"Loads": {"Load": []}},
        {"Loads": {"Load": {}}},
        {"Loads": {"Load": ""}},
        {"Loads": {"Load": None}},
        {"Loads": {}},
        {"Loads": ""},
        {"Loads": None},
        {},
        [],
        "",
        None,
        {"Loads": {"@xmlns": "http://example.com"}},
        [{"Loads": {"Created": "c"}}],
    ],
)
def test_every_kind_of_nothing_is_an_empty_answer_or_a_table_without_rows(nothing: object) -> None:
    with pytest.raises(EmptyAnswer):
        rows(nothing)
    listing = Listing(path=("Loads", "Load"), carried=("Created",), empty=True)
    table = read(_with(listing), Document(json.dumps(nothing).encode()))
    assert table.height == 0
    assert {"Location.@LocId", "Mw", "source_row", "unread"} <= set(table.columns)


def test_cells_that_are_left_out_are_null_and_numbers_keep_their_value() -> None:
    table = read(
        REPORT,
        Document(
            b'{"Loads":{"Created":"c","Load":[{"Location":{"@LocId":1},"Mw":1.50},'
            b'{"Location":{"@LocId":"2"},"Mw":"7","Note":" x "},{"Location":{"@LocId":3},"Note":""}]}}'
        ),
    )
    assert table["Mw"].to_list() == ["1.5", "7", None]
    assert table["Note"].to_list() == [None, "x", None]
    assert table["Created"].to_list() == ["c"] * 3
    assert table["Location.@LocId"].to_list() == ["1", "2", "3"]
    assert table["source_row"].to_list() == [1, 2, 3]


def test_lists_on_the_way_are_walked_through_and_keyed_lists_become_columns() -> None:
    listing = Listing(path=("Days", "Day", "Part"), carried=("On",), keyed=(("Ties", "Name"),))
    report = _with(listing, header=(("On",),))
    answer = {
        "Days": {
            "Day": [
                {"On": "a", "Part": [{"v": 1, "Ties": [{"Name": "NB", "Mw": -5}, {"Mw": 3}]}]},
                {"On": "b", "Part": {"v": 2, "Ties": {"Name": "HQ", "Mw": 4}}},
            ]
        }
    }
    found = rows(answer, report)
    assert [(row["On"], row["v"]) for row in found] == [("a", "1"), ("b", "2")]
    assert found[0]["Ties.NB.Mw"] == "-5"
    assert found[0]["Ties.2.Mw"] == "3"
    assert found[1]["Ties.HQ.Mw"] == "4"
    assert found[1]["Ties.NB.Mw"] is None


def test_items_of_a_keyed_list_with_the_same_name_do_not_hide_each_other() -> None:
    report = _with(Listing(path=("Day",), keyed=(("Ties", "Name"),)), header=(("v",),))
    ties = [{"Name": "NB", "Mw": 1}, {"Name": "NB", "Mw": 2}, {"Name": "", "Mw": 3}]
    (found,) = rows({"Day": {"v": 1, "Ties": ties}}, report)
    assert (found["Ties.NB.Mw"], found["Ties.2.Mw"], found["Ties.3.Mw"]) == ("1", "2", "3")


@pytest.mark.parametrize(
    "renamed",
    [
        {"Loads": {"Demand": [ROW]}},
        {"Loads": {"Demand": ROW}},
        {"Loads": [{"Load": []}, {"Demand": [ROW]}]},
        {"Loads": {"Created": "c", "message": "come back later"}},
        [{"data": {"actual": [ROW]}}],
        [ROW],
    ],
)
def test_rows_under_another_name_are_not_called_nothing(renamed: object) -> None:
    for listing in (REPORT.listing, Listing(path=("Loads", "Load"), empty=True)):
        with pytest.raises(WrongReport, match="there are no rows, the answer holds"):
            read(replace(REPORT, listing=listing), Document(json.dumps(renamed).encode()))


@pytest.mark.parametrize("depth", [20, 900, 985, 1100, 100_000])
@pytest.mark.parametrize(
    ("before", "one", "behind"),
    [
        (b"", (b"[", b"]"), b""),
        (b"", (b'{"Loads":', b"}"), b""),
        (b'{"Loads":{"Load":[{"Mw":', (b'{"a":', b"}"), b"}]}}"),
        (b'{"Loads":{"Load":[{"Mw":', (b"[", b"]"), b"}]}}"),
    ],
)
def test_json_of_any_depth_is_refused_with_a_word(
    before: bytes, one: tuple[bytes, bytes], behind: bytes, depth: int
) -> None:
    data = before + one[0] * depth + b"1" + one[1] * depth + behind
    with pytest.raises(SourceError):
        read(REPORT, Document(data))


def test_an_item_that_is_no_object_is_kept_as_unread() -> None:
    found = rows({"Loads": {"Load": [ROW, "sorry", 7]}})
    assert [row["unread"] for row in found] == [None, '"sorry"', "7"]
    assert [row["source_row"] for row in found] == [1, 2, 3]


WRONG = [
    ({"Mixes": {"Mix": [ROW]}}, WrongReport, "Mixes"),
    (b"<Loads><Load/></Loads>", WrongReport, "XML came although JSON was asked for"),
    (b'{"Loads":{"Load":[{"Mw":1},{"M', Truncated, "breaks off"),
    (b"Time,Load\n1,2\n", Unreadable, "no JSON"),
    (b'{"Loads":{"Load":[{"Mw":1}]}} x', Unreadable, "no JSON"),
    (b'"hello"', Unreadable, "no object"),
    (b"", EmptyAnswer, "nothing"),
    (b"No data exists for this period.", EmptyAnswer, "nothing for this period"),
    (b'{"error":"down for maintenance"}', ErrorPage, "down for maintenance"),
    (b"<!DOCTYPE html><html><body>Please log in</body></html>", ErrorPage, "log in"),
    ({"Loads": {"Load": [{"Location": {"@LocId": 1}}]}}, DriftFound, "Mw"),
    ({"Loads": {"Load": [{"LocationId": 1, "Mw": 5}]}}, DriftFound, "Location.@LocId"),
]


@pytest.mark.parametrize(("answer", "error", "words"), WRONG)
def test_what_is_no_answer_is_refused_by_its_name(
    answer: object, error: type[SourceError], words: str
) -> None:
    with pytest.raises(error, match=words):
        rows(answer)


@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_an_error_of_the_source(data: bytes) -> None:
    try:
        table = read(REPORT, Document(data))
    except SourceError:
        return
    assert table.schema["source_row"] == pl.Int64


@given(st.integers(0, 160))
def test_an_answer_cut_anywhere_is_never_taken_for_a_whole_one(cut: int) -> None:
    whole = json.dumps({"Loads": {"Load": [ROW, ROW]}}).encode()
    with pytest.raises(SourceError):
        read(REPORT, Document(whole[: min(cut, len(whole) - 1)]))


def _with(listing: Listing, header: tuple[tuple[str, ...], ...] = ()) -> Report:
    return replace(REPORT, listing=listing, header=header)


ALIKE = replace(REPORT, listing=Listing(path=("Loads", "Load")))


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"Mw": 1.5},
        {"Mw": None},
        {"Mw": "12"},
        {"Mw": True},
        {"Note": " a "},
        {"Note": 7},
        {"Note": ""},
        {"Location": None},
        {"Location": {"@LocId": 5}},
        {"More": 1},
        {"Mw": [1]},
    ],
)
def test_rows_that_are_alike_say_what_each_of_them_says(odd: dict[str, object]) -> None:
    listed = [{**ROW, "Note": "x"}, {**ROW, "Note": "y", **odd}, {"Location": {}, "Mw": 2}]
    document = Document(json.dumps({"Loads": {"Load": listed}}, separators=(",", ":")).encode())
    found, texts = read(ALIKE, document), read(ALIKE, document, texts=True)
    assert found.drop("Mw").equals(texts.drop("Mw").select(found.drop("Mw").columns))
    if found["Mw"].dtype == pl.Float64:
        assert found["Mw"].to_list() == texts["Mw"].cast(pl.Float64).to_list()
    else:
        assert found["Mw"].equals(texts["Mw"])


def test_a_list_without_names_around_it_is_read() -> None:
    bare = replace(ALIKE, listing=Listing(path=()))
    assert read(bare, Document(json.dumps([ROW, ROW]).encode())).height == 2
