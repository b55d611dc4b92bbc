"""A batch is the same whatever was merged since."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from tests.flow.conftest import Bench
from tests.flow.test_things import ACTUAL, FEEDS, bring, clock, listing
from tieline.flow.merging import merge_days, merge_months
from tieline.sinks.objects.files import drops
from tieline.sinks.protocol import Plan
from tieline.sinks.reading import followed, read_batch

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize("seed", [1, 5])
def test_a_batch_of_things_that_come_and_go_is_the_same_after_a_merge(
    bench: Bench, seed: int
) -> None:
    dice = random.Random(seed)
    ids = tuple(range(25001, 25007))
    looks = [(day, hour) for day in (3, 4, 5) for hour in (12, 15)]
    dice.shuffle(looks)
    for day, hour in looks:
        some = tuple(one for one in ids if dice.random() < 0.6)
        listed = listing(day, *((f"07:{minute:02}", some) for minute in (0, 5, 10, 15)))
        named = b"X" if dice.random() < 0.5 else b"Y"
        bring(bench, ACTUAL, day, clock(day, hour), listed.replace(b"LINE 25002", named))
    lake, names = bench.lake(), [FEEDS[ACTUAL]]
    feeds, head = followed(lake, names), lake.ledger.sequence()

    def files() -> list[list[str]]:
        return [
            sorted(
                drop.name
                for drop in drops(read_batch(lake, feeds, names, after, plan), "current", "parquet")
            )
            for after in range(head)
        ]

    plan = Plan(head, AS_OF)
    before = files()
    assert list(merge_days(bench.house, ACTUAL))
    assert files() == before
    list(merge_months(bench.house, ACTUAL))
    assert files() == before
