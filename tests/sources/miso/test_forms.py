"""The forms in which MISO prints the same thing: placeholders, midnights, titles, spellings."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlwt  # type: ignore[import-untyped]

from tieline.emulate.miso import market_report
from tieline.errors import DriftFound, EmptyAnswer, Unreadable
from tieline.feeds import url_of
from tieline.sources import report
from tieline.values import Verdict

Take = Callable[..., Verdict]
DAY = date(2026, 7, 14)
SEEN = datetime(2026, 7, 27, 13, 20, tzinfo=UTC)
API = "miso/public-api"
HOURS = ",".join(f"HE {hour}" for hour in range(1, 25))


def answer(samples: Path, name: str) -> Any:
    return json.loads((samples / API / f"{name}.json").read_bytes())


def body(tree: object) -> bytes:
    return json.dumps(tree).encode()


def page(*rows: object) -> bytes:
    return body({"data": rows, "page": {"pageNumber": 1, "lastPage": True}})


def book(rows: Sequence[Sequence[object]]) -> bytes:
    made, held = xlwt.Workbook(), io.BytesIO()
    sheet = made.add_sheet("Sheet1")
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write(at, place, cell)
    made.save(held)
    return held.getvalue()


def replaced(tree: Any, name: str, word: object) -> Any:
    """The same answer with another cell under a name."""
    if isinstance(tree, dict):
        return {
            key: word if key == name else replaced(cell, name, word) for key, cell in tree.items()
        }
    return [replaced(item, name, word) for item in tree] if isinstance(tree, list) else tree


MARKETS, SYSTEM = "markets-displays-", "operations-displays-"
PLACEHOLDERS = [
    ("FuelMix", f"{SYSTEM}getfuelmix", "ACT", "generation_mw", 2),
    ("Ace", f"{SYSTEM}getace", "value", "value_mw", 2),
    (
        "CoordinatedTransactionScheduling",
        f"{MARKETS}getcoordinatedtransactionscheduling",
        "PJMFORECASTEDLMP",
        "price_per_mwh",
        2,
    ),
    (
        "MarketPricing/GetLmpConsolidatedTable/FiveMinLMP",
        f"{MARKETS}getmarketpricinggetlmpconsolidatedtable",
        "LMP",
        "price_per_mwh",
        2,
    ),
    (
        "MarketPricing/GetAncillaryServicesMcp/RealTimeMCP",
        f"{MARKETS}getmarketpricinggetancillaryservicesmcp",
        "StrMcp",
        "price_per_mw_h",
        2,
    ),
    ("Interchange/GetNsi/MISO", f"{SYSTEM}getinterchangegetnsimiso", "NSI", "scheduled_mw", 1),
    ("Interchange/GetNai", f"{SYSTEM}getinterchangegetnai", "Value", "actual_mw", 1),
    (
        "RealTimeTotalLoad/FiveMinTotalLoad",
        f"{SYSTEM}getrealtimetotalload",
        "Value",
        "load_mw",
        2,
    ),
    (
        "RegionalDirectionalTransfer",
        f"{SYSTEM}getregionaldirectionaltransfer",
        "RAW_MW",
        "flow_mw",
        2,
    ),
    (
        "WindSolar/getwindactual",
        f"{SYSTEM}getwindsolargetwindactual",
        "Value",
        "generation_mw",
        2,
    ),
    # Of each of its two elements three of five cells are null as they came.
    ("CsatSupplyDemand", f"{SYSTEM}getcsatsupplydemand", "demand", "value", 2 + 2 * 3),
]


@pytest.mark.parametrize(
    ("code", "name", "cell", "column", "nulls"), PLACEHOLDERS, ids=[one[0] for one in PLACEHOLDERS]
)
def test_the_word_none_is_no_number(
    take: Take, samples: Path, code: str, name: str, cell: str, column: str, nulls: int
) -> None:
    tree = answer(samples, name)
    whole = take(code, body(tree), known=SEEN)
    lacking = take(code, body(replaced(tree, cell, "None")), known=SEEN)
    assert lacking.rejected.height == 0
    assert lacking.rows.height == whole.rows.height
    assert lacking.rows[column].null_count() == nulls


def test_the_word_none_among_five_minute_prices_is_no_number(take: Take) -> None:
    stamp = "2026-07-27T08:15:00"
    rows = [[stamp, "A", "24.5", "1", "None"], [stamp, "B", 24.5, 1, 2]]
    data = {"headers": ["INTERVAL", "CPNODE", "LMP", "MLC", "MCC"], "data": rows}
    found = take("MarketPricing/GetRealTimeFiveMinExPost/Current", body(data)).rows
    assert found["price_per_mwh"].to_list() == [24.5, 24.5]
    assert found["energy_per_mwh"].to_list() == [None, 21.5]


@pytest.mark.parametrize("nothing", [None, "", "None"])
def test_hours_ahead_have_a_forecast_and_no_actual(
    take: Take, samples: Path, nothing: str | None
) -> None:
    tree = answer(samples, "operations-displays-getwindsolargetwind")
    ahead = dict.fromkeys(("ActualDateTimeEST", "ActualHourEndingEST", "ActualValue"), nothing)
    tree["instance"][1] |= ahead
    actual = take("WindSolar/getwind/actual", body(tree), known=SEEN)
    assert (actual.rows.height, actual.rejected.height) == (1, 0)
    assert take("WindSolar/getwind/forecast", body(tree), known=SEEN).rows.height == 2


MIDNIGHTS = [
    ("28-Jul-2026 - Interval 00:05 EST", "HourlyIntegratedLMP", "HE 24", 28, 0, 0),
    ("28-Jul-2026 - Interval 00:05 EST", "DayAheadExPostLMP", "HE 1", 28, 1, 0),
    ("28-Jul-2026 - Interval 00:05 EST", "FiveMinLMP", "00:05", 28, 0, 5),
    ("27-Jul-2026 - Interval 23:55 EST", "FiveMinLMP", "00:00", 28, 0, 0),
    ("27-Jul-2026 - Interval 23:55 EST", "DayAheadExAnteLMP", "HE 24", 28, 0, 0),
    ("28-Jul-2026 - Interval 00:00 EST", "FiveMinLMP", "24:00", 28, 0, 0),
    ("7-Jul-2026 - Interval 08:15 EST", "HourlyIntegratedLMP", "HE 8", 7, 8, 0),
]


@pytest.mark.parametrize(("reference", "block", "printed", "day", "hour", "minute"), MIDNIGHTS)
def test_what_stands_for_one_interval_is_on_the_nearest_day(
    take: Take,
    samples: Path,
    reference: str,
    block: str,
    printed: str,
    day: int,
    hour: int,
    minute: int,
) -> None:
    tree = answer(samples, "markets-displays-getmarketpricinggetlmpconsolidatedtable")
    tree["LMPData"]["RefId"] = reference
    tree["LMPData"][block]["HourAndMin"] = printed
    rows = take(f"MarketPricing/GetLmpConsolidatedTable/{block}", body(tree), known=SEEN).rows
    at = datetime(2026, 7, day, hour, minute, tzinfo=UTC) + timedelta(hours=5)
    assert set(rows["stamp_utc"]) == {at}


def test_loads_ahead_of_their_reference_are_another_day_s(take: Take, samples: Path) -> None:
    tree = answer(samples, "operations-displays-getrealtimetotalload")
    tree["LoadInfo"]["RefId"] = "28-Jul-2026 - Interval 00:00 EST"
    loads = [{"Load": {"Time": f"{at:02}:00", "Value": "90000"}} for at in range(24)]
    tree["LoadInfo"]["FiveMinTotalLoad"] = loads
    with pytest.raises(Unreadable, match="22 of 24 rows cannot be read"):
        take("RealTimeTotalLoad/FiveMinTotalLoad", body(tree), known=SEEN)
    assert take("RealTimeTotalLoad/ClearedMW", body(tree), known=SEEN).rows.height == 2


def test_several_ties_are_several_rows(take: Take, samples: Path) -> None:
    tree = answer(samples, "operations-displays-getinterchangegetnai")
    tree["Actual"]["TieFlow"] = [tree["Actual"]["TieFlow"], {"Name": "ONT", "Value": "-10"}]
    rows = take("Interchange/GetNai", body(tree), known=SEEN).rows
    assert rows.select("from_area", "actual_mw").rows() == [("ALL", 5495.34), ("IESO", 10.0)]


def titled(code: str, title: str) -> bytes:
    lines = market_report(4, code, DAY).body.split(b"\n")
    return b"\n".join([title.encode(), *lines[1:]])


@pytest.mark.parametrize("title", ["Real Time Market LMPs", "Preliminary Real-Time LMPs"])
def test_real_time_prices_go_by_what_their_title_does_not_say(take: Take, title: str) -> None:
    data = titled("rt_lmp_prelim", title)
    assert take("rt_lmp_prelim", data, DAY).rows.height == 23 * 24
    with pytest.raises(DriftFound, match="'Title'"):
        take("rt_lmp_prelim", titled("rt_lmp_prelim", "Day Ahead Market ExPost LMPs"), DAY)
    with pytest.raises(DriftFound, match="'Title'"):
        take("rt_lmp_final", titled("rt_lmp_final", "Preliminary Real Time LMPs"), DAY)


def test_a_report_of_prices_without_rows_is_empty(take: Take) -> None:
    lines = market_report(4, "da_expost_lmp", DAY).body.split(b"\n")
    with pytest.raises(EmptyAnswer, match="a header and no row"):
        take("da_expost_lmp", b"\n".join([*lines[:5], b""]), DAY)


def two_tables(title: str, above: int, end: str = "\n") -> bytes:
    prices = ",".join(["1.5"] * 24)
    lines = [title, "", f"{DAY:%m/%d/%Y},,All Hours-Ending are Eastern Standard Time (EST)", ""]
    lines.append(f",,MCP Type, {HOURS}")
    lines += [f"Zone {at},,GENREGMCP,{prices}" for at in range(above)]
    lines += ["", "", f"Pnode,Zone,MCP Type, {HOURS}"]
    lines += [f"N{zone},Zone {zone},GENREGMCP,{prices}" for zone in range(1, 9)]
    return (end.join(lines) + end).encode()


@pytest.mark.parametrize("above", [1, 48, 54, 200])
def test_the_second_table_is_found_however_long_the_first_is(take: Take, above: int) -> None:
    assert take(
        "asm_expost_damcp", two_tables("Dayahead Market MCPs.", above), DAY
    ).rows.height == (8 * 24)
    real = two_tables("Real Time Market MCPs.", above, "\r\n")
    assert take("asm_rtmcp_final", real, DAY).rows.height == 8 * 24


def test_clearing_prices_of_the_other_market_are_refused(take: Take) -> None:
    with pytest.raises(DriftFound, match="'Title'"):
        take("asm_rtmcp_final", two_tables("Dayahead Market MCPs.", 1), DAY)
    with pytest.raises(DriftFound, match="'Title'"):
        take("asm_expost_damcp", two_tables("Real-Time Market MCPs.", 1), DAY)


def constraints(banner: str, hour: str, price: str, *shown: object) -> bytes:
    header = ["Constraint_ID", "Constraint Name", "Contingency Description", hour, price]
    rows = [["7", "LORE", "LOSS", cell, -12.5] for cell in shown]
    return book([["Binding Constraints"], [banner], ["Publish Date: 07/13/2026"], header, *rows])


@pytest.mark.parametrize(
    "said",
    ["07/14/2026", "7/14/2026", "2026-07-14", "Jul 14, 2026", "July 14, 2026", "14-Jul-2026"],
)
@pytest.mark.parametrize("hour", ["Hour of Occurrence", "Hour of  Occurrence"])
def test_a_banner_s_market_date_is_read_in_every_form(take: Take, said: str, hour: str) -> None:
    ahead = constraints(f"Market Date: {said}", hour, "Shadow Price", 1, 24)
    real = constraints(f"Market Date: {said}", hour, "Preliminary Shadow Price", "00:05", "24:00")
    last = datetime(2026, 7, 15, 5, tzinfo=UTC)
    assert take("da_bc", ahead, DAY).rows["stamp_utc"].to_list() == [
        last - timedelta(hours=23),
        last,
    ]
    assert take("rt_bc", real, DAY).rows["stamp_utc"].to_list() == [
        last - timedelta(hours=23, minutes=55),
        last,
    ]


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d", "serial"])
def test_a_workbook_s_days_are_read_in_every_form(take: Take, form: str) -> None:
    areas = ("North", "Central", "South", "MISO")
    header = ["Market Day", "HourEnding"]
    header += [f"{area} {what} (MWh)" for area in areas for what in ("MTLF", "ActualLoad")]
    day: object = (DAY - date(1899, 12, 30)).days if form == "serial" else DAY.strftime(form)
    rows = [[day, hour, *([100.0 + hour] * 8)] for hour in range(1, 25)]
    found = take("rf_al/actual", book([["a"], header, *rows]), DAY).rows
    assert found.height == 4 * 24
    assert set(found["market_day"]) == {DAY}


@pytest.mark.parametrize("printed", ["NORTH", "North", "north"])
def test_a_region_has_one_spelling(take: Take, printed: str) -> None:
    row = {"interval": "1", "region": printed}
    load = take("lgi/v1/real-time/demand/actual", page({**row, "load": 1}), DAY).rows
    assert load.select("area_id", "area_kind").rows() == [("North", "region")]
    supply = "lgi/v1/day-ahead/generation/cleared/physical"
    assert take(supply, page({**row, "supply": 1}), DAY).rows["resource_id"].item() == "North"
    net = "lgi/v1/day-ahead/interchange/net-scheduled"
    assert take(net, page({**row, "nsi": 1}), DAY).rows["to_area"].item() == "North"


def test_fuels_come_and_go_with_the_years(take: Take) -> None:
    old = dict.fromkeys(("coal", "gas", "nuclear", "water", "wind", "other"), 1)
    row = {"interval": "1", "region": "SOUTH", "totalMw": 6}
    code = "lgi/v1/real-time/generation/fuel-type"
    assert take(code, page({**row, "fuelTypes": old}), DAY).rows.height == 6
    new = take(code, page({**row, "fuelTypes": {**old, "solar": 2, "hydrogen": 3}}), DAY)
    kept = new.rows.filter(pl.col("fuel_printed") == "hydrogen")
    assert kept.select("area_id", "fuel", "generation_mw").rows() == [("South", None, 3.0)]
    assert any("unknown fuel_printed: hydrogen" in warning for warning in new.warnings)


@pytest.mark.parametrize("init", ["2026-07-13", "2026-07-13 00:00:00.000", "2026-07-13T00:00:00"])
def test_a_forecast_s_day_may_have_a_time(take: Take, init: str) -> None:
    row = {"interval": "1", "region": "NORTH", "localResourceZone": "Z1", "loadForecast": 1}
    rows = take("lgi/v1/forecast/load", page({**row, "init": init}), DAY).rows
    assert rows["vintage_utc"].to_list() == [datetime(2026, 7, 13, 5, tzinfo=UTC)]


def test_a_reserve_zone_that_is_a_number_is_that_zone(take: Take) -> None:
    rows: list[list[object]] = [
        ["a"],
        ["b"],
        ["c"],
        ["CP Node Name", "Reserve Zone"],
        ["A", 1],
        ["B", "Zone 2"],
    ]
    rows.append(["a note"])
    zones = take("cpnode_reszone", book(rows), DAY).rows["zone"]
    assert zones.to_list() == ["Zone 1", "Zone 2"]


@pytest.mark.parametrize(
    "code", ["real-time/demand/actual", "real-time/demand/forecast", "day-ahead/demand"]
)
def test_where_sums_of_days_can_be_had_hours_are_asked_for(code: str) -> None:
    url = url_of(report(f"miso:lgi/v1/{code}"), DAY)
    assert url.endswith("?timeResolution=hourly")
    assert f"/{DAY}/" in url
