"""Ledgers lost and rebuilt from raw bytes alone.

Random lives over the emulated operator: polls under faults, files imported late, archives fetched long after,
replays, merges. Then ledger and lake are deleted and rebuilt from the raw store, and every answer is asked again:
`latest`, `first` and `all` revisions, now and as of random moments, each with its certificate.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.proof_words import Disproved
from tests.flow.rebuilt import Outcome, lost_and_rebuilt

LIVES = 200
MEMORY = Path("/dev/shm")
"""Where it is there: small commits of lives that last seconds need not reach a disk."""


def run(share: float = 1.0) -> str:
    lives = max(1, round(LIVES * share))
    os.environ["POLARS_MAX_THREADS"] = "1"
    total = Outcome()
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as pool:
        for outcome in pool.map(_lived, range(lives)):
            total.add(outcome)
    happened = ", ".join(f"{count:,} {what}" for what, count in sorted(total.happened.items()))
    told = (
        f"Seeds 0 to {lives - 1}: {total.lives} lives, {total.questions:,} answers with {total.rows:,} "
        f"rows, before and after: {len(total.wrong)} differ. In them: {happened}."
    )
    if total.wrong:
        raise Disproved("\n".join([told, "", *total.wrong[:10]]))
    return told


def _lived(seed: int) -> Outcome:
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        return lost_and_rebuilt(seed, Path(folder))
