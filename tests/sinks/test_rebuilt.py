"""A rebuilt ledger counts commits anew: a sink notices, is filled again, and holds what it held."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.flow.conftest import Bench, bench_of
from tests.sinks.test_objects import newest, rows_of
from tests.sinks.test_postgres import view
from tests.sinks.worlds import current, life
from tieline.assemble import opened, settings_of
from tieline.datasets import INTERFACE_FLOW
from tieline.errors import SinkRefused
from tieline.flow import rebuild_all
from tieline.sinks import Sink, follow
from tieline.sinks.objects import ObjectSink, open_bucket
from tieline.sinks.postgres import PostgresSink

OURS = ("row_sequence", "as_of_sequence", "entry_id", "certificate")


def lose(bench: Bench) -> None:
    """The ledger and the lake are gone; the raw bytes are not."""
    bench.home.ledger.close()
    for path in bench.home.folder.glob("ledger.sqlite*"):
        path.unlink()
    shutil.rmtree(bench.home.folder / "parts")


def refilled(bench: Bench, sink: Sink, held: Callable[[], pl.DataFrame]) -> None:
    """Rebuild the lake, and fill the sink again: it holds what it held before."""
    before = held()
    assert before.height
    lose(bench)
    with opened(settings_of(bench.home.folder)) as home:
        fresh = bench_of(home, bench.folder)
        fresh.house = replace(fresh.house, now=bench.house.now)
        assert all(not one.damage for one in rebuild_all(fresh.house, 4, lambda: None))
        with pytest.raises(SinkRefused, match=r"another ledger.*rebuilt.*--anew"):
            list(follow(fresh.lake(), sink))
        assert_frame_equal(held(), before)
        sink.wipe()
        list(follow(fresh.lake(), sink))
        assert sink.position().ledger == home.ledger.identity()
        assert_frame_equal(told(held()), told(before))
        assert_frame_equal(told(held()), told(current(fresh, INTERFACE_FLOW)))


def told(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows without the numbers that a ledger gives."""
    return rows.drop(OURS, strict=False)


def test_postgres_is_filled_again(bench: Bench, postgres_url: str) -> None:
    list(life(bench))
    sink = PostgresSink("warehouse", postgres_url, "tieline")
    list(follow(bench.lake(), sink))
    refilled(bench, sink, lambda: view(postgres_url))
    sink.close()


def test_a_folder_is_filled_again_and_keeps_nothing_of_an_unfinished_batch(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = open_bucket("drop", (tmp_path / "drops").as_uri())
    sink = ObjectSink("drop", bucket, "parquet", "current")
    commits = life(bench)
    next(commits)
    list(follow(bench.lake(), sink))
    before = newest(rows_of(bucket))
    next(commits)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(ObjectSink, "_commit", _dies)
        list(follow(bench.lake(), sink))
    refused = set((tmp_path / "drops").rglob("*.parquet"))
    assert len(refused) == 2
    lose(bench)
    with opened(settings_of(bench.home.folder)) as home:
        fresh = bench_of(home, bench.folder)
        rebuild_all(fresh.house, 2, lambda: None)
        with pytest.raises(SinkRefused, match="another ledger"):
            list(follow(fresh.lake(), sink))
        sink.wipe()
        assert not any((tmp_path / "drops").rglob("*.parquet"))
        list(follow(fresh.lake(), sink))
        found = newest(rows_of(bucket))
        assert_frame_equal(told(found), told(current(fresh, INTERFACE_FLOW)))
        assert found.height > before.height


def _dies(*_: object) -> bool:
    raise KeyboardInterrupt


def test_a_plan_of_another_ledger_is_not_finished(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = ObjectSink(
        "drop", open_bucket("drop", (tmp_path / "drops").as_uri()), "parquet", "current"
    )
    list(life(bench))
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(ObjectSink, "_commit", _dies)
        list(follow(bench.lake(), sink))
    assert sink.position().sequence == 0
    monkeypatch.setattr(type(bench.home.ledger), "identity", lambda _: "another")
    with pytest.raises(SinkRefused, match="another ledger"):
        list(follow(bench.lake(), sink))
