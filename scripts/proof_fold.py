"""The fold against a naive log, in random worlds.

The store that folds and a log that keeps every look are asked the same questions: as of any time, at
any sequence, latest, first and all; the stored rows are compared with a fold from the beginning,
and worlds are imported again in another order.
"""

from __future__ import annotations

from scripts.proof_words import tested

WORLDS = 8000


def run(share: float = 1.0) -> str:
    worlds = max(20, round(WORLDS * share))
    return tested("tests/fold/test_oracle.py", {"TIELINE_PROOF": str(worlds)})
