"""A publisher struck at a step, by a death or a lost connection, leaves what the next one finishes.

CRASH_STEPS says at how many of its steps it is struck in each way; `scripts/proof_sinks.py`
takes all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from scripts.engines import s3
from tests.crash.blows import Blow
from tests.crash.following import commits_come_before_files
from tests.crash.publishers import (
    KINDS,
    Database,
    Nothing,
    Target,
    chosen,
    in_bucket,
    in_database,
    steps_of,
    struck,
)
from tests.flow.conftest import Bench
from tests.flow.conftest import bench as bench
from tests.sinks.test_objects import on_server
from tests.sinks.worlds import life
from tieline.sinks.objects import open_bucket
from tieline.sinks.postgres import PostgresSink
from tieline.sinks.protocol import Batch, Receipt

STEPS = int(os.environ.get("CRASH_STEPS", "3"))
ON_SERVER = 3
"""Steps on a real S3 server, which takes a second for each."""


def wrong_at(
    bench: Bench, fresh: Callable[[str], Target], world: Database | Nothing, count: int
) -> list[str]:
    """Strike publishers at so many steps in every way; gives what was wrong."""
    steps = steps_of(bench, fresh("calm"))
    blows = [Blow(step, kind) for step in chosen(steps, count) for kind in KINDS]
    found = [struck(bench, fresh(f"{one.kind}{one.step}"), world, one) for one in blows]
    print(f"{len(blows)} blows at {len(blows) // len(KINDS)} of {len(steps)} steps")
    return [text for each in found for text in each]


def test_a_publisher_to_postgres_struck_at_its_steps(bench: Bench, postgres_url: str) -> None:
    list(life(bench))
    world = Database(postgres_url)
    assert wrong_at(bench, lambda name: in_database(postgres_url, name), world, STEPS) == []


def in_folder(tmp_path: Path) -> Callable[[str], Target]:
    return lambda name: in_bucket(open_bucket("drop", (tmp_path / "drops" / name).as_uri()))


def test_a_publisher_to_a_folder_struck_at_its_steps(bench: Bench, tmp_path: Path) -> None:
    list(life(bench))
    assert wrong_at(bench, in_folder(tmp_path), Nothing(), STEPS) == []


def test_a_publisher_to_a_server_struck_at_its_steps(
    bench: Bench, s3_server: s3.Server, s3_bucket: str
) -> None:
    list(life(bench))

    def fresh(name: str) -> Target:
        return in_bucket(on_server(s3_server, s3_bucket, prefix=name))

    assert wrong_at(bench, fresh, Nothing(), ON_SERVER) == []


def test_a_position_that_is_written_before_the_rows_is_found_in_postgres(
    bench: Bench, postgres_url: str
) -> None:
    list(life(bench))
    apply, hold = PostgresSink.apply, PostgresSink._hold
    begun: list[Batch] = []

    def applies(sink: PostgresSink, batch: Batch) -> Receipt | None:
        begun.append(batch)
        return apply(sink, batch)

    def holds(sink: PostgresSink, connection: object, sequence: int) -> bool:
        held = hold(sink, connection, sequence)  # type: ignore[arg-type]
        batch = begun[-1]
        if held:
            connection.execute(  # type: ignore[attr-defined]
                "UPDATE tieline_positions SET sequence = %s, mark = %s", [batch.upto, batch.mark]
            )
            connection.commit()  # type: ignore[attr-defined]
        return held

    with (
        patch.object(PostgresSink, "apply", applies),
        patch.object(PostgresSink, "_hold", holds),
    ):
        assert _found(bench, lambda name: in_database(postgres_url, name), "commit")


def test_a_commit_that_is_written_before_the_files_is_found_in_a_folder(
    bench: Bench, tmp_path: Path
) -> None:
    list(life(bench))
    with commits_come_before_files():
        assert _found(bench, in_folder(tmp_path), "put _tieline")


def _found(bench: Bench, fresh: Callable[[str], Target], after: str) -> bool:
    """Whether a publisher that dies right after a step of a kind leaves what the next cannot mend."""
    steps = steps_of(bench, fresh("calm"))
    deaths = [place + 2 for place, step in enumerate(steps[:-1]) if step.startswith(after)]
    return any(
        struck(bench, fresh(f"death{one}"), Nothing(), Blow(one, "death"))
        for one in reversed(deaths)
    )
