"""Payloads to documents: plain files, archives, and what is no data."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest

from tieline.decode import documents
from tieline.errors import EmptyAnswer, ErrorPage, Truncated
from tieline.values import sha256

PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Guest Wi-Fi</h1></body></html>"


def zipped(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2012, 11, 2, 0, 13, 24)), data)
    return held.getvalue()


def test_a_plain_file_is_one_document() -> None:
    (document,) = documents(b"a,b\n1,2\n", file_name="x.zip")
    assert (document.member, document.modified, document.data) == (None, None, b"a,b\n1,2\n")
    assert document.sha256 == sha256(b"a,b\n1,2\n")


def test_members_come_by_name_with_their_own_time() -> None:
    data = zipped(
        {
            "b/20121102x.csv": b"a\n2\n",
            "a/20121101x.csv": b"a\n1\n",
            "a/": b"",
            "__MACOSX/a/._20121101x.csv": b"junk",
            ".DS_Store": b"junk",
        }
    )
    found = documents(data, file_name="month.csv")
    assert [one.member for one in found] == ["a/20121101x.csv", "b/20121102x.csv"]
    assert found[0].modified == datetime(2012, 11, 2, 0, 13, 24)  # noqa: DTZ001
    assert found[0].data == b"a\n1\n"


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\xef\xbb\xbf\n", zipped({})])
def test_nothing_is_an_empty_answer(data: bytes) -> None:
    with pytest.raises(EmptyAnswer):
        documents(data)


@pytest.mark.parametrize("kept", [3, 30, 60, 150])
def test_a_cut_archive_is_truncated(kept: int) -> None:
    whole = zipped({"x.csv": b"a,b\n" + b"1,2\n" * 500})
    cut = whole[: len(whole) - kept]
    assert cut.startswith(b"PK")
    with pytest.raises(Truncated, match="cut off or damaged"):
        documents(cut)


def test_a_wrong_checksum_is_truncated() -> None:
    whole = bytearray(zipped({"x.csv": b"".join(b"%d,2\n" % n for n in range(500))}))
    whole[120] ^= 0xFF
    with pytest.raises(Truncated, match=r"x\.csv"):
        documents(bytes(whole))


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (PAGE, "Sign in Guest Wi-Fi"),
        (b"\n  <HTML><BODY>404 Not Found</BODY></HTML>", "404 Not Found"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html><html><body>Down</body></html>', "Down"),
        (b"<noscript>Enable JavaScript</noscript>", "Enable JavaScript"),
        (
            b"<?xml version='1.0'?><m:OASISReport><m:ERROR><m:ERR_CODE>1000</m:ERR_CODE></m:ERROR></m:OASISReport>",
            "1000",
        ),
        (b'{"error": "No data found"}', "No data found"),
        (b"Request Rejected. Support ID 17\n", "Support ID 17"),
    ],
)
def test_error_pages_are_told_with_their_words(page: bytes, words: str) -> None:
    with pytest.raises(ErrorPage, match=words):
        documents(page)
    with pytest.raises(ErrorPage, match=words):
        documents(zipped({"20121101x.csv": page}))


def test_one_bad_member_does_not_hide_the_good_ones() -> None:
    assert len(documents(zipped({"a.csv": b"x\n1\n", "b.csv": PAGE}))) == 2


def test_data_that_looks_odd_is_no_error_page() -> None:
    for data in (b"<data><row>1</row></data>", b'[{"Id": 1}]', b"Error code,Text\n1,fine\n"):
        assert len(documents(data)) == 1
