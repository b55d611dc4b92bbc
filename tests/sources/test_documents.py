"""The user's two text files become feeds."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tieline.errors import UsageError
from tieline.feeds import StaticFile, url_of
from tieline.sources import FEEDS, UrlTable, feeds_from_documents, report
from tieline.sources.documents import cadence, read_instructions, read_lookup
from tieline.sources.nyiso.unread import UNREAD

HEAD = (
    "Data Type,Report Code,Dataset Name,Filename Pattern,Direct CSV URL,Archive ZIP URL,"
    "Example (Today),Python Variable\n"
)
LOOKUP = "Category,Data Type,Report Code,Access Point,Format,Update Frequency,Description\n"


@pytest.fixture(scope="module")
def real(samples: Path) -> UrlTable:
    folder = samples / "documents"
    return feeds_from_documents(
        (folder / "URL_Instructions.txt").read_text(encoding="utf-8"),
        (folder / "URL_Lookup.txt").read_text(encoding="utf-8"),
    )


def test_every_line_of_the_real_files_is_a_report(real: UrlTable) -> None:
    codes = {one.code for row in real.feeds for one in row.reports}
    assert len(codes) == 22
    raw = {row.id for row in real.feeds if row.dataset is None}
    assert "iso.raw.p-8a.nyiso" in raw
    assert not {"iso.raw.p-2a.nyiso", "iso.raw.p-5.nyiso"} & raw
    assert all(one.reads == "raw" for row in real.feeds if not row.dataset for one in row.reports)


def test_addresses_of_the_real_files(real: UrlTable) -> None:
    day = date(2025, 11, 13)
    at = {one.code: url_of(one, day) for row in real.feeds for one in row.reports}
    base = "http://mis.nyiso.com/public/csv/"
    assert at["P-32"] == f"{base}ExternalLimitsFlows/20251113ExternalLimitsFlows.csv"
    assert at["P-32-CURRENT"] == f"{base}ExternalLimitsFlows/currentExternalLimitsFlows.csv"
    assert at["P-31"] == f"{base}hamenergy/20251113HAM_energy_rep.csv"
    assert at["P-14B"] == f"{base}os/outage-schedule.csv"
    archived = report("P-2A", real.feeds)
    assert url_of(archived, day, archive=True) == f"{base}damlbmp/20251101damlbmp_zone_csv.zip"
    for code in ("P-14B", "P-15", "P-32-CURRENT"):
        assert isinstance(report(code, real.feeds).at, StaticFile)


def test_known_reports_keep_their_decoder(real: UrlTable) -> None:
    moved, built_in = report("P-58B", real.feeds), report("P-58B", FEEDS)
    assert moved.recipe_id == built_in.recipe_id
    assert moved.columns == built_in.columns
    assert moved.publisher.base_url == "http://mis.nyiso.com/public/"


def test_what_has_no_address_or_decoder_is_said(real: UrlTable) -> None:
    assert any(note.startswith("P-8A has no decoder") for note in real.notes)
    assert any(note.startswith("P-53A (PAR Schedules)") for note in real.notes)
    assert not any(note.startswith("P-58C") for note in real.notes)


def test_a_report_without_a_decoder_says_why(real: UrlTable) -> None:
    (raw,) = (row for row in real.feeds if row.dataset is None)
    assert raw.reports[0].code == "P-8A"
    assert "no working client shows its header" in raw.reports[0].established_by
    assert any("no working client shows its header" in note for note in real.notes)
    codes = {one.code for row in FEEDS for one in row.reports}
    assert not codes & set(UNREAD), "a report that has a decoder is listed as one that has none"


def test_unquoted_commas_of_the_lookup_are_understood() -> None:
    line = 'Generation,Fuel Mix,P-63,http://x/,"CSV, HTML",5-minute intervals,fuel (gas, coal)'
    (one,) = read_lookup(LOOKUP + line)
    assert (one.code, one.title, one.frequency) == ("P-63", "Fuel Mix", "5-minute intervals")
    assert one.text == "fuel (gas, coal)"
    (two,) = read_lookup(LOOKUP + "Capacity, Energy,Summary,P-31,http://x/,CSV, HTML,Hourly,text\n")
    assert (two.category, two.code, two.frequency) == ("Capacity, Energy", "P-31", "Hourly")
    with pytest.raises(UsageError, match="line 2"):
        read_lookup(LOOKUP + "nothing useful\n")


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("5-minute intervals", 5),
        ("Real-time (5-min intervals)", 5),
        ("Real-time", 5),
        ("Real-time and Day-Ahead", 5),
        ("15 minutes", 15),
        ("Hourly (after each hour)", 60),
        ("Hourly (updated 30 min before the hour for next 3 hours), Daily", 60),
        ("Daily (post Day-Ahead Market)", 1440),
        ("Updated multiple times daily", 60),
        ("every 2 hours", 120),
        ("now and then", 60),
    ],
)
def test_cadence(words: str, minutes: int) -> None:
    assert cadence(words) == timedelta(minutes=minutes)


def test_a_new_line_is_a_feed() -> None:
    line = "Schedules,P-53A,parSchedule,x,http://mis.nyiso.com/public/txt/parSchedule/{YYYYMMDD}parSchedule.txt,,,\n"
    described = LOOKUP + "PARs,PAR Schedules,P-53A,http://x/,TXT,5-minute intervals,flows\n"
    (row,) = feeds_from_documents("\ufeff" + HEAD + "\n# a comment\n" + line, described).feeds
    assert (row.id, row.dataset) == ("iso.raw.p-53a.nyiso", None)
    assert row.reports[0].every == timedelta(minutes=5)
    assert url_of(row.reports[0], date(2024, 2, 29)).endswith("/20240229parSchedule.txt")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Report Code,Url\nP-1,http://x/\n", "direct csv url"),
        (HEAD + "x,P-1,d,f,not an address,,,\n", "line 2"),
        (HEAD + "x,P-1,d,f,http://x/a.csv,,,\n" * 2, "twice"),
    ],
)
def test_lines_that_cannot_be_understood_are_named(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_instructions(text)


def test_unknown_placeholders_are_named() -> None:
    with pytest.raises(UsageError, match="HOUR"):
        feeds_from_documents(HEAD + "x,P-1,d,f,http://x/{HOUR}a.csv,,,\n")
