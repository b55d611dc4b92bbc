"""A part that is not what its name says is named by every command, which then ends with 8."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from starlette.testclient import TestClient

from tests.cli.conftest import Ended, Run
from tests.cli.files import NAME, load_file
from tieline.assemble import lake_of, opened, settings_of
from tieline.select import engine, footers
from tieline.select.nearby import nearby
from tieline.serve.api import create_app

ASKING: dict[str, tuple[str, ...]] = {
    "data": ("data", "load", "--from", "2025-11-05", "--to", "2025-11-07"),
    "query": ("query", "select sum(load_mw), max(area_name) from load"),
}
VERIFYING = (("verify",), ("verify", "--all"), ("verify", "--rows", "all"))
FOOTER = 8
"""Bytes behind a Parquet footer: its length, and the magic."""


@pytest.fixture(params=["loose", "merged"])
def part(request: pytest.FixtureRequest, run: Run, home: Path, tmp_path: Path) -> Path:
    """The only part that the catalogue names, as it was written or merged out of two."""
    path = tmp_path / NAME
    path.write_bytes(load_file())
    run("import", "P-58B", path, "--fetched-at", "2025-11-06T12:00:00Z")
    if request.param == "merged":
        path.write_bytes(load_file(first=2000.0))
        run("import", "P-58B", path, "--fetched-at", "2025-11-06T13:00:00Z")
        run("compact")
    named = sorted((home / "parts").rglob("*.parquet"), key=lambda one: one.stat().st_mtime_ns)
    return named[-1]


def places(data: bytes) -> list[int]:
    """Bytes of the magic at both ends, of the pages, of the footer and of its length."""
    size = len(data)
    footer = size - FOOTER - int.from_bytes(data[-FOOTER:-4], "little")
    dice = Random(size)
    return [
        *(0, size - 1, size - FOOTER),
        *(footer, size - FOOTER - 1),
        *(dice.randrange(4, footer) for _ in range(3)),
        *(dice.randrange(footer, size - FOOTER) for _ in range(5)),
    ]


def flips(path: Path) -> Iterator[int]:
    """Flip a byte at one place after the other; nothing read before is remembered."""
    whole = path.read_bytes()
    for place in places(whole):
        broken = bytearray(whole)
        broken[place] ^= 0xFF
        path.write_bytes(bytes(broken))
        forget()
        yield place
    path.write_bytes(whole)
    forget()


def forget() -> None:
    for kept in (nearby, footers._shelf, engine._database):
        kept.cache_clear()


def ended(run: Run, *words: str) -> Ended:
    """A command that may go well where nothing shows, and else ends with 8."""
    try:
        return run(*words)
    except AssertionError:
        return run(*words, code=8)


def test_every_flipped_byte_is_found(run: Run, part: Path) -> None:
    for place in flips(part):
        for words in VERIFYING:
            told = run(*words, code=8)
            assert part.name in told.err, (place, words)
            assert told.err.count("DAMAGED") == 1, (place, words, told.err)
    run("verify")


@pytest.mark.parametrize("command", list(ASKING))
def test_an_answer_names_the_part_that_cannot_be_read(run: Run, part: Path, command: str) -> None:
    refused = 0
    for place in flips(part):
        told = ended(run, *ASKING[command])
        if told.code == 8:
            assert told.err.startswith("Damaged: ") and part.name in told.err, (place, told.err)
            refused += 1
    assert refused
    run(*ASKING[command])


def test_a_missing_part_is_named(run: Run, part: Path) -> None:
    part.unlink()
    forget()
    for words in (*VERIFYING, ("verify", "--parts"), *ASKING.values()):
        told = run(*words, code=8)
        assert f"{part.name} is missing" in told.err, words


@pytest.mark.parametrize("how", ["flipped", "missing"])
def test_http_answers_with_the_error_by_its_name(
    run: Run, home: Path, part: Path, how: str
) -> None:
    data = bytearray(part.read_bytes())
    data[-1] ^= 0xFF
    part.write_bytes(bytes(data))
    if how == "missing":
        part.unlink()
    forget()
    with opened(settings_of(home)) as one:
        client = TestClient(create_app(lake_of(one), version="0"), raise_server_exceptions=False)
        answered = client.get("/v1/datasets/load/rows", params={"limit": 5})
    assert (answered.status_code, answered.json()["error"]) == (500, "Damaged")
    assert part.name in answered.json()["text"]


@pytest.mark.parametrize("how", ["flipped", "missing"])
def test_a_replay_of_its_days_makes_a_part_again(run: Run, part: Path, how: str) -> None:
    before = {name: run(*words).out for name, words in ASKING.items()}
    whole = part.read_bytes()
    part.write_bytes(whole[:200] + bytes([whole[200] ^ 0xFF]) + whole[201:])
    if how == "missing":
        part.unlink()
    forget()
    assert "P-58B from 2025-11-05T05:00:00Z to 2025-11-05T05:55:00Z" in run("verify", code=8).err
    days = ("--from", "2025-11-05T05:00:00Z", "--to", "2025-11-05T05:55:00Z")
    (line,) = run("feeds", "replay", "--feed", "P-58B", *days, "--json").json()
    assert [Path(path).name for path in line["repaired"]] == [part.name]
    assert (line["rows"], line["failed"]) == (0, [])
    forget()
    run("verify", "--all")
    assert {name: run(*words).out for name, words in ASKING.items()} == before
    run("compact")
    run("verify", "--all")
    assert {name: run(*words).out for name, words in ASKING.items()} == before


def test_a_replay_tells_whose_known_time_it_could_not_decide(
    run: Run, part: Path, home: Path
) -> None:
    asked = ("feeds", "replay", "--feed", "P-58B", "--partition", "2025-11-05")
    assert run(*asked, "--json").json()[0]["noteless"] == []
    with closing(sqlite3.connect(home / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("UPDATE entries SET recipe = '1-of-an-earlier-version'")
    shutil.rmtree(home / "raw" / "sidecars")
    (line,) = run(*asked, "--json").json()
    assert line["read"] == len(line["noteless"]) > 0
    assert {one["day"] for one in line["noteless"]} == {"2025-11-05"}
    with closing(sqlite3.connect(home / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("UPDATE entries SET recipe = '1-of-an-earlier-version'")
    assert "observations are lost or damaged, so their known times stand" in run(*asked).err
    assert "the note of how it was observed is lost" in run("verify", code=8).err


def test_a_wrong_statement_is_no_damage(run: Run, part: Path) -> None:
    for wrong in ("select nothing from load", "select 1 +", "select area_name::bigint from load"):
        assert run("query", wrong, code=2).err.startswith("UsageError: ")


def test_who_writes_beside_a_missing_part_names_it(run: Run, part: Path, tmp_path: Path) -> None:
    part.unlink()
    path = tmp_path / NAME
    path.write_bytes(load_file(first=3000.0))
    told = run("import", "P-58B", path, "--fetched-at", "2025-11-06T14:00:00Z", code=8)
    assert f"{part.name} is missing" in told.err
