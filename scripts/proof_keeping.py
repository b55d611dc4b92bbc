"""Merging and sweeping beside writers and readers, and killed at every step.

Under seeded schedules two writers import and two readers ask while parts are merged and files removed:
the multiset of rows over all columns, and every answer (latest, first, all, as of, at a sequence), stay what
they were. Then the same work is ended before and after each thing that it leaves at rest.
"""

from __future__ import annotations

from scripts.proof_words import tested

SCHEDULES = 200


def run(share: float = 1.0) -> str:
    schedules = max(2, round(SCHEDULES * share))
    return tested("tests/flow/test_keeping.py", {"TIELINE_KEEPING": str(schedules)})
