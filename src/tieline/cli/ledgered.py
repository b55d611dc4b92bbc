"""What the ledger knows, listed: status, entries, watermarks, gaps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tieline.cli.frame import give_json, give_table, say
from tieline.cli.missing import certified, standing_gaps, told_gaps, unheld
from tieline.cli.plain import instant, plain
from tieline.cli.visiting import now, reports_of, visited, window_of, zones_of
from tieline.errors import UsageError

if TYPE_CHECKING:
    from tieline.assemble import Home
    from tieline.feeds import Feed, Report
    from tieline.ledger import Attempt, Claim, Entry, Gap, Summary, Watermark

STATES = ("pending", "running", "completed", "failed", "superseded")
VIEWS = ("replaying", "skipped")
SHOWN = 50


def status_listed(folder: Path | None, name: str | None, *, json: bool) -> None:
    """Raises: Unconfigured without a home, UnknownName, LedgerUnavailable."""
    with visited(folder) as home:
        ledger = home.ledger
        wanted = reports_of(home.feeds, name)
        known = {one.report: one for one in ledger.summaries()}
        marks = {(one.feed, one.report): one for one in ledger.watermarks()}
        holes: dict[tuple[str, str], list[Gap]] = defaultdict(list)
        for gap in ledger.gaps(feeds=sorted({feed.id for feed, _ in wanted})):
            if gap.cause != "not_yet_due":
                holes[gap.feed, gap.report].append(gap)
        lines = [
            _status(*one, known.get(one[1].name), marks.get(key), holes[key])
            for one in wanted
            for key in [(one[0].id, one[1].name)]
        ]
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
    feed: Feed, report: Report, known: Summary | None, mark: Watermark | None, gaps: Sequence[Gap]
) -> dict[str, object]:
    holes: Counter[str] = Counter()
    for gap in gaps:
        holes[gap.cause] += gap.missing
    failure = known.last_failure if known else None
    return {
        "feed": feed.id,
        "report": report.name,
        "entries": known.entries if known else 0,
        "rows": known.rows if known else 0,
        "rejected": known.rejected if known else 0,
        "last_fetch_utc": instant(known.last_fetch_utc) if known else None,
        "last_new_utc": instant(known.last_new_utc) if known else None,
        "stamp_max_utc": instant(known.stamp_max_utc) if known else None,
        "high_utc": instant(mark.high_utc) if mark else None,
        "contiguous_utc": instant(mark.contiguous_utc) if mark else None,
        "holes": sum(holes.values()),
        "holes_by_cause": dict(holes),
        "last_failure": failure.text if failure else None,
    }


def entries_listed(
    folder: Path | None,
    name: str | None,
    partition: str | None,
    state: str | None,
    limit: int | None,
    *,
    json: bool,
) -> None:
    """Raises: UsageError for a state nobody knows; else as `status_listed`."""
    if state is not None and state not in (*STATES, *VIEWS):
        raise UsageError(f"--state is one of {', '.join((*STATES, *VIEWS))}, not {state!r}")
    most = limit or SHOWN
    with visited(folder) as home:
        wanted = reports_of(home.feeds, name)
        if state == "running":
            _claims_listed(home.ledger.claims(), wanted, json=json)
            return
        if state == "pending":
            _attempts_listed(home.ledger.attempts(), wanted, json=json)
            return
        found = _entries(home, wanted, partition, state, most)
        numbers = sorted({entry.sequence for entry in found if entry.sequence is not None})
        who = {one.sequence: one.who for one in home.ledger.commits(sequences=numbers)}
    if state == "replaying":
        say("Nothing is ever stored as replaying: work is claimed, and ends in one commit.")
    if json:
        give_json(
            [{**_as_dict(plain(entry)), "who": who.get(entry.sequence or 0)} for entry in found]
        )
        return
    give_table(
        (
            "ENTRY",
            "REPORT",
            "DAY",
            "STATE",
            "KNOWN AT",
            "BASIS",
            "ROWS",
            "NEW",
            "REJ",
            "SEQ",
            "WHY",
        ),
        [_entry_line(entry) for entry in found],
    )
    if limit is None and len(found) == most:
        say(f"The newest {most} are shown; --limit shows more.")


def _entries(
    home: Home,
    wanted: Sequence[tuple[Feed, Report]],
    partition: str | None,
    state: str | None,
    most: int,
) -> list[Entry]:
    from tieline.cli.moments import day_of

    zone = wanted[0][0].publisher.zone
    stored = "completed" if state == "skipped" else state
    found = home.ledger.entries(
        reports=[report.name for _, report in wanted],
        day=None if partition is None else day_of(partition, zone, now()),
        states=None if stored is None else [stored],  # type: ignore[list-item]
        limit=None if state == "skipped" else most,
        newest_first=True,
    )
    if state != "skipped":
        return found
    return [e for e in found if not (e.counts.new or e.counts.revised or e.counts.gone)][:most]


def _entry_line(entry: Entry) -> tuple[object, ...]:
    counts = entry.counts
    return (
        entry.entry_id,
        entry.report,
        entry.day or instant(entry.window.start),
        entry.state,
        instant(entry.known_at_utc),
        entry.known_basis,
        counts.read,
        counts.new + counts.revised,
        counts.rejected,
        entry.sequence,
        entry.text and f"{entry.error}: {entry.text[:100]}",
    )


def _claims_listed(
    claims: Sequence[Claim], wanted: Sequence[tuple[Feed, Report]], *, json: bool
) -> None:
    names = {report.name for _, report in wanted}
    held = [claim for claim in claims if claim.slice.report in names]
    if json:
        give_json([{**_as_dict(plain(claim)), "state": "running"} for claim in held])
        return
    give_table(
        ("SLICE", "STATE", "HOLDER", "ATTEMPTS", "EXPIRES"),
        [(c.slice, "running", c.holder, c.attempts, instant(c.expires)) for c in held],
    )


def _attempts_listed(
    attempts: Sequence[Attempt], wanted: Sequence[tuple[Feed, Report]], *, json: bool
) -> None:
    """Slices that will be tried again: how often they were, and what came of it."""
    names = {report.name for _, report in wanted}
    open_ones = [one for one in attempts if one.slice.report in names]
    if json:
        give_json([{**_as_dict(plain(one)), "state": "pending"} for one in open_ones])
        return
    give_table(
        ("SLICE", "STATE", "TRIES", "LAST", "NOT BEFORE", "WHY"),
        [
            (
                one.slice,
                "pending",
                one.tries,
                instant(one.last_utc),
                instant(one.next_utc),
                one.text and f"{one.error}: {one.text[:100]}",
            )
            for one in open_ones
        ],
    )


def _as_dict(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def watermarks_listed(
    folder: Path | None, name: str | None, partition: str | None, *, json: bool
) -> None:
    """Raises: as `status_listed`; UsageError for a partition that is no day."""
    with visited(folder) as home:
        wanted = reports_of(home.feeds, name)
        names = {report.name for _, report in wanted}
        if partition is None:
            found = [mark for mark in home.ledger.watermarks() if mark.report in names]
            _marks_listed([_as_dict(plain(mark)) for mark in found], json=json)
            return
        from tieline.cli.moments import day_of

        day = day_of(partition, wanted[0][0].publisher.zone, now())
        counts = [c for n in sorted(names) for c in home.ledger.days(n) if c.day == day]
    _marks_listed([_as_dict(plain(count)) for count in counts], json=json)


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
    with visited(folder) as home:
        wanted = reports_of(home.feeds, name)
        window = window_of(start, end, zones_of(wanted))
        names = {report.name for _, report in wanted}
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
