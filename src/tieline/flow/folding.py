"""New observations of a report against its past: which rows to write, which verdicts change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from tieline.errors import Shrunk, SourceError
from tieline.feeds import Feed, Report
from tieline.flow.arrival import Arrival, entry_of, observation_of
from tieline.flow.house import House
from tieline.flow.past import EVER, TICK, Order, Past, order_of, past_of, read_again
from tieline.flow.redating import Redating
from tieline.fold import (
    Chain,
    Observation,
    State,
    Step,
    amend,
    order_key,
    reach,
    refold,
    resume,
    span,
)
from tieline.ledger import Change, Counts, Entry
from tieline.values import Window, stamp

ALWAYS = Window(EVER, EVER)
"""Under which the state of things without stamps is remembered."""


@dataclass(frozen=True, slots=True, eq=False)
class Fresh:
    """An observation that the ledger does not have yet, and its entry to be."""

    observation: Observation
    entry: Entry
    replaces: Entry | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """What a group of fresh observations comes to.

    `rows` are to be appended (stored schema, `same` marks included). `entries` are the fresh ones
    with counts and verdicts, `changes` the stored ones whose verdict or counts are others now.
    `state` can be kept for the next poll of `window`. `reread` are documents of an older recipe that
    were read again, with the ids of their new entries.
    """

    rows: pl.DataFrame
    entries: tuple[Entry, ...]
    changes: tuple[Change, ...]
    past: Past
    state: State
    window: Window
    reread: tuple[tuple[Arrival, int], ...] = ()


def chain_of(feed: Feed, report: Report) -> Chain:
    if feed.dataset is None:
        raise ValueError(f"{feed.id} has no rows to fold")
    return Chain(feed.dataset, feed.id, report.publisher.id, report.name, report.absence)


def fold_group(
    house: House, feed: Feed, report: Report, group: Sequence[Fresh], believed: int
) -> Folded:
    """Fold fresh observations of slices that belong together.

    An observation that comes last in known order is folded once, onto a state that is remembered or
    read back; anything else folds again from the earliest place that changes.
    """
    chain = chain_of(feed, report)
    fresh = sorted(group, key=lambda one: order_key(one.observation))
    slices = tuple({one.entry.window for one in fresh})
    window = _window(chain, slices)
    gone = {one.replaces.entry_id for one in fresh if one.replaces is not None}
    place = min(
        [_place(one.observation) for one in fresh]
        + [order_of(one.replaces) for one in fresh if one.replaces is not None]
    )
    stamps = _stamps(chain, fresh, window)
    since = None
    if stamps is None and house.memory.recall(chain.report, window, believed) is not None:
        since = place[0]
    past = past_of(house, feed, report, stamps, slices, since=since)
    if since is not None and (past.since(place) or gone):
        past = past_of(house, feed, report, stamps, slices)
    if gone or past.since(place):
        reread = _reread(house, past, place, gone)
        place = min([place] + [_arrived(arrival) for arrival, _ in reread])
        renewed = {arrival.replaces.entry_id for arrival, _ in reread if arrival.replaces}
        later = [
            entry
            for entry in past.since(place)
            if entry.entry_id not in gone | renewed and _stands(entry, report)
        ]
        fresh += [_renewed(house, report, arrival, entry_id) for arrival, entry_id in reread]
        folded = _again(past, chain, fresh, later, place, window)
        return replace(folded, reread=tuple(reread))
    return _onward(house, past, chain, fresh, believed, window)


def _window(chain: Chain, slices: Sequence[Window]) -> Window:
    """Under which window the state of some slices is remembered; that of things has no time."""
    if not chain.dataset.stamped:
        return ALWAYS
    window = slices[0]
    for other in slices[1:]:
        window = window.hull(other)
    return window


def _stamps(chain: Chain, fresh: Sequence[Fresh], window: Window) -> Window | None:
    """The stamps that fresh observations speak about, and those that they replace; None: every stamp."""
    if not chain.dataset.stamped:
        return None
    stamps = span(*(reach(chain, one.observation) for one in fresh)) or window
    for one in fresh:
        if one.replaces is not None and one.replaces.cover is not None:
            stamps = stamps.hull(Window(one.replaces.cover.start, one.replaces.cover.end + TICK))
    return stamps


def _onward(
    house: House, past: Past, chain: Chain, fresh: Sequence[Fresh], believed: int, window: Window
) -> Folded:
    """Nothing comes after: fold onto what is known."""
    state = house.memory.recall(chain.report, window, believed)
    stamps = past.stamps
    if state is None or not _knows(state, stamps):
        before = list(reversed(past.entries))
        state = resume(chain, past.stored(), past.observations(before), stamps)
    folded = refold(chain, state, [one.observation for one in fresh])
    entries = tuple(_judged(one.entry, step) for one, step in zip(fresh, folded.steps, strict=True))
    return Folded(folded.rows, entries, (), past, folded.state, window)


def _again(
    past: Past,
    chain: Chain,
    fresh: Sequence[Fresh],
    later: Sequence[Entry],
    place: Order,
    window: Window,
) -> Folded:
    """The past changes: fold again from the earliest place and write the difference."""
    known = {one.observation.observation_id: one for one in fresh}
    sequence = sorted(
        [*past.observations(later), *(one.observation for one in fresh)], key=order_key
    )
    before = [entry for entry in reversed(past.entries) if order_of(entry) < place]
    amended = amend(chain, place, past.stored(), past.observations(before), sequence, past.stamps)
    entries: list[Entry] = []
    changes: list[Change] = []
    stored = {entry.observation_id: entry for entry in later}
    for observation, step in zip(sequence, amended.refolded.steps, strict=True):
        one = known.get(observation.observation_id)
        if one is not None:
            entries.append(_judged(one.entry, step))
            continue
        was = stored[observation.observation_id]
        if was.recipe != past.report.recipe_id:
            continue
        now = _judged(replace(was, state="completed", error=None, cause=None, text=None), step)
        if now != was:
            changes.append(
                Change(
                    entry_id=was.entry_id,
                    state=now.state,
                    counts=now.counts,
                    error=now.error,
                    cause=now.cause,
                    text=now.text,
                )
            )
    same = int((amended.rows["state"] == "same").sum())
    if entries and same:
        counts = replace(entries[0].counts, same=same)
        entries[0] = replace(entries[0], counts=counts)
    changes += [
        Change(entry_id=one.replaces.entry_id, state="superseded")
        for one in fresh
        if one.replaces is not None
    ]
    return Folded(
        amended.rows, tuple(entries), tuple(changes), past, amended.refolded.state, window
    )


def _reread(
    house: House, past: Past, place: Order, gone: Collection[int]
) -> list[tuple[Arrival, int]]:
    """Entries of an older recipe since a place that today's can read, with ids for their new entries.

    A known time that is corrected may lie before the place: then the past changes from there on.
    """
    redating = Redating(house, past.report)
    read: list[Arrival] = []
    tried = set(gone)
    while outdated := [
        entry
        for entry in past.since(place)
        if entry.recipe != past.report.recipe_id and entry.entry_id not in tried
    ]:
        for entry in sorted(outdated, key=lambda one: one.observation_id):
            tried.add(entry.entry_id)
            try:
                read.append(read_again(house, past.feed, past.report, entry, redating.known))
            except SourceError:
                continue
        place = min([place] + [_arrived(arrival) for arrival in read])
    first = house.ledger.allocate(len(read)) if read else 0
    return [(arrival, first + number) for number, arrival in enumerate(read)]


def _stands(entry: Entry, report: Report) -> bool:
    """Whether an entry takes part as it is: what was refused and cannot be read again says nothing."""
    return entry.recipe == report.recipe_id or entry.state == "completed"


def _renewed(house: House, report: Report, arrival: Arrival, entry_id: int) -> Fresh:
    """An entry that is superseded like in a replay."""
    was = arrival.replaces
    assert was is not None
    ids = (was.observation_id, entry_id)
    entry = entry_of(arrival, report, ids, run=house.run, version=house.version)
    return Fresh(observation_of(report, arrival, ids), entry, was)


def _judged(entry: Entry, step: Step) -> Entry:
    """An entry with what the fold says of it."""
    listed = step.new + step.revised + step.unchanged
    told = entry.counts.duplicate + entry.counts.conflicting
    counts = replace(
        entry.counts,
        new=step.new,
        revised=step.revised,
        unchanged=step.unchanged,
        gone=step.gone,
        rejected=entry.counts.read - listed - told,
    )
    if not step.shrunk:
        return replace(entry, counts=counts)
    names = ", ".join(_named(row) for row in step.missing.drop("print").head(3).rows())
    error = Shrunk(
        f"the file lacks {step.shrunk} rows that an earlier version had, for example {names}; "
        "the bytes are kept, and the next version confirms or heals it",
        feed=entry.report,
        window=str(entry.window),
        payload=entry.payload_sha256,
    )
    return replace(
        entry,
        state="failed",
        error=type(error).__name__,
        cause="quarantined",
        text=str(error),
        counts=replace(_uncounted(entry.counts), read=entry.counts.read),
    )


def _named(key: tuple[object, ...]) -> str:
    """A key as a person reads it."""
    return " ".join(stamp(part) if isinstance(part, datetime) else str(part) for part in key)


def _uncounted(counts: Counts) -> Counts:
    """Counts of a payload that was refused whole: every row it had is rejected."""
    return Counts(read=counts.read, rejected=counts.read)


def _place(observation: Observation) -> Order:
    return (
        observation.known.at_utc,
        observation.fetched_at_utc,
        observation.content_sha256,
    )


def _arrived(arrival: Arrival) -> Order:
    return (arrival.known.at_utc, arrival.fetched_at_utc, arrival.document.sha256)


def _knows(state: State, stamps: Window | None) -> bool:
    known = state.stamps
    if known is None or stamps is None:
        return known is None
    return known.start <= stamps.start and stamps.end <= known.end
