"""Parts become fewer and answer faster: no row is lost, no answer changes, one transaction each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from time import perf_counter

import polars as pl

from tieline.errors import Damaged, LedgerConflict
from tieline.feeds import Feed, Report
from tieline.flow.house import House
from tieline.flow.landing import part_of
from tieline.flow.layers import Level, Task, plan_days, plan_months, span_expr
from tieline.ledger import Commit, Part
from tieline.schema import Dataset
from tieline.store.census import census
from tieline.store.merged import Merging, order_of
from tieline.store.parts import Written
from tieline.watch import PartsMerged

CHUNK = 1_000_000
"""Rows held in memory at once, as far as one id does not have more."""

MOST_ROWS = 8_000_000
"""Rows of one merged part, as far as one chunk allows."""

SPAN, DISPUTED = "_span", "_disputed"


@dataclass(frozen=True, slots=True)
class Merged:
    """What merging a task came to: parts taken and parts left, nothing where another was first."""

    level: Level
    taken: tuple[Part, ...]
    left: tuple[Part, ...]
    seconds: float


def merge_report(house: House, feed_id: str, report_name: str) -> int:
    """Merge the small parts of each market day of a report; gives how many files were merged away.

    A closed day becomes one part, a running one when it has MANY. Readers that began before go on
    with the old files. Another process that merges at the same time wins or loses whole.
    Raises: StoreError; Damaged if a part is not what its name says, or rows would be lost.
    """
    return sum(len(one.taken) for one in merge_days(house, report_name) if one.left)


def merge_days(house: House, report_name: str) -> Iterator[Merged]:
    """Merge what `plan_days` says, one task after the other. Raises: as `merge_report`."""
    _, report = house.report(report_name)
    yield from _merge_all(house, plan_days(report, _parts(house, report), house.now()), report)


def merge_months(
    house: House, report_name: str, *, thrifty: bool = False, most_rows: int | None = None
) -> Iterator[Merged]:
    """Merge closed months, oldest first, until `most_rows` were written; at least one.

    Raises: as `merge_report`.
    """
    _, report = house.report(report_name)
    tasks = plan_months(report, _parts(house, report), house.now(), thrifty=thrifty)
    written = 0
    chosen: list[Task] = []
    for task in tasks:
        if most_rows is None or not chosen or written + task.rows <= most_rows:
            chosen.append(task)
            written += task.rows
    yield from _merge_all(house, chosen, report)


def tasks_of(house: House, report_name: str) -> list[Task]:
    """What a compaction would find to do now; days may leave more for the months."""
    _, report = house.report(report_name)
    parts = _parts(house, report)
    days = plan_days(report, parts, house.now())
    taken = {part.sha256 for task in days for part in task.parts}
    months = plan_months(report, parts, house.now(), thrifty=False)
    return months + [
        task
        for task in days
        if not any(part.sha256 in taken for month in months for part in month.parts)
    ]


def _parts(house: House, report: Report) -> list[Part]:
    return house.ledger.parts(report=report.name)


def _merge_all(house: House, tasks: Sequence[Task], report: Report) -> Iterator[Merged]:
    with house.merging(report.name) as ours:
        for task in tasks if ours else ():
            yield merge(house, report.name, task)


def merge(house: House, report_name: str, task: Task) -> Merged:
    """Write the rows of a task's parts as merged parts and replace them in one transaction.

    Raises: StoreError; Damaged, with nothing changed, if a part is not what its name says or the
            rows written are not the rows read.
    """
    begun = perf_counter()
    feed, report = house.report(report_name)
    if feed.dataset is None:
        return Merged(task.level, task.parts, (), 0.0)
    for part in task.parts:
        house.parts.verify(part.path, part.sha256)
    written = _write(house, feed.dataset, feed, report, task)
    _compare(house, feed.dataset, task, written)
    left = tuple(part_of(feed, report, one, level=task.level) for one in written)
    try:
        house.ledger.commit(
            Commit(
                at_utc=house.now(),
                kind="merge",
                report=report.name,
                parts=left,
                replaced=tuple(part.sha256 for part in task.parts),
                run=house.run,
                version=house.version,
            )
        )
    except LedgerConflict:
        return Merged(task.level, task.parts, (), perf_counter() - begun)
    seconds = perf_counter() - begun
    house.record(
        PartsMerged(
            feed=feed.id,
            parts=len(task.parts),
            left=len(left),
            rows=task.rows,
            bytes=task.bytes,
            left_bytes=sum(part.bytes for part in left),
            seconds=seconds,
        )
    )
    return Merged(task.level, task.parts, left, seconds)


def _named(parts: Sequence[Part]) -> list[tuple[str, int]]:
    return [(part.path, part.sequence or 0) for part in parts]


def _compare(house: House, dataset: Dataset, task: Task, written: Sequence[Written]) -> None:
    """Raises: Damaged unless the files written hold just the rows of the files read."""
    before = census(house.parts, dataset, _named(task.parts))
    after = census(house.parts, dataset, [(one.path, 0) for one in written])
    if before != after or before.rows != task.rows:
        raise Damaged(
            f"merging {len(task.parts)} parts of {task.parts[0].report} would have changed their rows "
            f"({task.rows} in the catalogue, {before.rows} read, {after.rows} written); nothing was "
            "replaced, run `tieline verify`"
        )


def _write(house: House, dataset: Dataset, feed: Feed, report: Report, task: Task) -> list[Written]:
    """The rows of a task as files: one a day, or for each month one of identities with a single live
    row, read without a choice, and one of all others."""
    rows = house.parts.read(dataset, _named(task.parts))
    done: list[Written] = []
    open_: dict[tuple[date, bool], Merging] = {}
    with ExitStack() as undo:
        for chunk in _chunks(dataset, rows):
            frame = _marked(dataset, chunk.collect(), report, task.level)
            for key, group in frame.partition_by(SPAN, DISPUTED, as_dict=True).items():
                span, disputed = key
                place = (span, disputed)
                writer = open_.get(place)
                if writer is not None and writer.rows + group.height > MOST_ROWS:
                    done.append(open_.pop(place).close())
                    writer = None
                if writer is None:
                    writer = open_[place] = Merging(house.parts, dataset, feed.id)
                    undo.callback(writer.drop)
                writer.add(group)
        done += [writer.close() for writer in open_.values()]
    return done


def _marked(dataset: Dataset, rows: pl.DataFrame, report: Report, level: Level) -> pl.DataFrame:
    """Rows in the order of merged parts, with the span each is stored under and whether there is
    more to its identity than one live row; days are not parted by that."""
    ordered = rows.sort(*order_of(dataset), nulls_last=True)
    disputed = pl.lit(False)
    if level == 2:
        identity = ("stamp_utc", *dataset.key_names)
        place = pl.int_range(pl.len())
        like = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in identity)
        again = (like & (place > 0)).fill_null(False)
        disputed = again | again.shift(-1, fill_value=False) | (pl.col("state") != "live")
    return ordered.with_columns(span_expr(report, level).alias(SPAN), disputed.alias(DISPUTED))


def _chunks(dataset: Dataset, rows: pl.LazyFrame) -> Iterator[pl.LazyFrame]:
    """Rows by ranges of the key column with the most values, whole ids each."""
    schema = rows.collect_schema()
    names = [name for name in dataset.key_names if schema[name] == pl.String]
    if not names:
        yield rows
        return
    counts = rows.select(pl.col(name).n_unique() for name in names).collect(engine="streaming")
    name = max(names, key=lambda name: int(counts[name].item()))
    sizes = rows.group_by(name).len().sort(name, nulls_last=True).collect(engine="streaming")
    first = 0
    held = 0
    values, lengths = sizes[name].to_list(), sizes["len"].to_list()
    for place, length in enumerate(lengths):
        if held and held + length > CHUNK:
            yield rows.filter(_between(name, values[first:place]))
            first, held = place, 0
        held += length
    yield rows.filter(_between(name, values[first:]))


def _between(name: str, values: Sequence[str | None]) -> pl.Expr:
    """A value from the first to the last of some sorted ones; null comes last and is itself."""
    known = [value for value in values if value is not None]
    blank = pl.col(name).is_null() if None in values else pl.lit(False)
    if not known:
        return blank
    return (pl.col(name).is_between(pl.lit(known[0]), pl.lit(known[-1]))).fill_null(False) | blank
