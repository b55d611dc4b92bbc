"""A second home with everything the first one had at one sequence; it can be opened like any other.

The ledger's snapshot decides what belongs to the copy: bytes are kept before they are named, so whatever
it names is there to be copied. The new ledger takes its name last: until then the folder is what the
backup before it was, with some files more. Only what changed is copied again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tieline.errors import Damaged, StorageFailed, Unconfigured
from tieline.flow.house import House
from tieline.flow.verifying import UNNOTED, named_objects, short
from tieline.ledger import Ledger, open_ledger
from tieline.store import files
from tieline.store.copying import copy_file, goes_on, is_same, listing
from tieline.store.parts import Parts
from tieline.store.raw import RawStore
from tieline.store.sidecars import SidecarStore

MARK = "backup-of"
LEDGER = "ledger.sqlite"
TRIES = 3
"""Snapshots that are tried where parts are merged away while they are copied."""


@dataclass(slots=True)
class BackedUp:
    """What a backup holds: its ledger's sequence, the files and bytes copied now, files that stayed."""

    sequence: int = 0
    copied: int = 0
    bytes: int = 0
    kept: int = 0
    removed: int = 0


def back_up(house: House, home: Path, target: Path, step: Callable[[str], None]) -> BackedUp:
    """Copy a home to a folder, beside writers; again, and only what is new is copied.

    `step` is told each file. Settings stay behind, for they may hold secrets.
    Raises: Unconfigured if the folder is the home, holds something else or another ledger's backup;
            Damaged for a part, raw object, pack or notes that are lost or not what they should be: such
            a file is never taken for a copy, and never takes the place of one;
            StorageFailed.
    """
    _check(house.ledger, home, target)
    done = BackedUp()
    with files.storing(target):
        files.make_folder(target)
        files.write_atomically(target / MARK, house.ledger.identity().encode())
        for name in ("format", "mode"):
            files.write_atomically(target / name, (home / name).read_bytes())
        fresh = target / f".{LEDGER}{files.TEMPORARY}"
        named = _parts(house, target, fresh, done, step)
        _raw(house, target, fresh, done, step)
        for stale in (f"{LEDGER}-wal", f"{LEDGER}-shm"):
            (target / stale).unlink(missing_ok=True)
        fresh.replace(target / LEDGER)
        files.sync_folder(target)
        for path in listing(target / "parts"):
            if path.relative_to(target / "parts").as_posix() not in named:
                path.unlink()
                done.removed += 1
    return done


def _check(ledger: Ledger, home: Path, target: Path) -> None:
    here, there = home.resolve(), target.resolve()
    if here == there or here in there.parents or there in here.parents:
        raise Unconfigured(f"{target} is the home itself or lies inside it; name another folder")
    mark = target / MARK
    if not mark.exists() and target.is_dir() and any(target.iterdir()):
        raise Unconfigured(f"{target} is not empty and no backup; name an empty folder")
    if mark.exists() and mark.read_text("ascii") != ledger.identity():
        raise Unconfigured(
            f"{target} is the backup of another ledger (a rebuilt one is another, too); "
            "name an empty folder"
        )


def _parts(
    house: House, target: Path, fresh: Path, done: BackedUp, step: Callable[[str], None]
) -> set[str]:
    """A snapshot of the ledger and all parts that it names; gives their paths."""
    for _ in range(TRIES):
        fresh.unlink(missing_ok=True)
        done.sequence = house.ledger.copy_to(fresh)
        named = _named(fresh)
        try:
            for path, sha256 in sorted(named.items()):
                _bring_part(house, Parts(target / "parts"), path, sha256, done)
                step(path)
        except FileNotFoundError:
            continue
        return set(named)
    raise StorageFailed(
        f"parts were merged away faster than they could be copied to {target}; try again later"
    )


def _named(snapshot: Path) -> dict[str, str]:
    """The parts that a snapshot names, with their hashes."""
    ledger = open_ledger(snapshot)
    try:
        return {part.path: part.sha256 for part in ledger.parts()}
    finally:
        ledger.close()


def _bring_part(house: House, there: Parts, path: str, sha256: str, done: BackedUp) -> None:
    """Copy a part that is not there yet; one that is there never changes, whatever became of it here.

    Raises: Damaged if it is lost, or what was copied is not what its name says and so does not stay;
            FileNotFoundError if it was merged away.
    """
    here, target = house.parts, there.folder / path
    if target.exists():
        done.kept += 1
        return
    try:
        done.bytes += copy_file(
            here.folder / path, target, lambda copied: here.verify(path, sha256, copied)
        )
    except FileNotFoundError:
        if any(part.path == path for part in house.ledger.parts()):
            here.verify(path, sha256)
        raise
    done.copied += 1


def _raw(
    house: House, target: Path, snapshot: Path, done: BackedUp, step: Callable[[str], None]
) -> None:
    """Notes, then what they name: whatever is written meanwhile, each copy has what it builds on."""
    root, there = house.raw.root, target / "raw"
    for source in listing(house.sidecars.folder):
        if source.suffix == ".jsonl":
            _bring_notes(house.sidecars, source, there / source.relative_to(root), done)
            step(source.name)
    here = RawStore(root)
    _check_named(snapshot, here, there)
    for source in reversed(list(listing(root))):
        place = there / source.relative_to(root)
        if source.suffix == ".pack":
            _bring_more(source, place, done, partial(_check_pack, here, source))
        elif source.suffix == ".index":
            _bring(source, place, done)
        elif here.is_object(source):
            _bring_object(here, source, place, done)
        else:
            continue
        step(source.name)


def _bring_notes(sidecars: SidecarStore, source: Path, target: Path, done: BackedUp) -> None:
    """Copy the notes of one report and day: their text, and the frames of what was text before."""
    with files.locked(source):
        frames = source.with_name(source.name + ".zst")
        if frames.exists():
            check = partial(sidecars.check_file, frames)
            _bring_more(frames, target.with_name(frames.name), done, check)
        _bring(source, target, done, partial(sidecars.check_file, source))


def _check_named(snapshot: Path, here: RawStore, there: Path) -> None:
    """Raises: Damaged if a note of an entry, or an object that an entry or a note names, is nowhere."""
    ledger = open_ledger(snapshot)
    try:
        named, unnoted = named_objects(ledger, SidecarStore(there), [])
    finally:
        ledger.close()
    for entry in unnoted:
        raise Damaged(f"entry {entry.entry_id} ({entry.slice}): {UNNOTED}")
    copies = RawStore(there)
    for digest, users in sorted(named.items()):
        if not here.has(digest) and not copies.has(digest):
            text = f"no such object in the raw store; it is the source of {short(users)}"
            raise Damaged(text, payload=digest)


def _check_pack(here: RawStore, source: Path, copied: Path) -> None:
    """Raises: Damaged if an object of a pack is not what its name says, or the copy is not the pack."""
    here.check_pack(source)
    if not goes_on(source, copied):
        raise Damaged(f"{source} was not copied as it is; look with `tieline verify`")


def _bring_object(raw: RawStore, source: Path, target: Path, done: BackedUp) -> None:
    """A file that never changes: a copy that is there stays, whatever became of its source."""
    if target.exists():
        done.kept += 1
        return
    done.bytes += copy_file(source, target, lambda copied: raw.check_file(source, copied))
    done.copied += 1


def _bring_more(source: Path, target: Path, done: BackedUp, check: Callable[[Path], None]) -> None:
    """A file that is only ever added to; `check` looks at the copy before it takes its name.

    Raises: Damaged if it lost or changed what the copy before has; what `check` raises.
    """
    if target.exists() and not is_same(source, target):
        if not goes_on(source, target):
            raise Damaged(
                f"{source} is not what it was when it was copied to {target}, which stays; look "
                "with `tieline verify` and restore it from there"
            )
        if source.stat().st_size == target.stat().st_size:
            done.kept += 1
            return
    _bring(source, target, done, check)


def _bring(
    source: Path, target: Path, done: BackedUp, check: Callable[[Path], None] = lambda copied: None
) -> None:
    if is_same(source, target):
        done.kept += 1
        return
    done.bytes += copy_file(source, target, check)
    done.copied += 1
