"""The raw store: every byte a publisher sent, under the SHA-256 of the plain bytes.

    objects/ab/<sha256>     one object a file: magic (6) | crc32 (4) | base | body
    packs/                  small objects and deltas, see `packs`; bodies, see `deltas`

A version of a file that was seen before is stored as a delta against that version where this is
clearly smaller. Reading walks from an object to its bases; how much work that may be is bounded
when it is written, so that every version stays quick to read.
"""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tieline.errors import Damaged
from tieline.store import deltas, files
from tieline.store.packs import KEY, PACK_SIZE, Base, Packs, Place, encode_base, take_base
from tieline.values import sha256 as hash_of

MAGIC = b"tlraw1"

PACKED = 64 * 1024
"""Bodies up to this size go into packs, where they take no disk block of their own."""

CLEARLY_SMALLER = 2 / 3
"""A delta is taken when it needs at most this share of the whole."""

MOST_WORK = 128 * 1024 * 1024
"""Bytes of work that reading one version may take on the way from its whole.

Measured 2026-11 on a day of P-32, 289 versions in one chain: the last is read from disk in 9 to 14
ms; in 17 to 25 ms where its rows stand grouped by interface, so that each version changes all over.
"""

_STEP = 128 * 1024
"""What finding one more record costs, counted in bytes that could be copied meanwhile."""

_LARGEST_DELTA = 64 * 1024 * 1024
_LARGEST_HELD = 16 * 1024 * 1024

OnDamage = Callable[[Damaged], None]


@dataclass(frozen=True, slots=True)
class RawStats:
    """What the store holds; `torn_bytes` is what crashes left half written in the open pack."""

    objects: int
    stored_bytes: int
    packs: int
    torn_bytes: int


@dataclass(frozen=True, slots=True)
class _Version:
    """A version in plain bytes, the whole that its deltas lead back to, and the work to read it."""

    plain: bytes
    whole: Place | str
    work: int


@dataclass(frozen=True, slots=True)
class _Stored:
    """An object as it lies at rest."""

    key: bytes
    base: Base
    body: bytes
    length: int


Holds = Callable[[Place | str], _Version | None]
"""Says which versions need not be read from disk."""


class RawStore:
    """Objects under one folder; used by several threads and processes at once."""

    def __init__(
        self, root: Path, *, held_bytes: int = 64 * 1024 * 1024, pack_size: int = PACK_SIZE
    ) -> None:
        self.root = root
        self._packs = Packs(root / "packs", pack_size=pack_size)
        self._held: OrderedDict[Place | str, _Version] = OrderedDict()
        self._held_bytes = held_bytes
        self._holding = 0
        self._lock = threading.Lock()

    def put(self, data: bytes, like: str | None = None) -> str:
        """Keep bytes; gives their SHA-256. What is there already is not written again.

        like:    SHA-256 of an earlier version of the same file, which this one may share bytes with
        Raises:  StorageFailed if the bytes could not be forced to disk.
        """
        name = hash_of(data)
        where = self._where(name)
        if where is not None:
            self._sync(where)
            return name
        base, body, built_on = self._encode(data, like)
        where = self._write(name, body, base)
        self._hold(where, _next(built_on, body, data, where))
        return name

    def get(self, sha256: str) -> bytes:
        """Give back the exact bytes; they are read from disk and checked against their name.

        Raises:  Damaged if the object is missing, cannot be decoded or is not what its name says;
                 StorageFailed if the disk cannot be read.
        """
        return self._check(sha256, self._holds)

    def has(self, sha256: str) -> bool:
        return self._where(sha256) is not None

    def size(self, sha256: str) -> int:
        """Bytes that the object takes at rest, without those of its bases."""
        where = self._where(sha256)
        if where is None:
            raise Damaged("no such object in the raw store", payload=sha256)
        return self._read(where).length

    def verify(self, sha256: str) -> None:
        """Read the object and all its bases from disk. Raises Damaged like `get`."""
        self._check(sha256, lambda where: None)

    def objects(self, on_damage: OnDamage | None = None) -> Iterator[str]:
        """Every object's SHA-256, in a stable order; each is read and checked on the way.

        on_damage: told of each damaged object, which is then left out
        Raises:    Damaged at the first one if nobody is to be told.
        """
        for where in self._places():
            try:
                name, version = self._named(where)
            except Damaged as error:
                if on_damage is None:
                    raise
                on_damage(error)
                continue
            self._hold(where, version)
            yield name

    def stats(self) -> RawStats:
        """Count objects and bytes; reads names and sizes only."""
        with files.storing(self.root):
            loose = [path.stat().st_size for path in self._files()]
        packs, packed_bytes, torn = self._packs.stored()
        return RawStats(
            objects=len(loose) + sum(1 for _ in self._packs.places()),
            stored_bytes=sum(loose) + packed_bytes,
            packs=packs,
            torn_bytes=torn,
        )

    def sweep(self, *, now: datetime, older_than: timedelta = timedelta(hours=1)) -> int:
        """Remove temporary files that a killed process left; gives how many."""
        return files.sweep(self.root, now=now, older_than=older_than)

    def path_of(self, sha256: str) -> Path:
        """Where an object too large for packs lies."""
        return self.root / "objects" / sha256[:2] / sha256

    def is_object(self, path: Path) -> bool:
        """Whether a file below the root is one object, and so never changes."""
        return path.is_relative_to(self.root / "objects")

    def check_file(self, path: Path, copy: Path) -> None:
        """Raises Damaged if a copy of the file of one object is not as it was written."""
        _content_of(path, copy.read_bytes())

    def check_pack(self, path: Path) -> None:
        """Read every object of a pack from disk. Raises Damaged at the first that is not as written."""
        for where in self._packs.places(path):
            _, version = self._named(where)
            self._hold(where, version)

    def _encode(self, data: bytes, like: str | None) -> tuple[Base, bytes, _Version | None]:
        """Choose between a delta against `like`, one against the whole behind it, and a whole."""
        base = self._base(like) if like and len(data) <= _LARGEST_DELTA else None
        if base is not None:
            limit = deltas.estimate_whole(data) * CLEARLY_SMALLER
            for candidate in (base, self._version(base).whole):
                version = self._version(candidate)
                body = deltas.encode_delta(data, version.plain)
                if len(body) <= limit and _work(version, body) <= MOST_WORK:
                    return candidate, body, version
        return None, deltas.encode_whole(data), None

    def _base(self, like: str) -> Place | str | None:
        """Where a sound earlier version lies; None if there is none to build on."""
        where = self._where(like)
        if where is not None and self._holds(where) is None:
            try:
                self.get(like)
            except Damaged:
                return None
        return where

    def _check(self, sha256: str, holds: Holds) -> bytes:
        try:
            where = self._where(sha256)
            if where is None:
                raise Damaged("no such object in the raw store; restore it from a backup")
            version = self._load(where, holds)
            if hash_of(version.plain) != sha256:
                raise Damaged("bytes at rest do not match their hash; restore them from a backup")
        except Damaged as error:
            raise error.about(payload=sha256) from error
        self._hold(where, version)
        return version.plain

    def _named(self, where: Place | str) -> tuple[str, _Version]:
        """Read an object whose name is to be found or checked."""
        stored, version = self._read(where), self._load(where, self._holds)
        name = hash_of(version.plain)
        if _key(name) != stored.key or (isinstance(where, str) and where != name):
            raise Damaged(f"the bytes at {where} do not match their hash; restore them")
        return name, version

    def _version(self, where: Place | str) -> _Version:
        return self._holds(where) or self._load(where, self._holds)

    def _load(self, where: Place | str, holds: Holds) -> _Version:
        """Walk back from an object to a version that is held or whole, and forward again."""
        stored = self._read(where)
        steps: list[_Stored] = []
        version: _Version | None = None
        while version is None and stored.base is not None:
            steps.append(stored)
            if len(steps) > MOST_WORK // _STEP:
                raise Damaged("an object's bases lead nowhere; restore it from a backup")
            where = stored.base
            version = holds(where)
            if version is None:
                stored = self._read(where)
        if version is None:
            version = _Version(deltas.decode(stored.body, None), where, 0)
        for step in reversed(steps):
            plain = deltas.decode(step.body, version.plain)
            version = _next(version, step.body, plain, where)
        return version

    def _holds(self, where: Place | str) -> _Version | None:
        with self._lock:
            version = self._held.get(where)
            if version is not None:
                self._held.move_to_end(where)
            return version

    def _hold(self, where: Place | str, version: _Version) -> None:
        if len(version.plain) > min(_LARGEST_HELD, self._held_bytes):
            return
        with self._lock:
            known = self._held.pop(where, None)
            self._holding += len(version.plain) - (len(known.plain) if known else 0)
            self._held[where] = version
            while self._holding > self._held_bytes:
                self._holding -= len(self._held.popitem(last=False)[1].plain)

    def _read(self, where: Place | str) -> _Stored:
        if isinstance(where, Place):
            record = self._packs.read(where)
            return _Stored(record.key, record.base, record.body, record.length)
        path = self.path_of(where)
        with files.storing(path):
            try:
                data = path.read_bytes()
            except FileNotFoundError as error:
                raise Damaged(f"{path} is missing; restore it from a backup") from error
        base, at = take_base(data, _content_of(path, data))
        return _Stored(_key(where), base, data[at:], len(data))

    def _write(self, name: str, body: bytes, base: Base) -> Place | str:
        if len(body) <= PACKED:
            return self._packs.append(_key(name), body, base)
        content = encode_base(base) + body
        path = self.path_of(name)
        with files.storing(path):
            files.write_atomically(path, MAGIC + _crc(content) + content)
        return name

    def _where(self, sha256: str) -> Place | str | None:
        place = self._packs.find(_key(sha256))
        if place is not None:
            return place
        with files.storing(self.root):
            return sha256 if self.path_of(sha256).exists() else None

    def _sync(self, where: Place | str) -> None:
        """An object that another process has just written may not be on disk yet."""
        if isinstance(where, Place):
            self._packs.sync(where)
            return
        with files.storing(self.root):
            folder = self.path_of(where).parent
            files.make_folder(folder)
            files.sync_folder(folder)

    def _places(self) -> Iterator[Place | str]:
        yield from self._packs.places()
        with files.storing(self.root):
            names = sorted(path.name for path in self._files())
        yield from names

    def _files(self) -> Iterator[Path]:
        return (path for path in self.root.glob("objects/*/*") if not path.name.startswith("."))


def _content_of(path: Path, data: bytes) -> int:
    """Where the content of an object's file begins. Raises Damaged if it is not as it was written."""
    start = len(MAGIC) + 4
    if data[: len(MAGIC)] != MAGIC or data[len(MAGIC) : start] != _crc(data[start:]):
        raise Damaged(f"{path} is damaged; restore it from a backup")
    return start


def _key(sha256: str) -> bytes:
    return bytes.fromhex(sha256)[:KEY]


def _crc(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(4, "little")


def _work(base: _Version, body: bytes) -> int:
    return base.work + _STEP + deltas.middle_length(body) + len(base.plain) // 2


def _next(base: _Version | None, body: bytes, plain: bytes, where: Place | str) -> _Version:
    """The version that `body` makes of `base`; a whole at `where` if there is none."""
    if base is None:
        return _Version(plain, where, 0)
    return _Version(plain, base.whole, _work(base, body))
