"""Commands over a lake: import, data, query, lineage, feeds."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Run
from tests.cli.files import DAY, NAME, as_file, load_file, load_lines
from tieline.facades.feed_ledger import FeedLedger

Put = Callable[[str, bytes], Path]
WINDOW = ("--from", "2025-11-05", "--to", "2025-11-06")


def test_an_import_counts_its_rows(run: Run, put: Put) -> None:
    (line,) = run("import", "P-58B", put(NAME, load_file()), "--json").json()
    assert (line["new"], line["revised"], line["rejected"]) == (48, 0, 0)
    assert line["own_known_time"] is False


def test_a_file_without_a_time_of_its_own_says_so(run: Run, put: Put) -> None:
    ended = run("import", "P-58B", put(NAME, load_file()))
    assert "known when imported; give --fetched-at" in ended.err
    assert ended.out == ""


def test_bytes_imported_twice_are_nothing_new(run: Run, put: Put) -> None:
    path = put(NAME, load_file())
    run("import", "P-58B", path)
    assert "nothing new was learnt" in run("import", "P-58B", path).err
    (line,) = run("import", "P-58B", path, "--json").json()
    assert (line["known_already"], line["sequence"]) == (1, None)
    assert len(run("feeds", "entries", "--json").json()) == 1


def test_a_growing_file_that_shrank_is_quarantined(run: Run, put: Put, lake: Path) -> None:
    shorter = put(NAME, load_file(stamps=6))
    ended = run("import", "P-58B", shorter, "--json", code=4)
    assert ended.json()[0]["failed"][0]["error"] == "Shrunk"
    assert len(run("data", "load", *WINDOW, "--json").json()) == 48


def test_a_revision_is_counted_and_both_are_there(run: Run, put: Put, lake: Path) -> None:
    lines = load_lines()
    lines[0] = lines[0].replace("1000.0", "1234.5")
    (line,) = run("import", "P-58B", put(NAME, as_file(lines)), "--json").json()
    assert (line["new"], line["revised"], line["unchanged"]) == (0, 1, 47)
    cell = ("--where", "area_id=61757", "--columns", "load_mw", "--limit", "1", "--json")
    assert run("data", "load", *WINDOW, *cell).json() == [{"load_mw": 1234.5}]
    before = run("data", "load", *WINDOW, *cell, "--as-of", "2025-11-07T00:00:00Z")
    assert before.json() == [{"load_mw": 1000.0}]
    first = run("data", "load", *WINDOW, *cell, "--revisions", "first")
    assert first.json() == [{"load_mw": 1000.0}]


def test_files_are_imported_until_the_last_though_one_is_bad(run: Run, put: Put) -> None:
    bad, good = put("20251104pal.csv", b"<html>busy</html>"), put(NAME, load_file())
    lines = run("import", "P-58B", bad, good, "--json", code=4).json()
    assert [bool(line["failed"]) for line in lines] == [True, False]
    assert lines[1]["new"] == 48


def test_bytes_that_cannot_be_opened_are_kept_whatever_their_name(run: Run, put: Put) -> None:
    cut, good = put("month.zip", b"PK\x03\x04 and no more"), put(NAME, load_file())
    lines = run("import", "P-58B", cut, put("empty.csv", b""), good, "--json", code=4).json()
    assert [one["error"] for line in lines for one in line["failed"]] == [
        "Truncated",
        "EmptyAnswer",
    ]
    assert all(one["entry"] for line in lines[:2] for one in line["failed"])
    assert lines[2]["new"] == 48
    assert "DriftFound" in run("import", "P-58B", put("words.csv", b"a,b\n1,2\n"), code=4).err


def test_data_gives_csv_on_stdout_and_its_certificate_on_stderr(run: Run, lake: Path) -> None:
    ended = run("data", "load", *WINDOW, "--where", "area_id=61757,61754")
    header, *rows = ended.out.splitlines()
    assert header.startswith("publisher,feed,report,print,state")
    assert len(rows) == 24
    assert "24 rows; INCOMPLETE" in ended.err
    assert "missing iso.rt.load.nyiso" in ended.err


def test_a_certificate_is_json_and_a_hole_can_end_with_6(run: Run, lake: Path) -> None:
    narrow = ("--from", "2025-11-05T05:00:00Z", "--to", "2025-11-05T06:00:00Z")
    one = ("--where", "area_id=61757")
    whole = run("data", "load", *narrow, *one, "--require-complete", "--json", "--where",
                "feed=iso.rt.load.nyiso")  # fmt: skip
    certificate = whole.told()
    assert certificate["complete"] is True
    assert certificate["expected"] == certificate["received"] == certificate["rows"] == 12
    holed = run("data", "load", *WINDOW, *one, "--require-complete", "--json", code=6)
    assert holed.told()["complete"] is False
    assert holed.told()["gaps"]


def test_data_is_written_to_a_file(run: Run, lake: Path, tmp_path: Path) -> None:
    out = tmp_path / "load.csv"
    ended = run("data", "load", *WINDOW, "-o", out)
    assert ended.out == ""
    assert len(out.read_text().splitlines()) == 49


def test_wrong_questions_end_with_2(run: Run, lake: Path) -> None:
    assert "did you mean load" in run("data", "laod", code=2).err
    run("data", "load", "--where", "area_id", code=2)
    run("data", "load", "--where", "nix=1", code=2)
    run("data", "load", "--as-of", "2025-11-05T00:00", code=2)
    run("data", "load", "--revisions", "newest", code=2)
    run("data", "load", "--from", "2025-11-06", "--to", "2025-11-05", code=2)
    told = run("data", "laod", "--json", code=2).told()
    assert (told["error"], told["exit"]) == ("UnknownName", 2)


def test_without_a_lake_a_command_says_how_to_make_one(run: Run, home: Path) -> None:
    assert "there is no lake at" in run("data", "load", code=2).err
    assert not home.exists()


def test_a_query_runs_over_picked_rows(run: Run, lake: Path) -> None:
    sql = "select area_id, count(*) as n, max(load_mw) as most from load group by 1 order by 1"
    ended = run("query", sql, "--json")
    assert ended.json()[0] == {"area_id": "61752", "n": 12, "most": 1311.0}
    (certificate,) = ended.told()["certificates"]
    assert certificate["dataset"] == "load"
    assert certificate["complete"] is False
    early = ("--as-of", "2025-11-06T11:00:00Z")
    assert run("query", "select count(*) as n from load", *early, "--json").json() == [{"n": 0}]
    assert run("query", "select 1 as one", "--format", "csv").out == "one\n1\n"
    assert "INCOMPLETE" in run("query", sql, "--require-complete", code=6).err
    assert run("query", sql, "--no-certificate", "--json").told()["certificates"] == []
    run("query", "selct", code=2)
    run("query", "select * from nix", code=2)
    run("query", "drop view load", code=2)


def test_a_query_gives_every_kind_of_column(run: Run, lake: Path) -> None:
    sql = (
        "select count(*) as n, max(stamp_utc) as at, max(market_day) as day, sum(1) as s from load"
    )
    (row,) = run("query", sql, "--json").json()
    assert (row["n"], row["at"], row["day"]) == (48, "2025-11-05T05:55:00Z", "2025-11-05")
    assert run("query", sql, "--format", "csv").out.splitlines()[1].startswith("48,2025-11-05T05")


def test_lineage_leads_to_the_raw_line(run: Run, lake: Path) -> None:
    (step,) = run(
        "lineage", "load", "--at", "2025-11-05T05:05:00Z", "--where", "area_id=61754", "--json"
    ).json()
    assert step["line"] == load_lines()[5]
    assert step["source_row"] == 7
    assert step["values"]["load_mw"] == 1101.0
    assert step["payload_sha256"] == hashlib.sha256(lake.read_bytes()).hexdigest()
    assert step["known_at_utc"] == "2025-11-06T12:00:00Z"
    ended = run("lineage", "load", "--at", "2025-11-05T05:05:00Z", "--where", "area_id=61754")
    assert load_lines()[5] in ended.out


def test_lineage_needs_to_know_which_numbers(run: Run, lake: Path) -> None:
    run("lineage", "load", code=2)


def test_feeds_are_listed_and_shown(run: Run) -> None:
    feeds = run("feeds", "list", "--json").json()
    assert {"iso.rt.load.nyiso", "iso.rt.lmp.nyiso"} <= {feed["feed"] for feed in feeds}
    assert "nyiso:P-58B" in run("feeds", "list").out
    shown = run("feeds", "show", "iso.rt.interface_flow.nyiso", "--json").json()
    assert [report["report"] for report in shown["reports"]] == ["nyiso:P-32", "nyiso:P-32-CURRENT"]
    assert "csv/pal/" in run("feeds", "show", "P-58B").out
    run("feeds", "show", "P-999", code=2)


def test_the_ledger_is_listed(run: Run, lake: Path) -> None:
    status = run("feeds", "status", "--feed", "P-58B", "--json").json()
    assert status["reports"][0]["entries"] == 1
    assert status["reports"][0]["stamp_max_utc"] == "2025-11-05T05:55:00Z"
    (count,) = run("feeds", "watermark", "--feed", "P-58B", "--partition", DAY, "--json").json()
    assert count["received"] == 48
    (mark,) = run("feeds", "watermark", "--feed", "P-58B", "--json").json()
    assert mark["report"] == "nyiso:P-58B"
    gaps = run("feeds", "gaps", "--feed", "iso.rt.load.nyiso", "--json").json()
    assert sum(gap["missing"] for gap in gaps) == count["expected"] - 48
    wider = run("feeds", "gaps", "--feed", "P-58B", "--from", "2025-11-04", "--to", "2025-11-06",
                "--json").json()  # fmt: skip
    assert {gap["cause"] for gap in wider} > {"not_collected"}
    for command in ("status", "entries", "watermark", "gaps"):
        assert "nyiso:P-58B" in run("feeds", command, "--feed", "P-58B").out


def test_entries_are_listed_by_state_and_day(run: Run, lake: Path) -> None:
    assert len(run("feeds", "list", "--partition", DAY, "--json").json()) == 1
    assert run("feeds", "list", "--state", "failed", "--json").json() == []
    assert run("feeds", "entries", "--partition", "2025-11-04", "--json").json() == []
    (entry,) = run("feeds", "entries", "--partition", DAY, "--json").json()
    assert entry["who"].endswith(f"/{os.getpid()}")
    for state in ("pending", "running", "replaying", "skipped", "superseded"):
        assert run("feeds", "entries", "--state", state, "--json").json() == []
    run("feeds", "entries", "--state", "lost", code=2)


def test_a_backend_is_the_one_of_the_settings(
    run: Run, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("feeds", "list", "--backend", "sqlite")
    run("feeds", "--backend", "sqlite", "list")
    assert "as sqlite" in run("feeds", "list", "--backend", "postgres", code=2).err
    assert "as sqlite" in run("feeds", "--backend", "postgres", "list", code=2).err
    assert "say sqlite" in run("feeds", "list", "--backend", "oracle", code=2).err
    monkeypatch.setenv("TIELINE_LEDGER__URL", "postgresql://me@127.0.0.1/none")
    run("feeds", "list", "--backend", "postgres")
    assert "in postgres" in run("feeds", "list", "--backend", "sqlite", code=2).err


def test_a_shared_ledger_that_was_lost_is_rebuilt_into_an_empty_database(
    run: Run,
    put: Callable[[str, bytes], Path],
    monkeypatch: pytest.MonkeyPatch,
    postgres_url: str,
) -> None:
    monkeypatch.setenv("TIELINE_LEDGER__URL", postgres_url)
    run("import", "P-58B", put(NAME, load_file()), "--fetched-at", "2025-11-06T12:00:00Z")
    asked = ("data", "load", "--revisions", "all", "--format", "csv")
    before = run(*asked).out
    with psycopg.connect(postgres_url) as connection:
        connection.execute("DROP SCHEMA tieline CASCADE")
    assert "not that of the home" in run(*asked, code=2).err
    (line,) = run("rebuild", "--json").json()["reports"]
    assert (line["report"], line["entries"]) == ("nyiso:P-58B", 1)
    assert run(*asked).out == before
    assert run("rebuild", "--json").json()["reports"][0]["entries"] == 0


@pytest.mark.parametrize("where", ["sqlite", "postgres"])
def test_feeds_say_the_same_over_every_backend(
    where: str,
    run: Run,
    put: Callable[[str, bytes], Path],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    if where == "postgres":
        monkeypatch.setenv("TIELINE_LEDGER__URL", request.getfixturevalue("postgres_url"))
    monkeypatch.setenv("TIELINE_SINKS__ANALYTICS__KIND", "clickhouse")
    monkeypatch.setenv("TIELINE_SINKS__ANALYTICS__URL", f"chdb://{home.parent / 'copy'}")
    run("import", "P-58B", put(NAME, load_file()), "--fetched-at", "2025-11-06T12:00:00Z")
    with FeedLedger(where, home=home) as ledger:
        ledger.write_entry("vendor.curves.power", "hub=WEST", datetime(2025, 11, 6, tzinfo=UTC))
        ledger.write_entry("vendor.curves.power", "hub=WEST", state="running", run_id="r2")
    assert run("publish", "--json").json()[0]["sink"] == "analytics"
    asked = (
        ("list",),
        ("entries",),
        ("list", "--state", "running"),
        ("entries", "--partition", "hub=WEST"),
        ("status", "--feed", "vendor.curves.power"),
        ("watermark", "--feed", "vendor.curves.power", "--partition", "hub=WEST"),
        ("list", "--feed", "iso.rt.load.nyiso", "--limit", "5", "--state", "completed"),
        ("list", "--partition", "2025-11-05", "--feed", "P-58B"),
        ("status", "--feed", "iso.rt.load.nyiso"),
        ("watermark", "--feed", "P-58B", "--partition", "2025-11-05"),
        ("watermark", "--feed", "iso.rt.load.nyiso"),
    )
    for words in asked:
        here = run("feeds", "--backend", where, *words, "--json").json()
        assert here
        assert run("feeds", *words, "--json", "--backend", "clickhouse").json() == here
        assert run("feeds", "--backend", "clickhouse", *words, "--json").json() == here
    again = ("replay", "--feed", "P-58B", "--from", "2025-11-01", "--to", "now")
    assert "is a copy" in run("feeds", "--backend", "clickhouse", *again, code=2).err
    (line,) = run("feeds", "--backend", where, *again, "--json").json()
    assert line["read"] == 1


def test_a_replay_supersedes_in_place(run: Run, lake: Path) -> None:
    before = run("data", "load", *WINDOW, "--columns", "stamp_utc,load_mw").out
    (line,) = run("feeds", "replay", "--feed", "P-58B", "--partition", DAY, "--json").json()
    assert (line["read"], line["rows"], line["failed"]) == (1, 0, [])
    assert run("data", "load", *WINDOW, "--columns", "stamp_utc,load_mw").out == before
    states = [entry["state"] for entry in run("feeds", "entries", "--json").json()]
    assert sorted(states) == ["completed", "superseded"]
    span = ("--start", "2025-11-05", "--end", "now")
    assert "1 observations read again" in run("feeds", "replay", "--feed", "P-58B", *span).err
    run("feeds", "replay", "--feed", "P-58B", code=2)
    run("feeds", "replay", "--from", "2025-11-05", code=2)


def test_a_replay_that_cannot_read_ends_with_6(run: Run, put: Put) -> None:
    run("import", "P-58B", put(NAME, b"<html>busy</html>"), code=4)
    (line,) = run("feeds", "replay", "--feed", "P-58B", "--partition", DAY, "--json", code=6).json()
    assert len(line["failed"]) == 1


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "arrow"])
@pytest.mark.parametrize("command", ["data", "query"])
def test_an_exported_file_carries_its_certificate(
    run: Run, lake: Path, tmp_path: Path, form: str, command: str
) -> None:
    path = tmp_path / f"out.{form}"
    run(command, "load" if command == "data" else "from load", "-o", path)
    beside = tmp_path / f"out.{form}.certificate.json"
    if form in ("csv", "json"):
        told = json.loads(beside.read_text("utf-8"))
    else:
        assert not beside.exists()
        schema = pq.read_schema(path) if form == "parquet" else pa.ipc.open_file(path).schema
        told = json.loads(schema.metadata[b"tieline.certificate"])
    assert (told["dataset"], told["received"], told["known"]) == ("load", 48, "recorded")


def test_an_import_and_a_replay_are_certified(run: Run, put: Put) -> None:
    path = put(NAME, load_file())
    said = "INCOMPLETE: 48 of 3168 expected received"
    assert said in run("import", "P-58B", path).err
    (line,) = run("import", "P-58B", path, "--fetched-at", "2025-11-07T01:00:00Z", "--json").json()
    assert (line["certificate"]["expected"], line["certificate"]["received"]) == (3168, 48)
    asked = ("feeds", "replay", "--feed", "P-58B", "--partition", "2025-11-05")
    assert said in run(*asked).err
    assert run(*asked, "--json").json()[0]["certificate"]["received"] == 48


def test_a_query_is_certified_by_all_that_it_reads(run: Run, lake: Path) -> None:
    for name in ("load", "seen_load"):
        told = run("query", f"select count(*) from {name}", "--json", "--require-complete", code=6)
        assert [one["dataset"] for one in told.told()["certificates"]] == ["load"]
    run("query", "select * from query_table('lo' || 'ad'), fuel_mix", code=2)


def test_a_file_is_not_certified_by_what_lay_there_before(
    run: Run, lake: Path, tmp_path: Path
) -> None:
    path = tmp_path / "load.csv"
    beside = tmp_path / "load.csv.certificate.json"
    run("data", "load", *WINDOW, "-o", path)
    assert beside.exists()
    run("query", "select 1 as one", "--no-certificate", "-o", path)
    assert path.read_text() == "one\n1\n"
    assert not beside.exists()


def test_a_file_that_cannot_be_written_leaves_what_was_there(
    run: Run, lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old rows with their own certificate."""
    from tieline.cli import writing

    path = tmp_path / "load.csv"
    beside = tmp_path / "load.csv.certificate.json"
    run("data", "load", *WINDOW, "-o", path)
    before = path.read_bytes(), beside.read_bytes()

    def full(*said: object, **knobs: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writing, "_write", full)
    run("data", "load", "-o", path, code=7)
    assert (path.read_bytes(), beside.read_bytes()) == before


def test_what_reads_without_saying_what_is_not_certified(run: Run, lake: Path) -> None:
    for asked in ("query_table('load')", "query('select * from load')"):
        run("query", f"select count(*) from {asked}", "--require-complete", code=2)
    run("query", "select count(*) from query_table('load')", "--no-certificate")


@pytest.mark.parametrize(
    ("statement", "certified"),
    [
        ("with load as (select 1 as x) select * from load", []),
        ("with recursive load(n) as (select 1 union all select n + 1 from load where n < 3) from load", []),
        ("with load as (from load) select count(*) from load", ["load"]),
        ("with load as (select 1 as x) select * from load, main.load", ["load"]),
        ("with a as (select 1 as x), b as (from a) select * from b, (from load)", ["load"]),
    ],
)  # fmt: skip
def test_a_part_of_a_statement_that_is_called_like_a_dataset_is_none(
    run: Run, lake: Path, statement: str, certified: list[str]
) -> None:
    told = run("query", statement, "--json").told()
    assert [one["dataset"] for one in told["certificates"]] == certified


def test_a_key_that_nothing_has_is_not_complete(run: Run, lake: Path) -> None:
    asked = ("data", "load", *WINDOW, "--where", "area_id=99999", "--json")
    told = run(*asked).told()
    assert (told["complete"], told["expected"], told["received"]) == (None, None, 0)


def test_a_history_gives_each_state_with_its_event(run: Run, put: Put) -> None:
    header = "Generator Name,Generator PTID,Aggregation PTID,Subzone,Zone,Latitude,Longitude,Active"
    for at, name in (("10:00", "A"), ("11:00", "A NEW")):
        path = put("generator.csv", f"{header}\r\n{name},1,,WEST,WEST,42,-78,Y\r\n".encode())
        run("import", "P-19", path, "--fetched-at", f"2025-11-05T{at}:00Z")
    rows = run("data", "generator", "--history", "--json").json()
    assert [(row["generator_name"], row["revision"]) for row in rows] == [("A", 1), ("A NEW", 2)]
    assert rows[0]["valid_to_utc"] == rows[1]["valid_from_utc"] != rows[1]["valid_to_utc"]
    assert "UsageError" in run("data", "load", "--history", code=2).err


def test_an_unknown_code_is_shown_with_its_feed_and_drops_no_row(run: Run, put: Put) -> None:
    lines = [line.replace("61757", "61999").replace("CAPITL", "NEWZONE") for line in load_lines()]
    (line,) = run("import", "P-58B", put(NAME, as_file(lines)), "--json").json()
    assert line["rejected"] == 0
    rows = run("data", "iso.rt.load.nyiso", "--where", "area_id=61999", "--json").json()
    told = run("feeds", "show", "P-58B", "--json").json()["unknown_codes"]
    assert told == [
        {"report": "nyiso:P-58B", "column": "area_id", "code": "61999", "rows": len(rows)}
    ]
    assert "61999" in run("feeds", "show", "P-58B").out
    assert run("feeds", "show", "P-63", "--json").json()["unknown_codes"] == []


def test_a_sequence_is_certified_by_what_was_there_then(run: Run, put: Put) -> None:
    (line,) = run("import", "P-58B", put(NAME, load_file()), "--json").json()
    asked = ("data", "iso.rt.load.nyiso", "--at-sequence", line["sequence"], "--json")
    before = run(*asked).told()
    later = DAY + timedelta(days=4)
    run("import", "P-58B", put(f"{later:%Y%m%d}pal.csv", as_file(load_lines(later))))
    assert (
        run("data", "iso.rt.load.nyiso", "--json").told()["expected"] > before["expected"] == 3168
    )
    after = run(*asked).told()
    for name in ("start", "end", "expected", "received", "complete"):
        assert after[name] == before[name], name


def test_before_a_report_began_nothing_was_to_be_expected(run: Run, lake: Path) -> None:
    told = run(
        "data", "iso.rt.load.nyiso", "--from", "2001-04-01", "--to", "2001-05-01", "--json"
    ).told()
    assert (told["complete"], told["expected"], told["received"]) == (True, 0, 0)
    (gap,) = told["gaps"]
    assert (gap["cause"], gap["missing"]) == ("not_applicable", 0)
    assert gap["start_utc"] == "2001-04-01T05:00:00Z"
    told = run(
        "data", "iso.rt.load.nyiso", "--from", "2001-04-30", "--to", "2001-05-02", "--json"
    ).told()
    assert not told["complete"]
    assert [gap["cause"] for gap in told["gaps"]] == ["not_applicable", "not_collected"]
    assert told["received"] + sum(gap["missing"] for gap in told["gaps"]) == told["expected"]
