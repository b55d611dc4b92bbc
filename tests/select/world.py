"""A lake built by hand: parts written with polars, a catalogue that is a list."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from tieline.datasets import INTERFACE_FLOW, LOAD_FORECAST
from tieline.datasets.rows import stored_schema
from tieline.feeds import DailyFile, Entity, Feed, Label, Publisher, Report, StaticFile
from tieline.ledger import Contract, DayCount, Entry, Part, Summary, Unread
from tieline.schema import Dataset, Field
from tieline.select import Lake, declared
from tieline.store.merged import Merging, order_of
from tieline.store.parts import Parts, Written
from tieline.values import Window

ZONE = "America/New_York"
T0 = datetime(2026, 3, 3, 5, tzinfo=UTC)
DAY = date(2026, 3, 3)
OUTAGE = Dataset(
    "outage_event",
    "Outages",
    "States of outages.",
    key=(Field("outage_id", "text", "Its number.", nullable=False),),
    values=(Field("status", "text", "Its state."),),
)


@dataclass
class ListedLedger:
    """The read side of a ledger over plain lists."""

    listed_parts: list[Part] = field(default_factory=list)
    listed_entries: list[Entry] = field(default_factory=list)
    listed_contracts: list[Contract] = field(default_factory=list)
    listed_unread: list[Unread] = field(default_factory=list)
    last: int = 0

    def unread(self, entry_ids: Sequence[int]) -> list[Unread]:
        return [one for one in self.listed_unread if one.entry_id in entry_ids]

    def sequence(self) -> int:
        return self.last

    def parts(
        self,
        *,
        feeds: Sequence[str] | None = None,
        report: str | None = None,
        stamps: Window | None = None,
        at_sequence: int | None = None,
    ) -> list[Part]:
        until = self.last if at_sequence is None else at_sequence
        return [
            part
            for part in self.listed_parts
            if part.replaced_sequence is None
            and (feeds is None or part.feed in feeds)
            and (part.merged or (part.sequence or 0) <= until)
            and (
                stamps is None or (part.stamps[0] <= stamps.end and stamps.start <= part.stamps[1])
            )
        ]

    def contracts(self, *, at_sequence: int | None = None) -> dict[str, Contract]:
        until = self.last if at_sequence is None else at_sequence
        return {c.feed: c for c in self.listed_contracts if (c.sequence or 0) <= until}

    def contract_history(self) -> list[Contract]:
        return self.listed_contracts

    def entries(
        self,
        *,
        reports: Sequence[str] | None = None,
        overlapping: Window | None = None,
        states: Sequence[str] | None = None,
        at_sequence: int | None = None,
        **_: object,
    ) -> list[Entry]:
        return [
            entry
            for entry in self.listed_entries
            if (reports is None or entry.report in reports)
            and (states is None or entry.state in states)
            and (at_sequence is None or (entry.sequence or 0) <= at_sequence)
            and (
                overlapping is None
                or entry.window.overlaps(overlapping)
                or (entry.cover is not None and entry.cover.overlaps(overlapping))
            )
        ]

    def entry(self, entry_id: int) -> Entry | None:
        return next((e for e in self.listed_entries if e.entry_id == entry_id), None)

    def summaries(self) -> list[Summary]:
        return []

    def days(self, report: str, *, window: Window | None = None) -> list[DayCount]:
        return []


@dataclass
class World:
    """A lake in a folder; `put` commits rows under one sequence."""

    folder: Path
    feeds: tuple[Feed, ...]
    now: datetime = T0 + timedelta(days=30)
    ledger: ListedLedger = field(default_factory=ListedLedger)

    @property
    def lake(self) -> Lake:
        return Lake(self.ledger, self.folder, self.feeds, lambda: self.now)  # type: ignore[arg-type]

    def contract(self, feed: Feed, reports: Sequence[str] | None = None) -> None:
        self.ledger.last += 1
        written = replace(declared(feed), sequence=self.ledger.last)
        if reports is not None:
            written = replace(written, reports=tuple(reports))
        self.ledger.listed_contracts.append(written)

    def put(self, feed: Feed, rows: Sequence[Mapping[str, object]]) -> int:
        """One commit: a part for each report."""
        self.ledger.last += 1
        for report in sorted({str(row["report"]) for row in rows}):
            frame = stored(feed, [row for row in rows if row["report"] == report])
            self._write(feed, report, frame, merged=False, sequence=self.ledger.last)
        return self.ledger.last

    def merge(self, feed: Feed, chosen: Callable[[Part], bool]) -> None:
        """Put some parts of each report together, as closed days are."""
        self.ledger.last += 1
        for report in sorted({p.report for p in self.ledger.listed_parts if p.feed == feed.id}):
            old = [
                part
                for part in self.ledger.parts(feeds=[feed.id])
                if part.report == report and chosen(part)
            ]
            if not old:
                continue
            frames = []
            for part in old:
                frame = pl.read_parquet(self.folder / part.path)
                if not part.merged:
                    frame = frame.with_columns(pl.lit(part.sequence).alias("row_sequence"))
                frames.append(frame.with_columns(pl.col("row_sequence").cast(pl.Int64)))
                place = self.ledger.listed_parts.index(part)
                gone = replace(part, replaced_sequence=self.ledger.last)
                self.ledger.listed_parts[place] = gone
            self._merged(feed, report, pl.concat(frames))

    def _merged(self, feed: Feed, report: str, frame: pl.DataFrame) -> None:
        """As months are: identities of one live row apart from all others, in two parts of one commit."""
        dataset = feed.dataset
        assert dataset is not None
        if frame.get_column("stamp_utc").null_count():
            self._write(feed, report, frame, merged=True, sequence=self.ledger.last)
            return
        many = pl.len().over("stamp_utc", *dataset.key_names) > 1
        dead = (pl.col("state") != "live").any().over("stamp_utc", *dataset.key_names)
        apart = frame.with_columns(apart=many | dead)
        for few in apart.partition_by("apart", include_key=False):
            writer = Merging(Parts(self.folder), dataset, feed.id)
            writer.add(few.sort(*order_of(dataset), nulls_last=True))
            written = writer.close()
            told = {name: getattr(written, name) for name in Written.__dataclass_fields__}
            self.ledger.listed_parts.append(
                Part(
                    **told,
                    dataset=dataset.name,
                    feed=feed.id,
                    report=report,
                    merged=True,
                    level=2,
                    sequence=self.ledger.last,
                )
            )

    def _write(
        self, feed: Feed, report: str, frame: pl.DataFrame, *, merged: bool, sequence: int | None
    ) -> None:
        written = io.BytesIO()
        frame.write_parquet(written)
        name = hashlib.sha256(written.getvalue()).hexdigest()
        path = f"{name}.parquet"
        (self.folder / path).write_bytes(written.getvalue())
        stamps = frame.get_column("stamp_utc").drop_nulls()
        known = frame.get_column("known_at_utc")
        hull = (stamps.min() or T0, stamps.max() or T0)
        assert feed.dataset is not None
        self.ledger.listed_parts.append(
            Part(
                sha256=name,
                path=path,
                dataset=feed.dataset.name,
                feed=feed.id,
                report=report,
                rows=frame.height,
                bytes=0,
                merged=merged,
                stamps=hull,  # type: ignore[arg-type]
                known=(known.min(), known.max()),  # type: ignore[arg-type]
                day=None,
                sequence=sequence,
            )
        )


def stored(feed: Feed, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Rows as parts hold them, from what matters of each."""
    assert feed.dataset is not None
    full = []
    for row in rows:
        stamp = row.get("stamp_utc")
        known = row["known_at_utc"]
        start = row.get("interval_start_utc", stamp)
        given = {
            "publisher": feed.publisher.id,
            "feed": feed.id,
            "print": "final",
            "state": "live",
            "interval_start_utc": start,
            "interval_end_utc": row.get("interval_end_utc", start),
            "known_basis": "fetched",
            "entry_id": row.get("observation_id", 1),
            "observation_id": 1,
            "fetched_at_utc": known,
            "content_sha256": "0",
        }
        full.append({**given, **row})
    return pl.DataFrame(full, schema=stored_schema(feed.dataset))


PUBLISHER = Publisher(id="nyiso", name="NYISO", zone=ZONE, clock=ZONE, base_url="http://x/")


def report(code: str, **facts: object) -> Report:
    """A report of five-minute flows, unless told otherwise."""
    given: dict[str, object] = {
        "publisher": PUBLISHER,
        "code": code,
        "title": code,
        "at": DailyFile(path="x/{day:%Y%m%d}x.csv"),
        "every": timedelta(minutes=5),
        "promised_within": timedelta(minutes=10),
        "established_by": "doc",
        "label": Label(
            kind="start",
            column=("Timestamp",),
            formats=("%Y",),
            zone=ZONE,
            grid="PT5M",
            repeated="row_order",
        ),
    }
    return Report(**{**given, **facts})  # type: ignore[arg-type]


ENTITIES = tuple(Entity(key=(("interface_id", name),)) for name in ("a", "b"))
FLOWS = Feed(
    "iso.rt.interface_flow.nyiso",
    INTERFACE_FLOW,
    reports=(
        report("P-32", entities=ENTITIES),
        report("P-32-CURRENT", at=StaticFile(path="current.csv"), entities=ENTITIES),
    ),
)
FORECAST = Feed("iso.da.load_forecast.nyiso", LOAD_FORECAST, reports=(report("P-7"),))
OUTAGES = Feed("iso.events.outage.nyiso", OUTAGE, reports=(report("OUT", label=None),))
