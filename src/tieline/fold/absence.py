"""Who is listed and who is lacking: what one observation says about the heads of its report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tieline.datasets.rows import identity
from tieline.feeds import PRINT_RANK, Absence
from tieline.fold.observation import Observation
from tieline.fold.scope import judged, within
from tieline.schema import Dataset
from tieline.values import Window

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """For each head: listed, or lacking; a head that is neither was not judged."""

    listed: Mask
    lacking: Mask


def remembered(absence: Absence) -> int:
    """How many absences in a row a head can have and still be live."""
    match absence.kind:
        case "growing":
            return 1
        case "snapshot":
            return absence.listings - 1
        case "rolling" | "final":
            return 0


def judge(
    dataset: Dataset, heads: pl.DataFrame, observation: Observation, named: Mask
) -> Judgement:
    """Tell which live heads an observation lists and which it lacks.

    `named` are the heads whose identity and print stand in its rows. A head is listed, too, by a
    higher print of its identity: who prints the final number has not taken the preliminary one
    back. Lacking is a live head inside the window that is neither listed nor rejected; a blind
    observation finds nobody lacking. Of a forecast only the vintages that the observation lists
    can lack something: a newer forecast for the same stamps takes no older one back. Of things that
    last from an instant to another only those can be lacking that last into the window: the listing of
    a day says nothing of what was over before it.
    """
    columns = identity(dataset)
    listed, lacking = named.copy(), np.zeros(heads.height, dtype=np.bool_)
    rest = (heads["state"] == "live").to_numpy() & ~named
    if not rest.any():
        return Judgement(listed, lacking)
    unnamed = (
        heads.select("print", *dict.fromkeys((*columns, *(dataset.span or ()))))
        .with_row_index("head")
        .filter(pl.Series(rest))
    )
    promoted = _promoted(columns, unnamed, observation.rows)
    listed[promoted] = True
    if observation.blind:
        return Judgement(listed, lacking)
    absent = _during(dataset, within(unnamed, judged(observation)), judged(observation))
    if dataset.is_forecast:
        absent = absent.join(observation.rows.select("vintage_utc"), on="vintage_utc", how="semi")
    if not observation.rejected_keys.is_empty() and not absent.is_empty():
        absent = absent.join(observation.rejected_keys, on=columns, how="anti", nulls_equal=True)
    lacking[absent["head"].to_numpy()] = True
    lacking[promoted] = False
    return Judgement(listed, lacking)


def _during(dataset: Dataset, heads: pl.DataFrame, window: Window | None) -> pl.DataFrame:
    """Of things with a span those that last at some time of the window; an open end lasts for ever."""
    if window is None or dataset.stamped or dataset.span is None:
        return heads
    first, last = (pl.col(name) for name in dataset.span)
    begun = first.is_null() | (first < window.end)
    return heads.filter(begun & (last.is_null() | (last > window.start)))


def _promoted(
    columns: tuple[str, ...], unnamed: pl.DataFrame, rows: pl.DataFrame
) -> npt.NDArray[np.uint32]:
    """Indices of heads whose identity stands in the rows under a higher print."""
    prints = rows["print"]
    if rows.is_empty() or ((prints == prints[0]).all() and (unnamed["print"] == prints[0]).all()):
        return np.zeros(0, dtype=np.uint32)
    rank = pl.col("print").replace_strict(PRINT_RANK, return_dtype=pl.Int8)
    return (
        unnamed.with_columns(rank.alias("rank"))
        .join(
            rows.select(*columns, rank.alias("best")).group_by(columns).agg(pl.col("best").max()),
            on=columns,
            nulls_equal=True,
        )
        .filter(pl.col("best") > pl.col("rank"))["head"]
        .to_numpy()
    )
