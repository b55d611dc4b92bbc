"""A week of every feed over a change of the clock, from publishers with faults.

`tieline collect` asks an emulator for all dated files of NYISO, ISO-NE and MISO from three days before
to three days after the night of 2026-11-01. Six faults strike whole reports: an error page, a server
error, cut bytes, nothing, an address that is gone. Whatever is missing must be told with the cause of
its fault, and nothing else may be missing but files that the publisher keeps for some days only.
"""

from __future__ import annotations

from scripts.proof_words import tested

DAYS = 7


def run(share: float = 1.0) -> str:
    """`share` takes that part of the days; of one day only a few feeds are asked."""
    days = max(1, round(DAYS * share))
    return tested("tests/cli/test_week.py", {"TIELINE_PROOF": str(days)})
