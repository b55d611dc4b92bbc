"""`tieline collect` against a server of our own on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.conftest import Run
from tests.cli.files import NAME, kept, load_file, whole_day, zipped
from tieline.flow import House
from tieline.ledger import open_ledger
from tieline.sources import FEEDS

ARCHIVE = "/csv/pal/20251101pal_csv.zip"


@dataclass(slots=True)
class Site:
    """Files by path, and what was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A publisher on this machine; the commands are told its address."""
    site = Site()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            body = site.files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv(
        "TIELINE_PUBLISHERS__NYISO__BASE_URL", f"http://127.0.0.1:{server.server_port}/"
    )
    monkeypatch.setenv("TIELINE_HTTP__TRIES", "1")
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


ONE_DAY = ("collect", "P-58B", "--from", "2025-11-05", "--to", "2025-11-06")


def test_what_an_interruption_left_is_taken_in_before_anybody_is_asked(
    run: Run, home: Path, site: Site
) -> None:
    kept(home, whole_day(), datetime.now(UTC) - timedelta(hours=1))
    assert "1 observations that an interruption had left were taken in" in run(*ONE_DAY).err
    assert site.asked == []
    assert run("verify", "--json").json()["not_taken_in"] == []


def test_a_dry_run_asks_nobody(run: Run, site: Site) -> None:
    told = run(
        "collect", "P-58B", "--start", "2025-10-30", "--end", "2025-11-06", "--dry-run", "--json"
    ).json()
    assert (told["days"], told["requests"], told["settled"]) == (7, 2, 0)
    assert told["bytes"] > 0
    assert told["minutes"] > 0
    assert [url.rsplit("/", 1)[-1] for url in told["urls"]] == [
        "20251001pal_csv.zip",
        "20251101pal_csv.zip",
    ]
    (report,) = told["reports"]
    assert (report["report"], report["containers"]) == ("nyiso:P-58B", {"archive": 2})
    assert report["why"] == {
        "2 of its days stand in the archive only": 1,
        "5 of its days stand in the archive only": 1,
    }
    assert told["estimated"]
    assert site.asked == []
    shown = run("collect", "P-58B", "--from", "2025-10-30", "--to", "2025-11-06", "--dry-run")
    assert "2 archive" in shown.out
    assert "20251001pal_csv.zip" in shown.err


def test_a_dry_run_says_where_pages_make_more_requests(run: Run, site: Site) -> None:
    days = ("--from", "2025-11-05", "--to", "2025-11-07", "--dry-run")
    paged = run("collect", "miso:pricing/v1/day-ahead/lmp-expost", *days)
    assert "at least 2 requests" in paged.err
    assert "takes one for each page" in paged.err
    plain = run("collect", "P-58B", *days, "--json").json()
    assert (plain["paged"], plain["reports"][0]["paged"]) == (False, False)


PLAN = ("collect", "P-58B", "--from", "2025-11-05", "--to", "2025-11-07", "--dry-run", "--json")


def test_a_dry_run_makes_no_home(run: Run, home: Path, site: Site) -> None:
    told = run(*PLAN).json()
    assert not home.exists()
    run("collect", "P-58B", "--from", "2025-11-05", "--to", "2025-11-06", code=5)
    assert told["requests"] == 1
    assert home.exists()


def test_a_dry_run_binds_no_ledger(
    run: Run, home: Path, site: Site, monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    monkeypatch.setenv("TIELINE_LEDGER__URL", postgres_url)
    assert run(*PLAN).json()["requests"] == 1
    assert not home.exists()
    with psycopg.connect(postgres_url) as connection:
        schemas = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'tieline'")
        assert schemas.fetchall() == []


def test_a_dry_run_writes_nothing_into_a_home(
    run: Run, home: Path, site: Site, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither files nor the contracts of feeds that the ledger does not know."""

    def held() -> tuple[int, set[Path]]:
        ledger = open_ledger(home / "ledger.sqlite")
        try:
            return ledger.sequence(), set(home.rglob("*"))
        finally:
            ledger.close()

    before = held()
    news = (*FEEDS, replace(FEEDS[0], id="iso.new", reports=()))
    monkeypatch.setattr("tieline.assemble.FEEDS", news)
    told = run(*PLAN).json()
    assert (told["days"], told["requests"]) == (2, 1)
    assert held() == before
    run("feeds", "status")
    assert held()[0] > before[0]


def test_five_years_by_month_are_sixty_requests(run: Run, site: Site) -> None:
    told = run(
        "collect",
        "P-58B",
        "P-32",
        "--from",
        "2020-01-01",
        "--to",
        "2025-01-01",
        "--dry-run",
        "--json",
    ).json()
    assert [report["requests"] for report in told["reports"][:2]] == [60, 60]
    assert told["minutes"] >= 2.0


def test_days_before_the_publisher_began_are_not_asked_for(run: Run, site: Site) -> None:
    told = run(
        "collect", "P-63", "--from", "2015-10-01", "--to", "2016-01-01", "--dry-run", "--json"
    ).json()
    assert (told["requests"], told["beyond"]) == (1, 61)


def test_a_whole_day_ends_with_0_and_is_not_asked_again(run: Run, site: Site) -> None:
    site.files[ARCHIVE] = zipped({NAME: whole_day()})
    told = run(*ONE_DAY, "--json").json()
    assert (told["committed"], told["failed"], told["gaps"]) == (1, 0, {})
    assert (told["complete"], told["expected"], told["received"]) == (True, 3168, 3168)
    assert told["rows"] == 288 * 11
    again = run(*ONE_DAY, "--json").json()
    assert (again["requests"], again["settled"]) == (0, 1)
    assert site.asked == [ARCHIVE]
    assert "1 are there and final" in run(*ONE_DAY).err
    asked = ("data", "iso.rt.load.nyiso", *ONE_DAY[2:], "--require-complete", "--json")
    assert run(*asked).told()["complete"]


def test_a_range_with_holes_ends_with_6(run: Run, site: Site) -> None:
    site.files[ARCHIVE] = zipped({NAME: load_file()})
    told = run(*ONE_DAY, "--json", code=6).json()
    assert told["committed"] == 1
    assert sum(told["gaps"].values()) == 288 * 11 - 48
    assert not told["complete"]
    assert told["received"] + sum(told["gaps"].values()) == told["expected"]
    assert {hole["cause"] for hole in told["holes"]} == {"missing_upstream"}
    assert {hole["next_utc"] for hole in told["holes"]} == {None}, "too old to be asked for again"
    again = run(*ONE_DAY, "--json", code=6).json()
    assert (again["requests"], again["waiting"], again["given_up"]) == (0, 0, 1)
    told = run(*ONE_DAY, code=6).err
    assert "1 days have holes that are given up: nobody asks for them again; --again does" in told
    assert "wait for their schedule" not in told
    assert run(*ONE_DAY, "--again", "--json", code=6).json()["requests"] == 1
    listed = run("feeds", "gaps", "--feed", "P-58B")
    assert "NEXT LOOK" in listed.out
    (hole, *_) = run("feeds", "gaps", "--feed", "P-58B", "--json").json()
    assert hole["since_utc"] < hole["asked_utc"]
    ended = run("collect", "P-58B", "--from", "2025-11-04", "--to", "2025-11-06", code=6)
    assert "rows missing" in ended.err


def test_one_slice_that_is_not_there_ends_with_5(run: Run, site: Site) -> None:
    told = run(*ONE_DAY, "--json", code=5).json()
    assert told["failures"][0]["error"] == "NotYetPublished"
    assert told["failures"][0]["cause"] == "missing_upstream"


def test_one_slice_that_cannot_be_read_ends_with_4(run: Run, site: Site) -> None:
    site.files[ARCHIVE] = b"<html><body>Service Unavailable</body></html>"
    told = run(*ONE_DAY, "--json", code=4).json()
    assert told["failures"][0]["error"] == "ErrorPage"


def test_nobody_there_ends_with_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIELINE_PUBLISHERS__NYISO__BASE_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("TIELINE_HTTP__TRIES", "1")
    told = run(*ONE_DAY, "--json", code=3).json()
    assert told["failures"][0]["cause"] == "fetch_failed"


def test_a_range_must_be_said(run: Run) -> None:
    run("collect", "P-58B", code=2)
    run("collect", "P-58B", "--from", "2025-11-05", "--to", "2025-11-05", code=2)
    run("collect", "P-999", "--from", "2025-11-05", code=2)


def test_a_range_of_kept_files_that_nobody_could_get_is_not_whole(
    run: Run, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a report that is kept and not read no rows are expected, but its days are."""
    table = tmp_path / "URL_Instructions.txt"
    table.write_text(
        "Data Type,Report Code,Direct CSV URL,Archive ZIP URL\n"
        "Uplift,P-45,http://mis.nyiso.com/public/csv/ZonalUplift/{YYYYMMDD}zonaluplift.csv,\n"
    )
    monkeypatch.setenv("TIELINE_URL_TABLES__INSTRUCTIONS", str(table))
    asked = ("collect", "P-45", "--from", "2025-11-03", "--to", "2025-11-06")
    told = run(*asked, "--json", code=6).json()
    assert (told["failed"], told["complete"], told["expected"]) == (3, False, None)
    assert {hole["cause"] for hole in told["holes"]} == {"missing_upstream"}
    assert run(*asked, "--json", code=6).json()["complete"] is False
    assert "whole days missing" in run(*asked, code=6).err
    listed = run("feeds", "gaps", "--feed", "P-45", "--json").json()
    assert [hole["start_utc"] for hole in listed] == [
        f"2025-11-{day:02}T05:00:00Z" for day in (3, 4, 5)
    ]
    for day in (3, 4, 5):
        site.files[f"/csv/ZonalUplift/202511{day:02}zonaluplift.csv"] = b"a,b\n1,2\n"
    site.files = {f"/public{path}": data for path, data in site.files.items()}
    again = run(*asked, "--again", "--json").json()
    assert (again["failed"], again["complete"], again["gaps"]) == (0, None, {})


def test_the_summary_is_certified(run: Run, site: Site) -> None:
    site.files[ARCHIVE] = zipped({NAME: load_file()})
    told = run(*ONE_DAY, "--json", code=6).json()
    (certificate,) = told["certificates"]
    assert (certificate["expected"], certificate["received"]) == (3168, 48)
    assert certificate["as_of"]
    assert "INCOMPLETE: 48 of 3168 expected received" in run(*ONE_DAY, code=6).err


@pytest.mark.parametrize("held", [False, True])
def test_what_another_process_brings_meanwhile_counts(
    run: Run, site: Site, home: Path, monkeypatch: pytest.MonkeyPatch, held: bool
) -> None:
    """Between the plan and the work; the range is whole, whoever did it, and nothing is asked twice.

    Where that process still holds the day, it is said, and the day is whole only if it is.
    """
    from tieline.assemble import opened, settings_of
    from tieline.cli import collect

    site.files[ARCHIVE] = zipped({NAME: whole_day()})
    begin = collect._begin
    inner = 0

    def beginning(house: House, *said: Any) -> None:
        nonlocal inner
        begin(house, *said)
        inner += 1
        if inner == 1 and not held:
            run(*ONE_DAY)
        if held:
            (job,) = said[1][0].jobs
            claim = house.ledger.claim(
                job.claimed, holder="elsewhere/1/x", at=house.beat(),
                lease=timedelta(minutes=5), dead=lambda name: False,
            )  # fmt: skip
            assert claim is not None

    monkeypatch.setattr(collect, "_begin", beginning)
    monkeypatch.setattr(collect, "PATIENCE_SECONDS", 0.6)
    told = run(*ONE_DAY, "--json", code=6 if held else 0).json()
    assert (told["committed"], told["busy"], told["elsewhere"]) == (0, int(held), int(not held))
    assert told["complete"] is not held
    assert len(site.asked) == int(not held)
    with opened(settings_of(home)) as found:
        assert len(found.ledger.claims()) == int(held)
