"""Old ledgers come out as new ones are made, with everything that was in them."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from tests.ledger.conftest import DAY, FEED, REPORT, T0, entry, slice_of
from tieline.ledger import Commit, open_ledger
from tieline.ledger.migrations import FORMAT

FORMATS = Path(__file__).parent / "formats"
"""A ledger of each older format as SQL: what a tieline of that format had written."""


def old(number: int, path: Path) -> Path:
    with sqlite3.connect(path) as connection:
        connection.executescript((FORMATS / f"{number}.sql").read_text("utf-8"))
    return path


def shape(path: Path) -> dict[str, object]:
    """Tables with their columns, keys and indexes; texts are one kind, however they are declared."""
    found = inspect(create_engine(f"sqlite:///{path}"))

    def kind(told: object) -> str:
        return "TEXT" if str(told) == "VARCHAR" else str(told)

    return {
        table: (
            [(one["name"], kind(one["type"]), one["nullable"]) for one in found.get_columns(table)],
            found.get_pk_constraint(table)["constrained_columns"],
            sorted((str(one["name"]), one["column_names"]) for one in found.get_indexes(table)),
        )
        for table in found.get_table_names()
    }


def test_every_older_format_is_tried() -> None:
    assert sorted(int(one.stem) for one in FORMATS.glob("*.sql")) == list(range(1, FORMAT))


@pytest.mark.parametrize("number", range(1, FORMAT))
def test_an_old_ledger_gets_the_shape_of_a_new_one(number: int, tmp_path: Path) -> None:
    path = old(number, tmp_path / "old.sqlite")
    open_ledger(path).close()
    open_ledger(tmp_path / "new.sqlite").close()
    before, after = shape(path), shape(tmp_path / "new.sqlite")
    assert before.keys() == after.keys()
    for table in after:
        columns, wanted = before[table], after[table]
        assert isinstance(columns, tuple) and isinstance(wanted, tuple)
        assert sorted(columns[0]) == sorted(wanted[0]), table
        assert columns[1:] == wanted[1:], table


@pytest.mark.parametrize("number", range(1, FORMAT))
def test_an_old_ledger_keeps_what_it_knew_and_goes_on(number: int, tmp_path: Path) -> None:
    ledger = open_ledger(old(number, tmp_path / "old.sqlite"))
    assert [(one.entry_id, one.state, one.sequence) for one in ledger.entries()] == [
        (1, "completed", 2),
        (2, "completed", 2),
        (3, "failed", 3),
    ]
    assert [(one.merged, one.level) for one in ledger.parts()] == [(False, 0), (True, 1)]
    assert ledger.contracts()[FEED].key == ("area_id",)
    assert [one.cause for one in ledger.gaps()] == ["late_upstream"]
    assert [one.reason for one in ledger.rejections(2)] == ["unreadable"]
    assert [one.who for one in ledger.commits()] == [None, None, None]
    (left,) = ledger.claims()
    at = T0 + timedelta(minutes=6)
    later = DAY + timedelta(days=1)
    claim = ledger.claim(
        slice_of(later), holder="b", at=at, lease=timedelta(minutes=5), dead=lambda _: False
    )
    assert claim is not None
    assert (claim.fence > left.fence, claim.attempts) == (True, 2)
    one = entry(ledger.allocate(1), later)
    assert one.entry_id == 6
    commit = Commit(
        at_utc=T0, kind="collect", report=REPORT, believed=3, claim=claim, entries=(one,)
    )
    assert ledger.commit(commit) == 4
    assert ledger.summaries()[0].entries == 4
    ledger.close()
