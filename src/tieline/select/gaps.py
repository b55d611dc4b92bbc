"""What a grid expects and what of it is missing, as gaps that say why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import polars as pl

from tieline import validate
from tieline.feeds import Feed, Report, StaticFile
from tieline.ledger.records import Cause, Entry, Gap
from tieline.markettime import day_window, market_day_expr
from tieline.select.aside import AskUnread
from tieline.select.grids import STANDS, around, entities_of, entity_keys, grid_of
from tieline.select.reasons import PLACE, failure, last_entries, spoken, turn

TICK = timedelta(microseconds=1)


def grid_report(feed: Feed) -> Report | None:
    """The report whose grid counts for the feed: the first dated one, else the first.

    None where no count can be expected: irregular dispatch, entities unknown, no time label.
    """
    dated = [report for report in feed.reports if not isinstance(report.at, StaticFile)]
    report = (dated or list(feed.reports))[0]
    if report.label is None or not report.label.regular or report.label.step is None:
        return None
    return report if report.entities else None


def grid_reports(feed: Feed) -> tuple[Report, ...]:
    """Reports whose grids together count for the feed, each with the entities that none before it lists.

    So a feed whose places stand in a report each expects all of them, and one that is published in two
    ways expects its places once. Empty where no count can be expected.
    """
    first = grid_report(feed)
    if first is None or first.label is None:
        return ()
    reports, told = [first], {entity.key for entity in first.entities}
    for report in feed.reports:
        label = report.label
        if isinstance(report.at, StaticFile) or label is None or not label.regular:
            continue
        fresh = tuple(entity for entity in report.entities if entity.key not in told)
        if fresh and (label.step, label.kind) == (first.label.step, first.label.kind):
            told |= {entity.key for entity in fresh}
            reports.append(replace(report, entities=fresh))
    return tuple(reports)


def day_report(feed: Feed) -> Report | None:
    """The report that tells, where no count can be expected, which market days were had: the first.

    Of rows without stamps only a dated file says of which day they are.
    """
    told = (r for r in feed.reports if r.label is not None or not isinstance(r.at, StaticFile))
    return next(told, None)


def expected(
    report: Report,
    days: tuple[date, date],
    received: pl.DataFrame,
    *,
    where: Mapping[str, Sequence[object]] | None = None,
) -> pl.DataFrame:
    """Every stamp and entity that the grid expects on some market days, first and last included.

    `received` (with `stamp_utc` and the key) says which entities a day lists, for those that are
    expected only then. `where` keeps entities whose key columns have one of some values.

    Gives: `stamp_utc`, `start_utc` and `end_utc` of the interval, `day`, the entities' key columns.
    """
    label = report.label
    assert label is not None and label.step is not None
    zone = label.zone
    first, last = days
    grid = grid_of(label, first, (last - first).days + 1)
    entities = entities_of(report, where or {})
    keys = entity_keys(report)
    if report.since is not None:
        grid = grid.filter(pl.col("day") >= report.since)
    both = grid.join(entities, how="cross").filter(STANDS)
    certain = pl.col("certain").is_null() | (pl.col("day") >= pl.col("certain"))
    if both.select(certain.all()).item():
        return both.drop("since", "until", "certain")
    shown = received.select(
        *keys,
        day=market_day_expr(
            zone, pl.col("stamp_utc") - (label.step if label.kind == "end" else timedelta(0))
        ),
        shown=pl.lit(True),
    ).unique()
    listed = both.join(shown, on=[*keys, "day"], how="left", maintain_order="left")
    return listed.filter(certain | pl.col("shown").fill_null(False)).drop(
        "since", "until", "certain", "shown"
    )


def is_certain(
    report: Report, days: tuple[date, date], where: Mapping[str, Sequence[object]]
) -> bool:
    """Whether every entity that may be listed on some market days is expected on all of them."""
    certain = entities_of(report, where)["certain"]
    return not (certain > days[0]).any()


def uncounted(
    report: Report,
    days: tuple[date, date],
    wanted: pl.DataFrame,
    where: Mapping[str, Sequence[object]],
) -> set[date]:
    """Market days on which entities may be listed and none of them is expected: how many, nobody knows.

    `wanted` is what `expected` gives for the days.
    """
    entities = entities_of(report, where)
    span = pl.date_range(days[0], days[1], eager=True).alias("day").to_frame()
    if report.since is not None:
        span = span.filter(pl.col("day") >= report.since)
    listing = span.join(entities, how="cross").filter(STANDS)
    return set(listing["day"].unique()) - set(wanted["day"].unique())


def lacking(report: Report, wanted: pl.DataFrame, received: pl.DataFrame) -> pl.DataFrame:
    """Expected places that have no row: PLACE and the key columns of their entities."""
    # A key that says one thing on both sides tells no rows apart, and text is dear to join.
    names = entity_keys(report)
    keys = [name for name in names if not _is_one(name, wanted, received)]
    keys.append("stamp_utc")
    absent = wanted.join(received.select(keys), on=keys, how="anti")
    return absent.select(*PLACE, *names)


def _is_one(name: str, wanted: pl.DataFrame, received: pl.DataFrame) -> bool:
    said = {value for side in (wanted, received) for value in (side[name].min(), side[name].max())}
    return len(said) == 1 and not wanted[name].null_count() + received[name].null_count()


def gaps_of(
    feed: Feed,
    report: Report,
    day: date,
    rows: pl.DataFrame,
    entries: Sequence[Entry],
    now: datetime,
    unread: AskUnread,
) -> list[Gap]:
    """The holes of one market day, with their causes.

    `rows` are the feed's live rows of the day by any of its reports, by their identity columns;
    `entries` those of `report` that touch the day. Empty where the report keeps no grid. For a
    forecast `day` is that of the file, and the holes may lie in the days after it.
    """
    step = None if report.label is None else report.label.step
    places = validate.missing(report, day, rows)
    if step is None or places.is_empty():
        return []
    length = step if report.label is not None and report.label.kind == "start" else timedelta(0)
    missing = places.with_columns(end_utc=pl.col("stamp_utc") + length, day=pl.lit(day))
    missing = missing.select(*PLACE, *entity_keys(report))
    return explain(feed, (report,), missing, entries, now, unread)


def explain(
    feed: Feed,
    reports: Sequence[Report],
    missing: pl.DataFrame,
    entries: Sequence[Entry],
    now: datetime,
    unread: AskUnread,
) -> list[Gap]:
    """Give each missing place its cause and merge neighbours that have the same one.

    Reads: what `lacking` gives of the first of `reports`; `entries` of any of them, which are the
    `speakers` of the places. Gives: gaps by start, each within one market day; where the entities of one
    stamp are missing for several causes, gaps that overlap. A gap is the time of the intervals that are
    missing, whichever end of them is printed; an instant stands for the step that it begins.
    """
    label = reports[0].label
    if missing.is_empty() or label is None or label.step is None:
        return []
    step = label.step
    caused = spoken(feed, reports, missing, entries, now, unread).sort(
        "report", "cause", "stamp_utc", "day"
    )
    breaks = (
        (pl.col("report") != pl.col("report").shift())
        | (pl.col("cause") != pl.col("cause").shift())
        | (pl.col("day") != pl.col("day").shift())
        | (pl.col("stamp_utc") - pl.col("stamp_utc").shift() > step)
    ).fill_null(True)
    spans = (
        caused.with_columns(span=breaks.cum_sum())
        .group_by("span", maintain_order=True)
        .agg(
            pl.col("stamp_utc").first().alias("first"),
            pl.col("stamp_utc").last().alias("last"),
            pl.col("report", "cause", "day").first(),
            pl.col("missing").sum(),
        )
        .sort("first", "cause", "report")
    )
    told = ((around(label, span["first"], span["last"]), span) for span in spans.to_dicts())
    return [
        Gap(
            feed=feed.id,
            report=span["report"],
            start_utc=time.start,
            end_utc=time.end,
            cause=span["cause"],
            missing=span["missing"],
            day=span["day"],
        )
        for time, span in told
    ]


def joined(gaps: Iterable[Gap]) -> list[Gap]:
    """Gaps that touch and have one cause, over market days too, as one; by start."""
    given: list[Gap] = []
    ends: dict[tuple[str, str, Cause, datetime], int] = {}
    for gap in gaps:
        place = ends.pop((gap.feed, gap.report, gap.cause, gap.start_utc), None)
        if place is None:
            place = len(given)
            given.append(gap)
        else:
            before = given[place]
            day = before.day if before.day == gap.day else None
            missing = before.missing + gap.missing
            given[place] = replace(before, end_utc=gap.end_utc, missing=missing, day=day)
        ends[(gap.feed, gap.report, gap.cause, gap.end_utc)] = place
    return given


def whole_days(
    feed: Feed,
    report: Report,
    days: tuple[date, date],
    received: pl.DataFrame,
    entries: Sequence[Entry],
    now: datetime,
    only: Collection[date] | None = None,
) -> list[Gap]:
    """Days without a row of a report that keeps no grid, where nobody asked or asking failed.

    `only`: none but these days.

    A day that was read and had nothing to say is no gap. Where a file has rows of other days too, rows of
    a day do not show that its file was read. `missing` is 0: no count can be expected.
    """
    zone = feed.publisher.zone
    # A stamp that ends an interval stands for the time before it, also just after midnight.
    ends = report.label is not None and report.label.kind == "end"
    length = (report.label.step or TICK) if ends and report.label is not None else timedelta(0)
    stamp = pl.col("stamp_utc") - length
    seen = set(received.select(market_day_expr(zone, stamp).unique()).to_series())
    alone = not report.own_days and report.days == 1 and report.vintage is None
    last = last_entries(feed, report, entries, reaching=alone)
    gaps = []
    for number in range((days[1] - days[0]).days + 1):
        day = days[0] + timedelta(days=number)
        if only is not None and day not in only:
            continue
        start, end = day_window(zone, day)
        entry = last.get(day)
        cause: Cause | None = None
        if start + max(report.due, timedelta(0)) > now:
            cause = "not_yet_due"
        elif entry is None:
            cause = "not_collected"
        elif entry.state == "failed":
            cause = failure(entry, end + report.settles_after, min(now, entry.fetched_at_utc))
        had = report.since is None or day >= report.since
        shown = day in seen and (alone or cause == "not_yet_due")
        if cause is not None and had and not shown:
            gaps.append(
                Gap(
                    feed=feed.id, report=report.name, start_utc=start, end_utc=end,
                    cause=cause, missing=0, day=day,
                )
            )  # fmt: skip
    return gaps


def spoken_days(
    feed: Feed,
    reports: Sequence[Report],
    days: tuple[date, date],
    received: pl.DataFrame,
    entries: Sequence[Entry],
    now: datetime,
    only: Collection[date] | None = None,
) -> list[Gap]:
    """The `whole_days` of the first of `reports`, each as told by the one of its `speakers` that speaks."""
    told = [[one for one in entries if one.report == report.name] for report in reports]
    holes = [
        whole_days(feed, report, days, received, own, now, only)
        for report, own in zip(reports, told, strict=True)
    ]
    named = {report.name: report for report in reports}
    said = {gap.day: gap for gap in holes[0]}
    for gap in (gap for others in holes[1:] for gap in others):
        first = said.get(gap.day)
        if first is not None and turn(named[gap.report], gap.cause) < turn(
            named[first.report], first.cause
        ):
            said[gap.day] = gap
    return list(said.values())
