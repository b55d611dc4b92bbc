"""The notes of all observations, from which the ledger can be rebuilt.

    sidecars/<publisher>/<report>/<day of the fetch>.jsonl       the latest lines, as text
    sidecars/<publisher>/<report>/<day of the fetch>.jsonl.zst   earlier lines, in zstd frames

A line is a JSON object that ends in `"crc"`, the checksum of what stands before it. Lines are
appended with one write under the file's lock and forced to disk before the lock is given back, so
several processes never mix their bytes; a single write without the lock would not do, because a
line may be cut where the disk is full, and the next writer must repair that. When the text has
grown to SETTLED bytes it is compressed into one more frame of the second file, under the same lock:
the frame first, by rename, and then the text is cut to nothing. A crash between the two leaves lines
twice, which readers count once. They read the text before the frames, so that they miss nothing.

A last line without its end was never acknowledged: readers leave it out, the next writer removes it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import quote

import zstandard

from tieline.errors import Damaged, UnknownName
from tieline.store import files
from tieline.store.sidecar import Sidecar, checked, from_line, to_line

SETTLED = 32 * 1024


class SidecarStore:
    """The sidecars of one home; several processes may write and read at once.

    settled: bytes of text in one file that are compressed into a frame
    """

    def __init__(self, root: Path, *, settled: int = SETTLED) -> None:
        self.folder = root / "sidecars"
        self._settled = settled

    def write(self, sidecar: Sidecar) -> str:
        """Add one; gives its id. Writing the same observation again changes nothing for readers.

        Raises:  StorageFailed if the line could not be forced to disk.
        """
        self.write_all([sidecar])
        return sidecar.id

    def write_all(self, sidecars: Sequence[Sidecar]) -> None:
        """Add some that were fetched for one report on one day, with one write.

        Raises:  StorageFailed if the lines could not be forced to disk.
        """
        report, day, _ = _parts(sidecars[0].id)
        path = self._path(report, day)
        line = b"".join(to_line(sidecar) for sidecar in sidecars)
        with files.storing(path):
            files.make_folder(path.parent)
            fresh = not path.exists()
            with files.locked(path):
                _append(path, line)
                if path.stat().st_size >= self._settled:
                    _settle(path)
            files.make_name_last(path, fresh=fresh)

    def read(self, id: str) -> Sidecar:
        """Give back one sidecar. Raises UnknownName if there is none, Damaged if a line is."""
        report, day, _ = _parts(id)
        for sidecar in self._of_file(self._path(report, day), None):
            if sidecar.id == id:
                return sidecar
        raise UnknownName(f"no sidecar {id}; `all` lists those that are there")

    def all(
        self,
        *,
        report: str | None = None,
        since: date | None = None,
        on_damage: Callable[[Damaged], None] | None = None,
    ) -> Iterator[Sidecar]:
        """Every observation once: by report, day of the fetch, and order of writing.

        report, since: only those of one report, or fetched on that UTC day or later
        on_damage: told of each damaged line, which is then left out
        Raises:    Damaged at the first one if nobody is to be told.
        """
        folder, places = self.folder, "*/*/*.jsonl*"
        if report is not None:
            folder, places = self._folder_of(report), "*.jsonl*"
        with files.storing(folder):
            found = {
                path.with_suffix("") if path.suffix == ".zst" else path
                for path in folder.glob(places)
                if not path.name.startswith(".")
            }
        for path in sorted(found):
            if path.stem >= str(since or ""):
                yield from self._of_file(path, on_damage)

    def of_day(self, report: str, day: date) -> list[Sidecar]:
        """Observations of a report that were fetched on a UTC day; damaged lines are left out."""
        return list(self._of_file(self._path(report, day.isoformat()), lambda damage: None))

    def check_file(self, path: Path, copy: Path) -> None:
        """Raises Damaged if a copy of one file of notes has a line that is not as it was written."""
        if path.suffix == ".zst":
            lines = _unpack(path, copy.read_bytes(), None).splitlines()
        else:
            lines = _whole(copy.read_bytes()).splitlines()
        for line in lines:
            _note(path, line)

    def settle(self) -> int:
        """Compress the text of all files; gives how many had some. For homes to be packed away."""
        settled = 0
        with files.storing(self.folder):
            for path in sorted(self.folder.glob("*/*/*.jsonl")):
                with files.locked(path):
                    _mend(path)
                    if path.stat().st_size:
                        _settle(path)
                        settled += 1
        return settled

    def _of_file(
        self, path: Path, on_damage: Callable[[Damaged], None] | None
    ) -> Iterator[Sidecar]:
        seen: set[tuple[str, str]] = set()
        for line in _lines(path, on_damage):
            try:
                sidecar = _note(path, line)
            except Damaged as error:
                _tell(error, on_damage, error.__cause__)
                continue
            if (sidecar.id, sidecar.note) not in seen:
                seen.add((sidecar.id, sidecar.note))
                yield sidecar

    def _folder_of(self, report: str) -> Path:
        publisher, _, code = report.partition(":")
        return self.folder / quote(publisher, safe="") / quote(code, safe="")

    def _path(self, report: str, day: str) -> Path:
        return self._folder_of(report) / f"{day}.jsonl"


def _note(path: Path, line: bytes) -> Sidecar:
    try:
        return from_line(line)
    except Damaged as error:
        raise Damaged(f"{path}: {error.text}") from error


def _parts(id: str) -> tuple[str, str, str]:
    report, _, rest = id.rpartition("@")
    day, _, mark = rest.partition("#")
    if not report or not mark:
        raise UnknownName(f"{id!r} is no sidecar id; one looks like nyiso:P-32@2026-11-21#3f...")
    return report, day, mark


def _append(path: Path, line: bytes) -> None:
    _mend(path)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        before = os.fstat(handle).st_size
        try:
            files.write_all(handle, line)
        except OSError:
            os.ftruncate(handle, before)
            raise
    finally:
        os.close(handle)


def _mend(path: Path) -> None:
    """Remove a last line without its end; keep one that only lost its line break."""
    data = path.read_bytes()
    if not data or data.endswith(b"\n"):
        return
    start = data.rfind(b"\n") + 1
    whole = checked(data[start:]) is not None
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        if whole:
            files.write_all(handle, b"\n")
        else:
            os.ftruncate(handle, start)
            os.fsync(handle)
    finally:
        os.close(handle)


def _settle(path: Path) -> None:
    frames = _frames_of(path)
    before = frames.read_bytes() if frames.exists() else b""
    compressor = zstandard.ZstdCompressor(level=19, write_checksum=True)
    files.write_atomically(frames, before + compressor.compress(path.read_bytes()))
    handle = os.open(path, os.O_WRONLY)
    try:
        os.ftruncate(handle, 0)
        os.fsync(handle)
    finally:
        os.close(handle)


def _lines(path: Path, on_damage: Callable[[Damaged], None] | None) -> list[bytes]:
    """Lines in the order of writing; a torn last one is left out."""
    frames = _frames_of(path)
    with files.storing(path):
        text = path.read_bytes() if path.exists() else b""
        packed = frames.read_bytes() if frames.exists() else b""
    return [*_unpack(frames, packed, on_damage).splitlines(), *_whole(text).splitlines()]


def _whole(text: bytes) -> bytes:
    """Text without a torn last line."""
    start = text.rfind(b"\n") + 1
    return text if checked(text[start:]) is not None else text[:start]


def _unpack(path: Path, packed: bytes, on_damage: Callable[[Damaged], None] | None) -> bytes:
    """Plain text of all frames; what follows a damaged one cannot be read and is told."""
    out = []
    while packed:
        decompressor = zstandard.ZstdDecompressor().decompressobj()
        try:
            out.append(decompressor.decompress(packed))
        except zstandard.ZstdError as error:
            _tell(Damaged(f"{path} cannot be decoded; restore it from a backup"), on_damage, error)
            break
        if not decompressor.eof:
            _tell(Damaged(f"{path} ends too early; restore it from a backup"), on_damage, None)
            break
        packed = decompressor.unused_data
    return b"".join(out)


def _tell(
    damage: Damaged, on_damage: Callable[[Damaged], None] | None, cause: BaseException | None
) -> None:
    if on_damage is None:
        raise damage from cause
    on_damage(damage)


def _frames_of(path: Path) -> Path:
    return path.with_name(path.name + ".zst")
