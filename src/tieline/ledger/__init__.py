"""The catalogue: what was observed, which parts hold its rows, what is missing."""

from tieline.ledger.opening import open_ledger
from tieline.ledger.protocol import Ledger
from tieline.ledger.records import (
    Attempt,
    Cause,
    Change,
    Claim,
    Commit,
    Contract,
    Counts,
    DayCount,
    Entry,
    Forgotten,
    Gap,
    Origin,
    Part,
    Rejection,
    State,
    Summary,
    Unread,
    Watermark,
    Written,
)

__all__ = [
    "Attempt",
    "Cause",
    "Change",
    "Claim",
    "Commit",
    "Contract",
    "Counts",
    "DayCount",
    "Entry",
    "Forgotten",
    "Gap",
    "Ledger",
    "Origin",
    "Part",
    "Rejection",
    "State",
    "Summary",
    "Unread",
    "Watermark",
    "Written",
    "open_ledger",
]
