"""Looks: observations in small integers, that the store and the oracle both understand.

Times are minutes. A look's cells are keyed by (stamp, area, print) and hold (value, end): the value
and the minute at which its interval ends; a stamp of None is an entity without a stamp.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import polars as pl

from tieline.datasets import fields as f
from tieline.datasets.rows import identity, read_schema
from tieline.feeds import Absence
from tieline.fold import Chain, Observation
from tieline.fold.observation import Closed
from tieline.schema import Dataset
from tieline.values import Known, Window

TINY = Dataset("tiny", "Tiny", "One number by area.", key=(f.AREA_ID,), values=(f.LOAD,))

MIDNIGHT = datetime(2025, 3, 9, tzinfo=UTC)

Identity = tuple[int | None, str]
Key = tuple[int | None, str, str]
Cell = tuple[float | None, int | None]


@dataclass(frozen=True, slots=True)
class Look:
    """One observation of a report, or, under the same id, what a newer recipe made of it."""

    report: str
    id: int
    known: int
    fetched: int
    content: str
    window: tuple[int, int] | None
    cells: dict[Key, Cell]
    rejected: frozenset[Identity] = frozenset()
    blind: bool = False
    closed: Closed = "left"
    entry: int = field(default=0)


def at(minute: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


def minute_of(instant: datetime | None) -> int | None:
    return None if instant is None else int((instant - MIDNIGHT) / timedelta(minutes=1))


def chain_of(report: str, absence: Absence) -> Chain:
    return Chain(TINY, "test.tiny", "nowhere", report, absence)


def observation_of(look: Look) -> Observation:
    """The look as the fold takes it."""
    schema = read_schema(TINY)
    rows = [
        {
            "print": named,
            "stamp_utc": None if stamp is None else at(stamp),
            "interval_start_utc": None if stamp is None else at(stamp),
            "interval_end_utc": None if end is None else at(end),
            "market_day": MIDNIGHT.date(),
            "source_row": number,
            "area_id": area,
            "load_mw": value,
        }
        for number, ((stamp, area, named), (value, end)) in enumerate(look.cells.items(), start=2)
    ]
    rejected = [
        {"stamp_utc": None if stamp is None else at(stamp), "area_id": area}
        for stamp, area in sorted(look.rejected, key=str)
    ]
    keys = {name: schema[name] for name in identity(TINY)}
    return Observation(
        observation_id=look.id,
        entry_id=look.entry or look.id,
        known=Known(at(look.known), "modified"),
        fetched_at_utc=at(look.fetched),
        content_sha256=look.content,
        window=None if look.window is None else Window(at(look.window[0]), at(look.window[1])),
        closed=look.closed,
        rows=pl.DataFrame(rows, schema=schema),
        rejected_keys=pl.DataFrame(rejected, schema=keys),
        blind=look.blind,
    )
