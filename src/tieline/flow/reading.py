"""From a document to a verdict: decode, normalise, validate, one after the other."""

from __future__ import annotations

from datetime import datetime

from tieline.decode import read
from tieline.errors import TielineError
from tieline.feeds import Feed, Report
from tieline.normalise import Context, normalise
from tieline.validate import validate
from tieline.values import Document, Known, Slice, Verdict


def understand(
    feed: Feed,
    report: Report,
    slice: Slice,
    document: Document,
    known: Known,
    fetched_at_utc: datetime,
) -> Verdict:
    """Read one document as its report.

    Gives:  canonical rows, rejections and counts.
    Raises: Unreadable and its kinds, DriftFound, AmbiguousTime, ImpossibleTime, EmptyAnswer, each
            naming feed, window and payload.
    """
    if feed.dataset is None:
        raise ValueError(f"{report.name} has no decoder; its bytes are kept and not read")
    context = Context(
        day=slice.day,
        known_at_utc=known.at_utc,
        fetched_at_utc=fetched_at_utc,
        known_basis=known.basis,
    )
    try:
        table = read(report, document)
        rows = normalise(report, feed.dataset, table, context)
        return validate(report, feed.dataset, rows, slice)
    except TielineError as error:
        raise error.about(feed=feed.id, window=str(slice.window), payload=document.sha256) from None
