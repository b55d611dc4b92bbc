"""Publishers killed at random steps, and struck at every one.

A publisher to a real PostgreSQL and a real S3 server is killed for real (`kill -9`) before or after each thing that it
says to them, chosen at random and always once between rows and position; the next one finishes its work, and the sink is compared with the lake, row for row.
Then, in one process, a publisher dies or loses its connections before or after every one of its steps.
"""

from __future__ import annotations

from scripts.proof_words import tested

KILLS = 100
STEPS = 1000
"""More than a publisher has: each of them is taken."""


def run(share: float = 1.0) -> str:
    kills, steps = max(1, round(KILLS * share)), max(1, round(STEPS * share))
    return "\n\n".join(
        (
            tested("tests/sinks/test_killed.py", {"TIELINE_KILLS": str(kills)}),
            tested("tests/crash/test_publishers.py", {"CRASH_STEPS": str(steps)}),
        )
    )
