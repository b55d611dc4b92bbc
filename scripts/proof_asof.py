"""A million questions of true time, known time and sequence, from bytes to answers, against a naive log.

Random lives of a feed go through the real flow: observations in any order of known time, equal polls,
corrections, files that lack rows, unreadable cells, two prints, vintages, replays by other recipes,
other orders of precedence, merges. Each ask turns every knob and asks about every fact of the life,
or of a window of it; a question is one fact of one ask.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.proof_words import Disproved
from tests.flow.questions import Result, questioned

QUESTIONS = 1_000_000
ASKS = 60
BATCH = 20
MEMORY = Path("/dev/shm")
"""Where it is there: small commits of lives that last a second need not reach a disk."""


def run(share: float = 1.0) -> str:
    wanted = max(1000, round(QUESTIONS * share))
    total = Result()
    seed = 0
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        while total.facts < wanted:
            seeds = range(seed, seed + BATCH)
            seed += BATCH
            for result in pool.map(lived, seeds):
                total.add(result)
    told = _told(total, seed)
    if total.wrong:
        raise Disproved("\n".join([told, "", *total.wrong[:10]]))
    return told


def lived(seed: int) -> Result:
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        return questioned(seed, Path(folder) / "home", ASKS)


def _told(total: Result, seeds: int) -> str:
    happened = ", ".join(_counted(total.happened.items()))
    return (
        f"Seeds 0 to {seeds - 1}: {total.lives} lives, {total.facts:,} questions in "
        f"{total.asks:,} asks, {total.rows:,} rows right: {len(total.wrong)} asks with a wrong answer. "
        f"In them: {happened}."
    )


def _counted(happened: Iterable[tuple[str, int]]) -> list[str]:
    return [f"{count:,} {what}" for what, count in sorted(happened)]
