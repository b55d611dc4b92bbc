"""The fold itself: one observation against the heads of its report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tieline.datasets.rows import compared, read_schema, stored_schema
from tieline.fold.absence import Judgement, Mask, judge, remembered
from tieline.fold.observation import Chain, Observation
from tieline.fold.scope import reach
from tieline.fold.state import State, carry, head_columns, keys, no_values
from tieline.schema import Dataset

EXAMPLES = 10
"""Missing keys that a refused payload names."""

WAS = ":was"

CHUNKS = 32
"""Heads grow by a chunk a fold and are put together again when there are more."""

Counts = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """For each row: index of its head or null, whether it is new, whether it is new or revised."""

    head: pl.Series
    new: pl.Series
    changed: pl.Series


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What one observation changed.

    Accepted: `shrunk` is 0 and new + revised + unchanged is the number of its rows; `rows` has the
    stored schema, the new and revised ones live in the order they came, then the `gone`.
    Refused as shrunk: `shrunk` counts the live keys it lacks, `missing` shows some of them
    (identity and print), and no row is stored.
    """

    state: State
    rows: pl.DataFrame
    new: int
    revised: int
    unchanged: int
    gone: int
    shrunk: int
    missing: pl.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Refolded:
    """What a sequence of observations gives: all its rows, its steps, the state at its end."""

    rows: pl.DataFrame
    steps: tuple[Step, ...]
    state: State


def fold(chain: Chain, state: State, observation: Observation) -> Step:
    """Fold the observation that comes next in known order.

    Raises: ValueError if it reaches stamps that the state was not asked to know about.
    """
    _check(chain, state, observation)
    dataset, heads = chain.dataset, state.heads
    match = _match(dataset, heads, observation.rows)
    judgement = _judge(chain, heads, observation, match)
    missed = _missed(heads, judgement)
    if _shrunk(chain, missed, judgement):
        return _refuse(chain, state, judgement, missed)
    gone = judgement.lacking & (missed > remembered(chain.absence))
    live = observation.rows.filter(match.changed)
    lost = _withdrawn(dataset, heads.filter(gone)) if gone.any() else live.clear()
    settled = gone.copy()
    settled[match.head.filter(match.changed).drop_nulls().to_numpy()] = True
    new = int(match.new.sum())
    return Step(
        state=carry(state, _advance(dataset, heads, settled, missed, (live, lost))),
        rows=_stored(chain, observation, (live, lost)),
        new=new,
        revised=live.height - new,
        unchanged=observation.rows.height - live.height,
        gone=lost.height,
        shrunk=0,
        missing=heads.select(keys(dataset)).clear(),
    )


def refold(chain: Chain, before: State, observations: Iterable[Observation]) -> Refolded:
    """Fold observations one after the other; they come in known order."""
    steps: list[Step] = []
    state = before
    for observation in observations:
        steps.append(fold(chain, state, observation))
        state = steps[-1].state
    nothing = pl.DataFrame(schema=stored_schema(chain.dataset))
    return Refolded(pl.concat([nothing, *(step.rows for step in steps)]), tuple(steps), state)


def _check(chain: Chain, state: State, observation: Observation) -> None:
    """A state that knows a part of all stamps cannot judge an observation of others."""
    known, said = state.stamps, reach(chain, observation)
    if known is None or observation.rows["stamp_utc"].null_count():
        return
    if said is not None and (
        said.start == said.end or (known.start <= said.start and said.end <= known.end)
    ):
        return
    raise ValueError(
        f"the state of {chain.report} knows the stamps {known} and the observation reaches "
        f"{said or 'every stamp'}: resume it over both"
    )


def _match(dataset: Dataset, heads: pl.DataFrame, rows: pl.DataFrame) -> Match:
    """Find the head of each row and compare by value; null equals null."""
    columns, values = keys(dataset), compared(dataset)
    near = _near(heads["stamp_utc"], rows["stamp_utc"])
    if not near.any():
        every = pl.Series([True]).new_from_index(0, rows.height)
        return Match(
            pl.Series([None], dtype=pl.UInt32).new_from_index(0, rows.height), every, every
        )
    state = pl.col("state")
    before = (
        heads.select(*columns, state, *(pl.col(name).alias(name + WAS) for name in values))
        .with_row_index("head")
        .filter(near)
    )
    fresh = state.is_null() | (state == "gone")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name + WAS)) for name in values)
    told = rows.join(
        before, on=columns, how="left", nulls_equal=True, maintain_order="left"
    ).select("head", new=fresh, changed=fresh | differs)
    return Match(told["head"], told["new"], told["changed"])


def _near(heads: pl.Series, stamps: pl.Series) -> pl.Series:
    """Heads whose stamp lies between those of the rows, or that have none where rows have none."""
    if stamps.null_count() == stamps.len():
        return heads.is_null()
    return ((heads >= stamps.min()) & (heads <= stamps.max())).fill_null(bool(stamps.null_count()))


def _judge(chain: Chain, heads: pl.DataFrame, observation: Observation, match: Match) -> Judgement:
    named = np.zeros(heads.height, dtype=np.bool_)
    named[match.head.drop_nulls().to_numpy()] = True
    if chain.absence.kind == "rolling":
        return Judgement(named, np.zeros_like(named))
    return judge(chain.dataset, heads, observation, named)


def _missed(heads: pl.DataFrame, judgement: Judgement) -> Counts:
    """How often in a row each head was found lacking, this observation included."""
    before = heads["missed"].to_numpy()
    counted = np.where(judgement.lacking, before + 1, before)
    return np.where(judgement.listed, 0, counted).astype(np.int32)


def _shrunk(chain: Chain, missed: Counts, judgement: Judgement) -> bool:
    """A growing payload lacks a key that the last one to judge it still had."""
    unconfirmed = judgement.lacking & (missed <= remembered(chain.absence))
    return chain.absence.kind == "growing" and bool(unconfirmed.any())


def _refuse(chain: Chain, state: State, judgement: Judgement, missed: Counts) -> Step:
    """No row is believed; the lacking keys are remembered as suspects."""
    dataset, heads = chain.dataset, state.heads
    suspected = np.minimum(missed, remembered(chain.absence))
    return Step(
        state=carry(state, heads.with_columns(pl.Series("missed", suspected))),
        rows=pl.DataFrame(schema=stored_schema(dataset)),
        new=0,
        revised=0,
        unchanged=0,
        gone=0,
        shrunk=int(judgement.lacking.sum()),
        missing=heads.select(keys(dataset)).filter(judgement.lacking).head(EXAMPLES),
    )


def _withdrawn(dataset: Dataset, heads: pl.DataFrame) -> pl.DataFrame:
    """Withdrawals: keys and interval as last printed, without values; an entity has no interval."""
    schema = read_schema(dataset)
    lacking = (name for name in schema if name not in heads.columns)
    blank = heads.with_columns(pl.lit(None, schema[name]).alias(name) for name in lacking)
    return blank.with_columns(no_values(dataset))


def _advance(
    dataset: Dataset,
    heads: pl.DataFrame,
    settled: Mask,
    missed: Counts,
    news: tuple[pl.DataFrame, pl.DataFrame],
) -> pl.DataFrame:
    """The heads after an accepted observation: `settled` ones make room for its rows."""
    if not np.array_equal(missed, heads["missed"].to_numpy()):
        heads = heads.with_columns(pl.Series("missed", missed))
    if settled.any():
        heads = heads.filter(~settled)
    columns = (*head_columns(dataset), "missed")
    none = pl.lit(0, pl.Int32).alias("missed")
    added = [
        rows.with_columns(pl.lit(state).alias("state"), none).select(columns)
        for state, rows in zip(("live", "gone"), news, strict=True)
        if rows.height
    ]
    return pl.concat([heads, *added], rechunk=heads.n_chunks() > CHUNKS)


def _stored(
    chain: Chain, observation: Observation, news: tuple[pl.DataFrame, pl.DataFrame]
) -> pl.DataFrame:
    """Live rows, then gone ones, with what the chain and the observation add: the stored schema."""
    schema = stored_schema(chain.dataset)
    said = {
        "publisher": chain.publisher,
        "feed": chain.feed,
        "report": chain.report,
        "known_at_utc": observation.known.at_utc,
        "known_basis": observation.known.basis,
        "entry_id": observation.entry_id,
        "observation_id": observation.observation_id,
        "fetched_at_utc": observation.fetched_at_utc,
        "content_sha256": observation.content_sha256,
    }
    parts = [
        rows.with_columns(
            pl.lit(value, schema[name]).alias(name)
            for name, value in {**said, "state": state}.items()
        ).select(schema.names())
        for state, rows in zip(("live", "gone"), news, strict=True)
        if rows.height
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)
