"""Conventions: what publishers print on change days, there and back, and what cannot be."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.errors import AmbiguousTime, ImpossibleTime, UnknownName, UnknownZone, UsageError
from tieline.markettime import (
    MARKETS,
    PUBLISHED,
    Clocked,
    Convention,
    Marker,
    Numbered,
    changes_in,
    day_window,
    grid_stamps,
    market_day,
    market_of,
    published,
    read_labels,
    write_labels,
)
from tieline.markettime.conventions import Numbers, Repeated

AUTUMN, SPRING = date(2025, 11, 2), date(2025, 3, 9)
HOUR = timedelta(hours=1)
LOSSLESS = sorted(
    name
    for name, convention in PUBLISHED.items()
    if convention.repeated != "first_only" and name != "pjm:ept"
)
ZONES = sorted({market.zone for market in MARKETS})


def stamps_on(convention: Convention, day: date, days: int = 1) -> pl.Series:
    step = convention.step or timedelta(minutes=5)
    return grid_stamps(convention.zone, day, step, convention.label, days)


def printed(name: str, day: date, column: str) -> list[str]:
    """The distinct labels of a day's column, in order."""
    convention = published(name)
    written = write_labels(convention, stamps_on(convention, day))
    return written[column].to_list()


@pytest.mark.parametrize(
    ("name", "column", "autumn", "spring"),
    [
        ("isone:hour ending", "Hour Ending", ["01", "02", "02X", "03"], ["01", "03", "04", "05"]),
        ("caiso:trade hour", "OPR_HR", ["1", "2", "25", "3"], ["1", "2", "4", "5"]),
        ("ercot:hour ending", "HourEnding", ["01:00", "02:00", "02:00", "03:00"], ["01:00", "02:00", "04:00", "05:00"]),
        ("ercot:hour ending", "DSTFlag", ["N", "N", "Y", "N"], ["N", "N", "N", "N"]),
        ("ercot:hour ending api", "DSTFlag", ["false", "false", "true", "false"], ["false"] * 4),
        ("ercot:hour ending star", "Hour Ending", ["01:00", "02:00", "02:00*", "03:00"], ["01:00", "02:00", "04:00", "05:00"]),
        ("ercot:hour count", "Hour Ending", ["1", "2", "3", "4"], ["1", "2", "3", "4"]),
        ("nyiso:start with zone", "Time Zone", ["EDT", "EDT", "EST", "EST"], ["EST", "EST", "EDT", "EDT"]),
        ("nyiso:start by order", "Time Stamp", ["11/02/2025 00:00", "11/02/2025 01:00", "11/02/2025 01:00", "11/02/2025 02:00"], ["03/09/2025 00:00", "03/09/2025 01:00", "03/09/2025 03:00", "03/09/2025 04:00"]),
        ("spp:interval", "Interval", ["11/02/2025 01:00:00", "11/02/2025 02:00:00", "11/02/2025 02:00:00", "11/02/2025 03:00:00"], ["03/09/2025 01:00:00", "03/09/2025 02:00:00", "03/09/2025 04:00:00", "03/09/2025 05:00:00"]),
        ("isone:begin date", "BeginDate", ["2025-11-02T00:00:00.000-04:00", "2025-11-02T01:00:00.000-04:00", "2025-11-02T01:00:00.000-05:00", "2025-11-02T02:00:00.000-05:00"], ["2025-03-09T00:00:00.000-05:00", "2025-03-09T01:00:00.000-05:00", "2025-03-09T03:00:00.000-04:00", "2025-03-09T04:00:00.000-04:00"]),
        ("miso:hour ending", "HE", ["HE 1", "HE 2", "HE 3", "HE 4"], ["HE 1", "HE 2", "HE 3", "HE 4"]),
        ("eia:hour number", "Hour Number", ["1", "2", "3", "4"], ["1", "2", "3", "4"]),
        ("eia:local period", "period", ["2025-11-02T01-07", "2025-11-02T01-08", "2025-11-02T02-08", "2025-11-02T03-08"], ["2025-03-09T01-08", "2025-03-09T03-07", "2025-03-09T04-07", "2025-03-09T05-07"]),
        ("pjm:ept", "datetime_beginning_ept", ["11/2/2025 12:00:00 AM", "11/2/2025 1:00:00 AM", "11/2/2025 1:00:00 AM", "11/2/2025 2:00:00 AM"], ["3/9/2025 12:00:00 AM", "3/9/2025 1:00:00 AM", "3/9/2025 3:00:00 AM", "3/9/2025 4:00:00 AM"]),
    ],
)  # fmt: skip
def test_what_is_printed_on_change_days(
    name: str, column: str, autumn: list[str], spring: list[str]
) -> None:
    assert printed(name, AUTUMN, column)[:4] == autumn
    assert printed(name, SPRING, column)[:4] == spring


@pytest.mark.parametrize(
    ("name", "column", "last", "counts"),
    [
        ("isone:hour ending", "Hour Ending", "24", (25, 23)),
        ("caiso:trade hour", "OPR_HR", "24", (25, 23)),
        ("ercot:hour ending", "HourEnding", "24:00", (25, 23)),
        ("ercot:delivery interval", "DeliveryInterval", "4", (100, 92)),
        ("miso:hour ending", "HE", "HE 24", (24, 24)),
        ("caiso:trade interval", "OPR_INTERVAL", "12", (300, 276)),
        ("ieso:interval", "Interval", "12", (288, 288)),
    ],
)
def test_how_a_day_ends(name: str, column: str, last: str, counts: tuple[int, int]) -> None:
    days = [printed(name, day, column) for day in (AUTUMN, SPRING)]
    assert [day[-1] for day in days] == [last, last]
    assert tuple(len(day) for day in days) == counts


def test_counted_hours_reach_25() -> None:
    assert printed("ercot:hour count", AUTUMN, "Hour Ending")[-1] == "25"
    assert printed("ercot:hour count", SPRING, "Hour Ending")[-1] == "23"
    colon = replace(
        published("ercot:hour count"),
        text=Numbered(("D", "%m/%d/%Y"), "HE", width=2, after=":00", numbers="count"),
    )
    assert write_labels(colon, stamps_on(colon, AUTUMN))["HE"][-1] == "25:00"


@pytest.mark.parametrize("name", LOSSLESS)
@pytest.mark.parametrize("year", [2015, 2024, 2026, 2035])
def test_label_to_instant_to_label(name: str, year: int) -> None:
    convention = published(name)
    days = {
        market_day("America/New_York", change.at_utc)
        for change in changes_in("America/New_York", year)
    }
    days |= {
        market_day(convention.zone, change.at_utc) for change in changes_in(convention.zone, year)
    }
    for day in sorted(days | {date(year, 1, 1), date(year, 12, 31), date(year, 2, 28)}):
        stamps = stamps_on(convention, day)
        written = write_labels(convention, stamps)
        assert written.columns == list(convention.columns)
        read = read_labels(convention, written)
        assert read.to_list() == stamps.to_list()
        assert (
            read.n_unique()
            == read.len()
            == (day_window(convention.zone, day)[1] - day_window(convention.zone, day)[0])
            // (convention.step or timedelta(minutes=5))
        )
        assert write_labels(convention, read).equals(written)


@st.composite
def conventions(draw: st.DrawFn) -> Convention:
    """Any convention that loses nothing."""
    zone = draw(st.sampled_from(ZONES))
    words = (("EDT", "daylight"), ("EST", "standard"))
    flag = draw(
        st.sampled_from(
            [
                words,
                (("N", "not_second"), ("Y", "second")),
                (("0", "not_first"), ("1", "first")),
                (("Y", "second"), ("N", "not_second")),
            ]
        )
    )
    marker = Marker("flag", flag)  # type: ignore[arg-type]
    if draw(st.booleans()):
        numbers: Numbers = draw(st.sampled_from(["clock", "clock_end", "count"]))
        minutes = draw(st.sampled_from([60, 30, 15, 5]))
        told: list[Repeated] = ["refused"] if numbers == "count" else ["marker", "suffix", "extra"]
        repeated = draw(st.sampled_from(told))
        text = Numbered(
            ("day", draw(st.sampled_from(["%m/%d/%Y", "%Y-%m-%d"]))),
            "hour",
            before=draw(st.sampled_from(["", "HE ", "HE"])),
            width=draw(st.sampled_from([0, 2])),
            after=draw(st.sampled_from(["", ":00"])),
            first=draw(st.sampled_from([0, 1])) if repeated != "extra" else 1,
            interval="part" if minutes < 60 else "",
            numbers=numbers,
        )
        return Convention(
            zone=zone, label=draw(st.sampled_from(["start", "end"])), text=text, source="drawn",
            step=timedelta(minutes=minutes), repeated=repeated,
            marker=marker if repeated == "marker" else None, suffix="X" if repeated == "suffix" else "",
        )  # fmt: skip
    ways: list[Repeated] = ["marker", "suffix", "offset"]
    repeated = draw(st.sampled_from(ways))
    label: Literal["start", "end", "instant"] = draw(st.sampled_from(["start", "end", "instant"]))
    split = draw(st.booleans())
    columns = (
        (("day", "%m/%d/%Y"), ("time", "%H:%M")) if split else (("at", "%-m/%-d/%Y %-I:%M:%S %p"),)
    )
    clocked = Clocked(
        columns,
        midnight=draw(st.sampled_from(["00:00", "24:00"])) if split else "00:00",
        offset=draw(st.sampled_from(["-05", "-0500", "-05:00"])) if repeated == "offset" else "",
    )
    return Convention(
        zone=zone, label=label, text=clocked, source="drawn", step=timedelta(minutes=15),
        clock="start" if label == "end" and repeated != "offset" and draw(st.booleans()) else "label",
        repeated=repeated, marker=marker if repeated == "marker" else None,
        suffix="d" if repeated == "suffix" else "",
    )  # fmt: skip


@settings(deadline=None, derandomize=True, max_examples=200)
@given(convention=conventions(), year=st.integers(2015, 2035), data=st.data())
def test_any_convention_reads_what_it_writes(
    convention: Convention, year: int, data: st.DataObject
) -> None:
    changed = [market_day(convention.zone, one.at_utc) for one in changes_in(convention.zone, year)]
    day = data.draw(st.sampled_from([*changed, date(year, 2, 28), date(year, 12, 31)]))
    stamps = stamps_on(convention, day).shuffle(seed=year)
    written = write_labels(convention, stamps)
    assert read_labels(convention, written).to_list() == stamps.to_list()


def test_order_of_rows_with_off_grid_stamps() -> None:
    convention = published("nyiso:end by order")
    start = datetime(2025, 11, 2, 4, 55, tzinfo=UTC)
    minutes = [0, 5, 7.8, 10, 60, 64.2, 65, 70, 124, 130]
    stamps = pl.Series(
        [start + timedelta(minutes=one) for one in minutes], dtype=pl.Datetime("us", "UTC")
    )
    keys = pl.Series(["CAPITL"] * stamps.len())
    both = pl.concat([stamps, stamps])
    written = write_labels(convention, both)
    read = read_labels(
        convention, written, key=pl.concat([keys, pl.Series(["WEST"] * stamps.len())])
    )
    assert read.to_list() == both.to_list()


def test_order_of_rows_over_several_autumns() -> None:
    convention = published("nyiso:start by order")
    stamps = grid_stamps(convention.zone, date(2022, 6, 1), HOUR, "start", 1200)
    both = pl.concat([stamps, stamps])
    key = pl.Series(["a"] * stamps.len() + ["b"] * stamps.len())
    assert read_labels(convention, write_labels(convention, both), key=key).equals(
        both, check_names=False
    )


def table(convention: Convention, *rows: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=list(convention.columns), orient="row")


@pytest.mark.parametrize(
    ("name", "rows", "kind", "words"),
    [
        ("pjm:ept", [("3/9/2025 1:30:00 AM",), ("3/9/2025 2:30:00 AM",)], ImpossibleTime, ["line 3", "2:30:00", "America/New_York"]),
        ("nyiso:start by order", [("03/09/2025 02:30",)], ImpossibleTime, ["line 2", "02:30"]),
        ("pjm:ept", [("11/2/2025 12:30:00 AM",), ("11/2/2025 1:30:00 AM",)], AmbiguousTime, ["line 3", "1:30:00"]),
        ("caiso:trade hour", [("2025-11-02", "25"), ("2025-11-03", "25")], ImpossibleTime, ["line 3", "2025-11-03 25", "24 hours"]),
        ("caiso:trade hour", [("2025-03-09", "3")], ImpossibleTime, ["line 2", "2025-03-09 3", "23 hours"]),
        ("caiso:trade hour", [("2025-03-09", "0")], ImpossibleTime, ["2025-03-09 0"]),
        ("isone:hour ending", [("03/09/2025", "02")], ImpossibleTime, ["03/09/2025 02", "23 hours"]),
        ("isone:hour ending", [("11/03/2025", "02X")], ImpossibleTime, ["02X", "repeated hour"]),
        ("isone:hour ending", [("11/02/2025", "03X")], ImpossibleTime, ["03X"]),
        ("ercot:hour count", [("03/09/2025", "24")], ImpossibleTime, ["03/09/2025 24", "23 hours"]),
        ("ercot:hour count", [("11/01/2025", "25")], ImpossibleTime, ["11/01/2025 25"]),
        ("ercot:hour ending", [("11/02/2025", "03:00", "Y")], ImpossibleTime, ["03:00 Y"]),
        ("ercot:hour ending", [("06/02/2025", "26:00", "N")], ImpossibleTime, ["26:00"]),
        ("ercot:delivery interval", [("06/02/2025", "1", "5", "N")], ImpossibleTime, ["1 5"]),
        ("nyiso:start with zone", [("11/02/2025 03:00:00", "EDT")], ImpossibleTime, ["03:00:00 EDT"]),
        ("isone:begin date", [("2025-11-02T03:00:00.000-04:00",)], ImpossibleTime, ["03:00:00.000-04:00"]),
        ("miso:hour ending", [("11/02/2025", "HE 25")], ImpossibleTime, ["HE 25", "24 hours"]),
    ],
)  # fmt: skip
def test_impossible_and_ambiguous_times_name_the_row(
    name: str, rows: list[tuple[str, ...]], kind: type[Exception], words: list[str]
) -> None:
    convention = published(name)
    with pytest.raises(kind) as told:
        read_labels(convention, table(convention, *rows))
    assert [word for word in words if word not in str(told.value)] == []


def test_lines_of_the_file_are_named_as_given() -> None:
    convention = published("pjm:ept")
    with pytest.raises(ImpossibleTime, match="line 77:"):
        read_labels(convention, table(convention, ("3/9/2025 2:30:00 AM",)), lines=pl.Series([77]))


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("pjm:ept", ("soon",)),
        ("caiso:trade hour", ("2025-11-02", "two")),
        ("caiso:trade hour", ("yesterday", "2")),
        ("isone:hour ending", ("11/02/2025", "02Y")),
        ("nyiso:start with zone", ("11/02/2025 01:00:00", "CET")),
        ("ercot:delivery interval", ("11/03/2025", "1", "x", "N")),
    ],
)
def test_a_label_that_cannot_be_read_is_null(name: str, row: tuple[str, ...]) -> None:
    convention = published(name)
    assert read_labels(convention, table(convention, row)).to_list() == [None]


def test_other_paddings_are_read() -> None:
    convention = published("ercot:hour ending")
    read = read_labels(
        convention,
        table(
            convention,
            ("11/03/2025", "1:00", "n"),
            ("11/03/2025", "01", "N"),
            ("11/03/2025", "HE 1", "N "),
        ),
    )
    assert read.n_unique() == 1


def test_the_collapsed_hour_is_its_first_pass() -> None:
    convention = published("caiso:outlook")
    read = read_labels(convention, table(convention, ("11/02/2025 01:30",)))
    assert read.to_list() == [datetime(2025, 11, 2, 8, 30, tzinfo=UTC)]
    with pytest.raises(ImpossibleTime, match="2025-11-02 09:30"):
        write_labels(convention, read + HOUR)


def test_an_unknown_convention_or_zone_is_named() -> None:
    with pytest.raises(UnknownName, match="'pjm:local'"):
        published("pjm:local")
    with pytest.raises(UnknownZone, match="'America/Gotham'"):
        replace(published("pjm:ept"), zone="America/Gotham")


@pytest.mark.parametrize(
    "changes",
    [
        {"step": None},
        {"step": timedelta(minutes=7)},
        {"label": "instant"},
        {"repeated": "marker"},
        {"suffix": ""},
        {"repeated": "offset", "suffix": ""},
        {"clock": "start", "label": "start"},
        {"text": Numbered(("Date", "%m/%d/%Y"), "Hour Ending", numbers="count")},
    ],
)
def test_rules_that_contradict_each_other_are_no_convention(changes: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="no convention"):
        replace(published("isone:hour ending"), **changes)  # type: ignore[arg-type]


def test_every_market_has_a_convention() -> None:
    assert {name.split(":")[0] for name in PUBLISHED} >= {market.name for market in MARKETS}
    assert published("miso:start").zone == market_of("miso").zone
    assert all(convention.source for convention in PUBLISHED.values())


def columns_of(path: Path, *names: str) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).select(names)


def test_spp_of_the_long_day(samples: Path) -> None:
    rows = columns_of(
        samples / "spp" / "DA-MCP-202511020100.csv", "Interval", "GMTIntervalEnd", "Reserve Zone"
    )
    local = read_labels(published("spp:interval"), rows, key=rows["Reserve Zone"])
    assert local.to_list() == read_labels(published("spp:gmt end"), rows).to_list()
    assert local.n_unique() == 25


def test_caiso_of_the_short_day(samples: Path) -> None:
    rows = columns_of(
        samples / "caiso" / "20190301_20190401_PRC_LMP_DAM_20200603_09_21_36_v1.csv",
        "INTERVALSTARTTIME_GMT", "OPR_DT", "OPR_HR",
    )  # fmt: skip
    starts = read_labels(published("caiso:gmt start"), rows)
    ends = read_labels(published("caiso:trade hour"), rows)
    assert (ends - HOUR).to_list() == starts.to_list()
    assert starts.null_count() == 0
    assert ends.n_unique() == 31 * 24 - 1


def test_ercot_of_the_short_day(samples: Path) -> None:
    name = "np4-190-cd_dam_stlmnt_pnt_prices_HB_HUBAVG_20260308.json"
    tree = json.loads((samples / "ercot" / name).read_text("utf-8"))
    names = [field["name"] for field in tree["fields"]]
    rows = pl.DataFrame(
        [[str(cell) for cell in row] for row in tree["data"]], schema=names, orient="row"
    )
    convention = published("ercot:hour ending api")
    read = read_labels(convention, rows).sort()
    assert read.to_list() == stamps_on(convention, date(2026, 3, 8)).to_list()


def test_pjm_local_beside_utc(samples: Path) -> None:
    rows = columns_of(
        samples / "pjm" / "da_hrl_lmps_ALDENE_202506-202606.csv",
        "datetime_beginning_utc", "datetime_beginning_ept",
    )  # fmt: skip
    utc = read_labels(published("pjm:utc"), rows)
    with pytest.raises(AmbiguousTime, match="1:00:00 AM"):
        read_labels(published("pjm:ept"), rows)
    ordered = replace(published("pjm:ept"), repeated="row_order")
    assert read_labels(ordered, rows).to_list() == utc.to_list()
    assert write_labels(published("pjm:ept"), utc).equals(rows.select("datetime_beginning_ept"))


def test_isone_reports(samples: Path) -> None:
    with (samples / "isone" / "csv" / "WW_DALMP_ISO_20260604.csv").open(encoding="utf-8") as lines:
        days = [(row[1], row[2]) for row in csv.reader(lines) if row[0] == "D"]
    convention = published("isone:hour ending")
    read = read_labels(convention, table(convention, *days))
    assert sorted(set(read.to_list())) == stamps_on(convention, date(2026, 6, 4)).to_list()
