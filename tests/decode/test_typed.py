"""Files whose first column says what a line is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.decode.test_json import REPORT
from tieline.decode import read
from tieline.errors import DriftFound, EmptyAnswer, SourceError, Truncated, WrongReport
from tieline.feeds import Column
from tieline.values import Document

TYPED = replace(
    REPORT,
    reads="typed_csv",
    listing=None,
    columns=(Column("area_id", ("Id",)), Column("load_mw", ("Mw",), "number")),
)
WHOLE = (
    b'"C","Loads, all of them"\r\n"H","Id","Mw"\r\n"H","String","Number"\r\n'
    b'"D","4001",1.5\r\n"D","40,02",2\r\n"C","a late comment"\r\n"D","4003",\r\n"T","3 lines"'
)


def test_data_lines_stand_under_the_first_header_and_keep_their_line() -> None:
    found = read(TYPED, Document(b"\xef\xbb\xbf" + WHOLE))
    assert found.rows() == [
        ("4001", "1.5", 4, None),
        ("40,02", "2", 5, None),
        ("4003", None, 7, None),
    ]
    assert found.columns == ["Id", "Mw", "source_row", "unread"]


def test_quotes_make_no_difference() -> None:
    bare = WHOLE.replace(b'"C",', b"C,").replace(b'"D",', b"D,").replace(b'"H",', b"H,")
    bare = bare.replace(b'"T","3 lines"', b"T,3 lines\r\n")
    assert read(TYPED, Document(bare)).equals(read(TYPED, Document(WHOLE)))


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (WHOLE.rsplit(b"\r\n", 1)[0], Truncated, "no trailer"),
        (WHOLE.replace(b"3 lines", b"4 lines"), Truncated, "counts 4 lines, there are 3"),
        (b'"C","x"\n"H","Id","Mw"\n"T","0 lines"', EmptyAnswer, "no data lines"),
        (b"Id,Mw\n1,2\n", WrongReport, "no line is marked"),
        (WHOLE.replace(b'"H","Id"', b'"H","Place"'), DriftFound, "Id"),
    ],
)
def test_what_is_no_whole_file_is_refused(
    data: bytes, error: type[SourceError], words: str
) -> None:
    with pytest.raises(error, match=words):
        read(TYPED, Document(data))


def test_a_line_that_does_not_fit_the_header_is_unread() -> None:
    found = read(TYPED, Document(WHOLE.replace(b'"4001",1.5', b'"4001",1.5,9')))
    assert found["unread"].to_list() == ['"D","4001",1.5,9', None, None]


@pytest.mark.parametrize("late", [b"", b'"C","late"\n'])
def test_the_trailer_may_count_in_thousands(late: bytes) -> None:
    rows = b'"D","4001",1.5\n' * 1200
    whole = b'"H","Id","Mw"\n' + late + rows + late + b'"T","1,200 lines"'
    assert read(TYPED, Document(whole)).height == 1200
    with pytest.raises(Truncated, match="counts 1200 lines, there are 1199"):
        read(TYPED, Document(whole.replace(b'"D","4001",1.5\n', b"", 1)))


def test_a_file_whose_comments_name_another_report_is_that_one() -> None:
    knowing = replace(TYPED, others=(("test:others", ("Filename: others",)),))
    named = b'"C","Filename: others_20260604.csv"\r\n' + WHOLE
    assert read(TYPED, Document(named)).height == 3
    assert read(knowing, Document(WHOLE)).height == 3
    with pytest.raises(WrongReport, match="this is test:others, not test:loads"):
        read(knowing, Document(named))
    data = WHOLE.replace(b'"4001"', b'"Filename: others"')
    assert read(knowing, Document(data)).height == 3
