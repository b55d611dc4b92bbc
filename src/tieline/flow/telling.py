"""What a job came to, told as happenings and as one word."""

from __future__ import annotations

from typing import Literal

from tieline.flow.house import House
from tieline.flow.job import Job
from tieline.flow.landing import Landed
from tieline.ledger import Counts, Entry
from tieline.watch import RowsRejected, SliceCommitted, SliceFailed, SliceUnchanged

Result = Literal["committed", "unchanged", "failed", "busy", "elsewhere"]
"""How a job ended; another process works on a `busy` one, and has just finished one done `elsewhere`."""


def tell(house: House, job: Job, landed: Landed, seconds: float) -> Result:
    """Record what a job of ours came to; failed if any of its documents was."""
    feed, report, slice = job.feed.id, job.report.name, str(job.whole.day or job.whole.window)
    failed = [entry for entry in landed.entries if entry.state == "failed"]
    for entry in failed[:3]:
        _failure(house, job, entry, seconds)
    done = [entry for entry in landed.entries if entry.state == "completed"]
    rejected = sum(entry.counts.rejected - entry.counts.aside for entry in done)
    if rejected:
        house.record(RowsRejected(feed=feed, report=report, slice=slice, rows=rejected))
    if landed.rows:
        house.record(
            SliceCommitted(
                feed=feed,
                report=report,
                slice=slice,
                sequence=landed.sequence,
                counts=total([entry.counts for entry in done]),
                bytes=sum(entry.bytes for entry in done),
                seconds=seconds,
                known_at_utc=max(
                    (entry.known_at_utc for entry in done if entry.known_at_utc), default=None
                ),
                stamp_max_utc=max((entry.cover.end for entry in done if entry.cover), default=None),
            )
        )
    elif done and not failed:
        house.record(SliceUnchanged(feed=feed, report=report, slice=slice, seconds=seconds))
    if failed:
        return "failed"
    return "committed" if landed.rows else "unchanged"


def total(counts: list[Counts]) -> Counts:
    """The sum of some counts."""
    return Counts(
        read=sum(one.read for one in counts),
        new=sum(one.new for one in counts),
        revised=sum(one.revised for one in counts),
        unchanged=sum(one.unchanged for one in counts),
        duplicate=sum(one.duplicate for one in counts),
        conflicting=sum(one.conflicting for one in counts),
        rejected=sum(one.rejected for one in counts),
        gone=sum(one.gone for one in counts),
        same=sum(one.same for one in counts),
        aside=sum(one.aside for one in counts),
    )


def _failure(house: House, job: Job, entry: Entry, seconds: float) -> None:
    house.record(
        SliceFailed(
            feed=job.feed.id,
            report=job.report.name,
            slice=str(entry.day or entry.window),
            error=entry.error or "",
            cause=entry.cause,
            text=entry.text or "",
            seconds=seconds,
            retry_at_utc=entry.retry_at_utc,
        )
    )
