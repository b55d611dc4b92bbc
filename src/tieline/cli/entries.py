"""Ledger entries, listed: what was observed, what is worked on, what is tried again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tieline.cli.frame import give_json, give_table, say
from tieline.cli.named import Named, Partition, named_in, partition_in
from tieline.cli.plain import fields_of, instant
from tieline.cli.visiting import visited
from tieline.errors import UsageError

if TYPE_CHECKING:
    from tieline.assemble import Home
    from tieline.ledger import Attempt, Claim, Entry
    from tieline.values import Slice

STATES = ("pending", "running", "completed", "failed", "superseded")
VIEWS = ("replaying", "skipped")
SHOWN = 50

COLUMNS = (
    *("ENTRY", "REPORT", "DAY", "STATE", "KNOWN AT", "BASIS", "ROWS", "NEW", "REJ", "SEQ"),
    "WHY",
)
COLUMNS_OF_CLAIMS = ("SLICE", "STATE", "HOLDER", "ATTEMPTS", "EXPIRES")
COLUMNS_OF_ATTEMPTS = ("SLICE", "STATE", "TRIES", "LAST", "NOT BEFORE", "WHY")


def entries_listed(
    folder: Path | None,
    name: str | None,
    partition: str | None,
    state: str | None,
    limit: int | None,
    *,
    json: bool,
) -> None:
    """The newest entries; of `running` and `pending` also the claims and the slices that are tried again.

    Raises: UsageError for a state nobody knows or a partition that is none; Unconfigured without a home,
            UnknownName, LedgerUnavailable.
    """
    if state is not None and state not in (*STATES, *VIEWS):
        raise UsageError(f"--state is one of {', '.join((*STATES, *VIEWS))}, not {state!r}")
    most = limit or SHOWN
    with visited(folder) as home:
        named = named_in(home, name)
        part = partition_in(home, named, partition)
        claims = _claims(home, named, part)[:most] if state == "running" else []
        attempts = _attempts(home, named, part)[:most] if state == "pending" else []
        found = _entries(home, named, part, state, most)[: most - len(claims) - len(attempts)]
        numbers = sorted({entry.sequence for entry in found if entry.sequence is not None})
        who = {one.sequence: one.who for one in home.ledger.commits(sequences=numbers)}
    if state == "replaying":
        say("Nothing of ours is ever stored as replaying: work is claimed, and ends in one commit.")
    if json:
        give_json(
            [
                *({**fields_of(claim), "state": "running"} for claim in claims),
                *({**fields_of(one), "state": "pending"} for one in attempts),
                *(_as_json(entry, who.get(entry.sequence or 0)) for entry in found),
            ]
        )
    elif state == "running":
        give_table(COLUMNS_OF_CLAIMS, [*map(_claim_line, claims), *map(_running_line, found)])
    elif state == "pending":
        give_table(COLUMNS_OF_ATTEMPTS, [*map(_attempt_line, attempts), *map(_pending_line, found)])
    else:
        give_table(COLUMNS, [_entry_line(entry) for entry in found])
    if limit is None and len(claims) + len(attempts) + len(found) == most:
        say(f"The newest {most} are shown; --limit shows more.")


def _entries(
    home: Home, named: Named, part: Partition | None, state: str | None, most: int
) -> list[Entry]:
    from tieline.ledger.outside import (
        entries_of_day,
        outside_report,
        view,
        written_partition,
        zones_by_report,
    )

    stored, fits = (None, None) if state is None else view(state)
    found: list[Entry] = []
    limit = None if state in ("running", *VIEWS) else most
    if part is None:
        found = home.ledger.entries(
            reports=named.reports, states=stored, limit=limit, newest_first=True
        )
    elif part.day is not None:
        zones = zones_by_report(home.feeds)
        found = entries_of_day(
            home.ledger, part.day, zones, reports=named.reports, states=stored, limit=limit
        )
    if part is not None and part.text is not None:
        theirs = [outside_report(feed) for feed in named.outside]
        told = home.ledger.entries(reports=theirs, states=stored)
        found += [entry for entry in told if written_partition(entry) == part.text]
        found.sort(key=lambda entry: entry.entry_id, reverse=True)
    return [entry for entry in found if fits is None or fits(entry)][:most]


def _claims(home: Home, named: Named, part: Partition | None) -> list[Claim]:
    """What is worked on, the newest claim first."""
    held = [one for one in home.ledger.claims() if _asked(home, one.slice, named, part)]
    return sorted(held, key=lambda claim: claim.fence, reverse=True)


def _attempts(home: Home, named: Named, part: Partition | None) -> list[Attempt]:
    """Slices that will be tried again, the last tried first: how often they were, and what came of it."""
    open_ones = [one for one in home.ledger.attempts() if _asked(home, one.slice, named, part)]
    return sorted(open_ones, key=lambda one: one.last_utc, reverse=True)


def _asked(home: Home, slice: Slice, named: Named, part: Partition | None) -> bool:
    from tieline.ledger.outside import market_day_of, zones_by_report

    if slice.report not in named.reports:
        return False
    return part is None or market_day_of(slice, zones_by_report(home.feeds)) == part.day


def _as_json(entry: Entry, who: str | None) -> dict[str, object]:
    from tieline.ledger.outside import state_of

    return {**fields_of(entry), "state": state_of(entry), "who": who}


def _entry_line(entry: Entry) -> tuple[object, ...]:
    from tieline.ledger.outside import state_of

    counts = entry.counts
    return (
        entry.entry_id,
        entry.report,
        _day(entry),
        state_of(entry),
        instant(entry.known_at_utc),
        entry.known_basis,
        counts.read,
        counts.new + counts.revised,
        counts.rejected,
        entry.sequence,
        _why(entry),
    )


def _claim_line(claim: Claim) -> tuple[object, ...]:
    return claim.slice, "running", claim.holder, claim.attempts, instant(claim.expires)


def _running_line(entry: Entry) -> tuple[object, ...]:
    """Work of another program: no claim holds it, and only the writer knows when it ends."""
    return f"{entry.report} {_day(entry)}", "running", entry.run, None, None


def _attempt_line(one: Attempt) -> tuple[object, ...]:
    why = one.text and f"{one.error}: {one.text[:100]}"
    return one.slice, "pending", one.tries, instant(one.last_utc), instant(one.next_utc), why


def _pending_line(entry: Entry) -> tuple[object, ...]:
    written = instant(entry.fetched_at_utc)
    return f"{entry.report} {_day(entry)}", "pending", None, written, None, _why(entry)


def _day(entry: Entry) -> object:
    from tieline.ledger.outside import outside_feed, written_partition

    if outside_feed(entry.report) is not None:
        return written_partition(entry)
    return entry.day or instant(entry.window.start)


def _why(entry: Entry) -> str | None:
    """What went wrong, or what another program said besides."""
    said = entry.text and entry.text[:100]
    return f"{entry.error}: {said}" if said and entry.error else said
