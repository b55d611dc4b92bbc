"""Why the answer about a fact changed: what stands there now, what stood there, and what came between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

from tieline.feeds import PRINT_RANK
from tieline.select import engine, pick
from tieline.select.lake import Lake
from tieline.select.scope import FEED_COLUMNS, Scope, resolve

CAUSES: Mapping[str, str] = {
    "new": "a fact that was not there before",
    "revision": "the publisher prints another value",
    "print": "a more settled print of it came",
    "late": "it was known before the first moment and came into the lake after it",
    "replay": "bytes were read again by another recipe",
    "precedence": "another row is preferred that was there before",
    "gone": "the publisher took it back",
}

ROW = ("report", "print", "observation_id", "known_at_utc", "row_sequence")
"""What has to be known of a row to say why it is, or is not, the answer."""

NEAR = timedelta(days=2)
"""No interval of a stamp begins further away from it."""

_AFTER = {
    "touched": pl.Int64(),
    "gone_sequence": pl.Int64(),
    "gone_known": pl.Datetime("us", "UTC"),
}


@dataclass(frozen=True, slots=True)
class Sides:
    """The two questions, and what counts as known at the earlier moment."""

    first: Scope
    second: Scope
    known_by: datetime | None

    @property
    def keys(self) -> list[str]:
        return ["feed", *self.first.dataset.key_names, "stamp_utc"]


def with_causes(lake: Lake, sides: Sides, changed: pl.DataFrame) -> pl.DataFrame:
    """Add `cause` to changed facts.

    Reads:  the keys, and the columns of `ROW` with `before_` and `after_`, null where there was no answer.

    A row that a filter, the window or the newest vintage leaves out is still what stands there: the fact
    was not lost by it, nor is it new for coming back.
    """
    was = _standing(lake, sides.first, changed, "before")
    told = _standing(lake, sides.second, was, "after")
    told = told.join(_between(lake, sides, told), on=sides.keys, how="left", nulls_equal=True)
    first = sides.first.sequence
    newer = (pl.col("is_row_sequence") > first).fill_null(False)
    decided = pl.when(newer).then("is_row_sequence").otherwise(_last("touched", "gone_sequence"))
    told = told.with_columns(newer=newer, decided=decided)
    numbers = told["decided"].drop_nulls().unique()
    written = lake.ledger.commits(sequences=numbers.filter(numbers > first).sort().to_list())
    replays = [one.sequence for one in written if one.kind in ("replay", "repair")]
    return told.with_columns(cause=_cause(replays, sides)).select(*changed.columns, "cause")


def _last(*names: str) -> pl.Expr:
    return pl.max_horizontal(*names)


def _cause(replays: Sequence[int], sides: Sides) -> pl.Expr:
    limit = pl.lit(sides.known_by, dtype=pl.Datetime("us", "UTC"))
    known = pl.col("is_known_at_utc") <= limit
    covered = (pl.col("gone_sequence") > sides.first.sequence) & (pl.col("gone_known") <= limit)
    late = pl.when("newer").then(known).otherwise(pl.col("touched").is_not_null() | covered)
    moved = (pl.col("is_row_sequence") != pl.col("was_row_sequence")) | (
        pl.col("is_observation_id") != pl.col("was_observation_id")
    )
    rank = {
        side: pl.col(f"{side}_print").replace_strict(PRINT_RANK, default=None, return_dtype=pl.Int8)
        for side in ("was", "is")
    }
    return (
        pl.when(pl.col("decided").is_in(list(replays)))
        .then(pl.lit("replay"))
        .when(late)
        .then(pl.lit("late"))
        .when(pl.col("is_row_sequence").is_null())
        .then(pl.lit("gone"))
        .when(pl.col("was_row_sequence").is_null())
        .then(pl.lit("new"))
        .when(~pl.col("newer") & known & moved)
        .then(pl.lit("precedence"))
        .when(rank["is"] > rank["was"])
        .then(pl.lit("print"))
        .otherwise(pl.lit("revision"))
    )


def _standing(lake: Lake, scope: Scope, changed: pl.DataFrame, side: str) -> pl.DataFrame:
    """Add the columns of `ROW` as `was_` (before) or `is_` (after): the answer, or what filters hide."""
    named = {"before": "was", "after": "is"}[side]
    keys = ["feed", *scope.dataset.key_names, "stamp_utc"]
    given = changed.with_columns(pl.col(f"{side}_{name}").alias(f"{named}_{name}") for name in ROW)
    lacking = changed.filter(pl.col(f"{side}_row_sequence").is_null()).select(keys)
    question = scope.question
    limited = scope.values or question.start or question.end or question.vintage == "latest"
    if lacking.is_empty() or not limited:
        return given
    with engine.session() as connection:
        engine.pick_into(connection, lake, _widened(lake, scope, lacking), ())
        connection.register("lacking", lacking.to_arrow())
        columns = ", ".join(f'"{name}" as "hidden_{name}"' for name in ROW)
        table = engine.fetch(
            connection,
            f"select {pick.quoted(tuple(keys))}, {columns} from picked semi join lacking "
            f"on {_same(keys, 'picked', 'lacking')}",
        )
    hidden = pl.from_arrow(table)
    assert isinstance(hidden, pl.DataFrame)
    joined = given.join(hidden, on=keys, how="left", nulls_equal=True)
    return joined.with_columns(
        pl.coalesce(f"{named}_{name}", f"hidden_{name}").alias(f"{named}_{name}") for name in ROW
    ).drop(f"hidden_{name}" for name in ROW)


def _widened(lake: Lake, scope: Scope, facts: pl.DataFrame) -> Scope:
    """The same question without filters by value, over every interval that the facts can have."""
    question, dataset = scope.question, scope.dataset
    kept = (*FEED_COLUMNS, *dataset.key_names)
    where = {name: wanted for name, wanted in question.where.items() if name in kept}
    low, high = facts["stamp_utc"].min(), facts["stamp_utc"].max()
    start = low - NEAR if isinstance(low, datetime) else None
    end = high + NEAR if isinstance(high, datetime) else None
    if not dataset.stamped:
        start = end = None
    return resolve(
        lake,
        replace(
            question,
            where=where,
            start=start,
            end=end,
            columns=None,
            at_sequence=scope.sequence,
            vintage="all" if question.vintage == "latest" else question.vintage,
        ),
    )


def _between(lake: Lake, sides: Sides, told: pl.DataFrame) -> pl.DataFrame:
    """What befell the rows that were the answer and were not replaced by a row written since.

    Gives: by fact `touched`, the last commit after the first moment's that wrote the row's observation again
    or marked it; and commit and known time of the withdrawal that is now the head of the row's chain. Between
    two instants of one sequence nothing is written.
    """
    keys = sides.keys
    older = ~(pl.col("is_row_sequence") > sides.first.sequence).fill_null(False)
    asked = told.filter(pl.col("was_row_sequence").is_not_null() & older)
    asked = asked.select(*keys, *(f"was_{name}" for name in ("report", "print", "observation_id")))
    if asked.is_empty() or sides.first.sequence == sides.second.sequence:
        return (
            asked.clear()
            .select(keys)
            .with_columns(pl.lit(None, kind).alias(name) for name, kind in _AFTER.items())
        )
    rows = _chains(lake, sides.second, asked)
    own = (pl.col("observation_id") == pl.col("was_observation_id")) & (
        pl.col("row_sequence") > sides.first.sequence
    )
    touched = rows.filter(own).group_by(keys).agg(touched=pl.col("row_sequence").max())
    as_of = sides.second.question.as_of
    visible = rows.sort("row_sequence").unique([*keys, "observation_id"], keep="last")
    if as_of is not None:
        visible = visible.filter(pl.col("known_at_utc") <= as_of)
    heads = (
        visible.filter(pl.col("state") != "same")
        .sort("known_at_utc", "fetched_at_utc", "content_sha256", "observation_id")
        .unique(keys, keep="last")
        .filter(pl.col("state") == "gone")
        .select(*keys, gone_sequence="row_sequence", gone_known="known_at_utc")
    )
    facts = asked.select(keys)
    for found in (touched, heads):
        facts = facts.join(found, on=keys, how="left", nulls_equal=True)
    return facts


def _chains(lake: Lake, scope: Scope, asked: pl.DataFrame) -> pl.DataFrame:
    """Every stored row, marks included, of the chains to which the asked rows belong."""
    keys = ["feed", *scope.dataset.key_names, "stamp_utc"]
    widened = _widened(lake, scope, asked)
    names = (*keys, *pick.ORDERING, "observation_id", "row_sequence")
    columns = ", ".join(f'seen."{name}"' for name in dict.fromkeys(names))
    with engine.session() as connection:
        engine.pick_into(connection, lake, widened, ())
        connection.register("asked", asked.to_arrow())
        seen = " union all by name ".join(
            f"select * from seen_{number}" for number in range(len(engine.groups(widened)))
        )
        table = engine.fetch(
            connection,
            f"select {columns}, asked.was_observation_id from ({seen}) as seen join asked "
            f"on {_same(keys, 'seen', 'asked')} "
            "and seen.report = asked.was_report and seen.print = asked.was_print",
        )
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _same(names: Sequence[str], one: str, other: str) -> str:
    return " and ".join(f'{one}."{n}" is not distinct from {other}."{n}"' for n in names)
