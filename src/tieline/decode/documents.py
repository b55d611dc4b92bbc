"""Bytes of one answer to the documents inside: a plain file, or the members of an archive."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from datetime import datetime

from tieline.decode.refusals import published_error, published_nothing, refusal
from tieline.errors import EmptyAnswer, ErrorPage, Truncated, Unreadable
from tieline.values import Document

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError)
"""What the library raises on an archive with wrong lengths, offsets or checksums."""
_WORKBOOK = b"[Content_Types].xml"
_LARGEST = 4 * 1024**3


def documents(data: bytes, *, file_name: str | None = None) -> list[Document]:
    """Take a payload apart.

    Reads:   a plain file, or a zip archive, known by its first bytes whatever its name is.
    Gives:   one document for a plain file, with `member` None; one for each data file of an archive,
             ordered by name, with its name and its own time (a naive reading, as archives carry it).
             Folders and what operating systems add are left out.
    Raises:  EmptyAnswer if there is nothing; Truncated if the archive is cut or a checksum is wrong;
             ErrorPage if the answer, or every member, is an error or login page, with its words.
             One bad member among good ones is refused when it is read, so that the others count.
    """
    named = f"{file_name}: " if file_name else ""
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise EmptyAnswer(f"{named}the answer has nothing in it; ask again at the next slot")
    if published_nothing(data):
        raise EmptyAnswer(f"{named}the publisher says that there is nothing for this period")
    if not data.startswith(_ZIP) or _is_workbook(data):
        words = published_error(data)
        if words is not None:
            raise refusal(file_name or "the answer", words)
        return [Document(data)]
    members = _members(data, named)
    if not members:
        raise EmptyAnswer(f"{named}the archive has no members; ask again at the next slot")
    said = [published_error(member.data) for member in members]
    if all(words is not None for words in said):
        raise ErrorPage(
            f"{named}the archive holds an error page, {members[0].member} says: {said[0]}"
        )
    return members


def _is_workbook(data: bytes) -> bool:
    """Whether a zip archive is a workbook, which is one document."""
    if _WORKBOOK not in data:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _WORKBOOK.decode() in archive.namelist()
    except _DAMAGED:
        return False


def _members(data: bytes, named: str) -> list[Document]:
    """Data files of an archive, ordered by name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = sorted(
                (info for info in archive.infolist() if _holds_data(info)),
                key=lambda info: info.filename,
            )
            if sum(info.file_size for info in infos) > _LARGEST:
                raise Unreadable(f"{named}the archive would unpack to more than 4 GiB")
            return [_member(archive, info, named) for info in infos]
    except _DAMAGED as error:
        raise Truncated(
            f"{named}the archive is cut off or damaged ({error}); fetch again"
        ) from error


def _holds_data(info: zipfile.ZipInfo) -> bool:
    parts = info.filename.split("/")
    system = parts[-1].startswith(".") or parts[-1].lower() in ("thumbs.db", "desktop.ini")
    return not info.is_dir() and "__MACOSX" not in parts and not system


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, named: str) -> Document:
    try:
        data = archive.read(info)
    except _DAMAGED as error:
        raise Truncated(
            f"{named}member {info.filename} is cut off or damaged ({error}); fetch again"
        ) from error
    except (RuntimeError, NotImplementedError) as error:
        raise Unreadable(f"{named}member {info.filename} cannot be unpacked: {error}") from error
    return Document(data, member=info.filename, modified=_modified(info))


def _modified(info: zipfile.ZipInfo) -> datetime | None:
    """The member's own time; None where an archive carries no date that exists."""
    try:
        return datetime(*info.date_time)  # noqa: DTZ001 archives carry a naive clock reading
    except ValueError:
        return None
