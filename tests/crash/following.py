"""Sinks in a life: acts by which they follow the ledger, and whether they say what the lake says."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from tests.crash.lives import ACTS, FEED, REPORTS, Act, Life, drops_in
from tests.sinks.test_objects import files, newest, rows_of
from tests.sinks.test_postgres import asked, view
from tests.sinks.worlds import current, stored
from tieline.assemble import lake_of, sinks_of
from tieline.datasets import INTERFACE_FLOW
from tieline.settings import SinkSettings
from tieline.sinks import Batch, Position, Sink, follow, lag
from tieline.sinks.objects import ObjectSink, open_bucket
from tieline.sinks.postgres import PostgresSink

WAREHOUSE = "warehouse"
MOST = 24
"""Rows of a batch, so that a sink has several."""


def sinks_in(url: str, drops: Path) -> dict[str, SinkSettings]:
    """A PostgreSQL sink in the database of an address, and one in a folder."""
    return {
        WAREHOUSE: SinkSettings(
            kind="postgres", url=SecretStr(url), namespace=WAREHOUSE, feeds=(FEED,)
        ),
        **drops_in(drops),
    }


def _follow(life: Life) -> None:
    """Bring every sink up to the ledger."""
    for name in life.bench.home.settings.sinks:
        sink = _opened(life, name)
        try:
            for _ in follow(lake_of(life.bench.home), sink, most=MOST):
                continue
        finally:
            sink.close()


def _opened(life: Life, name: str) -> Sink:
    (named,) = sinks_of(life.bench.home, [name])
    opened = named.open()
    assert isinstance(opened, (PostgresSink, ObjectSink))
    return opened


FOLLOW = "sinks follow"
"""Name of the acts that another life may leave to the next of them."""

FOLLOWED: tuple[Act, ...] = tuple(
    act
    for part in (ACTS[:6], ACTS[6:10], ACTS[10:13], ACTS[13:])
    for act in (*part, Act(FOLLOW, _follow))
)
"""A life in which sinks follow four times: after a withdrawal, a late file, a new recipe, and at the end."""


def commits_come_before_files() -> AbstractContextManager[object]:
    """Break the sink in a folder: what it has is said before it is there."""
    planned, commit = ObjectSink._planned, ObjectSink._commit

    def plans(sink: ObjectSink, batch: Batch) -> bool:
        told = {
            "after": batch.after,
            "upto": batch.upto,
            "mark": batch.mark,
            "feeds": list(sink.feeds),
        }
        return planned(sink, batch) and commit(
            sink, batch.upto, {**told, "form": "parquet", "holds": "current", "files": []}
        )

    return patch.object(ObjectSink, "_planned", plans)


def at_the_lake(life: Life, *, through: bool) -> list[str]:
    """Where sinks differ from the lake at their positions; `through` if nothing may wait."""
    wrong: list[str] = []
    for name in life.bench.home.settings.sinks:
        sink = _opened(life, name)
        try:
            position = sink.position()
            if through:
                behind = lag(lake_of(life.bench.home), sink, position, life.house.now())
                if behind.commits or position.plan is not None:
                    wrong.append(f"{name} stands at {position}, {behind.commits} commits wait")
        finally:
            sink.close()
        if position.sequence:
            wrong += _differences(life, name, position)
    return wrong


def _differences(life: Life, name: str, position: Position) -> list[str]:
    """A batch on its way to an object store may have left files: then nothing can be said."""
    if position.plan is not None:
        return []
    expected = current(life.bench, INTERFACE_FLOW, position.sequence)
    told = life.bench.home.settings.sinks[name]
    url = told.url.get_secret_value()
    wrong = []
    if told.kind == "postgres":
        found = view(url, told.namespace).drop("row_sequence")
        (history,) = asked(url, f"SELECT count(*) AS n FROM {told.namespace}.{_HISTORY}")
        rows = sum(
            (stored(life.bench, report)["row_sequence"] <= position.sequence).sum()
            for report in REPORTS
        )
        if history["n"] != rows:
            wrong.append(f"{name} has {history['n']} rows of history, the lake {rows}")
    else:
        folder = Path(unquote(urlsplit(url).path))
        bucket = open_bucket(name, folder.as_uri())
        found = newest(rows_of(bucket)) if files(bucket) else expected.clear()
    if not found.equals(expected):
        wrong.append(
            f"{name} at {position.sequence} has {found.height} rows, the lake {expected.height}"
        )
    return wrong


_HISTORY = f"{INTERFACE_FLOW.name}_history"
