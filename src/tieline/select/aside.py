"""Which missing places of a grid the unreadable rows of a file speak of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import polars as pl

from tieline.ledger.records import Entry, Unread

AskUnread = Callable[[Sequence[int]], Sequence[Unread]]
"""Gives the unreadable rows of some entries by their ids, as a ledger does."""

_INSTANT = pl.Datetime("us", "UTC")


def set_aside(
    places: pl.DataFrame, keys: Sequence[str], entries: Iterable[Entry], unread: AskUnread
) -> pl.Series:
    """Whether a place is one that an unreadable row of some entries speaks of.

    Reads:  places with `stamp_utc` and the `keys` of their entities.
    Gives:  a truth value a place. A row whose entity could not be read speaks of its stamp, one whose
            stamp could not be read of its entity anywhere in its file, one that says neither, or of
            which nothing is written down, of all that its file covers.
    """
    faulty = {
        entry.entry_id: entry
        for entry in entries
        if entry.state == "completed" and entry.counts.rejected > entry.counts.aside
    }
    if not faulty or places.is_empty():
        return pl.Series("set_aside", [False], dtype=pl.Boolean).new_from_index(0, places.height)
    lines = list(unread(sorted(faulty)))
    told = {line.entry_id for line in lines}
    lines += [Unread(number, None, None) for number in faulty if number not in told]
    stamps, wide = places["stamp_utc"], places.select(keys)
    exact = [(one.stamp_utc, *one.key) for one in lines if one.stamp_utc and one.key is not None]
    at = [one.stamp_utc for one in lines if one.stamp_utc and one.key is None]
    schema = {"stamp_utc": _INSTANT, **dict.fromkeys(keys, pl.String())}
    spoken = pl.DataFrame(exact, schema=schema, orient="row").unique()
    named = places.select("stamp_utc", *keys).with_row_index("place")
    hit = named.join(spoken, on=["stamp_utc", *keys], how="semi")["place"]
    found = named["place"].is_in(hit.implode()) | stamps.is_in(
        pl.Series(at, dtype=_INSTANT).implode()
    )
    for key, (start, end) in _spans(lines, faulty):
        within = stamps.is_between(start, end, closed="both")
        if key is not None:
            same = [pl.col(name) == said for name, said in zip(keys, key, strict=True)]
            within = within & wide.select(pl.all_horizontal(same)).to_series()
        found = found | within
    return found.alias("set_aside")


def _spans(
    lines: Iterable[Unread], entries: dict[int, Entry]
) -> list[tuple[tuple[str, ...] | None, tuple[datetime, datetime]]]:
    """What rows without a stamp speak of: an entity or any, over the covers of their files."""
    covers: dict[tuple[str, ...] | None, list[tuple[datetime, datetime]]] = {}
    for line in lines:
        cover = entries[line.entry_id].cover
        if line.stamp_utc is None and cover is not None:
            covers.setdefault(line.key, []).append((cover.start, cover.end))
    return [(key, hull) for key, spans in covers.items() for hull in _hulls(sorted(set(spans)))]


def _hulls(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Sorted spans with those that overlap made one."""
    hulls: list[tuple[datetime, datetime]] = []
    for start, end in spans:
        if hulls and start <= hulls[-1][1]:
            hulls[-1] = (hulls[-1][0], max(end, hulls[-1][1]))
        else:
            hulls.append((start, end))
    return hulls
