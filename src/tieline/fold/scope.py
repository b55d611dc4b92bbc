"""How far an observation reaches, so that a change of the past folds a day again and not a history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl

from tieline.fold.observation import Chain, Observation
from tieline.values import Window

Point = tuple[datetime, datetime, str]
"""A place in known order as stored rows carry it: known time, fetch time, content."""

TICK = timedelta(microseconds=1)
"""Instants are whole microseconds, so `(a, b]` is exactly `[a + TICK, b + TICK)`."""


def point(observation: Observation) -> Point:
    return (
        observation.known.at_utc,
        observation.fetched_at_utc,
        observation.content_sha256,
    )


def at_or_after(place: Point) -> pl.Expr:
    """Stored rows whose observation stands at the place in known order, or after it."""
    known, fetched, content = place
    later = pl.col("known_at_utc") > known
    level = pl.col("known_at_utc") == known
    return later | (
        level
        & (
            (pl.col("fetched_at_utc") > fetched)
            | ((pl.col("fetched_at_utc") == fetched) & (pl.col("content_sha256") >= content))
        )
    )


def judged(observation: Observation) -> Window | None:
    """The observation's window as half-open `[start, end)`; None: every stamp."""
    window = observation.window
    if window is None or observation.closed == "left":
        return window
    return Window(window.start + TICK, window.end + TICK)


def within(rows: pl.DataFrame, window: Window | None) -> pl.DataFrame:
    """Rows whose stamp lies in the half-open window; a row without a stamp lies in every window."""
    if window is None or rows.is_empty():
        return rows
    stamps = rows["stamp_utc"]
    # Comparing the series takes a twentieth of a filter expression with aware datetimes.
    inside = (stamps >= window.start) & (stamps < window.end)
    return rows.filter(inside.fill_null(True))


def reach(chain: Chain, observation: Observation) -> Window | None:
    """The stamps that an observation can say anything about, half-open; None: every stamp.

    An observation that says nothing reaches an empty window. States of things have no stamp, so each
    observation of them reaches all others.
    """
    if not chain.dataset.stamped:
        return None
    stamps = observation.rows["stamp_utc"]
    if stamps.null_count():
        return None
    rolling = chain.absence.kind == "rolling"
    if not rolling and observation.window is None:
        return None
    window = None if rolling else judged(observation)
    low, high = stamps.min(), stamps.max()
    if not isinstance(low, datetime) or not isinstance(high, datetime):
        return window or Window(observation.known.at_utc, observation.known.at_utc)
    listed = Window(low, high + TICK)
    if window is None or window.start == window.end:
        return listed
    return window.hull(listed)


def span(*reaches: Window | None) -> Window | None:
    """The smallest reach that covers all of some; None: every stamp. Needs at least one."""
    windows = [one for one in reaches if one is not None]
    if len(windows) < len(reaches):
        return None
    speaking = [one for one in windows if one.start < one.end] or windows
    return Window(min(one.start for one in speaking), max(one.end for one in speaking))


def touches(one: Window | None, other: Window | None) -> bool:
    """Whether two reaches share a stamp; one that says nothing touches nothing."""
    if one is None or other is None:
        return all(window is None or window.start < window.end for window in (one, other))
    return max(one.start, other.start) < min(one.end, other.end)


def affected(chain: Chain, changed: Window | None, later: Iterable[Window | None]) -> Window | None:
    """The stamps to fold again when an observation that reaches `changed` comes, moves or changes.

    `later` is what the observations after it in known order reach. A growing payload is accepted or
    refused whole, so there a change spreads over everything that touching observations reach; else
    each key stands alone, and later observations are clipped to what changed.
    """
    if chain.absence.kind != "growing":
        return changed
    apart = list(later)
    while True:
        touching = [one for one in apart if touches(one, changed)]
        if not touching:
            return changed
        apart = [one for one in apart if not touches(one, changed)]
        changed = span(changed, *touching)


def clip(observation: Observation, stamps: Window | None) -> Observation:
    """The part of an observation that speaks about some stamps; order and ids stay."""
    if stamps is None:
        return observation
    window = judged(observation)
    start = stamps.start if window is None else max(window.start, stamps.start)
    end = stamps.end if window is None else min(window.end, stamps.end)
    return replace(
        observation,
        window=Window(start, max(start, end)),
        closed="left",
        rows=within(observation.rows, stamps),
        rejected_keys=within(observation.rejected_keys, stamps),
    )
