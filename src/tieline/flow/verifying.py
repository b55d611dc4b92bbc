"""Is what lies at rest what it says it is: raw objects, parts, and rows against their bytes."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from tieline.errors import Damaged, TielineError
from tieline.feeds import Feed, Report
from tieline.flow.gathering import chain_of
from tieline.flow.house import House
from tieline.flow.noted import noted_reports, unwritten
from tieline.flow.past import EVER, Past, is_foldable, past_of, reach_of
from tieline.fold import amend, order_key
from tieline.ledger import Entry, Ledger, Part
from tieline.store.files import storing
from tieline.store.sidecar import Sidecar
from tieline.store.sidecars import SidecarStore
from tieline.values import stamp

TRIES = 3
"""How often a slice is compared again while another process writes its report."""

UNNOTED = "the note of how it was observed is lost; a rebuild would not find it"

FIRST = (EVER, EVER, "")
"""Before every observation in known order."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Damage:
    """Something at rest that is not what it says it is; `where` names it."""

    kind: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Entries whose rows are derived again together; `rows` were compared once it is checked."""

    feed: Feed
    report: Report
    entry: Entry

    def __str__(self) -> str:
        return str(self.entry.slice)


@dataclass(frozen=True, slots=True)
class Derived:
    """What deriving a group again came to: entries of which all was compared, and how many rows these
    wrote; damage; or why it was not compared."""

    rows: int
    entries: frozenset[int]
    damage: tuple[Damage, ...] = ()
    outdated: bool = False


def raw_expected(house: House) -> int:
    """How many steps `check_raw` will tell of."""
    return house.raw.stats().objects + 1


def check_raw(house: House, step: Tell) -> Iterator[Damage]:
    """Every raw object against its hash, every object that the ledger or a note names, and every
    observation of the ledger against its note.

    Raises: StorageFailed if the disk cannot be read.
    """
    broken: list[Damaged] = []
    sound: set[str] = set()
    for name in house.raw.objects(on_damage=broken.append):
        sound.add(name)
        step(name)
    torn: list[Damaged] = []
    named, unnoted = named_objects(house.ledger, house.sidecars, torn)
    told = []
    for digest, users in sorted(named.items()):
        if digest not in sound and (text := _wrong_with(house, digest)) is not None:
            told.append(text)
            yield Damage("raw", digest, f"{text}; it is the source of {short(users)}")
    for error in broken:
        if error.text not in told:
            yield Damage("raw", error.payload or "an object that nothing names", error.text)
    yield from (Damage("sidecar", "raw/sidecars", error.text) for error in torn)
    for entry in unnoted:
        yield Damage("sidecar", f"entry {entry.entry_id} ({entry.slice})", UNNOTED)
    step("")


def not_taken_in(house: House) -> list[Sidecar]:
    """Notes with bytes that no entry tells of: a crash came between, and a rebuild takes them in.

    What somebody works on is left out. Raises: StorageFailed, LedgerUnavailable.
    """
    return [
        sidecar
        for name in noted_reports(house)
        for sidecar in unwritten(house, name, lambda damage: None)
    ]


def unnamed_objects(house: House) -> int:
    """Sound raw objects that neither an entry nor a note names: left by a crash between the two."""
    named, _ = named_objects(house.ledger, house.sidecars, [])
    return sum(1 for name in house.raw.objects(on_damage=lambda error: None) if name not in named)


def _wrong_with(house: House, digest: str) -> str | None:
    try:
        house.raw.verify(digest)
    except Damaged as error:
        return error.text
    return None


def named_objects(
    ledger: Ledger, sidecars: SidecarStore, torn: list[Damaged]
) -> tuple[dict[str, list[str]], list[Entry]]:
    """Objects that entries or notes name, and who does; entries with bytes that no note tells of.

    `torn` takes the notes that cannot be read. Entries are looked at first: their notes are older.
    """
    named: dict[str, list[str]] = defaultdict(list)
    entries = ledger.entries()
    noted: set[tuple[str, str, datetime]] = set()
    for sidecar in sidecars.all(on_damage=torn.append):
        noted.add((sidecar.report, sidecar.object, sidecar.fetched_at_utc))
        if sidecar.failure is None:
            named[sidecar.object].append(f"the note of {sidecar.of}")
    unnoted = []
    for entry in entries:
        if entry.payload_sha256 is None:
            continue
        named[entry.payload_sha256].append(f"entry {entry.entry_id} ({entry.slice})")
        objects = (entry.payload_sha256, entry.content_sha256)
        if not any((entry.report, str(one), entry.fetched_at_utc) in noted for one in objects):
            unnoted.append(entry)
    return named, unnoted


def short(users: Sequence[str]) -> str:
    """The first two of who names an object, and how many more do."""
    more = f" and {len(users) - 2} more" if len(users) > 2 else ""
    return ", ".join(users[:2]) + more


def check_parts(house: House, step: Tell, sound: set[str] | None = None) -> Iterator[Damage]:
    """Every part that the catalogue names against the hash in its name; `sound` takes the good ones.

    Raises: StorageFailed if the disk cannot be read.
    """
    for part in house.ledger.parts():
        if (damage := _damage_of(house, part)) is not None:
            yield damage
        elif sound is not None:
            sound.add(part.path)
        step(part.path)


def _damage_of(house: House, part: Part) -> Damage | None:
    try:
        with storing(house.parts.folder / part.path):
            house.parts.verify(part.path, part.sha256)
    except Damaged as error:
        first, last = (stamp(one) for one in part.stamps)
        text = f"{error.text}; it has {part.rows} rows of {part.report} from {first} to {last}"
        return Damage("part", part.path, text)
    return None


def unnamed_parts(house: House) -> int:
    """Files that no catalogue names: left by a crash before its commit, or merged away."""
    named = {part.path for part in house.ledger.parts()}
    return sum(1 for path in house.parts.listing() if path not in named)


def groups(house: House, sample: int | None) -> list[Group]:
    """Slices whose rows can be derived again; `sample` of them, always the same ones.

    A dated report is taken day by day, a static one entry by entry, and what has no stamps whole.
    """
    found: dict[tuple[str, object], Group] = {}
    for feed in house.feeds:
        for report in feed.reports if feed.dataset is not None else ():
            entries = house.ledger.entries(
                reports=[report.name], states=["completed", "failed"], newest_first=True
            )
            for entry in entries:
                if not is_foldable(entry):
                    continue
                if feed.dataset is not None and not feed.dataset.stamped:
                    found.setdefault((report.name, None), Group(feed, report, entry))
                elif reach_of(report, entry) is not None:
                    found.setdefault((report.name, entry.window), Group(feed, report, entry))
    every = list(found.values())
    if sample is None or sample >= len(every):
        return every
    return random.Random(house.ledger.sequence()).sample(every, sample)


def derive(
    house: House, group: Group, sound: set[str] | None = None, seen: Collection[int] = ()
) -> Derived:
    """Fold a group's observations anew from raw bytes and compare with the visible stored rows.

    Rows of an older recipe are not compared: a replay has to come first. Nor is any row where a part
    is not what its name says: no such part is read. `sound` has paths of parts that were seen to be
    right, and takes those seen now; rows of the entries `seen` are not counted again.
    Raises: StoreError if what lies at rest cannot be read at all.
    """
    for attempt in range(TRIES):
        before = house.ledger.report_sequence(group.report.name)
        derived = _derive(house, group, set() if sound is None else sound, seen)
        written = house.ledger.report_sequence(group.report.name) != before
        if not (derived.damage and written) or attempt == TRIES - 1:
            return derived
    raise AssertionError("the loop returns")


def _derive(house: House, group: Group, sound: set[str], seen: Collection[int]) -> Derived:
    feed, report, entry = group.feed, group.report, group.entry
    assert feed.dataset is not None
    stamps = reach_of(report, entry) if feed.dataset.stamped else None
    past = past_of(house, feed, report, stamps, (entry.window,))
    ids = frozenset(one.entry_id for one in past.entries if past.is_whole(one))
    if any(one.recipe != report.recipe_id for one in past.entries):
        return Derived(0, ids, outdated=True)
    unseen = [part for part in past.parts() if part.path not in sound]
    broken = {part.path: damage for part in unseen if (damage := _damage_of(house, part))}
    sound |= {part.path for part in unseen} - broken.keys()
    if broken:
        return Derived(0, ids, tuple(broken.values()))
    try:
        return _compared(past, group, ids, seen)
    except Damaged as error:
        return Derived(0, ids, (Damage("rows", str(group), str(error)),))
    except TielineError as error:
        if error.exit_code != 4:
            raise
        text = f"bytes that were read before cannot be read: {error}"
        return Derived(0, ids, (Damage("rows", str(group), text),))


def _compared(past: Past, group: Group, ids: frozenset[int], seen: Collection[int]) -> Derived:
    chain = chain_of(group.feed, group.report)
    stored = past.stored()
    fresh = {one.observation_id for one in past.entries if one.entry_id in ids - set(seen)}
    rows = stored.filter(pl.col("observation_id").is_in(fresh)).height
    observations = sorted(past.observations(past.entries), key=order_key)
    other = amend(chain, FIRST, stored, (), observations, past.stamps).rows
    if not other.height:
        return Derived(rows, ids)
    names = ("stamp_utc", *chain.dataset.key_names)
    shown = "; ".join(str(row) for row in other.select(names).head(3).rows())
    text = f"{other.height} stored rows are not what their bytes say, for example {shown}"
    return Derived(rows, ids, (Damage("rows", str(group), text),))
