"""A publisher killed at any step leaves a sink that the next one finishes: exactly once, equal to the lake."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from polars.testing import assert_frame_equal

from scripts.engines import s3
from tests.conftest import REPOSITORY
from tests.flow.conftest import Bench
from tests.sinks.killed import published, stepping
from tests.sinks.test_clickhouse import assert_equal
from tests.sinks.test_objects import newest, on_server, rows_of
from tests.sinks.test_postgres import asked, view
from tests.sinks.worlds import current, life, stored
from tieline.datasets import INTERFACE_FLOW
from tieline.sinks.clickhouse import LedgerCopy

KILLS = int(os.environ.get("TIELINE_KILLS", "3"))
SEED = int(os.environ.get("TIELINE_SEED", "20261121"))


def say_sinks(bench: Bench, tables: dict[str, dict[str, str]]) -> Path:
    lines = []
    for name, told in tables.items():
        lines += [f"[sinks.{name}]", *(f'{key} = "{value}"' for key, value in told.items())]
    (bench.home.folder / "tieline.toml").write_text("\n".join(lines) + "\n")
    return bench.home.folder


def kill_at(home: Path, name: str, step: int) -> None:
    """Publish in a process of its own that dies at a step."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.sinks.killed", home, name, str(step)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY / 'src'}{os.pathsep}{REPOSITORY}"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-2000:]


def chosen(steps: int, certain: int) -> list[int]:
    """Steps to die at: the certain one, and others at random."""
    dice = random.Random(SEED)
    return [certain, *(dice.randint(1, steps) for _ in range(KILLS - 1))]


def test_postgres_holds_every_row_once_after_a_kill(bench: Bench, postgres_url: str) -> None:
    list(life(bench))
    names = [f"k{number}" for number in range(KILLS)]
    sinks = {
        name: {"kind": "postgres", "url": postgres_url, "namespace": name}
        for name in ("whole", *names)
    }
    home = say_sinks(bench, sinks)
    with stepping() as steps:
        published(home, "whole", most=4)
    expected = current(bench, INTERFACE_FLOW)
    rows_without_position = steps.before_last("commit")
    for name, step in zip(names, chosen(len(steps.done), rows_without_position), strict=True):
        kill_at(home, name, step)
        published(home, name, most=1000)
        assert_frame_equal(view(postgres_url, name).drop("row_sequence"), expected)
        (history,) = asked(
            postgres_url, f"SELECT count(*) AS n FROM {name}.{INTERFACE_FLOW.name}_history"
        )
        assert history["n"] == stored(bench).height, f"step {step}"


def test_an_object_store_holds_every_row_once_after_a_kill(
    bench: Bench, s3_server: s3.Server, s3_bucket: str
) -> None:
    list(life(bench))
    names = [f"k{number}" for number in range(KILLS)]
    sinks = {
        name: {
            "kind": "objects",
            "url": f"s3://{s3_bucket}/{name}",
            "endpoint": s3_server.endpoint,
            "access_key": s3_server.access_key,
            "secret_key": s3_server.secret_key,
        }
        for name in ("whole", *names)
    }
    home = say_sinks(bench, sinks)
    with stepping() as steps:
        published(home, "whole", most=4)
    expected = current(bench, INTERFACE_FLOW)
    rows_without_position = steps.before_last("put", 2)
    for name, step in zip(names, chosen(len(steps.done), rows_without_position), strict=True):
        kill_at(home, name, step)
        published(home, name, most=1000)
        bucket = on_server(s3_server, s3_bucket, prefix=name)
        assert_frame_equal(newest(rows_of(bucket)), expected)


def test_a_copy_of_the_ledger_is_equal_to_it_after_a_kill(bench: Bench, tmp_path: Path) -> None:
    list(life(bench))
    names = [f"k{number}" for number in range(KILLS)]
    sinks = {
        name: {"kind": "clickhouse", "url": f"chdb://{tmp_path / name}"}
        for name in ("whole", *names)
    }
    home = say_sinks(bench, sinks)
    with stepping() as steps:
        published(home, "whole", most=4)
    rows_without_position = steps.before_last("tell")
    for name, step in zip(names, chosen(len(steps.done), rows_without_position), strict=True):
        kill_at(home, name, step)
        published(home, name, most=4)
        held = LedgerCopy(name, sinks[name]["url"])
        assert_equal(bench, held)
        held.close()
