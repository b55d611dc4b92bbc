"""What is taken out of the publishers' files at random, against the gaps that are told.

Weeks of ten feeds a world, of all that the emulator plays, those behind a key and those that are
listings without stamps too, one world in three over a change of the clocks: lines,
intervals, runs and the ends of files are taken out, numbers spoiled, files left away, served empty,
as an error page, or late; a report cannot be reached at all, its last days are not asked for. The
lake collects, follows its schedule for four days, and its certificates are compared with the truth,
stamp by stamp and row by row.
"""

from __future__ import annotations

from scripts.proof_words import tested

WORLDS = 40


def run(share: float = 1.0) -> str:
    worlds = max(1, round(WORLDS * share))
    return tested("tests/flow/test_gap_recall.py", {"TIELINE_PROOF": str(worlds)})
