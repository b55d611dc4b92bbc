"""`tieline collect`: a range of market days, one off, resumed where it was left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from tieline.cli.frame import give_json, guarded, is_person, say
from tieline.cli.options import AsJson, Home, Since, Until
from tieline.errors import EXIT_HOLES, EXIT_OK, StoreError, UsageError

if TYPE_CHECKING:
    from tieline.assemble import Home as OpenHome
    from tieline.feeds import Feed, Report
    from tieline.flow import House, Job, Outcome, Plan
    from tieline.ledger import Entry, Gap
    from tieline.select import Certificate
    from tieline.values import Window

NO_HOLE = ("not_yet_due", "not_applicable")
"""Causes for which nothing is missing yet, or ever."""

SHOWN = 5

PATIENCE_SECONDS = 60.0
"""How long another process is waited for that works on something of the range."""


def collect(
    feed: Annotated[
        list[str],
        typer.Argument(metavar="FEED...", help="Ids of feeds, publisher:REPORT or codes."),
    ],
    since: Since = None,
    until: Until = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be asked.")] = (
        False
    ),
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="Ask also for days that are final, wait for their schedule or are given up.",
        ),
    ] = False,
    concurrency: Annotated[
        int | None, typer.Option("--concurrency", min=1, max=64, help="Requests at once.")
    ] = None,
    require_complete: Annotated[
        bool, typer.Option("--require-complete", help="End with 6 for whatever is missing.")
    ] = False,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Collect market days from the publishers: --from is included, --to is not, default is now.

    The cheapest containers are asked, and nothing twice: what is there and final is left out, bytes
    that were kept and never read are read, holes are asked for again by their schedule. So the same
    command resumes after any interruption. Ends with 6 if anything of the range is missing, with the
    error's own code if it was one slice; --require-complete counts also what is only late.
    """
    with guarded(json=json):
        from tieline.cli.missing import certified, unheld
        from tieline.cli.planned import plan_as_json, tell_plan
        from tieline.cli.visiting import house_in, planning, visited

        if since is None:
            raise UsageError("say from when: --from 2026-11-01; --to is not included")
        with planning(home) if dry_run else visited(home, create=True) as found:
            wanted = _wanted(found, feed)
            window = _range(wanted, since, until)
            house = house_in(found)
            _take_in(house, () if dry_run else wanted)
            planned = house.now()
            made = _plans(found, house, wanted, window, again=again)
            asked = plan_as_json(made)
            if not json:
                tell_plan(asked, dry_run=dry_run)
            if dry_run:
                if json:
                    give_json(asked)
                return
            _begin(house, wanted, made, window)
            outcomes = _run(found, house, made, planned, concurrency, json=json)
            certificates = certified(found, [feed for feed, _ in wanted], window)
            gaps = [gap for one in certificates for gap in one.gaps]
            gaps += unheld(found, wanted, window)
            summary = _summary(found, wanted, outcomes, asked, certificates, gaps)
        if json:
            give_json(summary)
        else:
            _tell_summary(summary, certificates)
        code = _exit_code(outcomes, summary, require_complete=require_complete)
        if code:
            raise typer.Exit(code)


def _wanted(home: OpenHome, names: Sequence[str]) -> list[tuple[Feed, Report]]:
    from tieline.cli.visiting import reports_of

    return list(dict.fromkeys(pair for name in names for pair in reports_of(home.feeds, name)))


def _range(wanted: Sequence[tuple[Feed, Report]], since: str, until: str | None) -> Window:
    from tieline.cli.visiting import window_of, zones_of

    window = window_of(since, until, zones_of(wanted))
    assert window is not None
    if window.start == window.end:
        raise UsageError(f"the range is empty: {since} to {until}, and --to is not included")
    return window


def _days(report: Report, window: Window) -> tuple[date, date]:
    from tieline.markettime import market_day

    zone = report.publisher.zone
    return market_day(zone, window.start), market_day(zone, window.end - timedelta(microseconds=1))


def _plans(
    home: OpenHome,
    house: House,
    wanted: Sequence[tuple[Feed, Report]],
    window: Window,
    *,
    again: bool,
) -> list[Plan]:
    """One plan a report; a static file has no past, so it is asked only if the range reaches now."""
    from tieline.feeds import DailyFile
    from tieline.flow import plans

    made: list[Plan] = []
    for feed, report in wanted:
        if not isinstance(report.at, DailyFile) and window.end < house.now() - report.every:
            continue
        first, last = _days(report, window)
        made += plans(house, [(feed, report)], first, last, home.bases, again=again)
    return made


def _take_in(house: House, wanted: Sequence[tuple[Feed, Report]]) -> None:
    """What was kept lately and not written down, because somebody was killed. Raises: StoreError."""
    from tieline.flow import take_in

    taken = sum(take_in(house, feed, report) for feed, report in wanted)
    if taken:
        say(f"{taken} observations that an interruption had left were taken in.")


def _begin(
    house: House, wanted: Sequence[tuple[Feed, Report]], made: Sequence[Plan], window: Window
) -> None:
    """Declare where completeness begins, and read again what only an older recipe refused.

    Raises: StoreError.
    """
    from tieline.flow import declare_start, read_held

    for feed, report in wanted:
        declare_start(house, feed, report, _days(report, window)[0])
    for one in made:
        read_held(house, one)


def _run(
    home: OpenHome,
    house: House,
    made: Sequence[Plan],
    planned: datetime,
    concurrency: int | None,
    *,
    json: bool,
) -> list[Outcome]:
    """Run every job. Raises: StoreError if our own disk or ledger failed."""
    import asyncio

    from tieline.assemble import fetcher_of
    from tieline.flow import RealClock
    from tieline.flow import collect as collect_jobs

    jobs = _mixed(made)
    most = concurrency or home.settings.concurrency

    async def run(done: Callable[[Outcome], None]) -> list[Outcome]:
        async with fetcher_of(home, RealClock()) as fetcher:
            return await collect_jobs(
                house, fetcher, jobs, concurrency=most, done=done, since=planned,
                patience=PATIENCE_SECONDS,
            )  # fmt: skip

    with _progress(len(jobs), shown=is_person("stderr") and not json) as done:
        try:
            return asyncio.run(run(done))
        except BaseExceptionGroup as group:
            raise _first(group) from group


def _mixed(made: Sequence[Plan]) -> list[Job]:
    """Jobs of all plans in turn, so that no publisher waits for another's to end."""
    from itertools import chain, zip_longest

    rows = zip_longest(*(one.jobs for one in made))
    return [job for job in chain.from_iterable(rows) if job is not None]


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Of what went wrong at once: our own storage before anything else."""
    found = list(_leaves(group))
    return next((error for error in found if isinstance(error, StoreError)), found[0])


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


@contextmanager
def _progress(total: int, *, shown: bool) -> Iterator[Callable[[Outcome], None]]:
    """A bar that moves as jobs end, and a line for each that failed."""
    if not shown:
        yield lambda outcome: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    bar = Progress(
        "{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with bar:
        task = bar.add_task("collecting", total=total)

        def done(outcome: Outcome) -> None:
            bar.update(task, advance=1, description=str(outcome.job)[:48])
            if outcome.result == "failed":
                bar.console.print(f"failed: {outcome.job}", markup=False, highlight=False)

        yield done


def _summary(
    home: OpenHome,
    wanted: Sequence[tuple[Feed, Report]],
    outcomes: Sequence[Outcome],
    asked: dict[str, object],
    certificates: Sequence[Certificate],
    gaps: Sequence[Gap],
) -> dict[str, object]:
    from tieline.cli.missing import told_gaps

    results = Counter(outcome.result for outcome in outcomes)
    failed = _failed(outcomes)
    holes: Counter[str] = Counter()
    for gap in gaps:
        holes[gap.cause] += gap.missing
    counts = [one.expected for one in certificates]
    counts += [None for feed, _ in wanted if feed.dataset is None]
    known = [count for count in counts if count is not None]
    return {
        "days": asked["days"],
        "requests": asked["requests"],
        "settled": asked["settled"],
        "waiting": asked["waiting"],
        "given_up": asked["given_up"],
        "committed": results["committed"],
        "unchanged": results["unchanged"],
        "failed": results["failed"],
        "busy": results["busy"],
        "elsewhere": results["elsewhere"],
        "rows": sum(outcome.landed.rows for outcome in outcomes if outcome.landed),
        "sequence": home.ledger.sequence(),
        "complete": None if not gaps and len(known) < len(counts) else not gaps,
        "expected": sum(known) if len(known) == len(counts) else None,
        "received": sum(one.received for one in certificates),
        "certificates": [one.as_json() for one in certificates],
        "gaps": dict(holes),
        "holes": told_gaps(home, gaps),
        "failures": [
            {
                "report": entry.report,
                "day": str(entry.day) if entry.day else None,
                "error": entry.error,
                "cause": entry.cause,
                "text": entry.text,
            }
            for entry in failed
        ],
    }


def _failed(outcomes: Sequence[Outcome]) -> list[Entry]:
    return [
        entry
        for outcome in outcomes
        if outcome.landed
        for entry in outcome.landed.entries
        if entry.state == "failed"
    ]


def _tell_summary(summary: dict[str, object], certificates: Sequence[Certificate]) -> None:
    from tieline.cli.missing import words_of

    say(
        f"{summary['committed']} committed, {summary['unchanged']} unchanged, {summary['failed']} "
        f"failed; {summary['rows']} rows, sequence {summary['sequence']}."
    )
    if summary["busy"] or summary["elsewhere"]:
        say(
            f"Another process has finished {summary['elsewhere']} since the plan was made, and holds "
            f"{summary['busy']}: the same command looks again."
        )
    gaps, failures = summary["gaps"], summary["failures"]
    assert isinstance(gaps, dict)
    assert isinstance(failures, list)
    for certificate in certificates:
        say(f"  {', '.join(certificate.feeds)}: {words_of(certificate.as_json())}")
    for cause, missing in gaps.items():
        say(f"  {cause}: {missing} rows missing" if missing else f"  {cause}: whole days missing")
    for one in failures[:SHOWN]:
        say(f"  {one['report']} {one['day'] or ''}: {one['error']}: {one['text']}")
    if len(failures) > SHOWN:
        say(f"  and {len(failures) - SHOWN} more failures; `tieline feeds entries --state failed`")


def _exit_code(
    outcomes: Sequence[Outcome], summary: dict[str, object], *, require_complete: bool
) -> int:
    """One slice ends with its error's code; a range with 6 if anything is missing."""
    from tieline.cli.importing import exit_code_of

    failed = _failed(outcomes)
    if summary["days"] == 1 and failed:
        return exit_code_of(failed[0].error)
    gaps = summary["gaps"]
    assert isinstance(gaps, dict)
    if require_complete and summary["complete"] is not True:
        return EXIT_HOLES
    missing = any(cause not in NO_HOLE for cause in gaps)
    missing = missing or any(entry.cause not in NO_HOLE for entry in failed)
    held = summary["busy"] and summary["complete"] is not True
    return EXIT_HOLES if missing or held else EXIT_OK
