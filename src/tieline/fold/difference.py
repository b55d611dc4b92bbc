"""What is written when the past changes, and how written rows are read back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from tieline.datasets.rows import identity, stored_schema
from tieline.fold.observation import Chain, Observation
from tieline.fold.scope import Point, at_or_after, clip, within
from tieline.fold.state import no_values, resume
from tieline.fold.step import Refolded, refold
from tieline.schema import Dataset
from tieline.values import Window

WAS = ":was"


@dataclass(frozen=True, slots=True, eq=False)
class Amended:
    """A changed past: `rows` to append, `refolded` for verdicts, counts and the state at its end."""

    rows: pl.DataFrame
    refolded: Refolded


def row_keys(dataset: Dataset) -> tuple[str, ...]:
    """One row of one observation; of several written ones the highest sequence holds."""
    return ("observation_id", *identity(dataset), "print")


def visible(dataset: Dataset, rows: pl.DataFrame, at_sequence: int | None = None) -> pl.DataFrame:
    """The rows that hold at a sequence; None: the newest.

    Reads: the stored schema plus `row_sequence`, all rows of each observation and identity: a row
           may move in known time, interval or market day, so no filter on these may come first.
    Gives: for each observation, identity and print the row of the highest sequence, without those
           that are `same`; in no certain order.
    """
    if at_sequence is not None:
        rows = rows.filter(pl.col("row_sequence") <= at_sequence)
    return (
        rows.sort("row_sequence")
        .unique(row_keys(dataset), keep="last")
        .filter(pl.col("state") != "same")
    )


def difference(dataset: Dataset, stored: pl.DataFrame, needed: pl.DataFrame) -> pl.DataFrame:
    """Rows to append so that what is visible becomes what is needed.

    stored: visible rows at and after the point, of the stamps that were folded again
    needed: what the fold gives for the same observations and stamps
    Gives:  needed rows that are not stored, or stored otherwise; and for stored rows that are not
            needed a mark: state `same`, no values, everything else as stored, so that it lies where
            the row lies. A row whose only difference is the entry is not written again: reading by
            another recipe that gives the same is no news.
    """
    columns, names = row_keys(dataset), stored_schema(dataset).names()
    rest = [name for name in names if name not in columns and name != "entry_id"]
    before = stored.select(*columns, *(pl.col(name).alias(name + WAS) for name in rest))
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name + WAS)) for name in rest)
    news = needed.join(
        before, on=columns, how="left", nulls_equal=True, maintain_order="left"
    ).filter(differs)
    stale = stored.join(needed.select(columns), on=columns, how="anti", nulls_equal=True)
    marks = stale.with_columns(
        pl.lit("same").alias("state"),
        pl.lit(None, pl.Int64).alias("source_row"),
        *no_values(dataset),
    )
    return pl.concat([news.select(names), marks.select(names)])


def amend(
    chain: Chain,
    place: Point,
    stored: pl.DataFrame,
    recent: Iterable[Observation],
    later: Sequence[Observation],
    stamps: Window | None,
) -> Amended:
    """Fold again from a place in known order, and tell what to append.

    place:  the earliest `point` that an observation left or came to
    stored: visible rows of the report, at least all within `stamps`
    recent: observations before the place, newest first; drawn as `resume` says
    later:  observations at and after the place, in known order, at least all that touch `stamps`
    stamps: what is `affected`; None: every stamp
    """
    here = within(stored, stamps)
    after = at_or_after(place)
    before = resume(chain, here.filter(~after), recent, stamps)
    refolded = refold(chain, before, (clip(observation, stamps) for observation in later))
    return Amended(difference(chain.dataset, here.filter(after), refolded.rows), refolded)
