"""What publishers do wrong: the error, the state and the cause of design, bytes kept, then healed."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from tests.flow.conftest import HEADER, Bench, p32
from tieline import errors
from tieline.flow import replay, replayable
from tieline.ledger import Entry
from tieline.values import Window
from tieline.watch import OddityNoticed

STAMPS = ("00:00", "00:05")
GOOD = p32(STAMPS, lambda stamp, point: 100)


def zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (2026, 3, 3, 0, 10, 0)), data)
    return buffer.getvalue()


PAL = b'"Time Stamp","Time Zone","Name","PTID","Load"\r\n"03/02/2026 00:00:00","EST","WEST",61752,1500.1\r\n'
BAD = {
    "truncated zip": (
        zipped("20260302ExternalLimitsFlows.csv", GOOD * 20)[:-90],
        "20260301ExternalLimitsFlows_csv.zip",
        "Truncated",
        "quarantined",
    ),
    "zip of another report": (
        zipped("20260302pal.csv", PAL),
        "20260301ExternalLimitsFlows_csv.zip",
        "WrongReport",
        "quarantined",
    ),
    "html with 200": (
        b"<!DOCTYPE html><html><body><h1>Maintenance</h1></body></html>",
        "20260302ExternalLimitsFlows.csv",
        "ErrorPage",
        "quarantined",
    ),
    "empty body": (b"", "20260302ExternalLimitsFlows.csv", "EmptyAnswer", "empty_200"),
    "header renamed": (
        GOOD.replace(b"Flow (MWH)", b"Power (MWH)"),
        "20260302ExternalLimitsFlows.csv",
        "DriftFound",
        "quarantined",
    ),
    "column missing": (
        b"\r\n".join(line.rsplit(b",", 1)[0] for line in GOOD.splitlines()) + b"\r\n",
        "20260302ExternalLimitsFlows.csv",
        "DriftFound",
        "quarantined",
    ),
    "all numbers are text": (
        p32(STAMPS, lambda stamp, point: "n/a"),
        "20260302ExternalLimitsFlows.csv",
        "Unreadable",
        "quarantined",
    ),
    "another day under this name": (
        p32(STAMPS, lambda stamp, point: 1, day="03/01/2026"),
        "20260302ExternalLimitsFlows.csv",
        "WrongReport",
        "quarantined",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_kept_and_healed(bench: Bench, what: str) -> None:
    data, name, error, cause = BAD[what]
    entry = only(bench, data, name)
    assert (entry.state, entry.error, entry.cause) == ("failed", error, cause)
    assert getattr(errors, error).cause == cause
    assert entry.text is not None
    assert "iso.rt.interface_flow.nyiso" in entry.text
    assert bench.house.raw.get(entry.payload_sha256 or "") == data
    assert bench.stored().height == 0
    bench.bring(GOOD, "09:00", day=date(2026, 3, 2))
    assert bench.stored().height == 6
    assert not [gap for gap in bench.home.ledger.gaps() if gap.cause == "quarantined"]


def only(bench: Bench, data: bytes, name: str) -> Entry:
    """Import one file that gives one entry."""
    imported = bench.bring(data, "06:00", name=name, day=date(2026, 3, 2))
    assert imported.landed is not None
    assert len(imported.landed.entries) == 1
    return imported.landed.entries[0]


def test_a_stamp_that_does_not_exist_names_its_row(bench: Bench) -> None:
    data = p32(("01:55", "02:30", "03:00"), lambda stamp, point: 1, day="03/08/2026")
    imported = bench.bring(
        data, "06:00", name="20260308ExternalLimitsFlows.csv", day=date(2026, 3, 8)
    )
    assert imported.landed is not None
    entry = imported.landed.entries[0]
    assert (entry.error, entry.cause) == ("ImpossibleTime", "quarantined")
    assert entry.text is not None
    assert "03/08/2026 02:30" in entry.text


def test_an_unknown_interface_is_kept_and_told(bench: Bench) -> None:
    entry = only(bench, GOOD.replace(b"23318", b"99999"), "20260302ExternalLimitsFlows.csv")
    assert entry.counts.new == 6
    told = [one.text for one in bench.happenings if isinstance(one, OddityNoticed)]
    assert any("99999" in text for text in told)


def test_one_number_that_is_text_rejects_its_row_only(bench: Bench) -> None:
    stamps = [f"{hour:02}:{minute:02}" for hour in range(8) for minute in range(0, 60, 5)]
    data = p32(
        stamps,
        lambda stamp, point: "abc" if (stamp, point) == ("00:05", "23318") else 5,
    )
    entry = only(bench, data, "20260302ExternalLimitsFlows.csv")
    assert entry.state == "completed"
    assert entry.counts.rejected == 1
    assert entry.counts.read == len(stamps) * 3
    rejected = bench.home.ledger.rejections(entry.entry_id)
    assert [(one.text, one.column) for one in rejected] == [("abc", "Flow (MWH)")]
    assert rejected[0].source_row == 6


def test_a_growing_file_that_shrank_waits_for_the_next_one(bench: Bench) -> None:
    full = p32(("00:00", "00:05", "00:10"), lambda stamp, point: 1)
    bench.bring(full, "06:00")
    shrunk = bench.bring(p32(("00:00", "00:05"), lambda stamp, point: 2), "07:00")
    assert shrunk.landed is not None
    assert shrunk.landed.entries[0].error == "Shrunk"
    assert shrunk.landed.entries[0].cause == "quarantined"
    assert set(bench.stored()["flow_mw"]) == {1.0}
    bench.bring(p32(("00:00", "00:05"), lambda stamp, point: 3), "08:00")
    stored = bench.stored()
    gone = stored.filter(stored["state"] == "gone")
    assert gone.height == 3


def test_a_refused_payload_is_healed_by_a_replay(bench: Bench) -> None:
    """A replay of what is still unreadable supersedes nothing; of what reads, everything."""
    bench.bring(GOOD, "06:00")
    bench.bring(f"{HEADER}\r\nnot,a,row\r\n".encode() * 9, "07:00")
    feed, report = bench.house.report("nyiso:P-32")
    entries = replayable(bench.house, report, whole_day(bench))
    replayed = replay(bench.house, feed, report, entries)
    assert replayed.read == 1
    assert len(replayed.failed) == 1
    states = [entry.state for entry in bench.home.ledger.entries(reports=[report.name])]
    assert sorted(states) == ["completed", "failed", "superseded"]
    assert bench.stored().height == 6


def whole_day(bench: Bench) -> Window:
    return bench.home.ledger.entries(reports=["nyiso:P-32"])[0].window
