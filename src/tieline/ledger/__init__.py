"""The catalogue: what was observed, which parts hold its rows, what is missing."""

from tieline.ledger.protocol import Ledger
from tieline.ledger.records import (
    Cause,
    Change,
    Claim,
    Commit,
    Contract,
    Counts,
    DayCount,
    Entry,
    Gap,
    Origin,
    Part,
    Rejection,
    State,
    Summary,
    Watermark,
)
from tieline.ledger.sqlite import open_ledger

__all__ = [
    "Cause",
    "Change",
    "Claim",
    "Commit",
    "Contract",
    "Counts",
    "DayCount",
    "Entry",
    "Gap",
    "Ledger",
    "Origin",
    "Part",
    "Rejection",
    "State",
    "Summary",
    "Watermark",
    "open_ledger",
]
