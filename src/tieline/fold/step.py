"""The fold itself: one observation against the heads of its report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from tieline.datasets.rows import compared, identity, stored_schema
from tieline.fold.absence import Judgement, Mask, judge, remembered
from tieline.fold.observation import Chain, Observation
from tieline.fold.scope import reach, touches
from tieline.fold.state import State, carry, head_columns, keys
from tieline.schema import Dataset
from tieline.values import Window

EXAMPLES = 10
"""Missing keys that a refused payload names."""

WAS = ":was"


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
    matched = _match(dataset, heads, observation.rows)
    named = np.zeros(heads.height, dtype=np.bool_)
    named[matched["head"].drop_nulls().to_numpy()] = True
    if chain.absence.kind == "rolling":
        judgement = Judgement(named, np.zeros_like(named))
    else:
        judgement = judge(dataset, heads, observation, named)
    missed = _missed(heads, judgement)
    if _shrunk(chain, missed, judgement):
        return _refuse(chain, state, judgement, missed)
    gone = judgement.lacking & (missed > remembered(chain.absence))
    changed = matched.filter("changed")
    rows = pl.concat(
        [_live_rows(chain, observation, changed), _gone_rows(chain, observation, heads.filter(gone))]
    )
    new = matched["new"].sum()
    return Step(
        state=carry(state, _advance(dataset, heads, changed, gone, missed)),
        rows=rows,
        new=new,
        revised=changed.height - new,
        unchanged=matched.height - changed.height,
        gone=int(gone.sum()),
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
    if state.stamps is None:
        return
    said = reach(chain, observation)
    inside = said is not None and (
        state.stamps.start <= said.start and said.end <= state.stamps.end
    )
    if not inside and touches(said, Window(chain_start(said), chain_end(said))):
        raise ValueError(
            f"the state of {chain.report} knows {state.stamps} and the observation reaches "
            f"{said or 'every stamp'}: resume it over both"
        )


def _match(dataset: Dataset, heads: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the index of their head (null: none) and whether they are `new`, `changed`."""
    columns, values = keys(dataset), compared(dataset)
    before = heads.select(
        *columns, pl.col("state"), *(pl.col(name).alias(name + WAS) for name in values)
    ).with_row_index("head")
    new = pl.col("state").is_null() | (pl.col("state") == "gone")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name + WAS)) for name in values)
    return (
        rows.join(before, on=columns, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(new=new, changed=new | differs)
        .drop("state", *(name + WAS for name in values))
    )


def _missed(heads: pl.DataFrame, judgement: Judgement) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """How often in a row each head was found lacking, this observation included."""
    before = heads["missed"].to_numpy()
    counted = np.where(judgement.lacking, before + 1, before)
    return np.where(judgement.listed, 0, counted).astype(np.int32)


def _shrunk(
    chain: Chain, missed: np.ndarray[tuple[int], np.dtype[np.int32]], judgement: Judgement
) -> bool:
    """A growing payload lacks a key that no observation before it, in a row, has lacked."""
    first = judgement.lacking & (missed == 1)
    return chain.absence.kind == "growing" and bool(first.any())
