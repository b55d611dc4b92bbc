"""Outages, messages, commitments and rosters: emulated files against their world, and odd ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tieline.emulate import eastern
from tieline.emulate.nyiso import Nyiso, facts, notices, outages, roster
from tieline.errors import DriftFound, Unreadable, WrongReport
from tieline.sources import report
from tieline.values import Verdict

Take = Callable[..., Verdict]

SEED = 7
SITE = Nyiso(SEED)
DAY = date(2026, 3, 8)
NOON = eastern.midnight(DAY) + 12 * 3600
NOW = datetime.fromtimestamp(NOON, UTC)
KINDS = {kind.code: kind for kind in facts.NOTICES}
SCHEDULED = b"Timestamp,PTID,Equipment Name,Scheduled Out Date/Time,Scheduled In Date/Time\r\n"
MESSAGES = b"Insert Time,Message\r\n"
SCHEDULE = outages.HEADERS["P-14B"]


def dated(code: str, at: int = NOON) -> bytes:
    kind = KINDS[code]
    file = SITE.file(f"public/csv/{kind.folder}/{DAY:%Y%m%d}{kind.stem}.csv", at)
    assert file is not None
    return file.body


def static(path: str, at: int = NOON) -> bytes:
    file = SITE.file(f"public/csv/{path}", at)
    assert file is not None
    return file.body


def instants(seconds: list[int]) -> list[datetime]:
    return [datetime.fromtimestamp(second, UTC) for second in seconds]


@pytest.mark.parametrize("code", ["P-54A", "P-54B"])
def test_a_day_of_listings_is_read_as_its_newest(take: Take, code: str) -> None:
    data = dated(code)
    verdict = take(code, data, day=DAY, known=NOW)
    newest = data.decode().splitlines()[-1][:19]
    local = datetime.strptime(newest, "%m/%d/%Y %H:%M:%S").replace(tzinfo=ZoneInfo(eastern.ZONE))
    at = int(local.timestamp())
    told = outages.listed(SEED, code, at)
    rows = verdict.rows
    assert rows["resource_id"].to_list() == [str(one.ptid) for one in told]
    began = [one.began if code == "P-54B" else one.out for one in told]
    assert rows["outage_start_utc"].to_list() == instants(began)
    if code == "P-54A":
        assert rows["outage_end_utc"].to_list() == instants([one.return_at(at) for one in told])
        assert set(rows["kind"]) == {"planned"}
    else:
        assert rows["outage_end_utc"].null_count() == rows.height
    assert rows["stamp_utc"].null_count() == rows.height
    assert data.count(b"\n") > 100 * rows.height


def out(*lines: str) -> bytes:
    text = "".join(f"11/01/2026 {line},LINE,03/01/2026 08:00:00\r\n" for line in lines)
    return b"Timestamp,PTID,Equipment Name,Outage Date/Time\r\n" + text.encode()


def test_the_newest_listing_of_the_repeated_hour_is_its_second_pass(take: Take) -> None:
    autumn = date(2026, 11, 1)
    day = ["00:55:00,1", "01:30:00,1", "01:30:00,2", "01:55:00,3", "01:00:00,4", "01:30:00,5"]
    for kept, newest in ((4, "3"), (5, "4"), (6, "5")):
        rows = take("P-54B", out(*day[:kept]), day=autumn).rows
        assert rows["resource_id"].to_list() == [newest]
    assert take("P-54B", out(*day, "02:05:00,6"), day=autumn).rows["resource_id"].item() == "6"
    by_element = [
        "01:30:00,1",
        "01:55:00,1",
        "01:30:00,2",
        "01:55:00,2",
        "01:30:00,3",
        "01:55:00,3",
    ]
    rows = take("P-54B", out(*by_element), day=autumn).rows
    assert rows["resource_id"].to_list() == ["1", "2", "3"]


@pytest.mark.parametrize("code", ["P-54A", "P-54B", "P-54C", "P-14B", "P-25", "P-26", "P-35"])
def test_a_listing_of_a_header_alone_lists_nothing(take: Take, code: str) -> None:
    columns = [names[0] for names in report(code).printed_columns]
    verdict = take(code, ",".join(columns).encode() + b"\r\n", day=DAY)
    assert (verdict.rows_read, verdict.rows.height) == (0, 0)


def test_a_short_year_is_no_year(take: Take) -> None:
    data = out("00:55:00,1").replace(b"03/01/2026", b"03/01/26")
    with pytest.raises(Unreadable, match="03/01/26 08:00:00"):
        take("P-54B", data, day=DAY)


def test_the_day_ahead_listing_and_the_schedule_are_their_world(take: Take) -> None:
    rows = take("P-54C", dated("P-54C"), day=DAY, known=NOW).rows
    told = outages.listed(SEED, "P-54C", eastern.midnight(DAY))
    assert rows["outage_start_utc"].to_list() == instants([one.out for one in told])
    scheduled = take("P-14B", static("os/outage-schedule.csv"), known=NOW)
    world = outages.listed(SEED, "P-14B", NOON)
    assert scheduled.rows["outage_id"].to_list() == [f"{one.number}/{one.ptid}" for one in world]
    assert scheduled.rows["outage_end_utc"].to_list() == instants(
        [one.return_at(NOON) for one in world]
    )
    assert set(scheduled.rows["status"]) == {"OUT", "APPROVED"}
    assert scheduled.warnings == ()


def test_messages_keep_their_lines_and_their_quotation_marks(take: Take) -> None:
    for code in ("P-35", "P-25"):
        for n in range(6):
            day = DAY + timedelta(days=n)
            kind = KINDS[code]
            late = eastern.bounds(day)[1] + 3600
            file = SITE.file(f"public/csv/{kind.folder}/{day:%Y%m%d}{kind.stem}.csv", late)
            assert file is not None
            rows = take(code, file.body, day=day).rows
            told = notices.said(SEED, code, day)
            assert rows["message"].to_list() == [cells[0] for _, cells in told]
            assert rows["said_at_utc"].to_list() == instants([at for at, _ in told])


def test_two_messages_of_one_stamp_are_two_and_their_times_may_be_lettered(take: Take) -> None:
    data = MESSAGES + (
        b'03/08/2026 10:00:00,"a ""b"",\r\nc"\r\n03/08/2026 10:00:00,again\r\n'
        b"08-Mar-2026 11:00,later\r\n"
    )
    rows = take("P-25", data, day=DAY).rows
    assert rows["message_id"].to_list() == [
        "2026-03-08T10:00:00#1", "2026-03-08T10:00:00#2", "2026-03-08T11:00:00#1",
    ]  # fmt: skip
    assert rows["message"][0] == 'a "b",\r\nc'


def test_a_day_without_a_message_is_a_whole_file(take: Take) -> None:
    assert take("P-25", MESSAGES, day=DAY).rows.is_empty()


def test_commitments_say_whom_when_and_how_much(take: Take) -> None:
    seen = 0
    for n in range(6):
        day = DAY + timedelta(days=n)
        late = eastern.bounds(day)[1] + 3600
        file = SITE.file(f"public/csv/OpInCommit/{day:%Y%m%d}OpInCommit.csv", late)
        assert file is not None
        rows = take("P-26", file.body, day=day).rows
        told = notices.said(SEED, "P-26", day)
        assert rows["resource_id"].to_list() == [cells[2] for _, cells in told]
        assert rows["upper_limit_mw"].to_list() == [float(cells[9]) for _, cells in told]
        assert rows["committed_mw"].to_list() == [float(cells[10]) for _, cells in told]
        hours = (rows["commitment_end_utc"] - rows["commitment_start_utc"]).dt.total_hours()
        assert hours.is_between(4, 16).all()
        seen += rows.height
    assert seen > 3


def test_a_moment_in_the_repeated_hour_is_its_first_pass_and_a_skipped_one_is_rejected(
    take: Take,
) -> None:
    good = [
        f"11/01/2026 12:00:00,{25000 + n},X,11/01/2026 01:30:00,11/02/2026 09:00:00"
        for n in range(60)
    ]
    bad = "11/01/2026 12:00:00,26000,X,03/08/2026 02:30:00,11/02/2026 09:00:00"
    data = SCHEDULED + ("\r\n".join([*good, bad]) + "\r\n").encode()
    verdict = take("P-54A", data, day=date(2026, 11, 1))
    assert set(verdict.rows["outage_start_utc"]) == {datetime(2026, 11, 1, 5, 30, tzinfo=UTC)}
    assert verdict.rejected.select("source_row", "column", "text").rows() == [
        (62, "out", "03/08/2026 02:30:00")
    ]


def test_an_open_end_far_ends_and_blank_names_are_read(take: Take) -> None:
    data = SCHEDULED + (
        b"03/08/2026 12:00:00,25001,,06/01/2015 07:00:00,12/31/2035 17:00:00\r\n"
        b"03/08/2026 12:00:00,25002,B____,03/09/2026 07:00:00,\r\n"
    )
    rows = take("P-54A", data, day=DAY).rows
    assert rows["resource_name"].to_list() == [None, "B____"]
    assert rows["outage_end_utc"].to_list() == [datetime(2035, 12, 31, 22, tzinfo=UTC), None]


@pytest.mark.parametrize(
    ("days", "clocks"), [("03/09/2026", "07:00"), ("09-MAR-26", "0700"), ("2026-03-09", "07:00:00")]
)
def test_the_schedule_may_spell_its_days_in_several_ways(
    take: Take, days: str, clocks: str
) -> None:
    line = f"25001,123,LINE A,LINE,{days},{clocks},{days},{clocks},,OUT,,,\r\n"
    rows = take("P-14B", SCHEDULE + line.encode(), known=NOW).rows
    assert rows["outage_start_utc"].to_list() == [datetime(2026, 3, 9, 11, tzinfo=UTC)]


def test_files_of_other_reports_are_told_apart(take: Take) -> None:
    with pytest.raises(WrongReport, match="P-54B"):
        take("P-54A", dated("P-54B"), day=DAY)
    with pytest.raises(WrongReport, match="P-54A"):
        take("P-54B", dated("P-54A"), day=DAY)
    with pytest.raises(DriftFound, match="Equipment"):
        take("P-54A", dated("P-54A").replace(b"Equipment Name", b"Equipment"), day=DAY)
    with pytest.raises(Unreadable, match="cannot be read"):
        take("P-54A", SCHEDULED + b"03/08/2026 12:00:00,25001,X,soon,later\r\n", day=DAY)


def test_rosters_become_generators_and_locations(take: Take) -> None:
    data = static("generator/generator.csv")
    told = roster.generators(DAY)
    found = take("P-19", data, known=NOW).rows
    assert found.select("generator_id", "generator_name", "zone").rows() == [
        (str(ptid), name, zone) for name, ptid, zone, _, _ in told
    ]
    places = take("P-19/locations", data, known=NOW).rows
    assert places["latitude"].to_list() == pytest.approx([one[3] for one in told])
    for code, path, world in (
        ("P-20", "load/load.csv", roster.loads()),
        ("P-66", "activetransmissionnodes/activetransmissionnodes.csv", roster.nodes()),
    ):
        rows = take(code, static(path), known=NOW).rows
        assert rows.select("location_name", "location_id", "zone").rows() == [
            (name, str(ptid), zone) for name, ptid, zone in world
        ]


def test_zones_interfaces_and_constraints_come_from_the_reports_that_list_them(take: Take) -> None:
    zones = take("P-2A/zones", static(f"damlbmp/{DAY:%Y%m%d}damlbmp_zone.csv"), day=DAY).rows
    kinds = dict(zones.select("location_name", "location_kind").rows())
    assert len(kinds) == 15
    assert (kinds["N.Y.C."], kinds["O H"]) == ("zone", "interface")
    path = f"ExternalLimitsFlows/{DAY:%Y%m%d}ExternalLimitsFlows.csv"
    lines = take("P-32/interfaces", static(path), day=DAY).rows
    assert lines.height == 19 and lines["interface_id"].is_unique().all()
    assert dict(lines.select("interface_name", "neighbour").rows())["SCH - OH - NY"] == "IESO"
    data = static(f"DAMLimitingConstraints/{DAY:%Y%m%d}DAMLimitingConstraints.csv")
    bound = take("P-511A/constraints", data, day=DAY).rows
    printed = {tuple(line.split(",")[2:5]) for line in data.decode().splitlines()[1:]}
    assert bound.height == len(printed) > 0


def test_an_unknown_zone_is_kept_and_warned_of(take: Take) -> None:
    data = static(f"damlbmp/{DAY:%Y%m%d}damlbmp_zone.csv").replace(b"WEST,61752", b"EAST,61999")
    verdict = take("P-2A/zones", data, day=DAY)
    assert verdict.rows.height == 15
    odd = verdict.rows.filter(pl.col("location_id") == "61999")
    assert odd["location_kind"].to_list() == [None]
    assert any("61999" in warning for warning in verdict.warnings)
