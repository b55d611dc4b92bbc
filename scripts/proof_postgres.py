"""Kill schedules on PostgreSQL, with lost connections, and through the sinks.

The lives of `crash` with the ledger on a PostgreSQL that forces every commit to disk, followed by a
PostgreSQL sink and an object sink in a folder. Every statement, COPY and COMMIT, every object put and
every durable action on the home's disk is a step. At a step every connection is ended, before it or after
it was done and before its answer was heard; the process dies, by a kill or with a power cut of its own disk;
or the server is stopped without a checkpoint and started. What the server's own disk loses in a power
cut is PostgreSQL's to answer for and is not played; nor is what an object sink's folder loses.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from scripts.proof_words import Disproved
from tests.crash.served import share_played

SCHEDULES = 300
SEED = 20261121
SHOWN = 20
WORDS = {
    "cut": "connections ended before a step",
    "unheard": "after a step and before its answer",
    "restart": "server crashed under a living process",
    "death": "process died",
    "blackout": "process and server died together",
}


def run(share: float = 1.0) -> str:
    count = max(1, round(SCHEDULES * share))
    workers = os.cpu_count() or 1
    os.environ["POLARS_MAX_THREADS"] = "1"
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        ended = [pool.submit(share_played, count, SEED, part, workers) for part in range(workers)]
        results = [one.result() for one in ended]
    told = sum((each for each, _ in results), Counter[str]())
    wrong = [text for _, texts in results for text in texts]
    if wrong:
        raise Disproved("\n".join(f"- {text[:2000]}" for text in wrong[:SHOWN]))
    blows = ", ".join(f"{words}: {told[kind]:,}" for kind, words in WORDS.items())
    return (
        f"{told['schedules']:,} schedules with seed {SEED}, every other one about a COMMIT. Blows that fell: "
        f"{blows}. {told['whole']:,} went on to the very end of the life, the others to one act behind the one "
        "in which the first blow fell. After each the lake had the keys, values and known times of a life that nothing befell, "
        "watermarks had only risen, each slice was committed once, the ledger was what a recount gives, and both "
        "sinks had what `select` says, at the ledger's own position."
    )
