"""How whole what is there is, and its holes, as a person or a program reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from tieline.assemble import Home
    from tieline.feeds import Feed, Report
    from tieline.ledger import Gap
    from tieline.select import Certificate
    from tieline.values import Window


def told_gaps(home: Home, gaps: Sequence[Gap]) -> list[dict[str, object]]:
    """Each hole with the instant it fell due, the last look at it, and the next one (null: none)."""
    from tieline.cli.plain import plain
    from tieline.cli.visiting import now
    from tieline.flow import schedule_of

    moment = now()
    told = []
    for gap, look in schedule_of(home.ledger, home.feeds, gaps, moment):
        told.append(
            {
                **_plain(gap),
                "since_utc": plain(look.since_utc),
                "asked_utc": plain(look.asked_utc),
                "next_utc": plain(look.next_utc),
            }
        )
    return told


def _plain(gap: Gap) -> dict[str, object]:
    from tieline.select import gap_as_json

    return {**gap_as_json(gap), "day": str(gap.day) if gap.day else None}


def certified(
    home: Home, feeds: Sequence[Feed], window: Window, vintage: date | None = None
) -> list[Certificate]:
    """What can be said of each feed that has rows in the window, whatever was asked for now; of its
    forecasts the newest, or the `vintage` of one market day."""
    from tieline.cli.visiting import lake_in
    from tieline.select import Question, answer

    lake = lake_in(home)
    return [
        answer(
            lake,
            Question(
                dataset=feed.id,
                start=window.start,
                end=window.end,
                vintage=vintage or "latest",
                columns=("stamp_utc",),
                limit=0,
            ),
        ).certificate
        for feed in dict.fromkeys(feeds)
        if feed.dataset is not None
    ]


def words_of(told: Mapping[str, Any]) -> str:
    """Of a certificate as JSON: whether all is there, how much of what was expected, up to when this holds."""
    words = {None: "completeness unknown", True: "complete", False: "INCOMPLETE"}
    counted = "" if told["expected"] is None else f" of {told['expected']} expected"
    extras = f", {told['extras']} off the grid" if told["extras"] else ""
    return (
        f"{words[told['complete']]}: {told['received']}{counted} received{extras}; "
        f"sequence {told['sequence']}, as of {told['as_of']}"
    )


def unheld(
    home: Home, wanted: Sequence[tuple[Feed, Report]], window: Window | None = None
) -> list[Gap]:
    """Market days without bytes of reports that are kept and not read."""
    from tieline.cli.visiting import lake_in
    from tieline.select import unheld_days

    lake = lake_in(home)
    return [gap for feed, report in wanted for gap in unheld_days(lake, feed, report, window)]


def standing_gaps(home: Home, wanted: Sequence[tuple[Feed, Report]]) -> list[Gap]:
    """Every hole until the last collected day: written down, or missing by now since the mark.

    Before its contiguous mark a report has only holes that were accepted, and these are written down.
    """
    from tieline.markettime import day_window
    from tieline.values import Window

    found = unheld(home, wanted)
    for feed in dict.fromkeys(feed for feed, _ in wanted):
        marks = home.ledger.watermarks(feeds=[feed.id])
        begins = [mark.contiguous_utc for mark in marks if mark.contiguous_utc is not None]
        days = [count.day for report in feed.reports for count in home.ledger.days(report.name)]
        written = home.ledger.gaps(feeds=[feed.id])
        if not begins or not days:
            found += written
            continue
        begin = min(begins)
        end = day_window(feed.publisher.zone, max(days))[1]
        found += [gap for gap in written if gap.start_utc < begin]
        for certificate in certified(home, [feed], Window(begin, max(begin, end))):
            found += certificate.gaps
    return found
