"""Tables with banners above and notes below, in text and in workbooks."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from tieline.decode import documents, read
from tieline.errors import DriftFound, EmptyAnswer, Truncated, Unreadable, WrongReport
from tieline.feeds import Column, DailyFile, Entity, Layout, Publisher, Report
from tieline.values import Document

SOMEBODY = Publisher(
    id="some", name="Some", zone="Etc/GMT+5", clock="Etc/GMT+5", base_url="https://some.example/"
)
TEXT = Report(
    publisher=SOMEBODY,
    code="TEXT",
    title="A table in a text",
    at=DailyFile(path="{day:%Y%m%d}.csv"),
    layout=Layout(
        header=("Node", "Price"), said=(("Day", r"^(\d\d/\d\d/\d{4})"),), notes=r"^MISO makes"
    ),
    columns=(Column("location_id", ("Node",)), Column("price_per_mwh", ("Price",), "number")),
    header=(("Node",), ("Price",)),
    others=(("another report", ("Node", "Load")),),
    final_newline=True,
    every=timedelta(hours=1),
    promised_within=timedelta(hours=1),
    established_by="code",
)
SHEET = Report(
    publisher=SOMEBODY,
    code="SHEET",
    title="A table in a workbook",
    at=DailyFile(path="{day:%Y%m%d}.xlsx"),
    reads="sheet",
    layout=TEXT.layout,
    columns=TEXT.columns,
    header=TEXT.header,
    every=timedelta(hours=1),
    promised_within=timedelta(hours=1),
    established_by="code",
)
BANNER = "Prices\n07/14/2026\n\n,All hours end\n"
ROWS = "Node,Price\nA,1\nB,.92\n"


def nodes(report: Report, data: bytes) -> list[tuple[object, ...]]:
    (document,) = documents(data)
    return read(report, document).select("source_row", "Node", "Price", "Day").rows()


def test_the_header_is_found_by_its_words_and_lines_count_from_the_top() -> None:
    assert nodes(TEXT, (BANNER + ROWS).encode()) == [
        (6, "A", "1", "07/14/2026"),
        (7, "B", ".92", "07/14/2026"),
    ]
    moved = "A new line\n" + BANNER + ROWS
    assert [line for line, *_ in nodes(TEXT, moved.encode())] == [7, 8]


@pytest.mark.parametrize("above", [10, 70, 300])
def test_a_header_below_another_table_is_found(above: int) -> None:
    other = "Zone,Price\n" + "Zone 1,2\n" * above
    found = nodes(TEXT, (BANNER + other + "\n" + ROWS).encode())
    assert found[0] == (above + 8, "A", "1", "07/14/2026")


def test_a_header_alone_is_empty_where_something_is_listed_every_day() -> None:
    alone = (BANNER + "Node,Price\n").encode()
    assert nodes(TEXT, alone) == []
    with pytest.raises(EmptyAnswer, match="a header and no row"):
        nodes(replace(TEXT, entities=(Entity(key=(("location_id", "A"),)),)), alone)


def test_headers_again_notes_and_blank_lines_are_no_rows() -> None:
    more = "Node,Price\nA new day\nC,3\n,\n\nMISO makes no promise, of any kind, at all\nFooter\n"
    assert [node for _, node, _, _ in nodes(TEXT, (BANNER + ROWS + more).encode())] == [
        "A",
        "B",
        "C",
    ]


@pytest.mark.parametrize("note", ['"As is, and late"', '"As is, and late",,'])
def test_a_line_with_one_filled_cell_is_a_note_whatever_commas_the_cell_has(note: str) -> None:
    found = nodes(TEXT, (BANNER + ROWS + note + "\n").encode())
    assert [node for _, node, *_ in found] == ["A", "B"]


def test_a_last_line_that_breaks_off_is_kept_as_unread() -> None:
    table = read(TEXT, Document((BANNER + ROWS + "ILLIN").encode()))
    assert table["unread"].to_list() == [None, None, "ILLIN"]


def test_another_report_is_named_and_a_missing_header_too() -> None:
    with pytest.raises(WrongReport, match="this is another report"):
        read(TEXT, Document(b"Title\nNode,Load\nA,1\n"))
    with pytest.raises(WrongReport, match="no line has Node, Price"):
        read(TEXT, Document(b"Title\nZone,MW\nA,1\n"))


def test_a_banner_that_says_no_day_is_drift_and_a_lost_column_is() -> None:
    with pytest.raises(DriftFound, match="does not say 'Day'"):
        read(TEXT, Document(ROWS.encode()))
    with pytest.raises(DriftFound, match="lacks 'Price'"):
        read(TEXT, Document((BANNER + "Node,Cost\nA,1\n").encode()))


def test_blank_lines_alone_are_empty() -> None:
    with pytest.raises(EmptyAnswer):
        read(TEXT, Document(b" \n,\n , \n"))


def workbook(rows: list[list[object]], name: str = "Sheet1") -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return held.getvalue()


LINES: list[list[object]] = [
    ["Prices"],
    ["07/14/2026"],
    [None],
    ["Node", "Price"],
    ["A", 1],
    ["A day"],
    ["Node", "Price"],
]


def test_a_workbook_is_one_document_and_reads_like_a_text() -> None:
    data = workbook([*LINES, ["B", 2.5], ["MISO makes", "no promise"], ["A note"]])
    assert nodes(SHEET, data) == [(5, "A", "1", "07/14/2026"), (8, "B", "2.5", "07/14/2026")]


def test_a_workbook_that_is_cut_or_is_none_is_refused() -> None:
    data = workbook([*LINES, ["B", 2.5]])
    with pytest.raises(Truncated):
        documents(data[: len(data) // 2])
    with pytest.raises(WrongReport, match="no workbook"):
        read(SHEET, Document((BANNER + ROWS).encode()))
    with pytest.raises((Truncated, Unreadable)):
        read(SHEET, Document(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)))
