"""`tieline up` killed at random moments.

What a killed and restarted daemon leaves is compared, row for row, with what an undisturbed one
leaves from the same emulated hour, faults and an hour of the spring change day included.
"""

from __future__ import annotations

from scripts.proof_words import tested

KILLS = 200


def run(share: float = 1.0) -> str:
    kills = max(1, round(KILLS * share))
    return tested("tests/flow/test_kill.py", {"TIELINE_KILLS": str(kills)})
