"""What the fold remembers: the last row of each chain, and how often it was missed since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from tieline.datasets.rows import compared, identity, stored_schema
from tieline.fold.absence import Mask, judge, remembered
from tieline.fold.observation import Chain, Observation
from tieline.fold.scope import within
from tieline.schema import Dataset
from tieline.values import Window


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Opaque: made by `empty` or `resume`, carried on by `fold`.

    `heads` has the identity, print, state and compared columns of the last row of each chain, and
    `missed`: how many observations in a row, up to the last that judged it, found a live head
    lacking. For a growing report that is the suspicion of a refused payload, for a snapshot the
    count of listings. `stamps` is what the state knows about, half-open; None: every stamp.
    """

    heads: pl.DataFrame
    stamps: Window | None = None


def keys(dataset: Dataset) -> tuple[str, ...]:
    """What tells the chains of a report apart."""
    return (*identity(dataset), "print")


def head_columns(dataset: Dataset) -> tuple[str, ...]:
    return (*keys(dataset), "state", *compared(dataset))


def no_values(dataset: Dataset) -> list[pl.Expr]:
    """The value columns, all null: what a withdrawal and a mark say."""
    schema = stored_schema(dataset)
    return [pl.lit(None, schema[name]).alias(name) for name in dataset.value_names]


def empty(chain: Chain) -> State:
    """The state before the first observation."""
    schema = stored_schema(chain.dataset)
    heads = pl.Schema({name: schema[name] for name in head_columns(chain.dataset)})
    return State(pl.DataFrame(schema={**heads, "missed": pl.Int32()}))


def narrow(state: State, stamps: Window | None) -> State:
    """Forget everything outside some stamps, so that a long-lived state stays small."""
    if stamps is None or state.stamps == stamps:
        return state
    known = state.stamps
    start = stamps.start if known is None else max(known.start, stamps.start)
    end = stamps.end if known is None else min(known.end, stamps.end)
    return State(within(state.heads, stamps), Window(start, max(start, end)))


def resume(
    chain: Chain,
    stored: pl.DataFrame,
    recent: Iterable[Observation],
    stamps: Window | None = None,
) -> State:
    """The state at a point in known order, read back from what is stored.

    stored: visible rows of the report before the point (`visible`, then not `at_or_after`), at
            least all within `stamps`
    recent: the observations before the point, newest first, at least all that reach `stamps`;
            drawn one by one and only until every absence is counted: none for a rolling or final
            report, one for a growing slice, rarely more
    stamps: what the state is asked to know about, half-open; None: every stamp
    """
    heads = _last(chain.dataset, within(stored, stamps))
    missed = np.zeros(heads.height, dtype=np.int32)
    most = remembered(chain.absence)
    # Going back ends for each head where it was last listed, at the latest at its own row.
    doubtful: Mask = (heads["state"] == "live").to_numpy() & (most > 0)
    looks = iter(recent)
    while doubtful.any() and (look := next(looks, None)) is not None:
        seen = judge(chain.dataset, heads, look, _named(chain.dataset, heads, look))
        missed[doubtful & seen.lacking] += 1
        doubtful &= ~seen.listed & (missed < most)
    return State(heads.select(*head_columns(chain.dataset), pl.Series("missed", missed)), stamps)


def carry(state: State, heads: pl.DataFrame) -> State:
    """The same knowledge of stamps with other heads."""
    return replace(state, heads=heads)


def _last(dataset: Dataset, stored: pl.DataFrame) -> pl.DataFrame:
    """The last row of each chain, in known order."""
    order = ("known_at_utc", "fetched_at_utc", "content_sha256")
    # Sorting the few observations and then rows by their rank spares comparing hashes row by row.
    ranks = (
        stored.select("observation_id", *order)
        .unique("observation_id", keep="first")
        .sort(order)
        .select("observation_id")
        .with_row_index("rank")
    )
    if ranks.height < 2:
        return stored
    return (
        stored.join(ranks, on="observation_id", maintain_order="left")
        .sort("rank", maintain_order=True)
        .unique(keys(dataset), keep="last", maintain_order=True)
    )


def _named(dataset: Dataset, heads: pl.DataFrame, observation: Observation) -> Mask:
    """Heads whose identity and print stand in the observation's rows."""
    columns = keys(dataset)
    found = (
        heads.select(columns)
        .with_row_index("head")
        .join(observation.rows.select(columns), on=columns, how="semi", nulls_equal=True)
    )
    named = np.zeros(heads.height, dtype=np.bool_)
    named[found["head"].to_numpy()] = True
    return named
