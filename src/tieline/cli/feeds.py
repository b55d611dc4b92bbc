"""`tieline feeds`: what is published, what the ledger knows of it, what is missing, replays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tieline.cli.entries import entries_listed
from tieline.cli.frame import give_json, give_table, guarded, say
from tieline.cli.ledgered import gaps_listed, status_listed, watermarks_listed
from tieline.cli.options import AsJson, Backend, FeedName, Home, Partition, Since, Until
from tieline.cli.replaying import replay

if TYPE_CHECKING:
    from tieline.feeds import Feed, Report

feeds = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Feeds and what the ledger knows of them.",
)

EntryState = Annotated[
    str | None,
    typer.Option(
        "--state",
        help="pending, running, completed, failed, superseded, or the views replaying and skipped.",
    ),
]
EntryLimit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many entries.")]


@feeds.callback()
def _group(backend: Backend = None) -> None:
    """Feeds and what the ledger knows of them."""


@feeds.command("list")
def list_feeds(
    feed: FeedName = None,
    partition: Partition = None,
    state: EntryState = None,
    limit: EntryLimit = None,
    home: Home = None,
    json: AsJson = False,
    backend: Backend = None,
) -> None:
    """List every feed, also those of which only other programs wrote to the ledger.

    With --partition, --state or --limit list ledger entries instead.
    """
    with guarded(json=json):
        if partition or state or limit:
            entries_listed(home, feed, partition, state, limit, json=json)
            return
        lines = _listed(feed, home)
        if json:
            give_json(lines)
            return
        give_table(
            ("FEED", "DATASET", "REPORTS"),
            [
                (one["feed"], one["dataset"] or _undecoded(one), ", ".join(one["reports"]))
                for one in lines
            ],
        )


@feeds.command()
def show(
    feed: Annotated[str, typer.Argument(help="Id of a feed, publisher:REPORT or a code.")],
    home: Home = None,
    json: AsJson = False,
    backend: Backend = None,
) -> None:
    """Show how a feed is published: its reports with address, cadence, times and promises.

    Where there is a lake, codes among its newest rows that no table knows are shown too.
    """
    with guarded(json=json):
        from tieline.cli.visiting import reports_of

        wanted = reports_of(_known_feeds(home), feed)
        chosen = wanted[0][0]
        reports = [_facts(report) for _, report in wanted]
        unknown = _unknown(chosen, home)
        if json:
            give_json({**_line(chosen), "reports": reports, "unknown_codes": unknown})
            return
        give_table(("FEED", "DATASET", "PUBLISHER"), [_head(chosen)])
        for facts in reports:
            give_table(("", ""), [(name, value) for name, value in facts.items() if value])
        if unknown:
            give_table(("UNKNOWN CODE", "", "", "ROWS"), [_code(one) for one in unknown])


@feeds.command()
def status(
    feed: FeedName = None, home: Home = None, json: AsJson = False, backend: Backend = None
) -> None:
    """Show how each report stands: newest rows, watermarks, holes, the last failure."""
    with guarded(json=json):
        status_listed(home, feed, json=json)


@feeds.command()
def entries(
    feed: FeedName = None,
    partition: Partition = None,
    state: EntryState = None,
    limit: EntryLimit = None,
    home: Home = None,
    json: AsJson = False,
    backend: Backend = None,
) -> None:
    """List ledger entries, the newest first."""
    with guarded(json=json):
        entries_listed(home, feed, partition, state, limit, json=json)


@feeds.command()
def watermark(
    feed: FeedName = None,
    partition: Partition = None,
    home: Home = None,
    json: AsJson = False,
    backend: Backend = None,
) -> None:
    """Show how far rows are complete; with --partition how complete one market day is."""
    with guarded(json=json):
        watermarks_listed(home, feed, partition, json=json)


@feeds.command()
def gaps(
    feed: FeedName = None,
    since: Since = None,
    until: Until = None,
    home: Home = None,
    json: AsJson = False,
    backend: Backend = None,
) -> None:
    """List holes: why, since when they are due, when they were asked for and will be again."""
    with guarded(json=json):
        gaps_listed(home, feed, since, until, json=json)


feeds.command()(replay)


def _known_feeds(home: Home) -> tuple[Feed, ...]:
    """Every feed, with those that the settings add; no lake is needed."""
    from tieline.assemble import feeds_of, settings_of

    return feeds_of(settings_of(home))


def _listed(name: str | None, home: Home) -> list[dict[str, Any]]:
    """Lines of the feeds that a name means; of a name that no feed has, what other programs wrote under it.

    Raises: UnknownName.
    """
    from tieline.cli.named import meaning
    from tieline.cli.visiting import reports_of
    from tieline.errors import UnknownName

    known = _known_feeds(home)
    try:
        lines = [_line(one) for one in dict.fromkeys(one for one, _ in reports_of(known, name))]
    except UnknownName:
        meant = meaning(name or "", _outside(home))
        if not meant:
            raise
        return [_outside_line(one) for one in meant]
    if name is None:
        ids = {feed.id for feed in known}
        lines += [_outside_line(one) for one in _outside(home) if one not in ids]
    return lines


def _undecoded(line: dict[str, Any]) -> str:
    return "(no decoder)" if line["publisher"] else "(another program's)"


def _outside(home: Home) -> list[str]:
    """Feeds of which other programs wrote; none where there is no ledger to ask."""
    from tieline.cli.visiting import visited
    from tieline.errors import StoreError, Unconfigured
    from tieline.ledger.outside import outside_feeds

    try:
        with visited(home) as found:
            return outside_feeds(found.ledger)
    except Unconfigured:
        return []
    except StoreError as error:
        say(f"Feeds of other programs are not listed: {error}")
        return []


def _outside_line(feed: str) -> dict[str, Any]:
    from tieline.ledger.outside import outside_report

    reports = [outside_report(feed)]
    return {"feed": feed, "dataset": None, "publisher": None, "zone": None, "reports": reports}


def _unknown(feed: Feed, home: Home) -> list[dict[str, object]]:
    """Codes that no table knows; none where there is no lake yet."""
    from tieline.cli.visiting import lake_in, visited
    from tieline.errors import Unconfigured
    from tieline.select import unknown_codes

    try:
        with visited(home) as found:
            return unknown_codes(lake_in(found), feed).to_dicts()
    except Unconfigured:
        return []


def _code(one: dict[str, object]) -> tuple[object, ...]:
    return one["code"], one["column"], one["report"], one["rows"]


def _line(feed: Feed) -> dict[str, Any]:
    return {
        "feed": feed.id,
        "dataset": feed.dataset.name if feed.dataset else None,
        "publisher": feed.publisher.id,
        "zone": feed.publisher.zone,
        "reports": [report.name for report in feed.reports],
    }


def _head(feed: Feed) -> tuple[str, str, str]:
    dataset = feed.dataset.name if feed.dataset else "(no decoder: bytes only)"
    return feed.id, dataset, f"{feed.publisher.name}, {feed.publisher.zone}"


def _facts(report: Report) -> dict[str, object]:
    from tieline.feeds import DailyFile

    label = report.label
    return {
        "report": report.name,
        "title": report.title,
        "address": report.at.path,
        "archive": report.at.archive if isinstance(report.at, DailyFile) else None,
        "every": str(report.every),
        "promised_within": str(report.promised_within),
        "settles_after": str(report.settles_after),
        "label": label.kind if label else None,
        "zone": label.zone if label else None,
        "grid": (label.grid or "irregular") if label else None,
        "repeated_hour": label.repeated if label else None,
        "absence": report.absence.kind,
        "print": report.print,
        "entities": len(report.entities) or None,
        "recipe": report.recipe_id,
        "since": str(report.since) if report.since else None,
        "asked_again_until": str(report.probing.until),
        "established_by": report.established_by,
    }
