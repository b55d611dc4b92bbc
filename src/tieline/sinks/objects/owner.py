"""Whose a place is: one sink's, which is written down before anything else, once.

Files are named by feed, day and commit and not by sink, so two sinks in one place would take each other's
files for their own.
"""

from __future__ import annotations

import json

from tieline.errors import SinkRefused
from tieline.sinks.objects.bucket import Bucket

CONTROL = "_tieline"
OWNER = f"{CONTROL}/owner.json"


def hold(bucket: Bucket, sink: str, *, take: bool) -> None:
    """See that a place is a sink's own; with `take` one that is nobody's becomes its own.

    A place without this record belongs to the sink whose plans and commits lie in it. Of many that take a
    place at the same time one gets it.
    Raises: SinkRefused if it is another's; SinkUnavailable, and then it may have been taken or not.
    """
    owner = _owner(bucket, sink)
    if owner is None:
        followed = _followed(bucket)
        if others := followed - {sink}:
            raise _foreign(sink, min(others))
        if not take and not followed:
            return
        if bucket.create(OWNER, (json.dumps({"sink": sink}) + "\n").encode()):
            return
        owner = _owner(bucket, sink)
    if owner != sink:
        raise _foreign(sink, str(owner))


def _owner(bucket: Bucket, sink: str) -> str | None:
    body = bucket.read(OWNER)
    if body is None:
        return None
    try:
        return str(json.loads(body)["sink"])
    except (ValueError, KeyError, TypeError) as error:
        raise SinkRefused(f"sink {sink}: {OWNER} is not what tieline wrote") from error


def _followed(bucket: Bucket) -> set[str]:
    """The sinks whose plans or commits lie in a place."""
    inner = (name.removeprefix(f"{CONTROL}/") for name in bucket.names(CONTROL))
    return {name.split("/")[0] for name in inner if "/" in name}


def _foreign(sink: str, other: str) -> SinkRefused:
    return SinkRefused(
        f"sink {sink}: the place that its url names belongs to sink {other}; give this one another folder or "
        f"prefix, or empty that place if {other} is no more"
    )
