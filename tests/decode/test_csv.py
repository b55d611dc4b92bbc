"""Text to tables: every cell as printed, every line accounted for."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.decode import read
from tieline.errors import DriftFound, EmptyAnswer, ErrorPage, Unreadable, WrongReport
from tieline.feeds import Column, Label, Publisher, Report, StaticFile
from tieline.values import Document

PUBLISHER = Publisher(
    id="test", name="Test", zone="America/New_York", clock="America/New_York", base_url="http://x/"
)
REPORT = Report(
    publisher=PUBLISHER,
    code="T",
    title="Test",
    at=StaticFile(path="t.csv"),
    label=Label(
        kind="start",
        column=("Time Stamp", "Timestamp"),
        formats=("%m/%d/%Y %H:%M",),
        zone="America/New_York",
        grid="PT5M",
        repeated="row_order",
    ),
    columns=(Column("area_id", ("PTID",)), Column("load_mw", ("Load",))),
    others=(("another report", ("Time Stamp", "PTID", "Integrated Load")),),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=5),
    established_by="code",
)
HEAD = b"Time Stamp,PTID,Load\n"


def table(data: bytes, report: Report = REPORT) -> list[tuple[object, ...]]:
    found = read(report, Document(data))
    assert found.columns[-2:] == ["source_row", "unread"]
    return found.rows()


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("quote", [b"", b'"'])
@pytest.mark.parametrize("last", [b"", b"end"])
def test_line_ends_quotes_and_marks(end: bytes, mark: bytes, quote: bytes, last: bytes) -> None:
    lines = [b"Time Stamp ,PTID,Load", b"01/01/2020 00:00, A 1 ,", b"01/01/2020 00:05,B,-3.50"]
    if quote:
        lines = [b",".join(quote + cell + quote for cell in line.split(b",")) for line in lines]
    data = mark + end.join(lines) + (end if last else b"")
    assert table(data) == [
        ("01/01/2020 00:00", "A 1", None, 2, None),
        ("01/01/2020 00:05", "B", "-3.50", 3, None),
    ]


def test_blank_lines_are_skipped_and_counted() -> None:
    data = b"\n" + HEAD + b"\r\nt,a,1\n   \n\nt,b,2\n\n"
    assert [(row[1], row[3]) for row in table(data)] == [("a", 4), ("b", 7)]


def test_header_alone_is_an_empty_table() -> None:
    assert table(HEAD) == table(HEAD.strip()) == []


@pytest.mark.parametrize("line", [b"t,a", b"t,a,1,2", b"t", b't,"a,1', b't,a",1'])
def test_lines_that_do_not_fit_are_kept_whole_and_nothing_shifts(line: bytes) -> None:
    rows = table(HEAD + b"t,a,1\n" + line + b"\nt,c,3\n")
    assert rows == [
        ("t", "a", "1", 2, None),
        (None, None, None, 3, line.decode()),
        ("t", "c", "3", 4, None),
    ]


def test_commas_quotes_and_newlines_inside_quotes() -> None:
    rows = table(HEAD + b't,"a, ""b""",1\nt,"two\nlines",2\nt,c,3\n')
    assert [(row[1], row[2], row[3]) for row in rows] == [
        ('a, "b"', "1", 2),
        ("two\nlines", "2", 3),
        ("c", "3", 5),
    ]


def test_a_file_that_breaks_off_between_quotes_loses_its_last_record() -> None:
    whole = HEAD + b't,"two\nlines",2\nt,"and\nthree,\nlines' + b","
    rows = table(whole)
    assert [(row[1], row[3]) for row in rows] == [("two\nlines", 2), (None, 4)]
    assert rows[1][4] == 't,"and\nthree,\nlines,'
    (only,) = table(HEAD + b't,"and\nthree')
    assert only[3:] == (2, 't,"and\nthree')


def test_latin_1_where_it_is_no_utf_8() -> None:
    assert table(HEAD + "t,Québec,1\n".encode("latin-1"))[0][1] == "Québec"
    assert table(HEAD + "t,Québec,1\n".encode())[0][1] == "Québec"


def test_a_torn_last_line_is_unread_and_the_rest_stays() -> None:
    whole = HEAD + b"t,a,1678.2\nt,b,1678.25\n"
    closed = replace(REPORT, final_newline=True)
    for kept in range(len(HEAD) + 12, len(whole) - 1):
        rows = table(whole[:kept], closed)
        assert rows[0] == ("t", "a", "1678.2", 2, None)
        assert all(row[4] is not None for row in rows[1:])
    assert table(whole, closed)[1] == ("t", "b", "1678.25", 3, None)
    assert table(whole[:-1] + b"\r", closed)[1][4] is None


def test_without_newline_rule_missing_decimals_give_a_torn_line_away() -> None:
    whole = HEAD + b"t,a,1678.0\nt,b,1232.0"
    assert table(whole)[1] == ("t", "b", "1232.0", 3, None)
    for cut in (1, 2, 3, 4):
        assert table(whole[:-cut])[1][4] is not None


def test_new_columns_stay_and_missing_ones_are_named() -> None:
    found = read(REPORT, Document(b"Time Stamp,PTID,Load,Extra\nt,a,1,9\n"))
    assert found["Extra"].to_list() == ["9"]
    with pytest.raises(DriftFound, match=r"lacks 'Load' and has new 'Load \(MW\)'"):
        read(REPORT, Document(b"Time Stamp,PTID,Load (MW)\nt,a,1\n"))
    with pytest.raises(DriftFound, match="lacks 'Time Stamp', 'PTID', 'Load'"):
        read(REPORT, Document(b"t,a,1\n"))
    with pytest.raises(DriftFound, match="twice"):
        read(REPORT, Document(b"Time Stamp,PTID,Load,Load\nt,a,1,2\n"))


def test_a_name_in_other_letters_or_blanks_is_the_same_column() -> None:
    for line in (b"t,a,1\n", b't,a,"1"\n', b"t,a,1"):
        found = read(REPORT, Document(b"TIME  STAMP, ptid , lOAD\n" + line))
        assert found.select("Time Stamp", "PTID", "Load").rows() == [("t", "a", "1")]
    both = read(REPORT, Document(b"Time Stamp,PTID,Load,LOAD\nt,a,1,9\n"))
    assert both.select("Load", "LOAD").rows() == [("1", "9")]
    with pytest.raises(DriftFound, match="lacks 'Load' and has new 'load', 'LOAD'"):
        read(REPORT, Document(b"Time Stamp,PTID,load,LOAD\nt,a,1,9\n"))


def test_blank_cells_and_a_header_that_stands_there_again_are_no_rows() -> None:
    lines = b"Time Stamp,PTID,Load\n"
    for data in (
        lines + lines + b"t,a,1\n" + lines + b"t,b,2\n",
        lines + b't,a,1\n,,\n, ,""\nt,b,2\n,,\n',
    ):
        found = read(REPORT, Document(data))
        assert found.select("Time Stamp", "PTID", "Load").rows() == [
            ("t", "a", "1"),
            ("t", "b", "2"),
        ]
        assert found["unread"].null_count() == 2
    kept = read(REPORT, Document(lines + b",,\nTime Stamp,,3\n,b,\nt,a\n"))
    assert kept.select("PTID", "Load", "source_row").rows() == [
        (None, "3", 3),
        ("b", None, 4),
        (None, None, 5),
    ]


def test_other_reports_are_told_from_changed_ones() -> None:
    with pytest.raises(WrongReport, match="another report"):
        read(REPORT, Document(b"Time Stamp,PTID,Integrated Load\nt,a,1\n"))


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(EmptyAnswer):
        read(REPORT, Document(b" \n"))
    with pytest.raises(ErrorPage, match="Maintenance"):
        read(REPORT, Document(b"<html>Maintenance</html>", member="20200101x.csv"))
    with pytest.raises(WrongReport):
        read(REPORT, Document(b"%PDF-1.7 ..."))
    with pytest.raises(Unreadable, match="no decoder"):
        read(replace(REPORT, reads="raw"), Document(HEAD))


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8)


@settings(deadline=None, derandomize=True)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8), quoting=st.booleans())
def test_any_table_that_is_written_is_read_back(
    rows: list[tuple[str, str, str]], quoting: bool
) -> None:
    held = io.StringIO()
    writer = csv.writer(held, quoting=csv.QUOTE_ALL if quoting else csv.QUOTE_MINIMAL)
    writer.writerow(["Time Stamp", "PTID", "Load"])
    writer.writerows(rows)
    found = [tuple(row[:3]) for row in table(held.getvalue().encode())]
    cells = [tuple(_stripped(cell) for cell in row) for row in rows]
    assert found == [row for row in cells if any(row)]


def _stripped(cell: str) -> str | None:
    return cell.strip() or None


def test_quotes_inside_cells_do_not_shift_columns() -> None:
    rows = table(HEAD + b't,a"b"c,1\nt,"a"b,2\nt,a""b,3\nt,"x,y"z,4\n')
    assert [row[1:4] for row in rows] == [
        ('a"b"c', "1", 2),
        ('"a"b', "2", 3),
        ('a""b', "3", 4),
        ('"x,y"z', "4", 5),
    ]


def test_a_stray_return_in_the_header_is_drift() -> None:
    with pytest.raises(DriftFound):
        read(REPORT, Document(b"Time Stamp,PT\rID,Load\nt,a,1\n"))


NUMBERED = replace(
    REPORT, columns=(Column("area_id", ("PTID",)), Column("load_mw", ("Load",), "number"))
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", " a", "a ", "", '"a"', '""', '"a,b"', 'a"b', "\té", "a,b"]),
            st.sampled_from(
                ["1", "-.5", "+1", "1e3", "", " 2 ", '"3"', '""', "nan", "inf", "x", "-"]
            ),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
    st.booleans(),
)
def test_numbers_are_what_their_texts_say(
    cells: list[tuple[str, str]], end: str, ended: bool
) -> None:
    body = end.join(f"t,{name},{number}" for name, number in cells) + (end if ended else "")
    document = Document(HEAD + body.encode())
    found = read(NUMBERED, document)
    texts = read(NUMBERED, document, texts=True)
    assert found.drop("Load").equals(texts.drop("Load"))
    if found["Load"].dtype == pl.Float64:
        assert found["Load"].to_list() == texts["Load"].cast(pl.Float64).to_list()
        assert found["Load"].null_count() == texts["Load"].null_count()
    else:
        assert found.equals(texts)


def test_a_plain_file_has_numbers_and_a_strange_cell_leaves_every_text() -> None:
    plain = read(NUMBERED, Document(HEAD + b"t,a,1.50\nt,b,\n"))
    assert plain["Load"].to_list() == [1.5, None]
    strange = read(NUMBERED, Document(HEAD + b"t,a,1.50\nt,b,NaN\n"))
    assert strange["Load"].to_list() == ["1.50", "NaN"]
