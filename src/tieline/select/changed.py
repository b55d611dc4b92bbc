"""The pick of some identities only: what became of the facts that a commit touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl

from tieline.datasets.fields import ROW_SEQUENCE
from tieline.datasets.rows import served_fields
from tieline.feeds import Feed
from tieline.schema import Dataset
from tieline.schema.shape import schema_of
from tieline.select import engine, pick
from tieline.select.lake import Lake
from tieline.select.question import Question
from tieline.select.scope import resolve
from tieline.values import Window


def picked_of(
    lake: Lake, dataset: Dataset, feeds: Sequence[Feed], identities: pl.DataFrame, at_sequence: int
) -> pl.DataFrame:
    """The latest row of each identity at a commit, every vintage of a forecast.

    Reads: `identities` has distinct feed, key columns and `stamp_utc`.
    Gives: served columns and `row_sequence`; identities that have no live row are absent.
    Raises: Damaged if a part cannot be read; LedgerUnavailable.
    """
    question = Question(
        dataset=dataset.name,
        at_sequence=at_sequence,
        vintage="all" if dataset.is_forecast else "latest",
    )
    touched = set(identities.get_column("feed").unique())
    scope = resolve(lake, question)
    scope = replace(
        scope,
        feeds=tuple(feed for feed in feeds if feed.id in touched),
        stamps=_hull(identities.get_column("stamp_utc")),
    )
    shape = (*served_fields(dataset), ROW_SEQUENCE)
    names = pick.quoted(tuple(field.name for field in shape))
    same = " and ".join(
        f'p."{name}" is not distinct from t."{name}"' for name in identities.columns
    )
    with engine.session() as connection:
        engine.pick_into(connection, lake, scope, scope.columns)
        connection.register("touched", identities.to_arrow())
        table = engine.fetch(
            connection, f"select {names} from picked p semi join touched t on {same}"
        )
        connection.unregister("touched")
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame.select(pl.col(name).cast(kind) for name, kind in schema_of(shape).items())


def _hull(stamps: pl.Series) -> Window | None:
    """All stamps; None where one is null, or there are none."""
    first, last = stamps.min(), stamps.max()
    if stamps.null_count() or not isinstance(first, datetime) or not isinstance(last, datetime):
        return None
    return Window(first.astimezone(UTC), last.astimezone(UTC))
