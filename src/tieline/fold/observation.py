"""What is folded: one observation of a report, and the chain it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import polars as pl

from tieline.feeds import Absence
from tieline.schema import Dataset
from tieline.values import Known, Window

Closed = Literal["left", "right"]

EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Chain:
    """The report whose observations are folded, and what they are folded into.

    A chain of values is an identity (stamp and key columns) and a print, across all slices of the
    report.
    """

    dataset: Dataset
    feed: str
    publisher: str
    report: str
    absence: Absence


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """One look at a report: what was listed, and what its absences can mean.

    `observation_id` is the first entry of this observation and stays over all recipes; `entry_id`
    is the entry of the recipe that read it. A look that found the bytes unchanged is an observation
    with the same rows.

    `window`:  the stamps whose absence can mean something, `[start, end)`, or `(start, end]` with
               `closed="right"`, as end labels have it; None: every stamp. Rows without a stamp lie
               in every window.
    `rows`:    columns of `read_schema(dataset)`, unique per identity and print; may reach outside
               the window.
    `rejected_keys`: identity columns of rows that are there and could not be read.
    `blind`:   some row's key could not be read, so no absence means anything.
    """

    observation_id: int
    entry_id: int
    known: Known
    fetched_at_utc: datetime
    content_sha256: str
    window: Window | None
    rows: pl.DataFrame
    rejected_keys: pl.DataFrame
    blind: bool = False
    closed: Closed = "left"


def order_key(
    observation: Observation,
) -> tuple[datetime, datetime, str, datetime, datetime]:
    """Known order: known time, fetch time, content.

    The window settles the rest, so that the same bytes seen for two slices have one order whichever
    was imported first.
    """
    window = observation.window
    return (
        observation.known.at_utc,
        observation.fetched_at_utc,
        observation.content_sha256,
        EVER if window is None else window.start,
        EVER if window is None else window.end,
    )
