"""What the ledger knows, listed: status, watermarks, gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tieline.cli.frame import give_json, give_table, say
from tieline.cli.missing import certified, standing_gaps, told_gaps, unheld
from tieline.cli.named import Named, Partition, named_in, ours_of, partition_in
from tieline.cli.plain import fields_of, instant, plain
from tieline.cli.visiting import visited, window_of, zones_of

if TYPE_CHECKING:
    from tieline.assemble import Home
    from tieline.ledger import Entry, Gap, Summary, Watermark


def status_listed(folder: Path | None, name: str | None, *, json: bool) -> None:
    """Raises: Unconfigured without a home, UnknownName, LedgerUnavailable."""
    with visited(folder) as home:
        ledger = home.ledger
        named = named_in(home, name)
        known = {one.report: one for one in ledger.summaries()}
        marks = {(one.feed, one.report): one for one in ledger.watermarks()}
        holes: dict[tuple[str, str], list[Gap]] = {
            (feed.id, report.name): [] for feed, report in named.ours
        }
        for gap in ledger.gaps(feeds=sorted({feed.id for feed, _ in named.ours})):
            if gap.cause != "not_yet_due" and (gap.feed, gap.report) in holes:
                holes[gap.feed, gap.report].append(gap)
        lines = [_status(*key, known.get(key[1]), marks.get(key), holes[key]) for key in holes]
        for mark in _outside_marks(home, named):
            lines.append(_status(mark.feed, mark.report, known.get(mark.report), mark, None))
        sequence = ledger.sequence()
    if json:
        give_json({"sequence": sequence, "reports": lines})
        return
    columns = ("report", "entries", "rows", "rejected", "stamp_max_utc", "contiguous_utc", "holes")
    give_table(
        [column.upper() for column in (*columns, "last_fetch_utc")],
        [[line[column] for column in (*columns, "last_fetch_utc")] for line in lines],
    )
    for line in lines:
        if line["last_failure"]:
            say(f"{line['report']}: last failure {line['last_failure']}")


def _status(
    feed: str,
    report: str,
    known: Summary | None,
    mark: Watermark | None,
    gaps: Sequence[Gap] | None,
) -> dict[str, object]:
    """How a report stands; of one that another program writes nobody knows of holes."""
    holes: Counter[str] = Counter()
    for gap in gaps or ():
        holes[gap.cause] += gap.missing
    failure = known.last_failure if known else None
    return {
        "feed": feed,
        "report": report,
        "entries": known.entries if known else 0,
        "rows": known.rows if known else 0,
        "rejected": known.rejected if known else 0,
        "last_fetch_utc": instant(known.last_fetch_utc) if known else None,
        "last_new_utc": instant(known.last_new_utc) if known else None,
        "stamp_max_utc": instant(known.stamp_max_utc) if known else None,
        "high_utc": instant(mark.high_utc) if mark else None,
        "contiguous_utc": instant(mark.contiguous_utc) if mark else None,
        "holes": None if gaps is None else sum(holes.values()),
        "holes_by_cause": dict(holes),
        "last_failure": _told(failure) if failure else None,
    }


def _told(failure: Entry) -> str | None:
    """Why an entry failed; of another program's, which one, and what it said besides."""
    from tieline.ledger.outside import outside_feed, written_partition

    if outside_feed(failure.report) is None:
        return failure.text
    said = f": {failure.text}" if failure.text else ""
    return f"{written_partition(failure)} in run {failure.run or '(no name)'}{said}"


def _outside_marks(home: Home, named: Named) -> list[Watermark]:
    """How far other programs say that they are."""
    from tieline.ledger import Watermark
    from tieline.ledger.outside import outside_report, outside_watermark

    return [
        Watermark(
            feed=feed,
            report=outside_report(feed),
            high_utc=outside_watermark(home.ledger, feed),
            contiguous_utc=None,
        )
        for feed in named.outside
    ]


def watermarks_listed(
    folder: Path | None, name: str | None, partition: str | None, *, json: bool
) -> None:
    """Raises: as `status_listed`; UsageError for a partition that is none."""
    with visited(folder) as home:
        named = named_in(home, name)
        part = partition_in(home, named, partition)
        if part is None:
            found = [mark for mark in home.ledger.watermarks() if mark.report in named.reports]
            found += [mark for mark in _outside_marks(home, named) if mark.high_utc is not None]
            lines = [fields_of(mark) for mark in found]
        else:
            days = [count for report in named.reports for count in home.ledger.days(report)]
            lines = [fields_of(count) for count in days if count.day == part.day]
            lines += _outside_partitions(home, named, part)
    _marks_listed(lines, json=json)


def _outside_partitions(home: Home, named: Named, part: Partition) -> list[dict[str, object]]:
    """A partition as other programs wrote it, in the fields of a `DayCount`: nobody counts its rows."""
    from tieline.ledger.outside import outside_report, outside_watermark

    unknown: dict[str, object] = {"expected": None, "received": None, "extras": None}
    return [
        {
            "feed": feed,
            "report": outside_report(feed),
            "day": word,
            **unknown,
            "high_utc": plain(high),
            "hole_utc": None,
        }
        for feed in named.outside
        for word in part.words()
        if (high := outside_watermark(home.ledger, feed, word)) is not None
    ]


def _marks_listed(lines: list[dict[str, object]], *, json: bool) -> None:
    if json:
        give_json(lines)
    elif lines:
        give_table([name.upper() for name in lines[0]], [list(line.values()) for line in lines])
    else:
        say("No watermark: nothing of this was collected yet.")


COLUMNS_OF_GAPS = (
    *("feed", "report", "start_utc", "end_utc", "cause", "missing"),
    *("since_utc", "asked_utc", "next_utc"),
)


def gaps_listed(
    folder: Path | None, name: str | None, start: str | None, end: str | None, *, json: bool
) -> None:
    """Raises: as `status_listed`; UsageError for a window that cannot be read."""
    from tieline.select import speakers

    with visited(folder) as home:
        wanted = ours_of(home, name)
        window = window_of(start, end, zones_of(wanted))
        names = {one.name for feed, report in wanted for one in speakers(feed, report)}
        feeds = [feed for feed, _ in wanted]
        if window is None or start is None:
            found = [gap for gap in standing_gaps(home, wanted) if gap.report in names]
            if window is not None:
                found = [gap for gap in found if gap.start_utc < window.end]
        else:
            found = [gap for one in certified(home, feeds, window) for gap in one.gaps]
            found += unheld(home, wanted, window)
        told = told_gaps(home, found)
    if json:
        give_json(told)
        return
    give_table(
        ("FEED", "REPORT", "FROM", "TO", "CAUSE", "MISSING", "SINCE", "ASKED", "NEXT LOOK"),
        [tuple(gap[name] for name in COLUMNS_OF_GAPS) for gap in told],
    )
    say(f"{len(found)} holes, {sum(gap.missing for gap in found)} rows missing.")
