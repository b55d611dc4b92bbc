"""`tieline feeds replay`: raw bytes read again with the code of this version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from tieline.cli.frame import give_json, guarded, say
from tieline.cli.options import AsJson, Backend, FeedName, Home, Partition, Since, Until
from tieline.errors import EXIT_HOLES

if TYPE_CHECKING:
    from tieline.assemble import Home as OpenHome
    from tieline.feeds import Feed, Report
    from tieline.flow import Replayed
    from tieline.values import Window


def replay(
    feed: FeedName = None,
    partition: Partition = None,
    since: Since = None,
    until: Until = None,
    home: Home = None,
    json: AsJson = False,
    backend: Backend = None,
) -> None:
    """Read raw bytes again with today's code; what was read before is superseded in its place.

    All observations of the range are one commit. What cannot be read now supersedes nothing, and
    the command ends with 6. Parts of the range that are missing or damaged are made again, with
    everything that they held.
    """
    with guarded(json=json):
        from tieline.cli.missing import certified
        from tieline.cli.named import ours_of
        from tieline.cli.visiting import visited
        from tieline.errors import UsageError

        if feed is None:
            raise UsageError("say which feed: --feed iso.rt.load.nyiso")
        with visited(home, writes=True) as found:
            wanted = ours_of(found, feed)
            window = _window(wanted, partition, since, until)
            done = [(report, _replayed(found, one, report, window)) for one, report in wanted]
            whole = {
                feed.id: one.as_json()
                for feed in dict.fromkeys(feed for feed, _ in wanted if feed.dataset is not None)
                for one in certified(found, [feed], window)
            }
        lines = [
            {**_line(report, result), "certificate": whole[feed.id]}
            for (feed, _), (report, result) in zip(wanted, done, strict=True)
            if result is not None
        ]
        if json:
            give_json(lines)
        else:
            _tell(lines)
        if any(line["failed"] for line in lines):
            raise typer.Exit(EXIT_HOLES)


def _window(
    wanted: Sequence[tuple[Feed, Report]],
    partition: str | None,
    since: str | None,
    until: str | None,
) -> Window:
    from tieline.cli.moments import day_of
    from tieline.cli.visiting import now, window_of, zones_of
    from tieline.errors import UsageError
    from tieline.markettime import day_window
    from tieline.values import Window

    if partition is not None:
        zone = wanted[0][0].publisher.zone
        return Window(*day_window(zone, day_of(partition, zone, now())))
    window = window_of(since, until, zones_of(wanted))
    if window is None:
        raise UsageError(
            "say what to replay: --from 2026-11-01 --to now, or --partition 2026-11-01"
        )
    return window


def _replayed(home: OpenHome, feed: Feed, report: Report, window: Window) -> Replayed | None:
    from tieline.cli.visiting import house_in
    from tieline.flow import lost_in, replayable
    from tieline.flow import replay as replay_entries

    if feed.dataset is None:
        return None
    house = house_in(home)
    lost = lost_in(house, feed, report, window)
    return replay_entries(house, feed, report, replayable(house, report, window), lost)


def _line(report: Report, done: Replayed) -> dict[str, object]:
    return {
        "report": report.name,
        "read": done.read,
        "healed": done.healed,
        "repaired": [part.path for part in done.repaired],
        "rows": done.landed.rows if done.landed else 0,
        "sequence": done.landed.sequence if done.landed else None,
        "noteless": [{"entry": one.entry_id, "day": str(one.day or "")} for one in done.noteless],
        "failed": [
            {"entry": entry.entry_id, "day": str(entry.day or ""), "text": str(error)}
            for entry, error in done.failed
        ],
    }


def _tell(lines: Sequence[dict[str, object]]) -> None:
    from tieline.cli.missing import words_of

    for line in lines:
        if not line["read"] and not line["failed"]:
            say(f"{line['report']}: nothing to replay in this range.")
            continue
        say(
            f"{line['report']}: {line['read']} observations read again, {line['healed']} healed, "
            f"{line['rows']} rows written, sequence {line['sequence']}."
        )
        repaired = line["repaired"]
        assert isinstance(repaired, list)
        for path in repaired:
            say(f"  part {path} was damaged and is made again")
        noteless = line["noteless"]
        assert isinstance(noteless, list)
        if noteless:
            say(
                f"  the notes of {len(noteless)} observations are lost or damaged, so their known times stand as "
                "an earlier version decided them; `tieline verify` names them"
            )
        certificate = line["certificate"]
        assert isinstance(certificate, dict)
        say(f"  {words_of(certificate)}")
        failed = line["failed"]
        assert isinstance(failed, list)
        for one in failed:
            say(f"  entry {one['entry']} {one['day']} cannot be read: {one['text']}")
