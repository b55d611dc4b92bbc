"""Files that nothing needs any more go: merged away long ago, or left by a process that was killed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from tieline.flow.house import House
from tieline.store import files
from tieline.watch import FilesRemoved


@dataclass(frozen=True, slots=True)
class Swept:
    """What was removed, or would be: files merged away, files that no catalogue row names."""

    replaced: int
    orphans: int
    bytes: int


def sweep(house: House, *, dry_run: bool = False) -> Swept:
    """Remove what the settings' grace has passed for.

    A part merged away stays for `house.grace` after the merge, for readers that began before. A file
    that no catalogue row names is a crash's or a writer's who has not committed yet: it goes when it
    is older than `house.orphan_grace` and nobody writes its feed at this moment. Temporary files of
    the raw store go by the same age.
    Interrupted anywhere, the next sweep goes on.
    Raises: StorageFailed, LedgerUnavailable.
    """
    replaced = _replaced(house, dry_run=dry_run)
    orphans = _orphans(house, dry_run=dry_run)
    if not dry_run:
        house.raw.sweep(now=house.beat(), older_than=house.orphan_grace)
    swept = Swept(len(replaced), len(orphans), sum(replaced) + sum(orphans))
    if not dry_run and (swept.replaced or swept.orphans):
        house.record(
            FilesRemoved(replaced=swept.replaced, orphans=swept.orphans, bytes=swept.bytes)
        )
    return swept


def _replaced(house: House, *, dry_run: bool) -> list[int]:
    """Files first, then their rows: what is gone twice is no harm, what is forgotten stays for ever."""
    parts = house.ledger.replaced_parts(before=house.beat() - house.grace)
    if not parts or dry_run:
        return [part.bytes for part in parts]
    wanted = {part.path for part in house.ledger.parts()}
    for part in parts:
        if part.path not in wanted:
            house.parts.remove(part.path)
    house.ledger.drop_parts(parts)
    return [part.bytes for part in parts]


def _orphans(house: House, *, dry_run: bool) -> list[int]:
    limit = house.beat() - house.orphan_grace
    with files.storing(house.parts.folder):
        named = house.ledger.part_paths()
        old = [
            path
            for path in house.parts.files()
            if path not in named and _changed(house, path) <= limit
        ]
    removed = []
    for feed_id in sorted({path.split("/")[1] for path in old}):
        mine = [path for path in old if path.split("/")[1] == feed_id]
        with _nobody_writes(house, feed_id) as alone:
            removed += _remove(house, mine, limit, dry_run=dry_run) if alone else []
    return removed


def _remove(house: House, paths: Sequence[str], limit: datetime, *, dry_run: bool) -> list[int]:
    """Remove those that are still old and still unnamed, where nobody can name them meanwhile."""
    named = house.ledger.part_paths()
    sizes = []
    with files.storing(house.parts.folder):
        for path in paths:
            file = house.parts.folder / path
            if path in named or not file.exists() or _changed(house, path) > limit:
                continue
            sizes.append(file.stat().st_size)
            if not dry_run:
                file.unlink(missing_ok=True)
    return sizes


@contextmanager
def _nobody_writes(house: House, feed_id: str) -> Iterator[bool]:
    """Hold the locks under which parts of a feed are written and committed in this home."""
    names = sorted(
        report.name for feed in house.feeds if feed.id == feed_id for report in feed.reports
    )
    with ExitStack() as held:
        turns = [held.enter_context(house.merging(name)) for name in names]
        if all(turns):
            for name in names:
                held.enter_context(house.writing(name))
        yield all(turns)


def _changed(house: House, path: str) -> datetime:
    try:
        return datetime.fromtimestamp((house.parts.folder / path).stat().st_mtime, UTC)
    except FileNotFoundError:
        return house.beat()
