"""Places that rows are written to. Each follows the ledger's sequence with a position of its own."""

from tieline.sinks.following import Lag, follow, lag
from tieline.sinks.protocol import Batch, Change, Copy, Follower, Plan, Position, Receipt, Sink

__all__ = [
    "Batch",
    "Change",
    "Copy",
    "Follower",
    "Lag",
    "Plan",
    "Position",
    "Receipt",
    "Sink",
    "follow",
    "lag",
]
