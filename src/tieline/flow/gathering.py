"""Fresh observations and what they touch: which slices are folded together, and onto which past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tieline.errors import SourceError
from tieline.feeds import DailyFile, Feed, Report
from tieline.flow.arrival import Arrival, entry_of, observation_of
from tieline.flow.house import House
from tieline.flow.past import EVER, TICK, Order, Past, order_of, past_of, reach_of, read_again
from tieline.flow.redating import Redating
from tieline.fold import Chain, Observation, order_key, reach, span
from tieline.ledger import Entry
from tieline.values import Window

ALWAYS = Window(EVER, EVER)
"""Under which the state of things without stamps is remembered."""


@dataclass(frozen=True, slots=True, eq=False)
class Fresh:
    """An observation that the ledger does not have yet, and its entry to be."""

    observation: Observation
    entry: Entry
    replaces: Entry | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Fresh observations that are folded together, in known order, onto one past.

    `window` is under which their state is remembered, `place` the earliest that changes, `replaced`
    the ids of entries that they supersede.
    """

    fresh: tuple[Fresh, ...]
    window: Window
    place: Order
    past: Past
    replaced: frozenset[int]


def chain_of(feed: Feed, report: Report) -> Chain:
    if feed.dataset is None:
        raise ValueError(f"{feed.id} has no rows to fold")
    return Chain(feed.dataset, feed.id, report.publisher.id, report.name, report.absence)


def gather(
    house: House, feed: Feed, report: Report, fresh: Sequence[Fresh], believed: int
) -> tuple[list[Group], list[tuple[Arrival, int]]]:
    """Groups that touch nothing of each other, with every later document of an older recipe in them.

    What an older recipe read at or after a place that changes is read again, like in a replay; a known
    time that this corrects, or stamps that it moves, may change the past of more.
    Gives:  the groups, and the documents that were read again with the ids of their new entries.
    """
    redating = Redating(house, report)
    gathered, reread = list(fresh), list[tuple[Arrival, int]]()
    tried = {one.replaces.entry_id for one in fresh if one.replaces is not None}
    while True:
        groups = _groups(house, feed, report, gathered, believed)
        outdated = {
            entry.entry_id: entry
            for group in groups
            for entry in group.past.since(group.place)
            if entry.recipe != report.recipe_id and entry.entry_id not in tried
        }
        if not outdated:
            return groups, reread
        tried |= outdated.keys()
        again = _reread(house, feed, report, list(outdated.values()), redating)
        gathered += [_renewed(house, report, arrival, entry_id) for arrival, entry_id in again]
        reread += again


def _groups(
    house: House, feed: Feed, report: Report, fresh: Sequence[Fresh], believed: int
) -> list[Group]:
    """Days stand alone where no observation reaches into the next one's, and so does each vintage; all
    other slices are folded at once, for each would have to know what the other changes. States of things
    have one history, whichever day's file tells of them.
    """
    chain = chain_of(feed, report)
    dated = report.days == 1 or report.is_vintage_a_file
    apart = chain.dataset.stamped and dated and isinstance(report.at, DailyFile)
    ordered = sorted(fresh, key=lambda one: (one.entry.window.start, one.entry.window.end))
    members = [list(ordered)]
    if apart:
        members = [list(some) for _, some in groupby(ordered, key=lambda one: one.entry.window)]
    groups = [_group(house, feed, report, chain, some, believed) for some in members if some]
    if report.is_vintage_a_file:
        return groups
    while len(joined := _joined(groups)) < len(groups):
        groups = [
            some[0]
            if len(some) == 1
            else _group(
                house, feed, report, chain, [one for group in some for one in group.fresh], believed
            )
            for some in joined
        ]
    return groups


def _joined(groups: Sequence[Group]) -> list[list[Group]]:
    """Groups whose pasts share stamps, together."""
    joined: list[list[Group]] = []
    end = EVER
    for group in sorted(groups, key=lambda one: _reached(one).start):
        if joined and _reached(group).start < end:
            joined[-1].append(group)
        else:
            joined.append([group])
        end = max(end, _reached(group).end)
    return joined


def _reached(group: Group) -> Window:
    return group.past.stamps or ALWAYS


def _group(
    house: House,
    feed: Feed,
    report: Report,
    chain: Chain,
    members: Sequence[Fresh],
    believed: int,
) -> Group:
    fresh = tuple(sorted(members, key=lambda one: order_key(one.observation)))
    slices = tuple({one.entry.window for one in fresh})
    window = _window(chain, slices)
    replaced = frozenset(one.replaces.entry_id for one in fresh if one.replaces is not None)
    place = min(
        [_place(one.observation) for one in fresh]
        + [order_of(one.replaces) for one in fresh if one.replaces is not None]
    )
    stamps = _stamps(chain, report, fresh, window)
    since = None
    if stamps is None and house.memory.recall(chain.report, window, believed) is not None:
        since = place[0]
    last = None if replaced or report.is_vintage_a_file else place
    past = past_of(house, feed, report, stamps, slices, since=since, place=last)
    if since is not None and (past.since(place) or replaced):
        past = past_of(house, feed, report, stamps, slices)
    return Group(fresh, window, place, past, replaced)


def _window(chain: Chain, slices: Sequence[Window]) -> Window:
    """Under which window the state of some slices is remembered; that of things has no time."""
    if not chain.dataset.stamped:
        return ALWAYS
    window = slices[0]
    for other in slices[1:]:
        window = window.hull(other)
    return window


def _stamps(chain: Chain, report: Report, fresh: Sequence[Fresh], window: Window) -> Window | None:
    """The stamps that fresh observations speak about, of dated files those of their days as well, and
    those that they replace; None: every stamp."""
    if not chain.dataset.stamped:
        return None
    stamps = span(*(reach(chain, one.observation) for one in fresh)) or window
    for one in fresh:
        own = reach_of(report, one.entry)
        stamps = stamps if own is None else stamps.hull(own)
        if one.replaces is not None and one.replaces.cover is not None:
            stamps = stamps.hull(Window(one.replaces.cover.start, one.replaces.cover.end + TICK))
    return stamps


def _reread(
    house: House, feed: Feed, report: Report, outdated: Sequence[Entry], redating: Redating
) -> list[tuple[Arrival, int]]:
    """Entries of an older recipe that today's can read, and the ids of their new entries."""
    read: list[Arrival] = []
    for entry in sorted(outdated, key=lambda one: one.observation_id):
        try:
            read.append(read_again(house, feed, report, entry, redating.known))
        except SourceError:
            continue
    first = house.ledger.allocate(len(read)) if read else 0
    return [(arrival, first + number) for number, arrival in enumerate(read)]


def _renewed(house: House, report: Report, arrival: Arrival, entry_id: int) -> Fresh:
    """An entry that is superseded like in a replay."""
    was = arrival.replaces
    assert was is not None
    ids = (was.observation_id, entry_id)
    entry = entry_of(arrival, report, ids, run=house.run, version=house.version)
    return Fresh(observation_of(report, arrival, ids), entry, was)


def _place(observation: Observation) -> Order:
    return (
        observation.known.at_utc,
        observation.fetched_at_utc,
        observation.content_sha256,
    )
