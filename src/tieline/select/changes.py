"""What changed in the answer to one question between two moments, fact by fact, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import polars as pl

from tieline.datasets.rows import compared
from tieline.errors import UsageError
from tieline.schema import Dataset
from tieline.select import engine
from tieline.select.answer import Rows, picked_rows
from tieline.select.causes import CAUSES, ROW, Sides, with_causes
from tieline.select.certificate import Certificate, metadata_of
from tieline.select.lake import Lake
from tieline.select.question import Question
from tieline.select.scope import Scope, resolve

Moment = datetime | int
"""A known time, or a sequence of the lake."""

SIDES = ("before", "after")
TOLD = ("state", "report", "print", "known_at_utc", "entry_id", "source_row")
"""Columns besides the compared ones that are told of both sides."""


@dataclass(frozen=True, slots=True)
class Difference(Rows):
    """Facts whose answer changed, one line each, by interval, feed and key.

    The table has `feed`, the key columns, `stamp_utc`, `cause`, `changed` (names of the columns that
    differ, with commas between) and of every value `before_...` and `after_...`; a side on which there was
    no answer is null. Its schema carries both certificates.
    """

    dataset: Dataset
    before: Certificate
    after: Certificate

    def causes(self) -> dict[str, int]:
        """How many facts changed by each cause that occurs."""
        counted = self.polars().group_by("cause").len().rows()
        found = dict(counted)
        return {cause: found[cause] for cause in CAUSES if cause in found}


def diff(lake: Lake, question: Question, between: tuple[Moment, Moment]) -> Difference:
    """Compare two answers to a question: as known at two moments, or as given at two sequences.

    Reads:  the question without its own `as_of` (sequences keep it) and `at_sequence`.
    Raises: UsageError if the moments are of two kinds or in the wrong order; else as `answer`.
    """
    earlier, later = _questions(question, between)
    first, second = resolve(lake, earlier), resolve(lake, later)
    before, one = picked_rows(lake, first)
    after, other = picked_rows(lake, second)
    frame = _compared(lake, first, second, before, after, _known_by(lake, earlier))
    table = frame.to_arrow().cast(engine.house_types(frame.to_arrow().schema))
    table = table.replace_schema_metadata(metadata_of((one, other)))
    return Difference(table, first.dataset, one, other)


def _questions(question: Question, between: tuple[Moment, Moment]) -> tuple[Question, Question]:
    first, second = between
    if question.revisions == "all" or question.limit is not None:
        raise UsageError("two answers are compared whole, one row a fact")
    if isinstance(first, int) and isinstance(second, int) and first <= second:
        return replace(question, at_sequence=first), replace(question, at_sequence=second)
    if isinstance(first, datetime) and isinstance(second, datetime) and first <= second:
        return replace(question, as_of=first), replace(question, as_of=second)
    raise UsageError(
        f"give two instants or two sequences, the earlier one first, not {first} and {second}"
    )


def _known_by(lake: Lake, question: Question) -> datetime | None:
    """What counts as known at the earlier moment: for a sequence, the time of its commit."""
    if question.at_sequence is None:
        return question.as_of
    written = lake.ledger.commits(sequences=[question.at_sequence])
    return written[0].at_utc if written else datetime.min.replace(tzinfo=UTC)


def _compared(
    lake: Lake,
    first: Scope,
    second: Scope,
    before: pl.DataFrame,
    after: pl.DataFrame,
    known_by: datetime | None,
) -> pl.DataFrame:
    dataset = first.dataset
    keys = ["feed", *dataset.key_names, "stamp_utc"]
    values = list(compared(dataset))
    told = dict.fromkeys([*values, *TOLD, *ROW])
    sides = [
        frame.select(*keys, *(pl.col(name).alias(f"{side}_{name}") for name in told))
        for side, frame in zip(SIDES, (before, after), strict=True)
    ]
    both = sides[0].join(sides[1], on=keys, how="full", nulls_equal=True, coalesce=True)
    differs = [pl.col(f"before_{name}").ne_missing(pl.col(f"after_{name}")) for name in values]
    there = [pl.col(f"{side}_state").is_not_null() for side in SIDES]
    changed = both.filter(pl.any_horizontal(*differs) | (there[0] != there[1]))
    changed = with_causes(lake, Sides(first, second, known_by), changed)
    names = pl.concat_list(
        pl.when(differ).then(pl.lit(name)) for name, differ in zip(values, differs, strict=True)
    )
    shown = [f"{side}_{name}" for name in (*values, *TOLD) for side in SIDES]
    return (
        changed.with_columns(changed=names.list.drop_nulls().list.join(","))
        .sort(*_order(dataset), *keys)
        .select(*keys, "cause", "changed", *shown)
    )


def _order(dataset: Dataset) -> list[pl.Expr]:
    """What has no stamp has no interval to be ordered by."""
    starts = (f"{side}_interval_start_utc" for side in reversed(SIDES))
    return [pl.coalesce(*starts)] if dataset.stamped else []
