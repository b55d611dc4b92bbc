"""`tieline verify` and `tieline doctor`: sound, flipped, missing."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.files import NAME, as_file, kept, load_file, load_lines
from tieline.values import sha256

Put = Callable[[str, bytes], Path]


def flip(path: Path, place: int) -> None:
    """Turn over one bit."""
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_a_sound_lake_is_sound(run: Run, lake: Path) -> None:
    told = run("verify", "--json").json()
    assert told == {
        "raw_objects": 1,
        "unnamed_objects": 0,
        "not_taken_in": [],
        "parts": 1,
        "unnamed_parts": 0,
        "slices": 1,
        "rows_compared": 48,
        "older_recipe": 0,
        "sound": True,
        "damage": [],
    }
    assert "All of it is sound." in run("verify").err


def test_what_was_kept_and_not_written_down_is_named(run: Run, lake: Path, home: Path) -> None:
    data = load_file(stamps=3)
    kept(home, data, datetime(2025, 11, 5, 18, tzinfo=UTC))
    told = run("verify", "--json").json()
    assert told["not_taken_in"] == [
        {
            "slice": "nyiso:P-58B 2025-11-05",
            "fetched_at_utc": "2025-11-05T18:00:00Z",
            "object": sha256(data),
        }
    ]
    assert "NOT TAKEN IN nyiso:P-58B 2025-11-05" in run("verify").err
    run("rebuild")
    assert run("verify", "--json").json()["not_taken_in"] == []


def test_history_is_derived_again_alike(run: Run, put: Put, lake: Path) -> None:
    """A revision, a late file, a file that shrank and was confirmed."""
    lines = load_lines()
    lines[0] = lines[0].replace("1000.0", "1234.5")
    later = ("--fetched-at", "2025-11-07T12:00:00Z")
    run("import", "P-58B", put(NAME, as_file(lines)), *later)
    run("import", "P-58B", put(NAME, load_file(stamps=6)), "--fetched-at", "2025-11-05T12:00:00Z")
    run("import", "P-58B", put(NAME, load_file(stamps=3)), code=4)
    told = run("verify", "--rows", "all", "--json").json()
    assert told["sound"] is True
    assert told["rows_compared"] >= 49
    assert "parts" not in told


@pytest.mark.parametrize("only", [(), ("--raw",)])
def test_a_flipped_raw_byte_ends_with_8(
    run: Run, lake: Path, home: Path, only: tuple[str, ...]
) -> None:
    (pack,) = (home / "raw" / "packs").glob("*.pack")
    flip(pack, pack.stat().st_size - 40)
    told = run("verify", *only, "--json", code=8).json()
    assert told["sound"] is False
    (raw,) = [one for one in told["damage"] if one["kind"] == "raw"]
    assert "nyiso:P-58B 2025-11-05" in raw["text"]
    assert "DAMAGED raw" in run("verify", code=8).err


def test_a_flipped_byte_of_a_large_object_is_found(run: Run, home: Path, put: Put) -> None:
    noise = random.Random(7).randbytes(200_000)
    run("import", "P-58B", put(NAME, noise), code=4)
    (large,) = (path for path in (home / "raw" / "objects").glob("*/*"))
    flip(large, 1000)
    (one,) = run("verify", "--raw", "--json", code=8).json()["damage"]
    assert (one["kind"], one["where"]) == ("raw", large.name)


def test_a_flipped_part_ends_with_8(run: Run, lake: Path, home: Path) -> None:
    (part,) = (home / "parts").glob("*/*/*/*.parquet")
    flip(part, part.stat().st_size // 2)
    (one,) = run("verify", "--parts", "--json", code=8).json()["damage"]
    assert one["kind"] == "part"
    assert one["where"].endswith(part.name)


def test_a_missing_part_ends_with_8(run: Run, lake: Path, home: Path) -> None:
    next((home / "parts").glob("*/*/*/*.parquet")).unlink()
    told = run("verify", "--parts", "--json", code=8).json()
    assert "is missing" in told["damage"][0]["text"]


def test_rows_that_their_bytes_do_not_say_are_found(run: Run, lake: Path, home: Path) -> None:
    """The catalogue names a sound part with other numbers."""
    import polars as pl

    from tieline.datasets import LOAD
    from tieline.store.parts import Parts

    (part,) = (home / "parts").glob("*/*/*/*.parquet")
    other = pl.read_parquet(part).with_columns(pl.col("load_mw") + 1)
    written = Parts(home / "parts").write(LOAD, other)
    with sqlite3.connect(home / "ledger.sqlite") as ledger:
        ledger.execute("update parts set sha256 = ?, path = ?", (written.sha256, written.path))
    assert run("verify", "--parts", "--json").json()["unnamed_parts"] == 1
    (one,) = run("verify", "--rows", "all", "--json", code=8).json()["damage"]
    assert one["kind"] == "rows"
    assert "48 stored rows are not what their bytes say" in one["text"]


def test_rows_of_an_older_recipe_are_not_compared(run: Run, lake: Path, home: Path) -> None:
    with sqlite3.connect(home / "ledger.sqlite") as ledger:
        ledger.execute("update entries set recipe = '0-00000000'")
    ended = run("verify", "--rows", "sample:5")
    assert "1 slices have an older recipe: `tieline feeds replay` first" in ended.err


def test_verify_knows_its_words(run: Run, lake: Path) -> None:
    run("verify", "--rows", "some", code=2)
    run("verify", "--rows", "sample:0", code=2)


def test_doctor_says_which_home_and_how_it_is(run: Run, lake: Path, home: Path) -> None:
    told = run("doctor", "--json").json()
    assert told["home"] == str(home)
    assert told["ledger_check"] == "ok"
    assert told["rows"] == 48
    assert told["bytes"]["parts"] > 0
    assert told["bytes"]["total"] == sum(
        size for name, size in told["bytes"].items() if name != "total"
    )
    assert told["claims_left_behind"] == []
    assert str(home) in run("doctor").out


def test_doctor_works_without_a_lake(run: Run, home: Path) -> None:
    told = run("doctor", "--json").json()
    assert told["exists"] is False
    assert not home.exists()


def test_doctor_finds_a_damaged_ledger(run: Run, lake: Path, home: Path) -> None:
    ledger = home / "ledger.sqlite"
    with sqlite3.connect(ledger) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    data = bytearray(ledger.read_bytes())
    data[4096:] = bytes(byte ^ 0x5A for byte in data[4096:])
    ledger.write_bytes(data)
    for beside in home.glob("ledger.sqlite-*"):
        beside.unlink()
    assert run("doctor", "--json", code=8).json()["problems"]


def test_doctor_finds_settings_that_name_nobody(
    run: Run, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIELINE_PUBLISHERS__ATLANTIS__BASE_URL", "http://localhost/")
    assert "atlantis" in run("doctor", "--json").json()["settings"][0]


def test_all_rows_or_a_number_of_slices(run: Run, lake: Path) -> None:
    for words in (["--all"], ["--sample", "3"]):
        assert run("verify", *words, "--json").json()["rows_compared"] == 48
    run("verify", "--all", "--raw", code=2)
