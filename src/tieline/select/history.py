"""The states of things without a stamp, one after the other: events with their ids, and from when until when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import polars as pl

from tieline.datasets.rows import served_fields
from tieline.errors import UsageError
from tieline.schema import Dataset
from tieline.select.answer import Rows, picked_rows
from tieline.select.certificate import Certificate
from tieline.select.lake import Lake
from tieline.select.question import Question
from tieline.select.scope import FEED_COLUMNS, Scope, resolve

EVENT_VERSION = "1"
"""Rises when the text that an event's id is made from changes."""
ADDED = ("event_id", "revision", "valid_from_utc", "valid_to_utc")
_AT = "valid_from_utc"
_MARK = "\x1f"
_TURN = ("known_at_utc", "fetched_at_utc", "content_sha256", "observation_id")
"""The order of observations, first to last; the same as the pick's."""


@dataclass(frozen=True, slots=True)
class History(Rows):
    """One row a state, by feed, key and known time, withdrawals included.

    Before the served columns stand `event_id`, the same for the same state however often it is worked
    out; `revision`, which counts the states of a thing from 1; `valid_from_utc`, when the state was
    known first; `valid_to_utc`, when the next one was, null for the one that stands. `truncated` says
    that there are more states than the question's limit.
    """

    dataset: Dataset
    certificate: Certificate
    truncated: bool


def history(lake: Lake, question: Question) -> History:
    """Every state that a thing was ever in, as the pick would have answered at each moment.

    Of the question count the dataset, filters by key, `as_of`, `at_sequence`, `print` and `limit`. Where
    several reports of a feed list a thing, its state at a moment is the picked one; a look that changes
    nothing of it is no state.
    Raises: UsageError for a dataset with stamps, a window, or a filter by a value; as `answer`.
    """
    whole = replace(question, revisions="all", columns=None, limit=None, newest_first=False)
    scope = resolve(lake, whole)
    _check(scope)
    rows, certificate = picked_rows(lake, scope)
    dataset = scope.dataset
    identity = ["feed", *dataset.key_names]
    states = _changes(dataset, _picked(scope, rows, identity), identity)
    told = states.with_columns(
        revision=pl.int_range(1, pl.len() + 1).over(identity),
        valid_to_utc=pl.col(_AT).shift(-1).over(identity),
        event_id=_event_ids(dataset, states),
    )
    names = [field.name for field in served_fields(dataset)]
    events = told.select(*ADDED, *names)
    most = events.height if question.limit is None else question.limit
    table = events.head(most).to_arrow().replace_schema_metadata(certificate.metadata())
    return History(table, dataset, certificate, events.height > most)


def _check(scope: Scope) -> None:
    dataset, question = scope.dataset, scope.question
    if dataset.stamped:
        raise UsageError(
            f"{dataset.name} has stamps: ask for its revisions with revisions=all, not for a history"
        )
    if question.start is not None or question.end is not None:
        raise UsageError("a history has no window: its states are in the order they were known")
    if scope.values:
        allowed = ", ".join((*FEED_COLUMNS, *dataset.key_names))
        raise UsageError(
            f"{scope.values[0].column} is a value that states differ in; filter by {allowed}"
        )


def _picked(scope: Scope, rows: pl.DataFrame, identity: list[str]) -> pl.DataFrame:
    """The row that the pick gives for each thing at each moment at which anything of it changed."""
    chain = [*identity, "report", "print"]
    heads = (
        rows.sort(_TURN)
        .unique([*chain, "known_at_utc"], keep="last", maintain_order=True)
        .sort("known_at_utc")
    )
    moments = rows.select(*identity, pl.col("known_at_utc").alias(_AT)).unique()
    each = moments.join(rows.select(chain).unique(), on=identity, nulls_equal=True).sort(_AT)
    standing = each.join_asof(
        heads,
        left_on=_AT,
        right_on="known_at_utc",
        by=chain,
        check_sortedness=False,
        coalesce=False,
    ).filter(pl.col("state").is_not_null())
    ranked = standing.join(_ranks(scope), on=["feed", "report", "print"], how="left")
    return (
        ranked.sort(
            [
                *identity,
                _AT,
                pl.col("state") == "live",
                "print_rank",
                "report_rank",
                *_TURN,
            ],
            descending=[
                *(False for _ in identity),
                False,
                True,
                True,
                False,
                *(True for _ in _TURN),
            ],
            nulls_last=True,
        )
        .unique([*identity, _AT], keep="first", maintain_order=True)
        .drop("print_rank", "report_rank")
    )


def _ranks(scope: Scope) -> pl.DataFrame:
    """Rank of each report and print under the contracts in force."""
    return pl.DataFrame(
        [
            (feed.id, report, name, number, rank)
            for feed in scope.feeds
            for number, report in enumerate(scope.contracts[feed.id].reports)
            for name, rank in scope.contracts[feed.id].prints
        ],
        schema={
            "feed": pl.String,
            "report": pl.String,
            "print": pl.String,
            "report_rank": pl.Int64,
            "print_rank": pl.Int64,
        },
        orient="row",
    )


def _changes(dataset: Dataset, picked: pl.DataFrame, identity: list[str]) -> pl.DataFrame:
    """States that differ from the one before; a thing that was gone from the first is none."""
    compared = ["state", *dataset.value_names]
    before = [pl.col(name).shift(1).over(identity) for name in compared]
    first = pl.int_range(pl.len()).over(identity) == 0
    differs = pl.any_horizontal(
        pl.col(name).ne_missing(old) for name, old in zip(compared, before, strict=True)
    )
    return picked.filter(pl.when(first).then(pl.col("state") == "live").otherwise(differs))


def _event_ids(dataset: Dataset, states: pl.DataFrame) -> pl.Series:
    """SHA-256 over publisher, feed, key, known time, state and values, as text between marks."""
    instant = "%Y-%m-%dT%H:%M:%S%.6fZ"
    names = ("publisher", "feed", *dataset.key_names, _AT, "state", *dataset.value_names)
    texts = [
        pl.col(name).dt.to_string(instant)
        if isinstance(states.schema[name], pl.Datetime)
        else pl.col(name).cast(pl.String)
        for name in names
    ]
    told = states.select(
        pl.concat_str(
            [pl.lit(EVENT_VERSION), *(text.fill_null("\x00") for text in texts)], separator=_MARK
        )
    ).to_series()
    ids = [hashlib.sha256(text.encode()).hexdigest() for text in told]
    return pl.Series("event_id", ids, dtype=pl.String)
