"""Records to database rows and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from tieline.ledger.records import (
    Contract,
    Counts,
    DayCount,
    Entry,
    Gap,
    Part,
    Unread,
    Watermark,
    Written,
)
from tieline.ledger.tables import COUNTED
from tieline.values import Window

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Row = RowMapping


def us(instant: datetime) -> int:
    return (instant - EPOCH) // MICROSECOND


def maybe_us(instant: datetime | None) -> int | None:
    return None if instant is None else us(instant)


def instant(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def maybe_instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else instant(microseconds)


def day_of(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def counts_row(counts: Counts) -> dict[str, int]:
    return {f"rows_{name}": getattr(counts, name) for name in COUNTED}


def entry_row(entry: Entry, sequence: int) -> dict[str, Any]:
    return {
        "entry_id": entry.entry_id,
        "observation_id": entry.observation_id,
        "report": entry.report,
        "start_us": us(entry.window.start),
        "end_us": us(entry.window.end),
        "day": None if entry.day is None else entry.day.isoformat(),
        "state": entry.state,
        "origin": entry.origin,
        "recipe": entry.recipe,
        "fetched_at_us": us(entry.fetched_at_utc),
        "payload_sha256": entry.payload_sha256,
        "member": entry.member,
        "content_sha256": entry.content_sha256,
        "known_at_us": maybe_us(entry.known_at_utc),
        "known_basis": entry.known_basis,
        "cover_start_us": None if entry.cover is None else us(entry.cover.start),
        "cover_end_us": None if entry.cover is None else us(entry.cover.end),
        "url": entry.url,
        "bytes": entry.bytes,
        **counts_row(entry.counts),
        "error": entry.error,
        "cause": entry.cause,
        "text": entry.text,
        "retry_at_us": maybe_us(entry.retry_at_utc),
        "sequence": sequence,
        "superseded_sequence": entry.superseded_sequence,
        "run": entry.run,
        "version": entry.version,
    }


def entry_of(row: Row) -> Entry:
    cover = None
    if row["cover_start_us"] is not None:
        cover = Window(instant(row["cover_start_us"]), instant(row["cover_end_us"]))
    return Entry(
        entry_id=row["entry_id"],
        observation_id=row["observation_id"],
        report=row["report"],
        window=Window(instant(row["start_us"]), instant(row["end_us"])),
        day=day_of(row["day"]),
        state=row["state"],
        origin=row["origin"],
        recipe=row["recipe"],
        fetched_at_utc=instant(row["fetched_at_us"]),
        payload_sha256=row["payload_sha256"],
        member=row["member"],
        content_sha256=row["content_sha256"],
        known_at_utc=maybe_instant(row["known_at_us"]),
        known_basis=row["known_basis"],
        cover=cover,
        url=row["url"],
        bytes=row["bytes"],
        counts=Counts(**{name: row[f"rows_{name}"] for name in COUNTED}),
        error=row["error"],
        cause=row["cause"],
        text=row["text"],
        retry_at_utc=maybe_instant(row["retry_at_us"]),
        sequence=row["sequence"],
        superseded_sequence=row["superseded_sequence"],
        run=row["run"],
        version=row["version"],
    )


def part_row(part: Part, sequence: int) -> dict[str, Any]:
    return {
        "sha256": part.sha256,
        "sequence": sequence,
        "path": part.path,
        "dataset": part.dataset,
        "feed": part.feed,
        "report": part.report,
        "rows": part.rows,
        "bytes": part.bytes,
        "merged": part.merged,
        "stamp_min_us": us(part.stamps[0]),
        "stamp_max_us": us(part.stamps[1]),
        "known_min_us": us(part.known[0]),
        "known_max_us": us(part.known[1]),
        "day": None if part.day is None else part.day.isoformat(),
        "replaced_sequence": None,
        "replaced_at_us": None,
        "level": part.level,
        "single": part.single,
        "bounds": json.dumps(part.bounds) if part.bounds else None,
    }


def part_of(row: Row) -> Part:
    return Part(
        sha256=row["sha256"],
        path=row["path"],
        dataset=row["dataset"],
        feed=row["feed"],
        report=row["report"],
        rows=row["rows"],
        bytes=row["bytes"],
        merged=bool(row["merged"]),
        stamps=(instant(row["stamp_min_us"]), instant(row["stamp_max_us"])),
        known=(instant(row["known_min_us"]), instant(row["known_max_us"])),
        day=day_of(row["day"]),
        sequence=row["sequence"],
        replaced_sequence=row["replaced_sequence"],
        level=row["level"],
        single=bool(row["single"]),
        bounds=_bounds(row["bounds"]),
    )


def _bounds(text: str | None) -> tuple[tuple[str, str, str], ...]:
    if text is None:
        return ()
    return tuple((column, least, greatest) for column, least, greatest in json.loads(text))


def written_of(row: Row) -> Written:
    return Written(
        sequence=row["sequence"],
        at_utc=instant(row["at_us"]),
        kind=row["kind"],
        report=row["report"],
        run=row["run"],
        version=row["version"],
        who=row["who"],
    )


def contract_body(contract: Contract) -> str:
    return json.dumps(
        {
            "dataset": contract.dataset,
            "reports": contract.reports,
            "prints": contract.prints,
            "key": contract.key,
        },
        sort_keys=True,
    )


def contract_of(row: Row) -> Contract:
    body = json.loads(row["body"])
    return Contract(
        feed=row["feed"],
        dataset=body["dataset"],
        reports=tuple(body["reports"]),
        prints=tuple((name, rank) for name, rank in body["prints"]),
        key=tuple(body["key"]),
        sequence=row["sequence"],
    )


def gap_row(gap: Gap, sequence: int) -> dict[str, Any]:
    return {
        "feed": gap.feed,
        "report": gap.report,
        "day": gap.day.isoformat() if gap.day else "",
        "start_us": us(gap.start_utc),
        "end_us": us(gap.end_utc),
        "cause": gap.cause,
        "missing": gap.missing,
        "sequence": sequence,
    }


def gap_of(row: Row) -> Gap:
    return Gap(
        feed=row["feed"],
        report=row["report"],
        start_utc=instant(row["start_us"]),
        end_utc=instant(row["end_us"]),
        cause=row["cause"],
        missing=row["missing"],
        day=day_of(row["day"] or None),
    )


def day_values(count: DayCount) -> dict[str, Any]:
    return {
        "feed": count.feed,
        "expected": count.expected,
        "received": count.received,
        "extras": count.extras,
        "high_us": maybe_us(count.high_utc),
        "hole_us": maybe_us(count.hole_utc),
    }


def day_count_of(row: Row) -> DayCount:
    return DayCount(
        feed=row["feed"],
        report=row["report"],
        day=date.fromisoformat(row["day"]),
        expected=row["expected"],
        received=row["received"],
        extras=row["extras"],
        high_utc=maybe_instant(row["high_us"]),
        hole_utc=maybe_instant(row["hole_us"]),
    )


def watermark_of(row: Row) -> Watermark:
    return Watermark(
        feed=row["feed"],
        report=row["report"],
        high_utc=maybe_instant(row["high_us"]),
        contiguous_utc=maybe_instant(row["contiguous_us"]),
    )


def unread_row(one: Unread, ordinal: int) -> dict[str, Any]:
    return {
        "entry_id": one.entry_id,
        "ordinal": ordinal,
        "stamp_us": maybe_us(one.stamp_utc),
        "key": None if one.key is None else json.dumps(one.key),
    }


def unread_of(row: Row) -> Unread:
    key = None if row["key"] is None else tuple(json.loads(row["key"]))
    return Unread(row["entry_id"], maybe_instant(row["stamp_us"]), key)
