"""Sinks that follow the ledger while it grows: each by a thread of its own, so that none delays another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from tieline.errors import SinkRefused, TielineError
from tieline.select import Lake
from tieline.sinks import Follower, Receipt, follow
from tieline.watch import BatchPublished, Happening, SinkFailed

LOOK_SECONDS = 1.0
"""How often a sink that has everything asks whether there is more."""

FIRST_WAIT = 1.0
LONGEST_WAIT = 300.0
"""Seconds before a sink that failed is tried again: doubled each time, and the longest at once where a person
must act."""

LAST_SECONDS = 10.0
"""How long the end of a live run waits for the batches that are on their way."""

Record = Callable[[Happening], None]


@dataclass(frozen=True, slots=True)
class SinkName:
    """A sink that is to be opened by the thread that uses it."""

    name: str
    open: Callable[[], Follower]


def _never() -> bool:
    return False


def publish(
    lake: Lake, sink: Follower, record: Record, *, stop: Callable[[], bool] = _never
) -> list[Receipt]:
    """Bring a sink up to the ledger; each batch is recorded.

    Raises: SinkUnavailable, SinkRefused, OutcomeUnknown; UnknownName; Damaged, LedgerUnavailable.
    """
    receipts = []
    begun = perf_counter()
    for receipt in follow(lake, sink, stop=stop):
        receipts.append(receipt)
        ended = perf_counter()
        record(_published(lake, sink, receipt, ended - begun))
        begun = ended
    return receipts


def _published(lake: Lake, sink: Follower, receipt: Receipt, seconds: float) -> BatchPublished:
    commits = lake.ledger.commits(sequences=[receipt.upto])
    behind = max(((lake.clock() - one.at_utc).total_seconds() for one in commits), default=0.0)
    return BatchPublished(
        sink=sink.name,
        after=receipt.after,
        upto=receipt.upto,
        rows=receipt.rows,
        withdrawn=receipt.withdrawn,
        refused=sum(receipt.refused.values()),
        bytes=receipt.bytes,
        behind_seconds=max(behind, 0.0),
        seconds=seconds,
    )


@contextmanager
def following(
    lake: Lake, sinks: Sequence[SinkName], record: Record, *, drain: bool
) -> Iterator[None]:
    """Keep sinks up to the ledger while the body runs, and at its end once more.

    With `drain` the end waits until every sink has all or has failed; else it only waits for batches that
    are on their way, and not for ever.
    """
    ending = threading.Event()
    threads = [
        threading.Thread(
            target=_keep_up,
            args=(lake, sink, record, ending, drain),
            name=f"sink {sink.name}",
            daemon=True,
        )
        for sink in sinks
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in threads:
            thread.join(None if drain else LAST_SECONDS)


def _keep_up(
    lake: Lake, named: SinkName, record: Record, ending: threading.Event, drain: bool
) -> None:
    """One sink's life. What it cannot do is told and tried again; a fault of ours ends it, and is told.

    Whatever happens here happens to this sink alone.
    """
    sink: Follower | None = None
    wait = FIRST_WAIT
    while True:
        last = ending.is_set()
        pause = LOOK_SECONDS
        try:
            sink = sink or named.open()
            publish(lake, sink, record, stop=_never if drain else ending.is_set)
            wait = FIRST_WAIT
        except TielineError as error:
            pause = LONGEST_WAIT if isinstance(error, SinkRefused) else wait
            wait = min(wait * 2, LONGEST_WAIT)
            record(_failed(named.name, error, pause))
        except Exception as error:
            record(_failed(named.name, error, None))
            if sink is not None:
                sink.close()
            raise
        if last:
            break
        ending.wait(pause)
    if sink is not None:
        sink.close()


def _failed(sink: str, error: Exception, pause: float | None) -> SinkFailed:
    return SinkFailed(
        sink=sink, error=type(error).__name__, text=str(error), retry_after_seconds=pause
    )
