"""New observations of a report against its past: which rows to write, which verdicts change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from tieline.errors import Shrunk
from tieline.feeds import Report
from tieline.flow.gathering import Fresh, Group, chain_of
from tieline.flow.house import House
from tieline.flow.past import Order, Past, order_of
from tieline.fold import (
    Chain,
    State,
    Step,
    amend,
    order_key,
    refold,
    resume,
)
from tieline.ledger import Change, Counts, Entry
from tieline.values import Window, stamp


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """What a group of fresh observations comes to.

    `rows` are to be appended (stored schema, `same` marks included). `entries` are the fresh ones
    with counts and verdicts, `changes` the stored ones whose verdict or counts are others now.
    `state` can be kept for the next poll of `window`.
    """

    rows: pl.DataFrame
    entries: tuple[Entry, ...]
    changes: tuple[Change, ...]
    past: Past
    state: State
    window: Window


def fold_group(house: House, group: Group, believed: int) -> Folded:
    """Fold fresh observations of slices that belong together.

    An observation that comes last in known order is folded once, onto a state that is remembered or
    read back; anything else folds again from the earliest place that changes.
    """
    past, place = group.past, group.place
    chain = chain_of(past.feed, past.report)
    later = [entry for entry in past.since(place) if entry.entry_id not in group.replaced]
    if later or group.replaced:
        standing = [entry for entry in later if _stands(entry, past.report)]
        return _again(past, chain, group.fresh, standing, place, group.window)
    return _onward(house, past, chain, group.fresh, believed, group.window)


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
        if was.recipe != past.report.recipe_id or not past.is_whole(was):
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


def _stands(entry: Entry, report: Report) -> bool:
    """Whether an entry takes part as it is: what was refused and cannot be read again says nothing."""
    return entry.recipe == report.recipe_id or entry.state == "completed"


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


def _knows(state: State, stamps: Window | None) -> bool:
    known = state.stamps
    if known is None or stamps is None:
        return known is None
    return known.start <= stamps.start and stamps.end <= known.end
