"""Zip archives laid out as the publisher's own: deflated members with data descriptors.

Header fields follow the archive of 2025-02 byte for byte (version 2.0, flags 0x0808, no extra
fields, sizes after the data). The bytes depend on nothing but the members.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

_FLAGS = 0x0808
_DEFLATED = 8


@dataclass(frozen=True, slots=True)
class Member:
    """One deflated file with its local clock time in the archive's steps of two seconds."""

    name: str
    modified: datetime
    crc: int
    size: int
    deflated: bytes


def member(name: str, modified: datetime, data: bytes) -> Member:
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    deflated = packer.compress(data) + packer.flush()
    return Member(name, modified, zlib.crc32(data), len(data), deflated)


def archive(members: Iterable[Member]) -> bytes:
    """One zip with its members in the given order."""
    body = bytearray()
    directory = bytearray()
    count = 0
    for one in members:
        name = one.name.encode()
        stamp = _dos(one.modified)
        sizes = (one.crc, len(one.deflated), one.size)
        offset = len(body)
        body += struct.pack(
            "<4s5H3I2H", b"PK\3\4", 20, _FLAGS, _DEFLATED, *stamp, 0, 0, 0, len(name), 0
        )
        body += name + one.deflated + struct.pack("<4s3I", b"PK\7\x08", *sizes)
        directory += struct.pack(
            "<4s6H3I5H2I",
            *(b"PK\1\2", 20, 20, _FLAGS, _DEFLATED, *stamp),
            *(*sizes, len(name), 0, 0, 0, 0, 0, offset),
        )
        directory += name
        count += 1
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def unpacked(data: bytes) -> list[tuple[str, datetime, bytes]]:
    """Name, local clock time and content of each member, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return [
            (info.filename, _clock(info.date_time), packed.read(info)) for info in packed.infolist()
        ]


def _clock(parts: tuple[int, int, int, int, int, int]) -> datetime:
    year, month, day, hour, minute, second = parts
    return datetime.fromisoformat(
        f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    )


def _dos(moment: datetime) -> tuple[int, int]:
    clock = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return clock, (moment.year - 1980) << 9 | moment.month << 5 | moment.day
