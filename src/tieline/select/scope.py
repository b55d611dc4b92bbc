"""A question against a lake: every name found, every value of the right type, every rule in force."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tieline.datasets.rows import served_fields
from tieline.errors import UnknownName, UsageError
from tieline.feeds import PRINT_RANK, Feed
from tieline.ledger.records import Contract
from tieline.schema import Dataset, Field
from tieline.select.cursor import Cursor, decode_cursor
from tieline.select.lake import Lake
from tieline.select.question import Question, Value, Wanted
from tieline.values import Window

FEED_COLUMNS = ("publisher", "feed")
LONGEST_INTERVAL = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Filter:
    """A column equal to one of some values; `blank` also takes null."""

    column: str
    values: tuple[str | float | int | datetime | date, ...]
    blank: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A question with everything resolved.

    `contracts` has one for every feed: the one in force at `sequence`, else what the feed's row
    says. `keys` (and stamps) restrict before the pick, `values` filter the picked rows. `stamps` is the closed
    hull of stamps that can matter, None for all of them.
    """

    question: Question
    dataset: Dataset
    feeds: tuple[Feed, ...]
    contracts: Mapping[str, Contract]
    sequence: int
    now: datetime
    keys: tuple[Filter, ...]
    values: tuple[Filter, ...]
    columns: tuple[str, ...]
    stamps: Window | None
    cursor: Cursor | None

    @property
    def as_of(self) -> datetime:
        return self.question.as_of or self.now

    def key_of(self, feed: Feed) -> tuple[str, ...]:
        """Key columns besides the stamp under which the feed answers."""
        return tuple(name for name in self.contracts[feed.id].key if name != "stamp_utc")


def resolve(lake: Lake, question: Question) -> Scope:
    """Find what a question is about.

    Raises: UnknownName with close matches for a dataset, feed, publisher or column that does not
    exist; UsageError for a value of the wrong type, a sequence not yet reached, a foreign cursor.
    """
    dataset, feeds = find(lake.feeds, question.dataset)
    feeds = _asked_feeds(feeds, question.where)
    cursor = None if question.after is None else decode_cursor(question.after)
    sequence = _sequence(lake, question, cursor)
    filters = _filters(dataset, question.where)
    identity = (*dataset.key_names, *(("stamp_utc",) if dataset.stamped else ()))
    columns = _columns(dataset, question.columns)
    if isinstance(question.vintage, (datetime, date)) and not dataset.is_forecast:
        raise UsageError(f"{dataset.name} is no forecast and has no vintage; leave `vintage` out")
    return Scope(
        question=question,
        dataset=dataset,
        feeds=feeds,
        contracts=_contracts(lake, feeds, sequence),
        sequence=sequence,
        now=lake.clock(),
        keys=tuple(f for f in filters if f.column in identity),
        values=tuple(f for f in filters if f.column not in identity),
        columns=columns,
        stamps=_stamps(feeds, question, cursor),
        cursor=cursor,
    )


def market_zones(lake: Lake, dataset: str, where: Mapping[str, Wanted] | None = None) -> set[str]:
    """The zones by which the feeds that are asked keep their days.

    `where` may name a publisher or a feed. Where zones differ, feeds of which this lake has nothing
    do not count.
    Raises: UnknownName.
    """
    wanted = dict(where or {})
    feeds = find(lake.feeds, dataset)[1]
    for name, of in (("publisher", _publisher_id), ("feed", _feed_id)):
        told = wanted.get(name)
        if told is not None:
            named = {told} if isinstance(told, str) else set(told)  # type: ignore[arg-type]
            feeds = tuple(feed for feed in feeds if of(feed) in named)
    zones = {feed.publisher.zone for feed in feeds}
    if len(zones) > 1:
        held = {one.report for one in lake.ledger.summaries()}
        here = [feed for feed in feeds if any(report.name in held for report in feed.reports)]
        zones = {feed.publisher.zone for feed in here} or zones
    return zones


def _publisher_id(feed: Feed) -> str:
    return feed.publisher.id


def _feed_id(feed: Feed) -> str:
    return feed.id


def find(feeds: Sequence[Feed], name: str) -> tuple[Dataset, tuple[Feed, ...]]:
    """The dataset of a name and all its feeds, or of a feed's id and that feed alone.

    Raises: UnknownName.
    """
    datasets = {feed.dataset.name: feed.dataset for feed in feeds if feed.dataset}
    if name in datasets:
        return datasets[name], tuple(f for f in feeds if f.dataset and f.dataset.name == name)
    for feed in feeds:
        if feed.id == name and feed.dataset is None:
            raise UnknownName(
                f"feed {name!r} has no decoder yet: its bytes are kept, it has no rows", feed=name
            )
        if feed.id == name and feed.dataset is not None:
            return feed.dataset, (feed,)
    names = [*datasets, *(feed.id for feed in feeds if feed.dataset)]
    raise UnknownName(f"no dataset or feed is called {name!r}{close(name, names)}")


def close(name: str, names: Iterable[str]) -> str:
    """A hint for an unknown name: close matches, else what there is."""
    known = list(dict.fromkeys(names))
    near = difflib.get_close_matches(name, known, n=3)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; there is {', '.join(known[:30])}" if known else ""


def _asked_feeds(feeds: tuple[Feed, ...], where: Mapping[str, Wanted]) -> tuple[Feed, ...]:
    for column in FEED_COLUMNS:
        if column not in where:
            continue
        name_of = {f.id: (f.publisher.id if column == "publisher" else f.id) for f in feeds}
        wanted = _listed(where[column])
        for name in wanted:
            if name not in name_of.values():
                raise UnknownName(f"no {column} {name!r} here{close(str(name), name_of.values())}")
        feeds = tuple(f for f in feeds if name_of[f.id] in wanted)
    return feeds


def _sequence(lake: Lake, question: Question, cursor: Cursor | None) -> int:
    newest = lake.ledger.sequence()
    asked = question.at_sequence
    if cursor is not None:
        if asked is not None and asked != cursor.sequence:
            raise UsageError(f"the cursor belongs to sequence {cursor.sequence}, not to {asked}")
        asked = cursor.sequence
    if asked is not None and asked > newest:
        raise UsageError(f"sequence {asked} is not reached; the ledger stands at {newest}")
    return newest if asked is None else asked


def _contracts(lake: Lake, feeds: tuple[Feed, ...], sequence: int) -> dict[str, Contract]:
    written = lake.ledger.contracts(at_sequence=sequence)
    return {feed.id: written.get(feed.id) or declared(feed) for feed in feeds}


def declared(feed: Feed) -> Contract:
    """The contract as the feed's own row says it."""
    return Contract(
        feed=feed.id,
        dataset=feed.dataset.name if feed.dataset else None,
        reports=tuple(report.name for report in feed.reports),
        prints=tuple(PRINT_RANK.items()),
        key=feed.dataset.key_names if feed.dataset else (),
    )


def _columns(dataset: Dataset, wanted: tuple[str, ...] | None) -> tuple[str, ...]:
    names = tuple(field.name for field in served_fields(dataset))
    for name in wanted or ():
        if name not in names:
            raise UnknownName(f"{dataset.name} has no column {name!r}{close(name, names)}")
    return names if wanted is None else tuple(dict.fromkeys(wanted))


def _filters(dataset: Dataset, where: Mapping[str, Wanted]) -> list[Filter]:
    fields = {field.name: field for field in served_fields(dataset)}
    found = []
    for column, wanted in where.items():
        if column in FEED_COLUMNS:
            continue
        if column not in fields:
            raise UnknownName(f"{dataset.name} has no column {column!r}{close(column, fields)}")
        values = [value for value in _listed(wanted) if value is not None]
        typed = tuple(typed_value(fields[column], value) for value in values)
        found.append(Filter(column, typed, blank=len(values) < len(_listed(wanted))))
    return found


def _listed(wanted: Wanted) -> list[Value]:
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return list(wanted)
    return [wanted]


def typed_value(field: Field, value: Value) -> str | float | int | datetime | date:
    """A value as the field's type; text is read, as it comes from HTTP and commands.

    Raises: UsageError.
    """
    try:
        if field.type == "text" and isinstance(value, str):
            return value
        if field.type == "f64" and isinstance(value, (str, int, float)):
            return float(value)
        if field.type == "i64" and isinstance(value, (str, int)):
            return int(value)
        if field.type == "date" and isinstance(value, str):
            return date.fromisoformat(value)
        if field.type == "date" and isinstance(value, date) and not isinstance(value, datetime):
            return value
        if field.type == "instant":
            instant = datetime.fromisoformat(value) if isinstance(value, str) else value
            if isinstance(instant, datetime) and instant.utcoffset() is not None:
                return instant.astimezone(UTC)
    except ValueError:
        pass
    kinds = {"f64": "number", "i64": "whole number", "instant": "instant with a time zone"}
    raise UsageError(f"{field.name} is a {kinds.get(field.type, field.type)}, got {value!r}")


def _stamps(feeds: tuple[Feed, ...], question: Question, cursor: Cursor | None) -> Window | None:
    """Stamps are not intervals: widen by the longest interval on both sides.

    Entities and events have no stamp, and their rows move in time: nothing can be left out.
    """
    start, end = window_of(question, cursor)
    if start is None and end is None:
        return None
    if any(report.label is None for feed in feeds for report in feed.reports):
        return None
    lowest, highest = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return Window(
        lowest if start is None else start - LONGEST_INTERVAL,
        highest if end is None else end + LONGEST_INTERVAL,
    )


def window_of(question: Question, cursor: Cursor | None) -> tuple[datetime | None, datetime | None]:
    """The question's window, narrowed to what lies behind a cursor."""
    start, end = question.start, question.end
    if cursor is not None and cursor.at is not None:
        if question.newest_first:
            end = cursor.at + timedelta(microseconds=1)
        else:
            start = cursor.at
    return start, end
