"""Publishers killed at random steps.

A publisher to a real PostgreSQL and a real S3 server is killed for real (`kill -9`) before or after each thing that it
says to them, chosen at random and always once between rows and position; the next one finishes its work, and the sink is compared with the lake, row for row.
"""

from __future__ import annotations

from scripts.proof_words import tested

KILLS = 100


def run(share: float = 1.0) -> str:
    kills = max(1, round(KILLS * share))
    return tested("tests/sinks/test_killed.py", {"TIELINE_KILLS": str(kills)})
