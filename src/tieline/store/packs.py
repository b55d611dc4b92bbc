"""Small objects at rest: append-only packs, safe for several processes at once.

A file of its own for each five-minute version would take a disk block (4 KB) for some 130 bytes:
1.2 MB a report and day, and a hundred thousand files a year. So small bodies are appended to packs
`00000001.pack`, ... A pack that has reached its size is closed: it gets an index and is never
written again.

    record  marker (1) | varint length of what follows the checksum | crc32 (4) | key (16)
            | base | body
    key     the first 16 bytes of the SHA-256 of the plain bytes
    base    varint: 0 none; 1 then the 32 bytes of a SHA-256 of an object outside packs; 2 then
            pack number and offset; else the distance back to the base in the same pack
    index   pack size (8) | sorted entries of key (16), offset (8) | crc32 of all before (4)

Writers hold one lock, and the bytes are forced to disk before it is given back. Nothing is ever
overwritten: what a crash left half written stays as a hole, which readers step over by looking for
the next record whose checksum is right. Readers need no lock.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tieline.errors import Damaged
from tieline.store import files
from tieline.store.deltas import take_varint, varint

MARKER = 0xD7
KEY = 16
PACK_SIZE = 8 * 1024 * 1024
_ENTRY = KEY + 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands."""

    pack: int
    offset: int


Base = Place | str | None
"""What a delta builds on: a record, the SHA-256 of an object outside packs, or nothing."""


@dataclass(frozen=True, slots=True)
class Record:
    """One body with its name and base; `length` is what it takes in the pack."""

    key: bytes
    base: Base
    body: bytes
    length: int


class Packs:
    """All packs of one folder; a life: what was read of them and how far."""

    def __init__(self, folder: Path, *, pack_size: int = PACK_SIZE) -> None:
        self.folder = folder
        self.pack_size = pack_size
        self._lock = threading.RLock()
        self._closed: dict[int, bytes] = {}
        self._number = 1
        self._open: dict[bytes, int] = {}
        self._read_to = 0
        self._holes = 0

    def find(self, key: bytes) -> Place | None:
        """Where the record of `key` stands, also if another process has just written it."""
        with self._lock:
            found = self._find(key)
            if found is None and self._refresh():
                found = self._find(key)
            return found

    def read(self, place: Place) -> Record:
        """Read one record. Raises Damaged if its checksum is wrong."""
        path = self.path_of(place.pack)
        with files.storing(path):
            try:
                with path.open("rb") as handle:
                    handle.seek(place.offset)
                    data = handle.read(4096)
                    need = _length_of(data, 0)
                    if need is not None and need > len(data):
                        data += handle.read(need - len(data))
            except FileNotFoundError as error:
                raise Damaged(f"{path} is missing; restore it from a backup") from error
        record = _parse(data, 0, place)
        if record is None:
            raise Damaged(f"{path} is damaged at byte {place.offset}; restore it from a backup")
        return record

    def append(self, key: bytes, body: bytes, base: Base) -> Place:
        """Add a record and force it to disk; one that is already there stays as it is."""
        with self._lock, files.storing(self.folder):
            files.make_folder(self.folder)
            with files.locked(self.folder / "lock"):
                self._refresh()
                found = self._find(key)
                if found is not None:
                    self.sync(found)
                    return found
                if self._read_to >= self.pack_size:
                    self._close_pack()
                return self._write(key, body, base)

    def sync(self, place: Place) -> None:
        """Make sure that a record written by another process is on disk."""
        with self._lock, files.storing(self.folder):
            path = self.path_of(place.pack)
            if place.pack == self._number:
                _sync_file(path)
            files.make_name_last(path)

    def places(self, only: Path | None = None) -> Iterator[Place]:
        """Every record, or every one of a single pack, in the order in which it was written."""
        with self._lock:
            self._refresh()
            known = {
                number: sorted(self._open.values()) if index is None else _offsets(index)
                for number, index in [*self._closed.items(), (self._number, None)]
                if only is None or only == self.path_of(number)
            }
        for number in sorted(known):
            yield from (Place(number, offset) for offset in known[number])

    def stored(self) -> tuple[int, int, int]:
        """Packs, their bytes, and bytes in the open pack that no record accounts for."""
        with self._lock, files.storing(self.folder):
            self._refresh()
            sizes = [one.stat().st_size for one in self.folder.glob("*.pack")]
            size = self._size(self._number)
            return len(sizes), sum(sizes), self._holes + size - self._read_to

    def path_of(self, number: int) -> Path:
        return self.folder / f"{number:08d}.pack"

    def _find(self, key: bytes) -> Place | None:
        if (offset := self._open.get(key)) is not None:
            return Place(self._number, offset)
        for number, index in reversed(self._closed.items()):
            if (offset := _search(index, key)) is not None:
                return Place(number, offset)
        return None

    def _refresh(self) -> bool:
        """Take in what any process wrote since; gives whether there was something."""
        changed = False
        with files.storing(self.folder):
            while self.path_of(self._number + 1).exists():
                self._closed[self._number] = self._index_of(self._number)
                self._number += 1
                self._open, self._read_to, self._holes = {}, 0, 0
                changed = True
            if self._size(self._number) > self._read_to:
                changed |= self._take_in()
        return changed

    def _take_in(self) -> bool:
        path = self.path_of(self._number)
        with path.open("rb") as handle:
            handle.seek(self._read_to)
            data = handle.read()
        start = self._read_to
        for at, end, key in _scan(data):
            self._holes += start + at - self._read_to
            self._open.setdefault(key, start + at)
            self._read_to = start + end
        return self._read_to > start

    def _write(self, key: bytes, body: bytes, base: Base) -> Place:
        path = self.path_of(self._number)
        fresh = not path.exists()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            offset = os.fstat(handle).st_size
            place = Place(self._number, offset)
            try:
                files.write_all(handle, _frame(key, body, base, place))
            except OSError:
                os.ftruncate(handle, offset)
                raise
        finally:
            os.close(handle)
        files.make_name_last(path, fresh=fresh)
        self._refresh()
        return place

    def _close_pack(self) -> None:
        """Begin the next pack; the last record of this one may be of a process that was killed."""
        _sync_file(self.path_of(self._number))
        index = _index(self._open, self._size(self._number))
        files.write_atomically(self._index_path(self._number), index)
        handle = os.open(self.path_of(self._number + 1), os.O_WRONLY | os.O_CREAT, 0o644)
        os.close(handle)
        files.sync_folder(self.folder)
        self._refresh()

    def _index_of(self, number: int) -> bytes:
        """The index of a closed pack; made again where it is missing or does not fit."""
        path = self._index_path(number)
        size = self._size(number)
        if path.exists():
            index = path.read_bytes()
            body, check = index[:-4], index[-4:]
            if check == zlib.crc32(body).to_bytes(4) and body[:8] == size.to_bytes(8):
                return index
        data = self.path_of(number).read_bytes() if size else b""
        offsets: dict[bytes, int] = {}
        for at, _, key in _scan(data):
            offsets.setdefault(key, at)
        return _index(offsets, size)

    def _index_path(self, number: int) -> Path:
        return self.folder / f"{number:08d}.index"

    def _size(self, number: int) -> int:
        try:
            return self.path_of(number).stat().st_size
        except FileNotFoundError:
            return 0


def encode_base(base: Base, at: Place | None = None) -> bytes:
    """Write what a delta builds on, for a record at `at` or for a file of its own."""
    if base is None:
        return varint(0)
    if isinstance(base, str):
        return varint(1) + bytes.fromhex(base)
    if at is not None and at.pack == base.pack:
        return varint(at.offset - base.offset)
    return varint(2) + varint(base.pack) + varint(base.offset)


def take_base(data: bytes, at: int, place: Place | None = None) -> tuple[Base, int]:
    """Read what `encode_base` wrote; gives it and where it ends."""
    code, at = take_varint(data, at)
    if code == 0:
        return None, at
    if code == 1:
        return data[at : at + 32].hex(), at + 32
    if code == 2:
        pack, at = take_varint(data, at)
        offset, at = take_varint(data, at)
        return Place(pack, offset), at
    if place is None or code > place.offset:
        raise Damaged("a delta names a base that cannot be; restore the object from a backup")
    return Place(place.pack, place.offset - code), at


def _frame(key: bytes, body: bytes, base: Base, place: Place) -> bytes:
    content = key + encode_base(base, place) + body
    return (
        bytes([MARKER]) + varint(len(content)) + zlib.crc32(content).to_bytes(4, "little") + content
    )


def _parse(data: bytes, at: int, place: Place) -> Record | None:
    end = _valid_end(data, at)
    if end is None:
        return None
    length, start = take_varint(data, at + 1)
    start += 4
    base, body = take_base(data, start + KEY, place)
    return Record(data[start : start + KEY], base, data[body : start + length], end - at)


def _length_of(data: bytes, at: int) -> int | None:
    """Length of the record that seems to stand at `at`, None if none can."""
    head = data[at : at + 11]
    if head[:1] != bytes([MARKER]):
        return None
    try:
        length, start = take_varint(head, 1)
    except IndexError:
        return None
    return start + 4 + length if length > KEY else None


def _valid_end(data: bytes, at: int) -> int | None:
    length = _length_of(data, at)
    if length is None or at + length > len(data):
        return None
    _, start = take_varint(data, at + 1)
    content = data[start + 4 : at + length]
    if zlib.crc32(content).to_bytes(4, "little") != data[start : start + 4]:
        return None
    return at + length


def _scan(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Give start, end and key of each sound record, stepping over what is not one."""
    at = 0
    while (at := data.find(MARKER, at)) >= 0:
        end = _valid_end(data, at)
        if end is None:
            at += 1
            continue
        _, start = take_varint(data, at + 1)
        yield at, end, data[start + 4 : start + 4 + KEY]
        at = end


def _index(offsets: dict[bytes, int], size: int) -> bytes:
    entries = b"".join(key + offset.to_bytes(8) for key, offset in sorted(offsets.items()))
    body = size.to_bytes(8) + entries
    return body + zlib.crc32(body).to_bytes(4)


def _offsets(index: bytes) -> list[int]:
    return sorted(
        int.from_bytes(index[at + KEY : at + _ENTRY]) for at in range(8, len(index) - 4, _ENTRY)
    )


def _search(index: bytes, key: bytes) -> int | None:
    low, high = 0, (len(index) - 12) // _ENTRY
    while low < high:
        half = (low + high) // 2
        at = 8 + half * _ENTRY
        found = index[at : at + KEY]
        if found == key:
            return int.from_bytes(index[at + KEY : at + _ENTRY])
        if found < key:
            low = half + 1
        else:
            high = half
    return None


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
