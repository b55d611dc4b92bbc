"""One small note for every observation, from which the ledger can be rebuilt.

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

import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import zstandard

from tieline.errors import Damaged, UnknownName
from tieline.store import files
from tieline.values import Basis, Known, Slice, Window, stamp

FORMAT = 1
SETTLED = 32 * 1024

Origin = Literal["collect", "import", "poll-unchanged", "attempt"]

KEPT_HEADERS = (
    "age",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "etag",
    "expires",
    "last-modified",
    "server",
)
"""Headers worth keeping: what they say of time, version and form of the answer."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt brought no bytes, in the words of the ledger's entry."""

    error: str
    cause: str | None
    text: str
    retry_at_utc: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """One observation: what was asked, what came, which object its bytes are.

    `object` is the SHA-256 of the plain bytes; for `poll-unchanged` that of the bytes the server
    confirmed; empty for an `attempt`, which brought none and has a `failure`. Of `headers` those in
    KEPT_HEADERS are written. `report` is the full name `publisher:CODE`, also in `of`.
    """

    publisher: str
    of: Slice
    url: str
    requested_at_utc: datetime
    fetched_at_utc: datetime
    status: int
    object: str
    known: Known
    origin: Origin
    headers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    failure: Failure | None = None

    @property
    def report(self) -> str:
        return self.of.report

    @property
    def id(self) -> str:
        """Names the observation: report, slice, object and fetch time, the same in every writing."""
        text = json.dumps(
            [
                self.report,
                str(self.of.window),
                self.of.day.isoformat() if self.of.day else None,
                self.object,
                stamp(self.fetched_at_utc),
            ]
        )
        day = self.fetched_at_utc.astimezone(UTC).date()
        return f"{self.report}@{day.isoformat()}#{sha256(text.encode()).hexdigest()[:24]}"


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
        with files.storing(self.folder):
            found = {
                path.with_suffix("") if path.suffix == ".zst" else path
                for path in self.folder.glob("*/*/*.jsonl*")
                if not path.name.startswith(".")
            }
        wanted = None if report is None else self._folder_of(report)
        for path in sorted(found):
            if (wanted is None or path.parent == wanted) and path.stem >= str(since or ""):
                yield from self._of_file(path, on_damage)

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
        seen: set[str] = set()
        for line in _lines(path, on_damage):
            try:
                sidecar = from_line(line)
            except Damaged as error:
                _tell(Damaged(f"{path}: {error.text}"), on_damage, error)
                continue
            if sidecar.id not in seen:
                seen.add(sidecar.id)
                yield sidecar

    def _folder_of(self, report: str) -> Path:
        publisher, _, code = report.partition(":")
        return self.folder / quote(publisher, safe="") / quote(code, safe="")

    def _path(self, report: str, day: str) -> Path:
        return self._folder_of(report) / f"{day}.jsonl"


def to_line(sidecar: Sidecar) -> bytes:
    """Write a sidecar as one line of JSON with its checksum at the end."""
    window = sidecar.of.window
    kept = {name: sidecar.headers[name] for name in KEPT_HEADERS if name in sidecar.headers}
    fields: dict[str, object] = {
        "format": FORMAT,
        "publisher": sidecar.publisher,
        "report": sidecar.report,
        "start": stamp(window.start),
        "end": stamp(window.end),
        "day": sidecar.of.day.isoformat() if sidecar.of.day else None,
        "url": sidecar.url,
        "requested_at": stamp(sidecar.requested_at_utc),
        "fetched_at": stamp(sidecar.fetched_at_utc),
        "status": sidecar.status,
        "headers": kept,
        "object": sidecar.object,
        "known_at": stamp(sidecar.known.at_utc),
        "known_basis": sidecar.known.basis,
        "origin": sidecar.origin,
    }
    if sidecar.note:
        fields["note"] = sidecar.note
    if sidecar.failure is not None:
        retry = sidecar.failure.retry_at_utc
        fields["failure"] = {
            "error": sidecar.failure.error,
            "cause": sidecar.failure.cause,
            "text": sidecar.failure.text,
            "retry_at": stamp(retry) if retry else None,
        }
    body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()[:-1]
    return body + f',"crc":"{zlib.crc32(body):08x}"}}\n'.encode()


def from_line(line: bytes) -> Sidecar:
    """Read what `to_line` wrote. Raises Damaged if the checksum is wrong or a field is missing."""
    body = _checked(line)
    if body is None:
        raise Damaged("a sidecar line does not match its checksum; restore it from a backup")
    try:
        fields = json.loads(body + b"}")
        if fields["format"] != FORMAT:
            raise Damaged(f"a sidecar has format {fields['format']}, this version reads {FORMAT}")
        return Sidecar(
            publisher=fields["publisher"],
            of=Slice(
                fields["report"],
                Window(_instant(fields["start"]), _instant(fields["end"])),
                date.fromisoformat(fields["day"]) if fields["day"] else None,
            ),
            url=fields["url"],
            requested_at_utc=_instant(fields["requested_at"]),
            fetched_at_utc=_instant(fields["fetched_at"]),
            status=fields["status"],
            headers=fields["headers"],
            object=fields["object"],
            known=Known(_instant(fields["known_at"]), _basis(fields["known_basis"])),
            origin=_origin(fields["origin"]),
            note=fields.get("note", ""),
            failure=_failure(fields.get("failure")),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"a sidecar line lacks or garbles a field: {error}") from error


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
    whole = _checked(data[start:]) is not None
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
    if not text.endswith(b"\n") and _checked(text[text.rfind(b"\n") + 1 :]) is None:
        text = text[: text.rfind(b"\n") + 1]
    return [*_unpack(frames, packed, on_damage).splitlines(), *text.splitlines()]


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
    damage: Damaged, on_damage: Callable[[Damaged], None] | None, cause: Exception | None
) -> None:
    if on_damage is None:
        raise damage from cause
    on_damage(damage)


def _checked(line: bytes) -> bytes | None:
    """The line without its end, if its checksum is right."""
    body, _, check = line.rstrip(b"\n").rpartition(b',"crc":')
    return body if check == f'"{zlib.crc32(body):08x}"}}'.encode() else None


def _frames_of(path: Path) -> Path:
    return path.with_name(path.name + ".zst")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _failure(fields: Mapping[str, str] | None) -> Failure | None:
    if fields is None:
        return None
    retry = fields["retry_at"]
    return Failure(
        fields["error"], fields["cause"], fields["text"], _instant(retry) if retry else None
    )


def _basis(text: str) -> Basis:
    for basis in ("published", "modified", "fetched"):
        if text == basis:
            return basis
    raise ValueError(f"unknown basis {text!r}")


def _origin(text: str) -> Origin:
    for origin in ("collect", "import", "poll-unchanged", "attempt"):
        if text == origin:
            return origin
    raise ValueError(f"unknown origin {text!r}")
