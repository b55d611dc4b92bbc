"""Kill schedules on SQLite and a local disk that loses what was not forced to it.

Lives of one process with the ledger on SQLite, raw store, sidecars and parts: files that grow, shrink,
break and are corrected, a late file, archives, a new recipe, merging and removal; and a sink in a folder, which
follows four times. Every write, sync, rename and removal is numbered, SQLite's own and the sink's objects included. A schedule cuts lives off after some of them, by a
kill or by a power cut that keeps any part of what was not synced, and the last life goes on to the end.
What is not modelled stands in `tests/crash/disk.py`.
"""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

from scripts.proof_words import Disproved
from tests.crash.schedules import share_played

SCHEDULES = 10_000
SEED = 20260302
SHOWN = 20


def run(share: float = 1.0) -> str:
    count = max(1, round(SCHEDULES * share))
    workers = os.cpu_count() or 1
    os.environ["POLARS_MAX_THREADS"] = "1"
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        ended = [pool.submit(share_played, count, SEED, part, workers) for part in range(workers)]
        results = [one.result() for one in ended]
    played = sum(number for number, _ in results)
    wrong = [text for _, texts in results for text in texts]
    if wrong:
        raise Disproved("\n".join(f"- {text[:2000]}" for text in wrong[:SHOWN]))
    return (
        f"{played:,} schedules with seed {SEED}, each one to five lives cut off: four of ten once, four "
        "twice, two more often. After each the lake had the keys, values and known times of a life that "
        "nobody cut off, watermarks had only risen, what was acknowledged was there, and the ledger was "
        "what a recount of its entries, rows, days, gaps, raw objects and sidecars gives; and the sink had "
        "what `select` says at its position, at last that of the ledger."
    )
