"""Parts that are not what their names say, made again from raw bytes by a replay.

A replay that replaces such parts reads every observation that speaks about their stamps again, as if the
parts were not there. What they had is found by going through the commits once more, in their order, and is
written under the commits that it came with, so that past answers stand too. Rows of a recipe that is no more
are not found so: what today's recipe says in their place is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from tieline.datasets.fields import ROW_SEQUENCE
from tieline.errors import Damaged
from tieline.feeds import Feed, Report
from tieline.flow.folding import Folded
from tieline.flow.gathering import chain_of
from tieline.flow.house import House
from tieline.flow.layers import span_expr
from tieline.flow.past import TICK, Past, is_foldable, order_of, reach_of
from tieline.fold import Chain, amend, row_keys, visible
from tieline.ledger import Entry, Part
from tieline.store.parts import BACKUP, Written, part_schema
from tieline.values import Window

SPAN = "_span"


@dataclass(frozen=True, slots=True)
class Lost:
    """Parts that cannot be read, and the entries whose documents have their rows.

    `mixed`: another recipe than today's has read documents there, so the parts may have had rows that are
    not made again.
    """

    parts: tuple[Part, ...] = ()
    entries: tuple[Entry, ...] = ()
    mixed: bool = False


def lost_in(house: House, feed: Feed, report: Report, window: Window) -> Lost:
    """What is lost of a report around a window, widened until nothing lost touches it from outside.

    Raises: Damaged where rows have no stamp by which their documents could be found.
    """
    sound: set[str] = set()
    while True:
        broken: list[Part] = []
        for part in house.ledger.parts(report=report.name, stamps=window):
            if part.path in sound:
                continue
            try:
                house.parts.verify(part.path, part.sha256)
                sound.add(part.path)
            except Damaged:
                broken.append(part)
        if not broken:
            return Lost()
        if feed.dataset is None or not feed.dataset.stamped:
            path = broken[0].path
            raise Damaged(f"part {path} is lost and has no stamps to make it by; {BACKUP}")
        found = {entry.entry_id: entry for part in broken for entry in _behind(house, report, part)}
        wider = window
        for entry in found.values():
            reach = reach_of(report, entry)
            wider = wider if reach is None else wider.hull(reach)
        if wider == window:
            mixed = any(_is_mixed(house, report, part) for part in broken)
            return Lost(tuple(broken), tuple(found.values()), mixed)
        window = wider


def _behind(house: House, report: Report, part: Part) -> Iterator[Entry]:
    """The entries that speak about stamps of a part."""
    stamps = Window(part.stamps[0], part.stamps[1] + TICK)
    for entry in house.ledger.entries(
        reports=[report.name], overlapping=stamps, states=["completed", "failed"]
    ):
        reach = reach_of(report, entry)
        if is_foldable(entry) and reach is not None and reach.overlaps(stamps):
            yield entry


def _is_mixed(house: House, report: Report, part: Part) -> bool:
    stamps = Window(part.stamps[0], part.stamps[1] + TICK)
    return any(
        entry.recipe != report.recipe_id and entry.content_sha256 is not None
        for entry in house.ledger.entries(reports=[report.name], overlapping=stamps)
    )


def made_again(
    house: House, feed: Feed, report: Report, folds: Sequence[Folded]
) -> tuple[list[pl.DataFrame], list[Written]]:
    """Rows that the ledger never had, and files of those that were lost: a file a day.

    Raises: StorageFailed; Damaged.
    """
    chain = chain_of(feed, report)
    keys = list(row_keys(chain.dataset))
    news, again = [], []
    for folded in folds:
        with house.parts.reading([part.path for part in folded.past.parts()]):
            left = folded.past.rows().collect()
        once = _history(folded.past, chain).select(left.columns)
        lost = once.join(left, on=[*keys, ROW_SEQUENCE.name], how="anti", nulls_equal=True)
        seen = visible(chain.dataset, pl.concat([left, lost]))
        back = seen.join(lost, on=[*keys, ROW_SEQUENCE.name], how="semi", nulls_equal=True)
        same = pl.col("state") == "same"
        marks = folded.rows.filter(same).join(seen, on=keys, how="semi", nulls_equal=True)
        rows = folded.rows.filter(~same).join(back, on=keys, how="anti", nulls_equal=True)
        again.append(lost)
        news += [frame for frame in (rows, marks) if frame.height]
    whole = pl.concat(again).with_columns(span_expr(report, 1).alias(SPAN))
    written = [
        house.parts.write(chain.dataset, group, merged=True)
        for group in whole.partition_by(SPAN, maintain_order=True)
    ]
    return news, written


def _history(past: Past, chain: Chain) -> pl.DataFrame:
    """Every row that was stored by today's recipe, under its commit: the commits once more, one by one."""
    stored = pl.DataFrame(schema=part_schema(chain.dataset, merged=True))
    seen: list[Entry] = []
    for sequence, group in groupby(_first_read(past), key=lambda entry: entry.sequence or 0):
        fresh = list(group)
        place = min(order_of(entry) for entry in fresh)
        seen = sorted([*seen, *fresh], key=order_of)
        later = list(past.observations([one for one in seen if order_of(one) >= place]))
        before = [one for one in reversed(seen) if order_of(one) < place]
        rows = amend(
            chain,
            place,
            visible(chain.dataset, stored),
            past.observations(before),
            later,
            past.stamps,
        ).rows
        number = pl.lit(sequence, pl.Int64).alias(ROW_SEQUENCE.name)
        stored = pl.concat([stored, rows.with_columns(number).select(stored.columns)])
    return stored


def _first_read(past: Past) -> list[Entry]:
    """The entry by which today's recipe first read each observation, in the order of commits."""
    stamps = past.stamps
    assert stamps is not None, "what has no stamps is not made again"
    windows = set(past.slices) if past.report.is_vintage_a_file else None
    first: dict[int, Entry] = {}
    for entry in past.house.ledger.entries(reports=[past.report.name], overlapping=stamps):
        reach = reach_of(past.report, entry)
        if (
            entry.error not in (None, "Shrunk")
            or entry.recipe != past.report.recipe_id
            or entry.content_sha256 is None
            or (windows is not None and entry.window not in windows)
            or reach is None
            or not reach.overlaps(stamps)
        ):
            continue
        first.setdefault(entry.observation_id, entry)
    return sorted(first.values(), key=lambda entry: (entry.sequence or 0, entry.entry_id))
