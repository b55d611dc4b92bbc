"""Two writers on PostgreSQL: a slow commit with a lower number is never skipped by a sink."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from polars.testing import assert_frame_equal
from pydantic import SecretStr
from sqlalchemy import event

from tests.flow.conftest import Bench, bench_of, p32
from tests.sinks.test_postgres import asked, view
from tests.sinks.worlds import STAMPS, current, flow, stored
from tieline.assemble import opened, settings_of
from tieline.datasets import INTERFACE_FLOW
from tieline.settings import LedgerSettings
from tieline.sinks import follow
from tieline.sinks.postgres import PostgresSink

SLOW, QUICK = "nyiso:P-32", "nyiso:P-32-CURRENT"


@pytest.fixture
def hosts(tmp_path: Path, postgres_url: str) -> Iterator[tuple[Bench, Bench]]:
    """Two processes' views of one home, each with connections of its own."""
    shared = settings_of(tmp_path / "home", ledger=LedgerSettings(url=SecretStr(postgres_url)))
    with opened(shared) as one, opened(shared) as other:
        (tmp_path / "other").mkdir()
        yield bench_of(one, tmp_path), bench_of(other, tmp_path / "other")


def test_a_slow_commit_is_not_skipped_by_a_sink(
    hosts: tuple[Bench, Bench], postgres_url: str
) -> None:
    slow, quick = hosts
    quick = replace(quick, house=replace(quick.house, locks=quick.folder / "locks"))
    sink = PostgresSink("warehouse", postgres_url, "warehouse")
    slow.bring(p32(STAMPS[:1], flow(100)), "06:00")
    list(follow(quick.lake(), sink))
    before = sink.position().sequence
    holds, go_on = threading.Event(), threading.Event()

    @event.listens_for(slow.home.ledger._database._engine, "before_cursor_execute")  # type: ignore[attr-defined]
    def _linger(*told: Any) -> None:
        if told[2] == "COMMIT" and _numbered(told[0]) and not holds.is_set():
            holds.set()
            go_on.wait(60)

    first = threading.Thread(target=slow.bring, args=(p32(STAMPS, flow(500)), "07:00"))
    first.start()
    assert holds.wait(60)
    second = threading.Thread(
        target=quick.bring,
        args=(p32(STAMPS[:1], flow(700)), "08:00"),
        kwargs={"report": QUICK, "name": "currentExternalLimitsFlows.csv"},
    )
    second.start()
    second.join(0.5)
    assert list(follow(quick.lake(), sink)) == []
    assert second.is_alive() and sink.position().sequence == before
    go_on.set()
    first.join(60)
    list(follow(quick.lake(), sink, most=1))
    second.join(60)
    list(follow(quick.lake(), sink, most=1))
    written = [one.report for one in quick.home.ledger.commits(since=before)]
    assert written == [SLOW, QUICK]
    rows = stored(slow, SLOW).height + stored(slow, QUICK).height
    assert stored(slow, QUICK).height > 0
    (history,) = asked(
        postgres_url, f"SELECT count(*) AS n FROM warehouse.{INTERFACE_FLOW.name}_history"
    )
    assert history["n"] == rows
    found = view(postgres_url, "warehouse").drop("row_sequence")
    assert_frame_equal(found, current(slow, INTERFACE_FLOW))
    sink.close()


def _numbered(connection: Any) -> bool:
    """Whether a transaction has written a commit, and so holds a number that nobody sees yet."""
    held = "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'RowExclusiveLock' AND relation = 'commits'::regclass"
    cursor = connection.connection.cursor()
    cursor.execute(held)
    return bool(cursor.fetchone()[0])
