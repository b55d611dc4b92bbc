"""What a home says when a life is over, and a recount of it from its own rows and bytes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import polars as pl

from tests.crash.lives import REPORTS, Life, marks
from tieline.feeds import Feed
from tieline.ledger import Entry, Gap, Watermark
from tieline.markettime import day_window
from tieline.select import read
from tieline.store import files
from tieline.store.parts import Parts
from tieline.validate import coverage

SPAN = (day_window("America/New_York", date(2026, 2, 18))[0], date(2026, 3, 10))


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """All that must be the same however often a life was cut off."""

    rows: dict[str, pl.DataFrame]
    latest: pl.DataFrame
    entries: Counter[tuple[object, ...]]
    gaps: list[Gap]
    days: list[object]
    marks: dict[tuple[str, str], Watermark]
    sidecars: set[tuple[object, ...]]

    def differences(self, other: Facts) -> list[str]:
        """In words; empty where both say the same."""
        wrong = [
            f"rows of {name}: {frame.height} and {other.rows[name].height}"
            for name, frame in self.rows.items()
            if not frame.equals(other.rows[name])
        ]
        if not self.latest.equals(other.latest):
            wrong.append("the latest answer")
        if self.entries != other.entries:
            wrong.append(f"entries: {self.entries - other.entries} {other.entries - self.entries}")
        for name in ("gaps", "days", "marks", "sidecars"):
            left, right = getattr(self, name), getattr(other, name)
            if left != right:
                wrong.append(f"{name}: {left} and {right}")
        return wrong


def facts_of(life: Life) -> Facts:
    """Read everything that is compared."""
    ledger = life.bench.home.ledger
    answer = read(
        life.bench.lake(),
        "interface_flow",
        SPAN[0],
        day_window("America/New_York", SPAN[1])[1],
    )
    live = [entry for entry in ledger.entries() if entry.state != "superseded"]
    return Facts(
        rows={name: life.bench.stored(name) for name in REPORTS},
        latest=answer.polars()
        .drop("entry_id", "observation_id", "row_sequence", "sequence", strict=False)
        .sort("stamp_utc", "interface_id"),
        entries=Counter(map(_told, live)),
        gaps=ledger.gaps(),
        days=[day for name in REPORTS for day in ledger.days(name)],
        marks=marks(life),
        sidecars={
            (one.of, one.object, one.known, one.fetched_at_utc, one.status, one.note)
            for one in life.house.sidecars.all()
        },
    )


def _told(entry: Entry) -> tuple[object, ...]:
    return (
        *(entry.report, entry.window, entry.day, entry.state, entry.origin, entry.recipe),
        *(entry.fetched_at_utc, entry.known_at_utc, entry.known_basis, entry.payload_sha256),
        *(entry.member, entry.content_sha256, entry.cover, entry.counts, entry.error),
        *(entry.cause, entry.retry_at_utc),
    )


def recounted(life: Life, *, kept: bool) -> list[str]:
    """Where the ledger is not what its own rows, parts and bytes come to; empty where it is.

    kept: whether the house was kept since, so that nothing half done may lie about
    """
    wrong: list[str] = []
    ledger = life.bench.home.ledger
    newest, everything = ledger.sequence(), ledger.entries()
    summaries = {one.report: one for one in ledger.summaries()}
    for name in REPORTS:
        feed, _ = life.house.report(name)
        entries = ledger.entries(reports=[name])
        rows = stored_rows(life, feed, name)
        wrong += _parts(life, name) + _counts(name, entries, rows) + _days(life, name)
        summary = summaries.get(name)
        alive = [one for one in entries if one.state != "superseded"]
        told = (
            (summary.entries, summary.rows, summary.rejected) if summary is not None else (0, 0, 0)
        )
        found = (
            len(entries),
            sum(one.counts.new for one in alive),
            sum(one.counts.rejected for one in alive),
        )
        if told != found:
            wrong.append(f"summary of {name} says {told}, its entries {found}")
        wrong += [
            f"entry {one.entry_id} has sequence {one.sequence}, the newest is {newest}"
            for one in entries
            if (one.sequence or 0) > newest
        ]
    if len({one.entry_id for one in everything}) != len(everything):
        wrong.append("an entry is there twice")
    return wrong + _bytes(life, everything) + (_left_over(life) if kept else [])


def stored_rows(life: Life, feed: Feed, name: str) -> pl.DataFrame:
    """Every row at rest that the ledger names."""
    assert feed.dataset is not None
    named = [(one.path, one.sequence or 0) for one in life.bench.home.ledger.parts(report=name)]
    return life.house.parts.read(feed.dataset, named).collect()


def _parts(life: Life, name: str) -> list[str]:
    """Parts that are not there, or not what their names say."""
    wrong = []
    parts = Parts(life.house.parts.folder)
    for part in life.bench.home.ledger.parts(report=name):
        path = parts.folder / part.path
        if not path.exists():
            wrong.append(f"part {part.path} is not there")
            continue
        parts.verify(part.path, part.sha256)
        if pl.scan_parquet(path).select(pl.len()).collect().item() != part.rows:
            wrong.append(f"part {part.path} has other rows than {part.rows}")
    return wrong


def _counts(name: str, entries: list[Entry], rows: pl.DataFrame) -> list[str]:
    """Rows at rest by the commit that wrote them, and those that count by their entry."""
    known = {entry.entry_id for entry in entries}
    wrong = [f"a row of {name} names no entry: {one}" for one in set(rows["entry_id"]) - known]
    last = rows.sort("row_sequence").unique(
        ("observation_id", "stamp_utc", "interface_id", "print"), keep="last"
    )
    live = last.filter(pl.col("state") == "live").group_by("observation_id").len()
    found: dict[int, int] = dict(live.iter_rows())
    for entry in entries:
        told = entry.counts.new + entry.counts.revised
        has = found.get(entry.observation_id, 0)
        if entry.state == "completed" and told != has:
            wrong.append(f"entry {entry.entry_id} says {told} rows, has {has}")
    return wrong


def _days(life: Life, name: str) -> list[str]:
    """Counts of days against the rows that live."""
    feed, report = life.house.report(name)
    wrong = []
    gaps = life.bench.home.ledger.gaps(feeds=[feed.id])
    stored = life.bench.stored(name).unique(
        ("stamp_utc", "interface_id"), keep="last", maintain_order=True
    )
    for count in life.bench.home.ledger.days(name):
        start, end = day_window(report.publisher.zone, count.day)
        within = (pl.col("stamp_utc") >= start) & (pl.col("stamp_utc") < end)
        heads = stored.filter(within & (pl.col("state") == "live"))
        found = coverage(report, count.day, heads)
        missing = sum(gap.missing for gap in gaps if gap.day == count.day and gap.report == name)
        if (count.expected, count.received) != (found.expected, found.received):
            wrong.append(f"{name} {count.day}: {count} but {found.expected}, {found.received}")
        if count.expected is not None and count.received + missing != count.expected:
            wrong.append(f"{name} {count.day}: {count.received} + {missing} != {count.expected}")
    return wrong


def _bytes(life: Life, entries: list[Entry]) -> list[str]:
    """Raw objects and notes that are not there or cannot be read."""
    wrong = []
    fetched = [one for one in entries if one.payload_sha256 is not None]
    for name in {one.payload_sha256 or "" for one in fetched}:
        life.house.raw.verify(name)
    noted = {(one.report, one.object, one.fetched_at_utc) for one in life.house.sidecars.all()}
    for one in fetched:
        if (one.report, one.payload_sha256, one.fetched_at_utc) not in noted:
            wrong.append(f"entry {one.entry_id} has no sidecar")
    return wrong


def _left_over(life: Life) -> list[str]:
    home = life.bench.home
    stayed = home.folder.rglob(f"*{files.TEMPORARY}")
    return [f"{path} stayed" for path in stayed] + [
        f"a claim stayed: {claim}" for claim in home.ledger.claims()
    ]
