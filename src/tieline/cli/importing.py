"""`tieline import`: files that somebody has, into the lake."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tieline import errors
from tieline.cli.decoding import ReportName
from tieline.cli.frame import give_json, guarded, say
from tieline.cli.options import AsJson, DayOf, FetchedAt, FilesGiven, Home
from tieline.errors import EXIT_OK, TielineError, UsageError

if TYPE_CHECKING:
    from tieline.assemble import Home as OpenHome
    from tieline.feeds import Feed
    from tieline.flow import Imported

COUNTED = (
    "read", "new", "revised", "unchanged", "gone", "duplicate", "conflicting", "rejected",
)  # fmt: skip


def import_files(
    report: ReportName,
    files: FilesGiven,
    day: DayOf = None,
    fetched_at: FetchedAt = None,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Bring files into the lake, with entries in the ledger; the order of files does not matter.

    A file that cannot be read is kept in quarantine, and ends the command with the code of its
    error after all other files were imported.
    """
    with guarded(json=json):
        from tieline.cli.decoding import fetched_of
        from tieline.cli.moments import day_of
        from tieline.cli.visiting import house_in, now, one_report, report_of_file, visited
        from tieline.flow import import_file

        moment = fetched_of(fetched_at)
        lines = []
        with visited(home, create=True) as found:
            house = house_in(found)
            feed, wanted = one_report(found.feeds, report)
            told = None if day is None else day_of(day, wanted.publisher.zone, now())
            for path in files:
                try:
                    read_as = report_of_file(feed, wanted, report, path.name)
                    done = import_file(house, feed, read_as, path, day=told, fetched_at=moment)
                    lines.append({**_line(path, done), **_certified(found, feed, done)})
                except UsageError as error:
                    lines.append(_not_taken(path, error.about(feed=feed.id)))
                if not json:
                    _tell(lines[-1])
        if json:
            give_json(lines)
        code = next((code for code in map(_exit_code, lines) if code), EXIT_OK)
        if code:
            raise typer.Exit(code)


def _line(path: Path, done: Imported) -> dict[str, object]:
    from tieline.flow.telling import total

    entries = done.landed.entries if done.landed else ()
    counts = total([entry.counts for entry in entries])
    return {
        "file": path.name,
        "sequence": done.landed.sequence if done.landed else None,
        "documents": len(entries),
        "known_already": done.known_already,
        "own_known_time": done.own_known_time,
        **{name: getattr(counts, name) for name in COUNTED},
        "failed": [
            {
                "member": entry.member,
                "day": str(entry.day) if entry.day else None,
                "entry": entry.entry_id,
                "error": entry.error,
                "text": entry.text,
            }
            for entry in entries
            if entry.state == "failed"
        ],
    }


def _certified(home: OpenHome, feed: Feed, done: Imported) -> dict[str, object]:
    """How whole the feed is over the time that a file tells of; of one forecast, how whole it is."""
    from tieline.cli.missing import certified
    from tieline.flow import told_time
    from tieline.values import Window

    entries = done.landed.entries if done.landed else ()
    read = [(feed.report(one.report), one) for one in entries if one.state == "completed"]
    if not read or feed.dataset is None:
        return {"certificate": None}
    days = {one.day if report.vintage == "day" else None for report, one in read}
    (certificate,) = certified(
        home,
        [feed],
        reduce(Window.hull, (told_time(report, one) for report, one in read)),
        vintage=days.pop() if len(days) == 1 else None,
    )
    return {"certificate": certificate.as_json()}


def _not_taken(path: Path, error: TielineError) -> dict[str, object]:
    """A file that could not even be given a slice: the lake has nothing of it."""
    failed = {"member": None, "day": None, "entry": None, "error": type(error).__name__}
    return {
        "file": path.name,
        "sequence": None,
        "documents": 0,
        "known_already": 0,
        "own_known_time": False,
        "certificate": None,
        **dict.fromkeys(COUNTED, 0),
        "failed": [{**failed, "text": f"{error}; nothing of it was kept"}],
    }


def _exit_code(line: dict[str, object]) -> int:
    failed = line["failed"]
    assert isinstance(failed, list)
    return exit_code_of(failed[0]["error"]) if failed else EXIT_OK


def exit_code_of(error: str | None) -> int:
    """The exit code of an error that the ledger names."""
    kind = getattr(errors, error or "", TielineError)
    return int(kind.exit_code)


def _tell(line: dict[str, object]) -> None:
    from tieline.cli.missing import words_of

    if line["documents"]:
        say(
            f"{line['file']}: {line['new']} rows new, {line['revised']} revised, "
            f"{line['unchanged']} unchanged, {line['gone']} gone, {line['rejected']} rejected, "
            f"{line['duplicate']} duplicate, {line['conflicting']} conflicting; "
            f"sequence {line['sequence']}"
        )
    certificate = line["certificate"]
    if isinstance(certificate, dict):
        say(f"{line['file']}: {words_of(certificate)}")
    if line["known_already"]:
        say(
            f"{line['file']}: {line['known_already']} of its documents were there already; "
            "nothing new was learnt of them"
        )
    if line["documents"] and not line["own_known_time"]:
        say(
            f"{line['file']}: has no known time of its own, so it is known when imported; "
            "give --fetched-at if you know when it was fetched"
        )
    failed = line["failed"]
    assert isinstance(failed, list)
    for one in failed:
        say(f"{line['file']}: {one['error']}: {one['text']}")
