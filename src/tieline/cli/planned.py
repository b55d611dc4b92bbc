"""A plan as a person or a program reads it: what would be asked, how, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tieline.cli.frame import give_table, say

if TYPE_CHECKING:
    from tieline.flow import DayState, Plan

URLS_SHOWN = 20


def plan_as_json(made: Sequence[Plan]) -> dict[str, object]:
    """Sums over all reports, one entry a report with its containers and reasons, every address.

    `minutes` is the least that politeness allows, publishers side by side; `estimated` says that
    bytes were guessed, from files seen or from the report's row; `paged` that answers come in pages whose
    number nobody knows before, so that there will be more requests than these. `waiting` days have a hole
    that is asked for later, `given_up` ones a hole that is asked for with `--again` only.
    """
    from tieline.flow import minutes_of

    asks = [ask for one in made for ask in one.asks]
    sizes = [(ask.job.report, ask.bytes) for ask in asks if ask.job.held is None]
    return {
        "days": sum(one.days for one in made),
        "settled": sum(one.settled for one in made),
        **_left([state for one in made for state in one.waiting]),
        "beyond": sum(len(one.beyond) for one in made),
        "requests": sum(one.requests() for one in made),
        "bytes": sum(one.bytes() for one in made),
        "estimated": any(ask.estimated for ask in asks),
        "minutes": round(minutes_of(sizes), 2),
        "paged": any(_is_paged(one) for one in made),
        "reports": [_report(one) for one in made],
        "urls": [ask.job.url for ask in asks if ask.job.held is None],
    }


def _report(one: Plan) -> dict[str, object]:
    from tieline.cli.plain import plain

    return {
        "feed": one.feed.id,
        "report": one.report.name,
        "days": one.days,
        "settled": one.settled,
        "requests": one.requests(),
        "bytes": one.bytes(),
        "estimated": any(ask.estimated for ask in one.asks),
        "minutes": round(one.minutes(), 2),
        "paged": _is_paged(one),
        "containers": one.containers(),
        "why": dict(Counter(ask.why for ask in one.asks)),
        "read_again": len(one.reread),
        "waiting": [plain(state) for state in one.waiting],
        "beyond": [str(day) for day in one.beyond],
    }


def _left(states: Sequence[DayState]) -> dict[str, int]:
    """How many days with holes are asked for later, and how many by nobody any more."""
    given_up = sum(state.standing == "given_up" for state in states)
    return {"waiting": len(states) - given_up, "given_up": given_up}


def _is_paged(one: Plan) -> bool:
    from tieline.feeds import DailyFile

    at = one.report.at
    return isinstance(at, DailyFile) and at.pages is not None and one.requests() > 0


def tell_plan(asked: dict[str, object], *, dry_run: bool) -> None:
    """The sums for a person; a dry run also shows each report and the first addresses."""
    from tieline.cli.plain import size

    count, urls, reports = asked["bytes"], asked["urls"], asked["reports"]
    assert isinstance(count, int)
    assert isinstance(urls, list)
    assert isinstance(reports, list)
    about = "about " if asked["estimated"] else ""
    least = "at least " if asked["paged"] else ""
    say(
        f"{least}{asked['requests']} requests for {asked['days']} market days of reports, "
        f"{asked['settled']} are there and final; {about}{size(count)}, at least "
        f"{asked['minutes']} minutes."
    )
    if asked["waiting"]:
        say(f"  {asked['waiting']} days have holes that wait for their schedule; --again asks now")
    if asked["given_up"]:
        say(
            f"  {asked['given_up']} days have holes that are given up: nobody asks for them again; "
            "--again does"
        )
    if asked["beyond"]:
        say(f"  {asked['beyond']} days the publisher has not, or not any more")
    if asked["paged"]:
        say("  an answer in pages is counted as one request, and takes one for each page")
    if not dry_run:
        return
    give_table(
        ("REPORT", "DAYS", "FINAL", "REQUESTS", "CONTAINERS", "BYTES", "MINUTES", "WHY"),
        [
            (
                one["report"], one["days"], one["settled"], one["requests"],
                _listed(one["containers"]), size(one["bytes"]), one["minutes"], _listed(one["why"]),
            )
            for one in reports
        ],
    )  # fmt: skip
    for url in urls[:URLS_SHOWN]:
        say(f"  {url}")
    if len(urls) > URLS_SHOWN:
        say(f"  and {len(urls) - URLS_SHOWN} more; --json lists all")


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())
