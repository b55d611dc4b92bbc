"""What the ledger's commits mean for a sink: spans of commits, and the batch of a span.

Rows are found by their sequence, wherever they lie: a part of a commit has one, a merged part has one on
each row and brings nothing new. What is current is asked of `select` itself, at the end of the span, so
that a sink and the lake cannot differ by a rule.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

import polars as pl

from tieline.datasets.fields import ROW_SEQUENCE
from tieline.datasets.rows import served_fields
from tieline.errors import SinkRefused, UnknownName
from tieline.feeds import Feed
from tieline.ledger import Contract, Part
from tieline.markettime import day_start
from tieline.schema import Dataset
from tieline.select import Certificate, Lake, Question, answer
from tieline.select.changed import picked_of
from tieline.select.lake import with_parts
from tieline.sinks.protocol import Batch, Certifier, Change, Plan, Position
from tieline.store.parts import Parts
from tieline.values import Window

BATCH_ROWS = 250_000
"""About how many rows one batch holds; a commit is never divided."""


@dataclass(frozen=True, slots=True)
class Step:
    """A commit that means something to a sink, and how many rows it stored."""

    sequence: int
    rows: int


def followed(lake: Lake, names: Sequence[str]) -> tuple[Feed, ...]:
    """The feeds with rows that a sink takes; no names mean all.

    Raises: UnknownName.
    """
    feeds = tuple(feed for feed in lake.feeds if feed.dataset is not None)
    known = {feed.id for feed in feeds}
    for name in names:
        if name not in known:
            raise UnknownName(
                f"no feed with rows is called {name!r}; `tieline feeds list` shows all"
            )
    return tuple(feed for feed in feeds if not names or feed.id in names)


def mark_of(lake: Lake, sequence: int, feeds: Sequence[Feed] = ()) -> str:
    """What tells this lake's commit from the commit of that number in another lake; empty if it has none.

    A later repair of some of these feeds' parts makes it another one: of the rows that were lost with them
    nobody can say whether a sink has them.
    """
    for commit in lake.ledger.commits(sequences=[sequence]):
        said = f"{lake.ledger.identity()} {commit.at_utc.isoformat()} {commit.kind} {commit.run}"
        said += "".join(f" {repair}" for repair in _repairs(lake, sequence, feeds))
        return hashlib.sha256(said.encode()).hexdigest()[:16]
    return ""


def _repairs(lake: Lake, since: int, feeds: Sequence[Feed]) -> list[int]:
    """Later commits that made lost parts of some feeds again without the rows of an older recipe."""
    reports = {report.name for feed in feeds for report in feed.reports}
    found = lake.ledger.commits(since=since, kinds=["repair"]) if reports else []
    return [commit.sequence for commit in found if commit.report in reports]


AGAIN = (
    "fill it again from the first commit with `tieline publish SINK --anew`, which leaves nothing in it "
    "that the lake does not have, or give this one another name and place"
)


def check_position(
    lake: Lake, position: Position, feeds: Sequence[str], *, rows: bool = True
) -> None:
    """See that what a sink holds, and a batch that was begun, come of this ledger and of these feeds.

    rows: whether it holds rows of the lake; a copy of the ledger does not
    Raises: SinkRefused, UnknownName.
    """
    if position.ledger and position.ledger != lake.ledger.identity():
        raise SinkRefused(
            f"the sink stands at commit {position.sequence} of another ledger than this one; if the "
            f"ledger was rebuilt, its commits have other numbers: {AGAIN}"
        )
    if position.sequence == 0 and position.plan is None:
        return
    ours = followed(lake, feeds) if rows else ()
    repairs = _repairs(lake, position.sequence, ours)
    if position.sequence and not _has(lake, position.sequence, position.mark, ours):
        raise other_course(lake, f"stands at commit {position.sequence}", repairs)
    if position.plan is not None and not _is_ours(lake, position.plan, ours):
        raise other_course(lake, f"has begun a batch up to commit {position.plan.upto}", repairs)
    if tuple(sorted(position.feeds)) != tuple(sorted(feeds)):
        raise SinkRefused(
            f"the sink was begun with {', '.join(position.feeds) or 'all feeds'} and is now told to "
            f"take {', '.join(feeds) or 'all feeds'}: {AGAIN}"
        )


def other_course(lake: Lake, told: str, repairs: Sequence[int] = ()) -> SinkRefused:
    """The refusal of a sink with something that the commits of this ledger did not bring, or bring no more."""
    if repairs:
        return SinkRefused(
            f"the sink {told}, and commit {repairs[0]} made lost parts again without the rows that an older "
            f"recipe had in them, so it may have rows that are no more: {AGAIN}"
        )
    return SinkRefused(
        f"the sink {told} of another course of this ledger, which stands at {lake.ledger.sequence()} and "
        f"may have been restored from a backup: {AGAIN}"
    )


def _has(lake: Lake, sequence: int, mark: str, feeds: Sequence[Feed]) -> bool:
    """Whether a commit of this lake has a mark; none has an empty one."""
    return mark != "" and mark == mark_of(lake, sequence, feeds)


def _is_ours(lake: Lake, plan: Plan, feeds: Sequence[Feed]) -> bool:
    """Whether a batch was begun in this lake; without a mark, whether its last commit is older than it."""
    if plan.mark is not None:
        return _has(lake, plan.upto, plan.mark, feeds)
    commits = lake.ledger.commits(sequences=[plan.upto])
    return any(commit.at_utc <= plan.as_of for commit in commits)


def steps(lake: Lake, feeds: Sequence[Feed], after: int) -> list[Step]:
    """Commits after a position that stored rows of these feeds, or changed a contract of theirs."""
    head = lake.ledger.sequence()
    if head == after:
        return []
    rows = with_parts(
        lake, partial(_parts, lake, feeds, after), lambda parts: _counted(lake, parts, after)
    )
    for contract in _new_contracts(lake, feeds, after, head):
        rows.setdefault(contract.sequence or 0, 0)
    return [Step(sequence, count) for sequence, count in sorted(rows.items()) if sequence <= head]


def _counted(lake: Lake, parts: Sequence[Part], after: int) -> dict[int, int]:
    """How many rows each later commit stored."""
    rows: dict[int, int] = {}
    for part in parts:
        counts = [(part.sequence or 0, part.rows)]
        if part.merged:
            counts = (
                pl.scan_parquet(lake.parts_folder / part.path)
                .filter(pl.col(ROW_SEQUENCE.name) > after)
                .group_by(ROW_SEQUENCE.name)
                .len()
                .collect()
                .rows()
            )
        for sequence, count in counts:
            rows[sequence] = rows.get(sequence, 0) + count
    return rows


def plan_of(waiting: Sequence[Step], as_of: datetime, most: int = BATCH_ROWS) -> Plan | None:
    """The next batch: as many whole commits as have at most `most` rows, at least one."""
    total = 0
    upto: int | None = None
    for step in waiting:
        total += step.rows
        if upto is not None and total > most:
            break
        upto = step.sequence
    return None if upto is None else Plan(upto, as_of)


def read_batch(
    lake: Lake, feeds: Sequence[Feed], names: Sequence[str], after: int, plan: Plan
) -> Batch:
    """Everything the commits in (after, plan.upto] changed for some feeds.

    Raises: Damaged if a part cannot be read; LedgerUnavailable.
    """
    renewed = {contract.feed for contract in _new_contracts(lake, feeds, after, plan.upto)}
    datasets: dict[str, Dataset] = {f.dataset.name: f.dataset for f in feeds if f.dataset}
    changes = []
    for name in sorted(datasets):
        dataset = datasets[name]
        mine = tuple(feed for feed in feeds if feed.dataset == dataset)
        history = stored_rows(lake, mine, dataset, after, plan.upto)
        again = [feed for feed in mine if feed.id in renewed]
        touched = [_identities(history, dataset)]
        if again:
            everything = stored_rows(lake, again, dataset, 0, plan.upto)
            touched.append(_identities(everything, dataset))
        identities = pl.concat(touched).unique(_identity(dataset), keep="first")
        if identities.height:
            current = picked_of(
                lake, dataset, mine, identities.select(_identity(dataset)), plan.upto
            )
            changes.append(_change(dataset, history, identities, current))
    frozen = replace(lake, clock=lambda: plan.as_of)
    return Batch(
        after=after,
        upto=plan.upto,
        as_of=plan.as_of,
        mark=mark_of(lake, plan.upto, feeds),
        ledger=lake.ledger.identity(),
        feeds=tuple(names),
        changes=tuple(changes),
        certify=_certifier(frozen, {feed.id: feed for feed in feeds}, plan.upto),
    )


def _change(
    dataset: Dataset, history: pl.DataFrame, identities: pl.DataFrame, current: pl.DataFrame
) -> Change:
    identity = _identity(dataset)
    order = [*identity, "row_sequence"]
    names = [field.name for field in served_fields(dataset)]
    return Change(
        dataset=dataset,
        history=history.sort("row_sequence", *identity, "report", "print", "observation_id"),
        current=current.select(*names, ROW_SEQUENCE.name).sort(order),
        withdrawn=identities.join(current, on=identity, how="anti", nulls_equal=True).sort(
            identity
        ),
    )


def _identity(dataset: Dataset) -> list[str]:
    return ["feed", *dataset.key_names, "stamp_utc"]


def _identities(history: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """The facts that rows are about, each with the last market day they were told for."""
    identity = _identity(dataset)
    return (
        history.lazy()
        .sort("row_sequence", "known_at_utc", "observation_id", "report", "print")
        .group_by(identity)
        .agg(pl.col("publisher").first(), pl.col("market_day").drop_nulls().last())
        .collect()
    )


def _new_contracts(lake: Lake, feeds: Sequence[Feed], after: int, upto: int) -> list[Contract]:
    """Contracts of (after, upto] that replaced another one, so that old rows may be picked anew."""
    before = lake.ledger.contracts(at_sequence=after)
    ids = {feed.id for feed in feeds}
    return [
        contract
        for contract in lake.ledger.contracts(at_sequence=upto).values()
        if contract.feed in ids
        and (contract.sequence or 0) > after
        and contract.feed in before
        and _rules(before[contract.feed]) != _rules(contract)
    ]


def _rules(contract: Contract) -> tuple[object, ...]:
    return (contract.reports, contract.prints, contract.key)


def _parts(lake: Lake, feeds: Sequence[Feed], after: int) -> list[Part]:
    """Parts that may hold rows of later commits; a part that was merged before holds none."""
    return [
        part
        for part in lake.ledger.parts(feeds=[feed.id for feed in feeds])
        if (part.sequence or 0) > after
    ]


def stored_rows(
    lake: Lake, feeds: Sequence[Feed], dataset: Dataset, after: int, upto: int
) -> pl.DataFrame:
    """Stored rows of the commits in (after, upto]. Raises: Damaged if a part cannot be read."""
    return with_parts(
        lake,
        partial(_parts, lake, feeds, after),
        lambda parts: _scanned(lake, parts, dataset, after, upto),
    )


def _scanned(
    lake: Lake, parts: Sequence[Part], dataset: Dataset, after: int, upto: int
) -> pl.DataFrame:
    read = [
        (part.path, part.sequence or 0)
        for part in parts
        if part.merged or (part.sequence or 0) <= upto
    ]
    sequence = pl.col(ROW_SEQUENCE.name)
    rows = Parts(lake.parts_folder).read(dataset, read)
    return rows.filter((sequence > after) & (sequence <= upto)).collect()


def _certifier(lake: Lake, feeds: Mapping[str, Feed], upto: int) -> Certifier:
    def certify(feed: str, day: object) -> Certificate:
        window: Window | None = None
        if isinstance(day, date):
            zone = feeds[feed].publisher.zone
            window = Window(day_start(zone, day), day_start(zone, day + timedelta(days=1)))
        question = Question(
            dataset=feed,
            start=window.start if window else None,
            end=window.end if window else None,
            columns=("feed",),
            at_sequence=upto,
            vintage="all" if _is_forecast(feeds[feed]) else "latest",
            limit=0,
        )
        said = answer(lake, question).certificate
        dataset = feeds[feed].dataset
        if dataset is None or dataset.stamped:
            return said
        # A window asks which states hold in it; rows lie with the day that they were told for.
        told = Question(
            dataset=feed,
            where={"market_day": day if isinstance(day, date) else None},
            columns=("feed",),
            at_sequence=upto,
        )
        return replace(said, received=answer(lake, told).table.num_rows)

    return certify


def _is_forecast(feed: Feed) -> bool:
    return feed.dataset is not None and feed.dataset.is_forecast
