"""`FeedLedger`: the ledger of feeds under the names that documents know, over the ledger there is.

What tieline collects stands in it as it is. What another program writes through it is an entry of a report of
its own, `outside:<feed id>`, so that nobody's word is taken for an observation of ours; such entries lie in the ledger
alone, and a ledger that is rebuilt from raw bytes does not have them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self, get_args

from tieline.assemble import feeds_of, opened, real_now, settings_of
from tieline.errors import LedgerConflict, UsageError
from tieline.facades.backends import check_backend, copy_of
from tieline.ledger import (
    Change,
    Commit,
    Entry,
    Ledger,
    Origin,
    State,
    open_copy,
    open_ledger,
)
from tieline.ledger.outside import (
    STANDING,
    FeedState,
    entries_of_day,
    latest_watermark,
    outside_feed,
    outside_report,
    partition_day,
    partition_of,
    state_of,
    view,
    zones_by_report,
)
from tieline.settings import Settings
from tieline.values import Window, stamp

TRIES = 20
"""How often a write is tried again because another one came first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry in the documented words.

    `partition` is a market day (`2026-11-01`), of a static file the one in which the poll's slot begins, or a text
    of the writer's own. `watermark_ts` is the newest stamp that
    the entry covers. `created_at` is the commit that wrote it first, `updated_at` the last that changed it.
    """

    id: int
    feed_id: str
    partition: str
    watermark_ts: datetime | None
    checksum: str | None
    state: str
    run_id: str
    created_at: datetime
    updated_at: datetime
    metadata: Mapping[str, object]


class FeedLedger:
    """A ledger of feeds in `sqlite`, `postgres` or `clickhouse`.

    `connection_string` is the path of an SQLite file, the address of a PostgreSQL database, or that of a
    ClickHouse; without one it is the ledger of the home that the settings name, or its copy. ClickHouse holds a
    copy that follows: it is read here, and writing to it is refused.
    Raises: Unconfigured for a backend that is not there; LedgerUnavailable, StorageFailed.
    """

    def __init__(
        self,
        backend: str = "sqlite",
        connection_string: str | None = None,
        *,
        home: Path | str | None = None,
    ) -> None:
        self._open = ExitStack()
        settings = settings_of(home)
        self._zones = zones_by_report(feeds_of(settings))
        self._ledger = self._opened(backend, connection_string, settings)

    def _opened(self, backend: str, where: str | None, settings: Settings) -> Ledger:
        if where is None:
            name = check_backend(settings, backend)
            if name == "clickhouse":
                return self._closing(copy_of(settings))
            return self._open.enter_context(opened(settings, create=False)).ledger
        name = check_backend(None, backend)
        if name == "clickhouse":
            return self._closing(open_copy(where))
        if name == "sqlite" and "://" not in where:
            return self._closing(open_ledger(Path(where)))
        return self._closing(open_ledger(where))

    def _closing(self, ledger: Ledger) -> Ledger:
        self._open.callback(ledger.close)
        return ledger

    def close(self) -> None:
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def write_entry(
        self,
        feed_id: str,
        partition: str,
        watermark_ts: datetime | None = None,
        checksum: str | None = None,
        state: FeedState = "completed",
        run_id: str = "",
        metadata: Mapping[str, object] | None = None,
    ) -> FeedEntry:
        """Write what became of a partition in a run; gives the entry as it stands.

        One entry a feed, partition and run: writing it again supersedes what it said, and saying the same
        again changes nothing.
        Raises: UsageError for a state nobody knows or an instant without zone; Unconfigured from a copy;
                LedgerUnavailable, StorageFailed.
        """
        if state not in get_args(FeedState):
            raise UsageError(f"state is one of {', '.join(get_args(FeedState))}, not {state!r}")
        if watermark_ts is not None and watermark_ts.utcoffset() is None:
            raise UsageError(f"watermark_ts has no zone: {watermark_ts.isoformat()}")
        report = outside_report(feed_id)
        at = real_now()
        new = _entry(report, partition, watermark_ts, checksum, state, run_id, metadata, at)
        for _ in range(TRIES):
            believed = self._ledger.report_sequence(report)
            mine = self._ledger.entries(reports=[report], day=new.day, states=STANDING)
            before = [one for one in mine if (one.run, one.member) == (new.run, new.member)]
            if before and _said(before[-1]) == _said(new):
                return self._told(before[-1:])[0]
            try:
                return self._told([self._committed(new, before[-1:], believed, at)])[0]
            except LedgerConflict:
                continue
        raise LedgerConflict(f"{report} was written by others {TRIES} times; try again")

    def _committed(self, new: Entry, before: Sequence[Entry], believed: int, at: datetime) -> Entry:
        entry_id = self._ledger.allocate(1)
        first = before[0].observation_id if before else entry_id
        entry = replace(new, entry_id=entry_id, observation_id=first)
        sequence = self._ledger.commit(
            Commit(
                at_utc=at,
                kind="import",
                report=new.report,
                believed=believed,
                entries=(entry,),
                changes=tuple(Change(entry_id=one.entry_id, state="superseded") for one in before),
                run=new.run,
                version=new.version,
            )
        )
        return replace(entry, sequence=sequence)

    def get_latest_watermark(self, feed_id: str, partition: str | None = None) -> datetime | None:
        """The newest stamp up to which a feed is complete, or one partition of it; None if nothing is.

        Of a feed that tieline collects it is the ledger's own watermark, of others the greatest that a
        completed entry names. Raises: LedgerUnavailable.
        """
        return latest_watermark(self._ledger, feed_id, partition)

    @staticmethod
    def compute_checksum(data: bytes) -> str:
        """SHA-256 of bytes in hexadecimal: what names an object of the raw store."""
        return hashlib.sha256(data).hexdigest()

    def list_entries(
        self,
        feed_id: str | None = None,
        partition: str | None = None,
        state: str | None = None,
        limit: int = 100,
    ) -> list[FeedEntry]:
        """Entries, the newest first.

        `state` is a documented one; `superseded`, which are else left out; or `skipped`: checks that found
        nothing new. Raises: UsageError for another state; LedgerUnavailable.
        """
        stored, fits = (STANDING, None) if state is None else view(state)
        day = partition_day(partition)
        reports = None
        if feed_id is not None:
            contract = self._ledger.contracts().get(feed_id)
            reports = [*(contract.reports if contract else ()), outside_report(feed_id)]
        whole = state in (None, "completed", "failed", "pending", "superseded")
        if day is not None:
            found = entries_of_day(
                self._ledger,
                day,
                self._zones,
                reports=reports,
                states=stored,
                limit=limit if whole else None,
            )
        else:
            found = self._ledger.entries(
                reports=reports,
                states=stored,
                limit=limit if whole and partition is None else None,
                newest_first=True,
            )
        chosen = [
            one
            for one in found
            if (fits is None or fits(one)) and partition in (None, partition_of(one, self._zones))
        ]
        return self._told(chosen[:limit])

    def _told(self, entries: Sequence[Entry]) -> list[FeedEntry]:
        """Entries in the documented words."""
        feeds = {
            report: contract.feed
            for contract in self._ledger.contracts().values()
            for report in contract.reports
        }
        again = {e.observation_id for e in entries if e.observation_id != e.entry_id}
        firsts = [found for one in sorted(again) if (found := self._ledger.entry(one))]
        begun = {one.entry_id: one.sequence or 0 for one in (*entries, *firsts)}
        numbers = {*begun.values(), *(e.superseded_sequence or 0 for e in entries)}
        written = self._ledger.commits(sequences=sorted(numbers))
        at = {commit.sequence: commit.at_utc for commit in written}
        return [
            FeedEntry(
                id=entry.observation_id,
                feed_id=feeds.get(entry.report, outside_feed(entry.report) or entry.report),
                partition=partition_of(entry, self._zones),
                watermark_ts=entry.cover.end if entry.cover else None,
                checksum=entry.content_sha256,
                state=state_of(entry),
                run_id=entry.run,
                created_at=at[begun.get(entry.observation_id, begun[entry.entry_id])],
                updated_at=at[entry.superseded_sequence or begun[entry.entry_id]],
                metadata=_metadata(entry),
            )
            for entry in entries
        ]


def _entry(
    report: str,
    partition: str,
    watermark: datetime | None,
    checksum: str | None,
    state: FeedState,
    run: str,
    metadata: Mapping[str, object] | None,
    at: datetime,
) -> Entry:
    """What somebody said of a partition, as an entry that has no number yet."""
    day = partition_day(partition)
    start = datetime.combine(day or (watermark or at).astimezone(UTC).date(), time(), UTC)
    stored: State = "running" if state == "replaying" else state
    origin: Origin = "replay" if state == "replaying" else "import"
    try:
        said = json.dumps(dict(metadata), sort_keys=True) if metadata else None
    except (TypeError, ValueError) as error:
        raise UsageError(f"metadata cannot be kept as JSON: {error}") from error
    return Entry(
        entry_id=0,
        observation_id=0,
        report=report,
        window=Window(start, start + timedelta(days=1)),
        day=day,
        state=stored,
        origin=origin,
        recipe="outside",
        fetched_at_utc=at,
        member=None if day else partition,
        content_sha256=checksum,
        cover=Window(watermark, watermark) if watermark else None,
        text=said,
        run=run,
        version=version("tieline"),
    )


def _said(entry: Entry) -> tuple[object, ...]:
    return (entry.state, entry.origin, entry.content_sha256, entry.cover, entry.text)


def _metadata(entry: Entry) -> dict[str, object]:
    """What the writer said besides; of an observation of ours how it was read and what it held."""
    if outside_feed(entry.report) is not None:
        return dict(json.loads(entry.text)) if entry.text else {}
    facts: dict[str, object] = {
        "report": entry.report,
        "origin": entry.origin,
        "recipe": entry.recipe,
        "known_at_utc": stamp(entry.known_at_utc) if entry.known_at_utc else None,
        "known_basis": entry.known_basis,
        "url": entry.url,
        "rows": entry.counts.read,
        "error": entry.error,
        "cause": entry.cause,
        "text": entry.text,
    }
    return {name: value for name, value in facts.items() if value is not None}
