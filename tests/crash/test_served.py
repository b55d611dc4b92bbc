"""A lake on PostgreSQL and its sinks end as undisturbed ones, whatever befalls process, connections and server.

CRASH_BLOWS says how many schedules are played; `scripts/proof_postgres.py` plays all.
"""

from __future__ import annotations

import os

import pytest

from scripts.engines import postgres
from tests.crash.following import FOLLOWED
from tests.crash.served import share_played

SCHEDULES = int(os.environ.get("CRASH_BLOWS", "6"))
SEED = 20261121
SHORT = tuple(FOLLOWED[place] for place in (0, 1, 6, 10, 16, 21))
"""Two polls, a late file and the merging of days, with sinks that follow twice."""


@pytest.mark.slow
def test_a_shared_lake_and_its_sinks_end_as_if_nothing_befell_them() -> None:
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    told, wrong = share_played(SCHEDULES, SEED, 0, 1, SHORT)
    assert wrong == []
    assert told["schedules"] == SCHEDULES
    assert sum(told.values()) > 2 * SCHEDULES
