"""Faults in JSON answers: each does what its name says, and nothing to an answer without rows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tieline.emulate.damage import Draws
from tieline.emulate.json_damage import ROWS

LISTED = [
    {"BeginDate": f"2026-11-01T0{hour}:00:00.000-05:00", "Location": {"@LocId": place}, "Mw": 5}
    for hour in range(3, 9)
    for place in ("1", "2")
]


def spoiled(name: str) -> list[dict[str, Any]]:
    body = json.dumps({"Loads": {"Load": LISTED}}).encode()
    made = ROWS[name](body, Draws(1, name, 2, 3))
    assert made is not None
    rows: list[dict[str, Any]] = json.loads(made)["Loads"]["Load"]
    return rows


def test_columns_are_renamed_added_and_split() -> None:
    assert all("AverageMw" in row and "Mw" not in row for row in spoiled("renamed_column"))
    assert all(row["Quality"] == "GOOD" for row in spoiled("added_column"))
    first = spoiled("split_column")[0]
    assert (first["BeginDateDay"], first["BeginDateTime"][:5]) == ("2026-11-01", "03:00")
    assert "BeginDate" not in first


def test_intervals_are_doubled_lost_and_cut_as_wholes() -> None:
    assert len(spoiled("duplicated_interval")) == 14
    lost = spoiled("missing_interval")
    assert len(lost) == 10
    assert len({row["BeginDate"] for row in lost}) == 5
    kept = spoiled("shrunk")
    assert kept == LISTED[: len(kept)]
    assert 0 < len(kept) < 12 and len(kept) % 2 == 0


def test_one_number_and_one_stamp_go_wrong() -> None:
    assert [type(row["Mw"]) for row in spoiled("text_in_number")].count(str) == 1
    stamps = {row["BeginDate"] for row in spoiled("impossible_stamp")}
    assert len(stamps - {row["BeginDate"] for row in LISTED}) == 1


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("body", [b'{"Loads":""}', b"<Loads/>", b"[]", b'{"Loads":{"Load":[]}}'])
def test_an_answer_without_rows_cannot_be_spoiled(name: str, body: bytes) -> None:
    assert ROWS[name](body, Draws(1, name, 2, 3)) is None
