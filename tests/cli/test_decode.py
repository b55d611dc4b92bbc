"""`tieline decode`: whole and broken files, every format, no home."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.cli.conftest import Run
from tests.cli.files import NAME, as_file, broken, load_file, load_lines, zipped

Put = Callable[[str, bytes], Path]


def told_day(name: str) -> tuple[str, ...]:
    """An archive that cannot be opened does not say its day."""
    return ("--day", "2025-11-05") if name.endswith(".zip") else ()


@pytest.mark.parametrize("kind", broken())
def test_bad_input_ends_with_the_code_of_its_error(run: Run, put: Put, kind: str) -> None:
    name, data, error, code = broken()[kind]
    ended = run("decode", "nyiso:P-58B", put(name, data), *told_day(name), "--json", code=code)
    (document,) = ended.told()["documents"]
    assert document["error"] == error
    assert document["exit"] == code
    assert document["feed"] == "iso.rt.load.nyiso"
    assert document["window"].startswith("[20")
    assert len(document["payload"]) == 64
    assert ended.json() == []


@pytest.mark.parametrize("kind", broken())
def test_an_import_of_bad_input_ends_alike_and_keeps_the_bytes(
    run: Run, put: Put, kind: str
) -> None:
    name, data, error, code = broken()[kind]
    ended = run("import", "nyiso:P-58B", put(name, data), *told_day(name), "--json", code=code)
    (line,) = ended.json()
    assert [one["error"] for one in line["failed"]] == [error]
    (entry,) = run("feeds", "entries", "--state", "failed", "--json").json()
    assert entry["error"] == error
    assert entry["payload_sha256"]


def test_no_home_is_needed_and_none_is_made(run: Run, put: Put, home: Path) -> None:
    ended = run("decode", "P-58B", put(NAME, load_file()))
    assert "48 rows of 2025-11-05; rejected 0, duplicate 0, conflicting 0" in ended.err
    assert "missing" in ended.err
    assert not home.exists()


def test_the_summary_counts_the_grid(run: Run, put: Put) -> None:
    lines = [line for line in load_lines() if " 00:10:00" not in line]
    ended = run("decode", "P-58B", put(NAME, as_file(lines)), "--json")
    (document,) = ended.told()["documents"]
    assert document["rows"] == 44
    assert document["received"] == 44
    assert document["expected"] == document["received"] + document["missing"]
    assert "2025-11-05T05:10:00Z" in document["missing_stamps"]
    assert document["extras"] == 0


@pytest.mark.parametrize("suffix", [".csv", ".json", ".arrow", ".parquet"])
def test_a_file_is_written_in_the_format_of_its_name(
    run: Run, put: Put, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"out{suffix}"
    ended = run("decode", "P-58B", put(NAME, load_file()), "-o", out, "--json")
    assert ended.json()["documents"][0]["rows"] == 48
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".csv": pl.read_csv,
        ".json": pl.read_json,
        ".arrow": pl.read_ipc,
        ".parquet": pl.read_parquet,
    }
    frame = readers[suffix](out)
    assert frame.height == 48
    assert frame["load_mw"][0] == 1000.0
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("form", ["csv", "json", "arrow", "parquet"])
def test_stdout_takes_each_format(run: Run, put: Put, form: str) -> None:
    ended = run("decode", "P-58B", put(NAME, load_file()), "--format", form)
    readers: dict[str, Callable[[io.BytesIO], pl.DataFrame]] = {
        "csv": pl.read_csv,
        "json": pl.read_json,
        "arrow": pl.read_ipc_stream,
        "parquet": pl.read_parquet,
    }
    assert readers[form](io.BytesIO(ended.data)).height == 48


def test_instants_are_written_alike_in_csv_and_json(run: Run, put: Put) -> None:
    path = put(NAME, load_file())
    csv = run("decode", "P-58B", path, "--format", "csv").out.splitlines()[1].split(",")
    first = run("decode", "P-58B", path, "--format", "json").json()[0]
    assert first["stamp_utc"] == "2025-11-05T05:00:00Z"
    assert "2025-11-05T05:00:00Z" in csv


def test_members_of_an_archive_are_known_by_their_own_times(run: Run, put: Put) -> None:
    path = put("20251101pal_csv.zip", zipped({NAME: load_file()}))
    (document,) = run("decode", "P-58B", path, "--json").told()["documents"]
    assert (document["known_at"], document["known_basis"]) == ("2025-11-06T05:15:02Z", "modified")


def test_wrong_use_ends_with_2(run: Run, put: Put, tmp_path: Path) -> None:
    path = put("renamed.bin", load_file())
    assert "did you mean" in run("decode", "nyiso:P-58", path, code=2).err
    run("decode", "P-58B", tmp_path / "absent.csv", code=2)
    run("decode", "P-58B", path, "-o", tmp_path / "out.xlsx", code=2)
    run("decode", "P-58B", path, "--format", "xml", code=2)
    assert "add one" in run("decode", "P-58B", path, "--fetched-at", "2025-11-06T12:00", code=2).err
    run("decode", "P-58B", path)


def test_a_name_without_a_day_is_dated_by_the_first_stamp_or_told(run: Run, put: Put) -> None:
    path = put("renamed.bin", load_file())
    (document,) = run("decode", "P-58B", path, "--json").told()["documents"]
    assert document["day"] == "2025-11-05"
    (document,) = run("decode", "P-58B", path, "--day", "2025-11-04", "--json", code=4).told()[
        "documents"
    ]
    assert document["error"] == "WrongReport"


PRICES = (
    "Time Stamp,Name,PTID,LBMP ($/MWHr),Marginal Cost Losses ($/MWHr),"
    "Marginal Cost Congestion ($/MWHr)\n"
)


@pytest.mark.parametrize(
    ("code", "sample", "day"),
    [
        ("miso:da_expost_lmp", "miso/20260714_da_expost_lmp.trimmed.csv", "2026-07-14"),
        ("miso:df_al/actual", "miso/20250310_df_al.xls", "2025-03-09"),
        ("miso:df_al/forecast", "miso/20250310_df_al.xls", "2025-03-09 to 2025-03-14"),
    ],
)
def test_a_day_that_stands_beside_numbered_hours_is_told_without_a_name(
    run: Run, put: Put, samples: Path, code: str, sample: str, day: str
) -> None:
    ended = run("decode", code, put("kept", (samples / sample).read_bytes()))
    assert f"rows of {day};" in ended.err


def test_the_newest_stamp_at_midnight_ends_the_day_before(run: Run, put: Put) -> None:
    lines = PRICES + "11/06/2025 00:00:00,WEST,61752,20.00,1.00,-2.00\n"
    path = put("newest.csv", lines.encode())
    (document,) = run("decode", "P-24A", path, "--json").told()["documents"]
    assert (document["day"], document["rows"]) == ("2025-11-05", 1)


def test_the_day_is_that_of_the_first_stamp_that_can_be_read(run: Run, put: Put) -> None:
    lines = "".join(f"11/05/2025 {at:02}:00,WEST,61752,20.00,1.00,-2.00\n" for at in range(24))
    unread = "no time,WEST,61752,20.00,1.00,-2.00\n"
    path = put("day.csv", (PRICES + unread + lines * 3).encode())
    (document,) = run("decode", "P-2A", path, "--json").told()["documents"]
    assert (document["day"], document["rows"], document["rejected"]) == ("2025-11-05", 24, 1)


@pytest.mark.parametrize("command", ["decode", "import"])
def test_what_is_wrong_with_a_file_is_told_where_no_day_is(
    run: Run, put: Put, command: str
) -> None:
    path = put("x.csv", b"Timestamp,Point ID,Flow (MWH)\n")
    ended = run(command, "P-2A", path, code=4)
    assert "this is P-34, not nyiso:P-2A" in ended.err


def test_real_files_are_read(run: Run, samples: Path) -> None:
    path = samples / "nyiso" / "ExternalLimitsFlows" / "20171122ExternalLimitsFlows.csv"
    (document,) = run("decode", "nyiso:P-32", path, "--json").told()["documents"]
    assert document["expected"] == document["received"] + document["missing"]
    assert document["missing_stamps"] == ["2017-11-22T05:15:00Z"]


def test_for_a_feeds_id_a_files_name_says_which_report_it_is(run: Run, samples: Path) -> None:
    folder = samples / "isone/api"
    names = [
        f"realtimehourlydemand_day_{day}_location_4001.json" for day in ("20240310", "20241103")
    ]
    ended = run("decode", "iso.rt.load_zonal_hourly.isone", *(folder / name for name in names))
    assert "23 rows of 2024-03-10" in ended.err
    assert "25 rows of 2024-11-03" in ended.err
    prices = samples / "isone/csv/WW_DALMP_ISO_20260604.csv"
    ended = run("decode", "iso.da.lmp.isone", prices, "--json")
    assert ended.told()["report"] == "isone:WW_DALMP_ISO"
    assert {row["report"] for row in ended.json()[:5]} == {"isone:WW_DALMP_ISO"}
    assert run("import", "iso.da.lmp.isone", prices, "--json").json()[0]["new"] == 29016


def test_a_file_that_is_written_says_what_it_lacks(run: Run, put: Put, tmp_path: Path) -> None:
    """The same holes with the same causes as in a lake that has just this file."""
    lines = [line for line in load_lines() if " 00:10:00" not in line]
    path, at = put(NAME, as_file(lines)), ("--fetched-at", "2025-11-07T12:00:00Z")
    out = tmp_path / "out.parquet"
    (document,) = run("decode", "P-58B", path, *at, "-o", out, "--json").json()["documents"]
    told = document["certificate"]
    assert (
        told["received"] + sum(gap["missing"] for gap in told["gaps"]) == told["expected"] == 3168
    )
    assert (told["complete"], told["as_of"]) == (False, "2025-11-07T12:00:00Z")
    kept = pl.read_parquet_metadata(out)["tieline.certificate"]
    assert json.loads(kept) == told
    run("import", "P-58B", path, *at)
    window = ("--from", "2025-11-05", "--to", "2025-11-06", "--as-of", "2025-11-07T12:00:00Z")
    stored = run("data", "iso.rt.load.nyiso", *window, "--json").told()
    assert {gap["cause"] for gap in told["gaps"]} == {"missing_upstream"}
    for name in ("expected", "received", "extras", "complete", "gaps"):
        assert stored[name] == told[name], name


def test_a_file_that_is_refused_has_none_of_its_day(run: Run, put: Put) -> None:
    name, data, _, code = broken()["error page"]
    ended = run("decode", "P-58B", put(name, data), *told_day(name), "--json", code=code)
    told = ended.told()["documents"][0]["certificate"]
    assert (told["complete"], told["received"], told["expected"]) == (False, 0, 3168)
    assert {gap["cause"] for gap in told["gaps"]} == {"quarantined"}
