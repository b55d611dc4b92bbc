"""Why places of a grid are missing: what each report's own entries say, and which report speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import get_args

import polars as pl

from tieline.feeds import PRINT_RANK, Feed, Report, StaticFile
from tieline.ledger.records import Cause, Entry
from tieline.markettime import day_window, market_day
from tieline.select.aside import AskUnread, set_aside
from tieline.select.grids import STANDS, entities_of, entity_keys

INSTANT = pl.Datetime("us", "UTC")
PLACE = ("stamp_utc", "end_utc", "day")
"""What a missing place says besides the key columns of its entity."""

SPEAKING: tuple[tuple[Cause, ...], ...] = (
    ("quarantined", "fetch_failed", "lost_by_us"),
    ("not_yet_due",),
    ("empty_200", "missing_upstream", "late_upstream"),
    ("not_collected",),
    ("not_applicable",),
)
"""Which of several reports speaks of a place that none of them brought: one whose file we could not get
or believe, else one that is still to come, else one whose publisher has it not (the most settled print
first), else one that nobody asked. Of two in one line the cause that stands first."""


def speakers(feed: Feed, report: Report) -> tuple[Report, ...]:
    """A report and, behind it, the other dated ones of its feed that could bring what it lacks.

    They keep the same grid and list one of its entities, or none where it lists none.
    """
    listed = {entity.key for entity in report.entities}
    others = (
        other
        for other in feed.reports
        if other.name != report.name
        and not isinstance(other.at, StaticFile)
        and _grid(other) == _grid(report)
        and bool(listed) == bool(other.entities)
        and (not listed or any(entity.key in listed for entity in other.entities))
    )
    return (report, *others)


def _grid(report: Report) -> tuple[object, ...]:
    label = report.label
    said = None if label is None else (label.step, label.kind, label.regular)
    return said, report.vintage, report.days


def turn(report: Report, cause: Cause) -> int:
    """Of reports that could speak of a place the one with the least turn does: see SPEAKING."""
    line = next(number for number, causes in enumerate(SPEAKING) if cause in causes)
    causes = SPEAKING[line]
    settled = PRINT_RANK[report.print] if "missing_upstream" in causes else 0
    return 100 * line - 10 * settled + causes.index(cause)


def spoken(
    feed: Feed,
    reports: Sequence[Report],
    missing: pl.DataFrame,
    entries: Sequence[Entry],
    now: datetime,
    unread: AskUnread,
) -> pl.DataFrame:
    """Give each missing place its cause, and the report that speaks of it.

    Reads: PLACE and the keys of entities that the first of `reports` lists; `entries` of any of them.
    Gives: PLACE, `report`, `cause`, and `missing`: how many places of the stamp these are.
    """
    lasts = [
        last_entries(feed, report, [one for one in entries if one.report == report.name])
        for report in reports
    ]
    # Null where a report could not bring a place, else whether its file had an unreadable row there.
    flags = [f"aside_{number}" for number in range(len(reports))]
    counted = (
        missing.with_columns(
            set_aside(missing, entity_keys(report), last.values(), unread).alias(flag)
            for report, last, flag in zip(reports, lasts, flags, strict=True)
        )
        .with_columns(
            pl.when(_could_bring(report, missing)).then(flag)
            for report, flag in zip(reports[1:], flags[1:], strict=True)
        )
        .group_by(*PLACE, *flags)
        .agg(missing=pl.len().cast(pl.Int64))
        .with_row_index("place")
    )
    said = [
        _said(feed, report, counted.filter(pl.col(flag).is_not_null()), flag, last, now)
        for report, flag, last in zip(reports, flags, lasts, strict=True)
    ]
    heard = pl.concat(said)
    if len(said) > 1:
        heard = heard.sort("place", "turn", "unasked", maintain_order=True)
        heard = heard.unique("place", keep="first", maintain_order=True)
    return heard.group_by(*PLACE, "report", "cause").agg(pl.col("missing").sum())


def _could_bring(report: Report, missing: pl.DataFrame) -> pl.Series:
    """Whether a report lists the entity of a missing place on its day, and had begun by then."""
    keys = entity_keys(report)
    places = missing.select("day", *keys).with_row_index("place")
    if report.since is not None:
        places = places.filter(pl.col("day") >= report.since)
    listed = places.join(entities_of(report, {}), on=keys).filter(STANDS)["place"]
    return pl.int_range(missing.height, eager=True, dtype=pl.UInt32).is_in(listed.implode())


def _said(
    feed: Feed,
    report: Report,
    counted: pl.DataFrame,
    flag: str,
    last: Mapping[date, Entry],
    now: datetime,
) -> pl.DataFrame:
    """What one report says of the places that it could bring; `unasked`: never asked for the day."""
    causes = _causes(feed, report, counted.rename({flag: "set_aside"}), last, now)
    turns = {cause: turn(report, cause) for cause in get_args(Cause)}
    days = counted.get_column("day")
    return counted.select("place", *PLACE, "missing").with_columns(
        causes.alias("cause"),
        causes.replace_strict(turns, return_dtype=pl.Int64).alias("turn"),
        (~days.is_in(list(last))).alias("unasked"),
        pl.lit(report.name).alias("report"),
    )


def _causes(
    feed: Feed, report: Report, missing: pl.DataFrame, last: Mapping[date, Entry], now: datetime
) -> pl.Series:
    """A cause for each line of `missing`: what is not due, then what the day's last entry says,
    then rows set aside at that place, then the publisher."""
    days = missing.get_column("day").unique().to_list()
    facts = pl.DataFrame(
        [_day_facts(feed, report, day, last.get(day), now) for day in days],
        schema={
            "day": pl.Date,
            "due_utc": INSTANT,
            "ahead": pl.Boolean,
            "asked_utc": INSTANT,
            "said": pl.String,
            "publisher": pl.String,
        },
        orient="row",
    )
    asked = missing.join(facts, on="day", how="left", maintain_order="left")
    # A file that stands before its intervals is due whole; of any other no interval before its end.
    by_end = pl.max_horizontal("due_utc", pl.col("end_utc") + report.promised_within)
    due = pl.when("ahead").then("due_utc").otherwise(by_end)
    unasked = due > pl.col("asked_utc")
    return asked.select(
        cause=pl.when((due > now) | (unasked & (due + report.every > now)))
        .then(pl.lit("not_yet_due"))
        .when(unasked)
        .then(pl.lit("not_collected"))
        .when(pl.col("said").is_not_null())
        .then(pl.col("said"))
        .when(pl.col("set_aside"))
        .then(pl.lit("quarantined"))
        .otherwise(pl.col("publisher"))
    ).to_series()


def _day_facts(
    feed: Feed, report: Report, day: date, entry: Entry | None, now: datetime
) -> tuple[date, datetime | None, bool, datetime | None, Cause | None, Cause]:
    """When the day's file is due (None: stamp by stamp) and whether that is before its intervals, when
    it was last asked for, what came of that, and who else is late. What nobody has asked for since it
    fell due is not collected."""
    start, end = day_window(feed.publisher.zone, day)
    settled = end + report.settles_after
    ahead = report.due < timedelta(0) or report.vintage is not None
    due = start + report.due + report.promised_within if ahead or report.due else None
    if entry is None:
        return day, due, ahead, None, "not_collected", "late_upstream"
    asked = min(now, entry.fetched_at_utc)
    said = failure(entry, settled, asked) if entry.state == "failed" else None
    return day, due, ahead, asked, said, "late_upstream" if asked < settled else "missing_upstream"


def failure(entry: Entry, settled: datetime, asked: datetime) -> Cause:
    """A failed entry's cause; one that found nothing yet is the publisher's, and its age decides."""
    if entry.cause in (None, "not_yet_due", "late_upstream"):
        return "late_upstream" if asked < settled else "missing_upstream"
    return entry.cause


def last_entries(
    feed: Feed, report: Report, entries: Sequence[Entry], *, reaching: bool = True
) -> dict[date, Entry]:
    """The last finished entry of each market day; a poll of a static file belongs to its slot's day.

    What covers other days speaks for them too, but a daily file whose last label stands in the next
    day does not; nor does one of several days unless `reaching`.
    """
    zone = feed.publisher.zone
    finished = [entry for entry in entries if entry.state in ("completed", "failed")]
    last: dict[date, Entry] = {}
    for entry in sorted(finished, key=lambda e: (e.fetched_at_utc, e.entry_id)):
        last[entry.day or market_day(zone, entry.window.start)] = entry
    for entry in finished:
        spans = entry.day is None or (reaching and report.days > 1)
        if spans and entry.cover is not None and entry.state == "completed":
            for day in _days_of(zone, entry.cover.start, entry.cover.end):
                last.setdefault(day, entry)
    return last


def _days_of(zone: str, start: datetime, end: datetime) -> list[date]:
    first, last = market_day(zone, start), market_day(zone, end)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
