"""Kill schedules on SQLite and a local disk that loses what was not forced to it.

Lives of one process with the ledger on SQLite, raw store, sidecars and parts: files that grow, shrink,
break and are corrected, a late file, archives, a new recipe, merging and removal; in every twentieth schedule
also a sink in a folder, which follows four times. Every write, sync, rename and removal is numbered,
SQLite's own and the sink's objects included. A schedule cuts lives off after some of them, by a kill or by
a power cut that keeps any part of what was not synced, and the last life goes on behind what was cut off.
What is not modelled stands in `tests/crash/disk.py`.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path

from scripts.bench_figure import REPOSITORY
from scripts.proof_words import UNCLEAN, Disproved, code
from tests.crash.schedules import Share, share_played

SCHEDULES = 10_000
SEED = 20260302
SHOWN = 20
PLAYED = REPOSITORY / ".cache" / "proof-crash"
"""What was played of each commit; who wants it played again removes it."""

PARTS = 41
"""No divisor of the turns in which kinds of schedules follow each other: every part has all kinds."""


def _kept(count: int) -> dict[int, Path]:
    """The parts of so many schedules that this commit has played."""
    folder = PLAYED / f"{code()}-{count}"
    return {int(path.stem): path for path in sorted(folder.glob("*.json"))}


def _keep(count: int, part: int, played: Share) -> None:
    """Of code that is not committed nothing is kept, for nobody could say what it was."""
    if UNCLEAN not in code():
        path = PLAYED / f"{code()}-{count}" / f"{part}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(played)))


def run(share: float = 1.0) -> str:
    """Play them on all processors. After an interrupt the parts that are done are told; a second one ends the others.

    What is done of a commit is kept, and the same command goes on behind it.
    """
    count = max(1, round(SCHEDULES * share))
    parts = PARTS if count > PARTS else 1
    os.environ["POLARS_MAX_THREADS"] = "1"
    kept = _kept(count)
    results = [Share(**json.loads(path.read_text())) for path in kept.values()]
    if kept:
        print(f"  {len(kept)} of {parts} parts are played already", file=sys.stderr, flush=True)
    left = [part for part in range(parts) if part not in kept]
    with ProcessPoolExecutor(os.cpu_count() or 1, multiprocessing.get_context("spawn")) as pool:
        ended = {pool.submit(share_played, count, SEED, part, parts): part for part in left}
        try:
            for one in as_completed(ended):
                results.append(one.result())
                _keep(count, ended[one], results[-1])
                done = sum(each.played for each in results)
                bad = sum(len(each.wrong) for each in results)
                print(
                    f"  {done:,} of {count:,} schedules, {bad} wrong", file=sys.stderr, flush=True
                )
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
    played, followed, whole = (
        sum(getattr(one, name) for one in results) for name in ("played", "followed", "whole")
    )
    wrong = [text for one in results for text in one.wrong]
    if wrong:
        raise Disproved("\n".join(f"- {text[:2000]}" for text in wrong[:SHOWN]))
    return (
        f"{played:,} of {SCHEDULES:,} schedules with seed {SEED}, each one to five lives cut off: four of ten once, four "
        "twice, two more often. A sink followed in the lives of "
        f"{followed:,}. The last life of {whole:,} went on to its very end, that of the others through "
        "the act that was cut off or the one behind it. After each the lake had the keys, values and known times of a "
        "life that nobody cut off, watermarks had only risen, what was acknowledged was there, and the "
        "ledger was what a recount of its entries, rows, days, gaps, raw objects and sidecars gives; and "
        "a sink had what `select` says at its position, at the end of a life that of the ledger."
    )
