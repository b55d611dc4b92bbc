"""Archives are valid zips with the same bytes for the same members."""

from __future__ import annotations

from datetime import datetime

from tieline.emulate.archive import archive, member, unpacked

AT = datetime.fromisoformat("2025-02-02T00:15:02")
AGAIN = datetime.fromisoformat("2035-12-31T23:59:58")


def test_an_archive_gives_back_what_was_packed() -> None:
    contents = [("one.csv", AT, b"a,b\r\n" * 500), ("two.csv", AGAIN, b"")]
    packed = archive(member(*one) for one in contents)
    assert unpacked(packed) == contents
    assert packed == archive(member(*one) for one in contents)
    assert packed.startswith(b"PK\x03\x04\x14\x00\x08\x08\x08\x00") and len(packed) < 500


def test_an_empty_archive_is_a_zip() -> None:
    assert unpacked(archive([])) == []
