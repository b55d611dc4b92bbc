"""Questions against an oracle, in random lakes.

Observations of several reports arrive in random order, some are replayed, withdrawn, marked or
merged; every knob of a question is turned and the answer compared with one that looks at every row.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.proof_words import Disproved
from tests.select.test_pick import test_every_knob_agrees_with_the_oracle as agree
from tests.select.world import FLOWS, FORECAST
from tieline.feeds import Feed

WORLDS = 1000
QUESTIONS = 12


def run(share: float = 1.0) -> str:
    worlds = max(2, round(WORLDS * share))
    asked: Callable[[int, Feed, Path], None] = agree
    wrong: list[str] = []
    for seed in range(worlds):
        for feed in (FLOWS, FORECAST):
            with TemporaryDirectory() as folder:
                try:
                    asked(seed, feed, Path(folder))
                except AssertionError as error:
                    wrong.append(f"seed {seed}, {feed.id}: {str(error)[:200]}")
    told = (
        f"Seeds 0 to {worlds - 1}, {2 * worlds} lakes ({worlds} of flows, {worlds} of forecasts), "
        f"{2 * worlds * QUESTIONS} questions: {len(wrong)} lakes with a wrong answer."
    )
    if wrong:
        raise Disproved("\n".join([told, "", *wrong[:10]]))
    return told
