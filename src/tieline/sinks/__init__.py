"""Places that rows are written to. Each follows the ledger's sequence with a position of its own."""

from tieline.sinks.following import Lag, follow, lag
from tieline.sinks.protocol import (
    Again,
    Batch,
    Change,
    Copy,
    Follower,
    Letter,
    Plan,
    Position,
    Receipt,
    Sink,
)

__all__ = [
    "Again",
    "Batch",
    "Change",
    "Copy",
    "Follower",
    "Lag",
    "Letter",
    "Plan",
    "Position",
    "Receipt",
    "Sink",
    "follow",
    "lag",
]
