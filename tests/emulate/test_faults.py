"""Every fault can be seen, comes back for the same request and not for every other."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tieline.emulate.answer import Answer, Request, answer
from tieline.emulate.archive import unpacked
from tieline.emulate.faults import KNOWN, PRESETS, Fault, Faults, load, parse
from tieline.emulate.nyiso import Nyiso
from tieline.errors import UsageError

SITE = Nyiso(5)
NOON = datetime(2026, 3, 17, 16, 0, tzinfo=UTC)
PAL = "public/csv/pal/20260317pal.csv"
PAL_ZIP = "public/csv/palIntegrated/20260301palIntegrated_csv.zip"
ONLY_ZIP = "error_in_zip"


def ask(path: str, *faults: Fault, at: datetime = NOON) -> Answer:
    return answer(SITE, Faults(faults), Request(5, "nyiso", path, at))


def rows(body: bytes) -> list[str]:
    return body.decode().splitlines()


RIGHT = ask(PAL)


@pytest.mark.parametrize("name", [name for name in KNOWN if name != "late_correction"])
@pytest.mark.parametrize("path", [PAL, PAL_ZIP])
def test_a_fault_is_seen_and_comes_back(name: str, path: str) -> None:
    fault = Fault(name, 1.0)
    wrong = ask(path, fault)
    assert wrong == ask(path, fault)
    if name == ONLY_ZIP and path == PAL:
        assert wrong == ask(path)
    else:
        assert wrong.fault == name
        assert wrong != ask(path)


@pytest.mark.parametrize("name", list(KNOWN))
def test_a_rate_of_nothing_does_nothing(name: str) -> None:
    assert ask(PAL, Fault(name, 0.0)) == RIGHT


def test_another_instant_may_succeed_and_the_rate_is_kept() -> None:
    fault = Fault("http_500", 0.25)
    struck = [
        ask("public/menu.htm", fault, at=NOON + timedelta(seconds=n)).status for n in range(800)
    ]
    assert set(struck) == {500, 404}
    assert 0.19 < struck.count(500) / len(struck) < 0.31


def test_pattern_and_window_bound_a_fault() -> None:
    hour = timedelta(hours=1)
    fault = Fault("http_500", 1.0, path="*/pal/*", since=NOON, until=NOON + hour)
    assert ask(PAL, fault).status == 500
    assert ask(PAL_ZIP, fault).status == 200
    assert ask(PAL, fault, at=NOON + hour).status == 200
    assert ask(PAL, fault, at=NOON - timedelta(seconds=1)).status == 200


def test_exchange_faults() -> None:
    assert ask(PAL, Fault("slow", 1, seconds=9)).delay == 9
    assert ask(PAL, Fault("hang", 1)).delay == 300
    limited = ask(PAL, Fault("http_429", 1))
    assert (limited.status, limited.headers["Retry-After"]) == (429, "30")
    assert not ask(PAL, Fault("http_429_without_wait", 1)).headers
    skewed = ask(PAL, Fault("clock_skew", 1, seconds=60))
    assert RIGHT.modified and skewed.modified == RIGHT.modified + timedelta(seconds=60)
    assert skewed.ahead == timedelta(seconds=60) and skewed.body == RIGHT.body


def test_a_moved_file_stands_at_its_new_address() -> None:
    fault = Fault("moved_url", 1, status=301)
    moved = ask(PAL, fault)
    assert moved.status == 301
    there = moved.headers["Location"].removeprefix("/nyiso/")
    assert ask(there, fault).body == RIGHT.body
    assert ask(PAL, Fault("moved_url", 1, status=410)).status == 410


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("renamed_column", '"Time Stamp","Time Zone","Name","PTID","Average Load"'),
        ("split_column", '"Date","Time","Time Zone","Name","PTID","Load"'),
    ],
)
def test_header_faults(name: str, header: str) -> None:
    body = ask(PAL, Fault(name, 1)).body
    assert rows(body)[0] == header
    assert len(rows(body)) == len(rows(RIGHT.body)) and body.count(b"\r\n") == len(rows(body))
    commas = {row.count(",") for row in rows(body)}
    assert commas == {header.count(",")}


def test_an_added_column_is_in_every_row() -> None:
    body = rows(ask(PAL, Fault("added_column", 1)).body)
    assert '"Quality"' in body[0] and all('"GOOD"' in row for row in body[1:])


def test_row_faults_touch_one_stamp() -> None:
    right = rows(RIGHT.body)
    assert len(rows(ask(PAL, Fault("duplicated_interval", 1)).body)) == len(right) + 11
    assert len(rows(ask(PAL, Fault("missing_interval", 1)).body)) == len(right) - 11
    shrunk = rows(ask(PAL, Fault("shrunk", 1)).body)
    assert 0.4 < len(shrunk) / len(right) < 0.95 and shrunk == right[: len(shrunk)]
    wordy = rows(ask(PAL, Fault("text_in_number", 1)).body)
    changed = [row for row in wordy if row not in right]
    assert len(changed) == 1 and not re.search(r",\d[\d.]*$", changed[0])
    bad = [row for row in rows(ask(PAL, Fault("impossible_stamp", 1)).body) if row not in right]
    assert len(bad) == 11
    with pytest.raises(ValueError, match=r"match|range"):
        datetime.strptime(bad[0][1:20] + "Z", "%m/%d/%Y %H:%M:%S%z")


def test_a_duplicate_after_an_unended_line_begins_a_line() -> None:
    path = "public/csv/rtfuelmix/20260317rtfuelmix.csv"
    for n in range(40):
        at = NOON + timedelta(seconds=n)
        body = rows(ask(path, Fault("duplicated_interval", 1), at=at).body)
        assert {row.count(",") for row in body} == {3}


def test_a_truncated_body_ends_inside_a_line() -> None:
    for n in range(40):
        at = NOON + timedelta(seconds=n)
        body = ask(PAL, Fault("truncated", 1), at=at).body
        assert RIGHT.body.startswith(body[:1000]) and not body.endswith((b"\r", b"\n"))
        whole = ask(PAL, at=at).body
        assert whole[len(body) :][:1] not in (b"\r", b"\n")
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(ask(PAL_ZIP, Fault("truncated", 1)).body))


def test_content_under_a_wrong_name() -> None:
    assert ask(PAL, Fault("wrong_extension", 1)).body.startswith(b"PK\3\4")
    assert ask(PAL_ZIP, Fault("wrong_extension", 1)).body.startswith(b'"Time Stamp"')
    assert rows(ask(PAL, Fault("wrong_day", 1)).body)[1].startswith('"03/16/2026')
    other = rows(ask(PAL, Fault("wrong_report", 1)).body)[0]
    assert other.endswith('"Integrated Load"')
    assert ask(PAL, Fault("html_200", 1)).body.lstrip().startswith(b"<")
    assert ask(PAL, Fault("empty_200", 1)).body == b""


def test_an_error_inside_a_valid_zip() -> None:
    right = unpacked(ask(PAL_ZIP).body)
    wrong = unpacked(ask(PAL_ZIP, Fault("error_in_zip", 1)).body)
    assert [name for name, _, _ in right] == [name for name, _, _ in wrong]
    spoiled = [b for a, b in zip(right, wrong, strict=True) if a[2] != b[2]]
    assert len(spoiled) == 1 and spoiled[0][2][:4] in (b"ORA-", b"<!DO")


def test_a_late_correction_comes_days_later_and_stays() -> None:
    fault = Fault("late_correction", 1.0)
    path = "public/csv/palIntegrated/20260310palIntegrated.csv"
    versions: list[tuple[bytes, datetime]] = []
    for hours in range(30, 9 * 24, 3):
        at = datetime(2026, 3, 10, 5, tzinfo=UTC) + timedelta(hours=hours)
        found = ask(path, fault, at=at)
        assert found.modified and found.modified <= at
        if not versions or versions[-1] != (found.body, found.modified):
            versions.append((found.body, found.modified))
    assert len({body for body, _ in versions}) == len(versions) >= 2
    assert versions[-1][1] >= datetime(2026, 3, 12, 5, tzinfo=UTC)
    at = datetime(2026, 3, 19, tzinfo=UTC)
    members = {
        name: (clock, body) for name, clock, body in unpacked(ask(PAL_ZIP, fault, at=at).body)
    }
    clock, body = members["20260310palIntegrated.csv"]
    assert body == versions[-1][0]
    assert clock == versions[-1][1].replace(tzinfo=None) - timedelta(hours=4)


def test_corrected_parts_and_sums_still_agree() -> None:
    at = datetime(2026, 3, 17, tzinfo=UTC)
    fault = Fault("late_correction", 1.0)
    forecast = "public/csv/isolf/20260310isolf.csv"
    assert ask(forecast, fault, at=at).body != ask(forecast, at=at).body
    for row in rows(ask(forecast, fault, at=at).body)[1:]:
        *zones, total = (int(cell) for cell in row.split(",")[1:])
        assert sum(zones) == total


def test_an_unknown_fault_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'gremlin'.*slow.*truncated"):
        Fault("gremlin", 1)
    for wrong in (
        "[]",
        "{",
        '{"slow": 2}',
        '{"slow": "often"}',
        '{"faults": [{"name": "slow"}]}',
        '{"faults": [{"name": "slow", "rate": 1, "wind": 3}]}',
        '{"faults": [{"name": "slow", "rate": 1, "since": "2026-03-01T00:00:00"}]}',
        '{"faults": [{"name": "moved_url", "rate": 1, "status": 200}]}',
        '{"faults": 3}',
    ):
        with pytest.raises(UsageError):
            parse(wrong)
    with pytest.raises(UsageError, match="neither"):
        load("no such file")


def test_faults_come_from_a_name_or_a_file(tmp_path: Path) -> None:
    assert load("none").plan == ()
    assert {fault.name for fault in load("all").plan} == set(KNOWN)
    assert PRESETS["light"].plan
    file = tmp_path / "faults.json"
    file.write_text('{"truncated": 0.05}')
    assert load(str(file)).plan == (Fault("truncated", 0.05),)
    again = parse(json.dumps({"faults": PRESETS["light"].described()}))
    assert again == PRESETS["light"]
    windowed = Faults((Fault("slow", 1, since=NOON, seconds=1.5),))
    assert parse(json.dumps({"faults": windowed.described()})) == windowed
