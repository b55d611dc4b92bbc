"""Odd input of the reports that are plain tables, in files written here in their format."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tieline.errors import (
    AmbiguousTime,
    DriftFound,
    EmptyAnswer,
    ImpossibleTime,
    Unreadable,
    WrongReport,
)
from tieline.markettime import day_window
from tieline.sources import report
from tieline.values import Verdict

Take = Callable[..., Verdict]

DAY, AUTUMN, SPRING = date(2025, 7, 1), date(2025, 11, 2), date(2025, 3, 9)
LBMP = (
    "Time Stamp,Name,PTID,LBMP ($/MWHr),Marginal Cost Losses ($/MWHr),"
    "Marginal Cost Congestion ($/MWHr)\r\n"
)
CONSTRAINTS = (
    "Time Stamp,Time Zone,Limiting Facility,Facility PTID,Contingency,Constraint Cost($)\r\n"
)
CTS = (
    "RTC Execution Time,RTC End Time Stamp,RTC Timestep,Gen Name,Gen PTID,Gen LBMP,"
    "External RTO CTS Price\r\n"
)
RATES = (
    "Timestamp,Zone,LBMP - ($/MWh),VOM - ($/MWh),Tons of Carbon per mmBTU,"
    "Tons of NOx per mmBTU,Implied Heat Rate - IHRi (mmBTU/MWh),IMER - CO2 (tons/MWh),"
    "IMER - NOx (tons/MWh)\r\n"
)
ERIE = "Timestamp,Lake Erie Circulation (MWH)\r\n"
ZONES = (
    *(("CAPITL", 61757), ("CENTRL", 61754), ("DUNWOD", 61760), ("GENESE", 61753)),
    *(("H Q", 61844), ("HUD VL", 61758), ("LONGIL", 61762), ("MHK VL", 61756)),
    *(("MILLWD", 61759), ("N.Y.C.", 61761), ("NORTH", 61755), ("NPX", 61845)),
    *(("O H", 61846), ("PJM", 61847), ("WEST", 61752)),
)
BUSES = tuple((f"PLANT {n}___1", 23500 + n) for n in range(20))


def walls(day: date, step: timedelta, *, end: bool = False) -> list[str]:
    """Wall-clock stamps of a day, in the order in which they pass."""
    start, stop = day_window("America/New_York", day)
    instants = [start + step * at for at in range((stop - start) // step)]
    return [
        (instant + (step if end else timedelta(0)))
        .astimezone(ZoneInfo("America/New_York"))
        .strftime("%m/%d/%Y %H:%M")
        for instant in instants
    ]


HOUR, FIVE, QUARTER = timedelta(hours=1), timedelta(minutes=5), timedelta(minutes=15)


def prices(stamps: list[str], places: tuple[tuple[str, int], ...] = ZONES) -> bytes:
    lines = [f"{at},{name},{id},20.00,1.00,-2.00\r\n" for at in stamps for name, id in places]
    return (LBMP + "".join(lines)).encode()


HOURLY, DISPATCH = walls(DAY, HOUR), walls(DAY, FIVE, end=True)
REFERENCE = (("NYISO_LBMP_REFERENCE", 24008),)


@pytest.mark.parametrize(
    ("code", "data", "words"),
    [
        ("P-2A", prices(DISPATCH), "stamp every"),
        ("P-4A", prices(DISPATCH), "stamp every"),
        ("P-24A", prices(HOURLY), "stamp every"),
        ("P-2B", prices(DISPATCH[:40], BUSES), "stamp every"),
        ("P-24B", prices(HOURLY, BUSES), "stamp every"),
        ("P-2A", prices(HOURLY, BUSES), "none of the 20 values of location_id"),
        ("P-4A", prices(HOURLY, BUSES), "none of the 20 values of location_id"),
        ("P-24A", prices(DISPATCH[:9], BUSES), "none of the 20 values of location_id"),
        ("P-2B", prices(HOURLY), "every location_id is one of another report's"),
        ("P-4B", prices(HOURLY), "every location_id is one of another report's"),
        ("P-24B", prices(DISPATCH[:9]), "every location_id is one of another report's"),
        ("P-28", prices(HOURLY), "every location_id is one of another report's"),
        ("P-2B", prices(HOURLY, REFERENCE), "every location_name is one of another report's"),
    ],
)
def test_equal_columns_of_another_report_are_refused(
    take: Take, code: str, data: bytes, words: str
) -> None:
    with pytest.raises(WrongReport, match=words):
        take(code, data, day=DAY)


def test_a_few_unknown_places_are_warned_of_and_kept(take: Take) -> None:
    verdict = take("P-2A", prices(HOURLY, (*ZONES[:3], *BUSES[:2])), day=DAY)
    assert verdict.rows.height == 24 * 5
    assert "unknown location_id: 23500, 23501" in verdict.warnings[0]
    new = take("P-2B", prices(HOURLY, (*BUSES, ZONES[0])), day=DAY)
    assert (new.rows.height, new.warnings) == (24 * 21, ())


def test_the_reference_bus_has_a_file_of_its_own(take: Take) -> None:
    verdict = take("P-28", prices(HOURLY, REFERENCE), day=DAY)
    assert (verdict.rows.height, verdict.warnings) == (24, ())
    assert set(verdict.rows["market"]) == {"DAM"}


def test_interface_flows_are_no_regulators(take: Take) -> None:
    flows = (
        "Timestamp,Interface Name,Point ID,Flow (MWH),Positive Limit (MWH),Negative Limit (MWH)\r\n"
        "07/01/2025 12:00,SCH - PJ - NY,23316,100,1000,-500\r\n"
    )
    with pytest.raises(WrongReport, match="this is P-32, not nyiso:P-34"):
        take("P-34", flows.encode(), day=DAY)


def constraints(*lines: str) -> bytes:
    return (CONSTRAINTS + "".join(f"{line}\r\n" for line in lines)).encode()


def test_nothing_binds_in_a_file_of_a_header(take: Take) -> None:
    for code in ("P-33", "P-511A"):
        verdict = take(code, constraints(), day=DAY)
        assert (verdict.rows.height, verdict.rows_read, verdict.warnings) == (0, 0, ())


def test_constraints_may_bind_seldom(take: Take) -> None:
    seldom = [
        f"07/01/2025 {at},EDT,LINE,25318,BASE CASE,1.00" for at in ("00:05", "01:40", "03:10")
    ]
    later = [f"07/01/2025 {at},EDT,LINE,25318,BASE CASE,1.00" for at in ("06:25", "09:30")]
    assert take("P-33", constraints(*seldom, *later), day=DAY).rows.height == 5
    hours = [f"07/01/2025 {at:02}:00,EDT,LINE,25318,BASE CASE,1.00" for at in (0, 7, 14, 21)]
    assert take("P-511A", constraints(*hours), day=DAY).rows.height == 4
    with pytest.raises(WrongReport, match="stamp every"):
        take("P-33", constraints(*hours), day=DAY)


def test_constraints_keep_sign_contingency_and_hour(take: Take) -> None:
    data = constraints(
        "11/02/2025 01:05:00,EDT,CENTRAL EAST - VC,25318,BASE CASE           ,-12.34",
        "11/02/2025 01:05:00,EDT,CENTRAL EAST - VC,25318,SCB:SPBK(W-89)&W-90 ,45.60",
        "11/02/2025 01:05:00,EST,CENTRAL EAST - VC,25318,BASE CASE           ,0.00",
    )
    rows = take("P-33", data, day=AUTUMN).rows
    told = rows.select("stamp_utc", "contingency", "shadow_price_per_mwh").rows()
    first, second = datetime(2025, 11, 2, 5, 5, tzinfo=UTC), datetime(2025, 11, 2, 6, 5, tzinfo=UTC)
    assert told == [
        (first, "BASE CASE", -12.34),
        (first, "SCB:SPBK(W-89)&W-90", 45.6),
        (second, "BASE CASE", 0.0),
    ]
    assert rows["resolution"].null_count() == 3


def test_a_constraint_without_facility_or_cost(take: Take) -> None:
    whole = [f"07/01/2025 {n:02}:00,EDT,LINE,25318,BASE CASE,1.00" for n in range(24)]
    many = [line.replace("25318", str(one)) for one in range(25318, 25321) for line in whole]
    data = constraints(
        *many, "07/01/2025 01:00,EDT,LINE,,BASE CASE,1.00", "07/01/2025 01:00,EDT,LINE,9,BASE CASE,"
    )
    verdict = take("P-511A", data, day=DAY)
    assert verdict.rejected["column"].to_list() == ["Facility PTID"]
    assert verdict.blind
    assert verdict.rows.filter(constraint_id="9")["shadow_price_per_mwh"].to_list() == [None]


def test_a_zone_word_that_the_calendar_denies_is_impossible(take: Take) -> None:
    with pytest.raises(ImpossibleTime, match="contradicts the calendar"):
        take("P-33", constraints("07/01/2025 01:05:00,EST,LINE,25318,BASE CASE,1.00"), day=DAY)


def reserves(stamp: str, movement: str = "") -> str:
    return f"{stamp},EDT,CAPITL,61757,5.00,4.00,3.00,9.00{movement}\r\n"


PRODUCTS = (
    "Time Stamp,Time Zone,Name,PTID,10 Min Spinning Reserve ($/MWHr),"
    "10 Min Non-Synchronous Reserve ($/MWHr),30 Min Operating Reserve ($/MWHr),"
    "NYCA Regulation Capacity ($/MWHr)"
)


@pytest.mark.parametrize(
    ("header", "movement", "count"),
    [
        ("", "", 4),
        (",NYCA Regulation Movement ($/MW)", ",0.25", 5),
        (", NYCA Regulation Movement ($/MW)", ",0.25", 5),
    ],
)
def test_reserve_prices_with_and_without_movement(
    take: Take, header: str, movement: str, count: int
) -> None:
    data = PRODUCTS + header + "\r\n" + reserves("07/01/2025 00:05:00", movement)
    verdict = take("P-6B", data.encode(), day=DAY)
    assert (verdict.rows.height, verdict.warnings) == (count, ())
    assert verdict.rows["source_row"].unique().to_list() == [2]


def test_reserve_prices_of_east_and_west_are_drift(take: Take) -> None:
    header = (
        "Time Stamp,Time Zone,East 10 Min Spinning Reserve ($/MWHr,East 10 Min Non-Synchronous "
        "Reserve,East 30 Min Operating Reserve ($/MWH\r\n"
    )
    with pytest.raises(DriftFound, match="the header lacks 'PTID'"):
        take("P-5", (header + "07/01/2009 00:00,EDT,1,2,3\r\n").encode(), day=date(2009, 7, 1))


def test_a_torn_line_of_reserve_prices_rejects_all_its_products(take: Take) -> None:
    lines = "".join(reserves(f"07/01/2025 {hour:02}:00") for hour in range(24))
    verdict = take("P-5", (PRODUCTS + "\r\n" + lines).encode()[:-7], day=DAY)
    assert (verdict.rows.height, verdict.rejected.height, verdict.blind) == (92, 4, True)


def test_bids_keep_supply_apart_and_blanks_null(take: Take) -> None:
    text = (
        "Time Stamp,Time Zone,Name,PTID,Energy Bid Load,Bilateral Load,Price Cap Load,"
        "Virtual Load,Virtual Supply\r\n"
        "07/01/2025 00:00,EDT,WEST,61752,1000.5,400,,20,-0\r\n"
    )
    rows = take("P-59", text.encode(), day=DAY).rows
    told = dict(rows.select("product", "bid_mw").rows())
    assert told == {
        "energy_bid": 1000.5,
        "bilateral": 400.0,
        "price_cap": None,
        "virtual_load": 20.0,
        "virtual_supply": 0.0,
    }
    assert str(told["virtual_supply"]) == "0.0"


def test_solar_zones_by_any_case_and_unknown_ones_as_printed(take: Take) -> None:
    text = "Time Stamp,Time Zone,Zone Name,MW Value\r\n" + "".join(
        f"07/01/2025 12:00,EDT,{zone},10\r\n" for zone in ("Mhk Vl", "N.Y.C.", "SYSTEM", "Zone X")
    )
    verdict = take("P-70B", text.encode(), day=DAY)
    assert verdict.rows["area_id"].to_list() == ["61756", "61761", "NYISO", "ZONE X"]
    assert "unknown area_id: ZONE X" in verdict.warnings[0]
    assert set(verdict.rows["fuel"]) == {"solar_behind_the_meter"}


def test_transfer_capability_of_hours_to_come_is_not_told_yet(take: Take) -> None:
    quarters = ",".join(f"TTC (HAM) xx:{at},ATC (HAM) xx:{at}" for at in ("00", "15", "30", "45"))
    text = (
        f"Interface Name,Time Stamp,TTC (DAM),ATC (DAM),{quarters}\r\n"
        "SCH - PJ - NY,07/01/2025 00:00,1700,0,1700,100,1700,90,1650,-5,1650,80\r\n"
        "SCH - PJ - NY,07/01/2025 01:00,1700,20,1700,10,,,,,,\r\n"
    )
    ahead = take("P-8", text.encode(), day=DAY).rows
    assert ahead.select("ttc_mw", "atc_mw").rows() == [(1700.0, 0.0), (1700.0, 20.0)]
    within = take("P-8-HAM", text.encode(), day=DAY).rows
    assert within["atc_mw"].to_list() == [100.0, 90.0, -5.0, 80.0, 10.0]
    assert within["stamp_utc"].dt.minute().to_list() == [0, 15, 30, 45, 0]
    assert (within["interval_end_utc"] - within["interval_start_utc"] == QUARTER).all()


def test_a_torn_line_of_transfer_capability_rejects_all_its_quarters(take: Take) -> None:
    quarters = ",".join(f"TTC (HAM) xx:{at},ATC (HAM) xx:{at}" for at in ("00", "15", "30", "45"))
    lines = [f"SCH - PJ - NY,{at},9,8,1,1,2,2,3,3,4,4\r\n" for at in walls(DAY, HOUR)]
    text = f"Interface Name,Time Stamp,TTC (DAM),ATC (DAM),{quarters}\r\n" + "".join(lines)
    verdict = take("P-8-HAM", text[:-9].encode(), day=DAY)
    assert (verdict.rows.height, verdict.rejected.height, verdict.blind) == (92, 4, True)


def test_transfer_capability_passes_the_repeated_hour_twice(take: Take) -> None:
    quarters = ",".join(f"TTC (HAM) xx:{at},ATC (HAM) xx:{at}" for at in ("00", "15", "30", "45"))
    lines = [f"SCH - PJ - NY,{at},9,8,1,1,2,2,3,3,4,4\r\n" for at in walls(AUTUMN, HOUR)]
    text = f"Interface Name,Time Stamp,TTC (DAM),ATC (DAM),{quarters}\r\n" + "".join(lines)
    assert take("P-8", text.encode(), day=AUTUMN).rows["stamp_utc"].n_unique() == 25
    rows = take("P-8-HAM", text.encode(), day=AUTUMN).rows
    assert (rows["stamp_utc"].sort().diff().drop_nulls() == QUARTER).all()
    assert rows.height == 100


def erie(stamps: list[str]) -> bytes:
    return (ERIE + "".join(f"{at}:00,-{n}.5\r\n" for n, at in enumerate(stamps))).encode()


def test_circulation_keeps_its_sign_and_its_grain(take: Take) -> None:
    rows = take("P-34A", erie(walls(DAY, FIVE)), day=DAY).rows
    assert rows["value_mw"].to_list()[:2] == [-0.5, -1.5]
    assert set(rows["area_id"]) == {"LAKE_ERIE"}
    assert (rows["interval_start_utc"] == rows["interval_end_utc"]).all()
    hourly = take("P-53B", erie(HOURLY), day=DAY).rows
    assert set(hourly["unit"]) == {"MW"}
    assert hourly["value"].min() == -23.5
    with pytest.raises(WrongReport, match="stamp every"):
        take("P-53B", erie(walls(DAY, FIVE)), day=DAY)
    with pytest.raises(WrongReport, match="stamp every"):
        take("P-34A", erie(HOURLY), day=DAY)


def test_the_repeated_hour_of_circulation(take: Take) -> None:
    stamps = walls(AUTUMN, HOUR)
    rows = take("P-53B", erie(stamps), day=AUTUMN).rows
    assert (rows.height, rows["stamp_utc"].n_unique()) == (25, 25)
    with pytest.raises(AmbiguousTime, match="stands there once"):
        take("P-53B", erie([*stamps[:1], *stamps[2:]]), day=AUTUMN)
    with pytest.raises(ImpossibleTime):
        take("P-34A", erie(["03/09/2025 02:30"]), day=SPRING)


def test_regulators_are_numbers_without_names(take: Take) -> None:
    text = "Timestamp,Point ID,Flow (MWH)\r\n" + "".join(
        f"07/01/2025 12:0{n // 2}:34,{25000 + n % 2},{flow}\r\n"
        for n, flow in enumerate(("-12.5", "", "300", "n/a"))
    )
    with pytest.raises(Unreadable, match="1 of 4 rows"):
        take("P-34", text.encode(), day=DAY)
    verdict = take("P-34", text.replace("n/a", "-0.0").encode(), day=DAY)
    assert verdict.rows["area_id"].to_list() == ["25000", "25001"] * 2
    assert str(verdict.rows["value_mw"].to_list()) == "[-12.5, None, 300.0, 0.0]"
    assert verdict.warnings == ()


def rates(stamps: list[str], zone: str = "WEST", numbers: str = "20,2.5,0.06,,7,0.4,0") -> bytes:
    return (RATES + "".join(f"{at},{zone},{numbers}\r\n" for at in stamps)).encode()


def test_emission_rates_have_a_unit_each(take: Take) -> None:
    rows = take("P-71", rates(HOURLY[:1]), day=DAY).rows
    assert rows.select("area_id", "measure", "value", "unit").rows() == [
        ("61752", "price", 20.0, "USD/MWh"),
        ("61752", "variable_cost", 2.5, "USD/MWh"),
        ("61752", "co2_of_fuel", 0.06, "ton/MMBtu"),
        ("61752", "nox_of_fuel", None, "ton/MMBtu"),
        ("61752", "heat_rate", 7.0, "MMBtu/MWh"),
        ("61752", "co2", 0.4, "ton/MWh"),
        ("61752", "nox", 0.0, "ton/MWh"),
    ]
    strange = take("P-72", rates(walls(DAY, FIVE)[:2], zone="Upstate"), day=DAY)
    assert set(strange.rows["area_id"]) == {"UPSTATE"}
    assert "unknown area_id: UPSTATE" in strange.warnings[0]
    with pytest.raises(WrongReport, match="stamp every"):
        take("P-71", rates(walls(DAY, FIVE)), day=DAY)


def energy(first: str, items: str, lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in (f"{first},{items}", *lines)).encode()


def test_each_column_of_an_energy_report_is_an_item(take: Take) -> None:
    lines = [f"{at},15000,-{n},,3.5" for n, at in enumerate(HOURLY)]
    items = "Total Load Scheduled,Net Imports DNI OH,Later Column,Forecast Difference (%)"
    data = energy("Date Hour", items, [*lines, "Total,360000,-276,,84"])
    verdict = take("P-30", data, day=DAY)
    assert (verdict.rows.height, verdict.rejected.height) == (96, 0)
    assert verdict.warnings == ()
    last = verdict.rows.filter(source_row=25)
    assert last.select("item", "value", "unit").rows() == [
        ("Total Load Scheduled", 15000.0, None),
        ("Net Imports DNI OH", -23.0, None),
        ("Later Column", None, None),
        ("Forecast Difference (%)", 3.5, None),
    ]


@pytest.mark.parametrize("total", ['"Total",1,2', "TOTAL,1,2", "Totals:,1,2", '"Total",1'])
def test_the_total_of_an_energy_report_is_no_row(take: Take, total: str) -> None:
    lines = [f"{at},{n},5" for n, at in enumerate(walls(DAY, HOUR))]
    data = energy("Date Hour", "Total Load Scheduled,B", [*lines, total])
    verdict = take("P-30", data, day=DAY)
    assert (verdict.rows_read, verdict.rows.height) == (48, 48)


def test_the_hour_ahead_report_is_no_day_ahead_one(take: Take) -> None:
    ends = [*HOURLY[1:], "07/02/2025 00:00"]
    lines = [f"{at},{end},18000.1,900" for at, end in zip(HOURLY, ends, strict=True)]
    items = "End Time,Generation Scheduled,Net Imports"
    data = energy("Start Time", items, [*lines, "Total,,432002.4,21600"])
    verdict = take("P-31", data, day=DAY)
    assert verdict.rows.height == 48
    assert set(verdict.rows["item"]) == {"Generation Scheduled", "Net Imports"}
    for code, other in (("P-30", data), ("P-31", energy("Date Hour", "Total Load Scheduled", []))):
        with pytest.raises(WrongReport):
            take(code, other, day=DAY)


def test_a_torn_line_of_an_energy_report_is_no_total(take: Take) -> None:
    lines = [f"{at},1.5,2.5" for at in HOURLY]
    data = energy("Date Hour", "Total Load Scheduled,B", lines)
    verdict = take("P-30", data[:-6], day=DAY)
    assert (verdict.rows.height, verdict.rejected.height) == (46, 2)


def runs(day: date, steps: int = 3, name: str = "PJM_GEN_KEYSTONE") -> list[str]:
    """Lines of a day's look-ahead runs at one tie, run by run."""
    start, stop = day_window("America/New_York", day)
    lines = []
    for at in range((stop - start) // QUARTER):
        run = start + QUARTER * at
        for step in range(1, steps + 1):
            shown = [
                one.astimezone(ZoneInfo("America/New_York")).strftime("%m/%d/%Y %H:%M:%S")
                for one in (run, run + QUARTER * step)
            ]
            lines.append(f"{shown[0]},{shown[1]},{step},{name},24065,{at}.{step},-{at}.50\r\n")
    return lines


@pytest.mark.parametrize("day", [DAY, AUTUMN, SPRING])
def test_runs_and_their_ends_pass_every_hour_once(take: Take, day: date) -> None:
    start, stop = day_window("America/New_York", day)
    rows = take("P-42", (CTS + "".join(runs(day))).encode(), day=day).rows
    ahead = (rows["stamp_utc"] - rows["vintage_utc"]).dt.total_minutes()
    assert set(ahead) == {15, 30, 45}
    assert (rows["vintage_utc"].min(), rows["vintage_utc"].max()) == (start, stop - QUARTER)
    assert rows.height == (stop - start) // QUARTER * 3 * 2
    assert (rows["interval_end_utc"] - rows["interval_start_utc"] == QUARTER).all()
    assert set(rows["market_day"]) == {day, day + timedelta(days=1)}


def test_a_file_of_runs_growing_through_the_repeated_hour(take: Take) -> None:
    lines = runs(AUTUMN)
    whole = take("P-42", (CTS + "".join(lines)).encode(), day=AUTUMN).rows
    key = ["stamp_utc", "vintage_utc", "market", "source_row"]
    for kept in (9, 15, 18, 21, 24, 30, 36):
        rows = take("P-42", (CTS + "".join(lines[:kept])).encode(), day=AUTUMN).rows
        assert rows.select(key).equals(whole.filter(pl.col("source_row") <= kept + 1).select(key))


@pytest.mark.parametrize("kept", [10, 20, 50, 90, 1000])
def test_ends_of_a_run_that_reaches_beyond_the_repeated_hour(take: Take, kept: int) -> None:
    lines = runs(AUTUMN, steps=10)[:kept]
    for ordered in (lines, sorted(lines, key=lambda line: int(line.split(",")[2]))):
        rows = take("P-42", (CTS + "".join(ordered)).encode(), day=AUTUMN).rows
        assert rows.height == 2 * kept
        ahead = (rows["stamp_utc"] - rows["vintage_utc"]).dt.total_minutes()
        steps = [int(line.split(",")[2]) for line in ordered for _ in range(2)]
        assert ahead.to_list() == [15 * step for step in steps]


def test_an_end_that_the_clock_skips_is_impossible(take: Take) -> None:
    line = "03/09/2025 01:45:00,03/09/2025 02:00:00,1,PJM_GEN_KEYSTONE,24065,1.00,2.00\r\n"
    with pytest.raises(ImpossibleTime, match="02:00:00"):
        take("P-42", (CTS + line).encode(), day=SPRING)


def test_runs_that_pass_the_repeated_hour_once_are_ambiguous(take: Take) -> None:
    lines = runs(AUTUMN, steps=1)
    with pytest.raises(AmbiguousTime):
        take("P-42", (CTS + "".join(lines[:4] + lines[8:])).encode(), day=AUTUMN)


def test_the_neighbour_is_how_the_name_begins(take: Take) -> None:
    names = ("PJM_GEN_KEYSTONE", "N.E._GEN_SANDY PD", "n.e._gen_sandy pd", "O H_GEN_BRUCE")
    text = CTS + "".join(
        f"07/01/2025 12:00:00,07/01/2025 12:15:00,1,{name},{n},20.00,{n}.25\r\n"
        for n, name in enumerate(names)
    )
    verdict = take("P-42", text.encode(), day=DAY)
    told = verdict.rows.filter(pl.col("market") != "RTC").select("market", "price_per_mwh").rows()
    assert told == [("CTS_PJM", 0.25), ("CTS_ISONE", 1.25), ("CTS_ISONE", 2.25), ("CTS", 3.25)]
    assert verdict.rows.filter(market="RTC")["price_per_mwh"].to_list() == [20.0] * 4
    assert "unknown market: CTS" in verdict.warnings[0]
    assert set(verdict.rows["print"]) == {"advisory"}


def test_a_line_of_runs_that_breaks_off_takes_both_prices_with_it(take: Take) -> None:
    data = (CTS + "".join(runs(DAY))).encode()
    verdict = take("P-42", data[:-5], day=DAY)
    assert (verdict.rejected.height, verdict.blind) == (2, True)
    blank = data.replace(b"07/01/2025 00:00:00,07/01/2025 00:15:00", b",07/01/2025 00:15:00", 1)
    lost = take("P-42", blank, day=DAY)
    assert lost.rejected["column"].unique().to_list() == ["Run"]


WEATHER = (
    "Forecast Date,Vintage Date,Vintage,Station ID,Max Temp,Min Temp,Max Wet Bulb,Min Wet Bulb\r\n"
)


def weather(*, issue_first: bool = False, issue: str = "07/01/2025", forecasts: int = 6) -> str:
    """A file with an actual and some forecasts of one station, either date being the issue."""
    days = ["06/30/2025", *(f"07/{n:02}/2025" for n in range(1, forecasts + 1))]
    lines = []
    for n, day in enumerate(days):
        dates = (issue, day) if issue_first else (day, issue)
        kind = "Forecast" if n else "Actual"
        lines.append(f"{','.join(dates)},{kind},ALB,{80 + n},{60 - n},,-0\r\n")
    return WEATHER + "".join(lines)


@pytest.mark.parametrize("issue_first", [False, True])
def test_the_date_that_all_forecasts_share_is_the_issue(take: Take, issue_first: bool) -> None:
    data = weather(issue_first=issue_first).encode()
    rows = take("P-7A", data, day=DAY).rows
    midnight = datetime(2025, 7, 1, 4, tzinfo=UTC)
    assert rows["vintage_utc"].unique().to_list() == [midnight]
    assert rows["stamp_utc"].unique(maintain_order=True).to_list() == [
        midnight + timedelta(days=n) for n in range(6)
    ]
    assert set(rows["unit"]) == {"degF"}
    first = rows.filter(source_row=3).select("variable", "value").rows()
    told = dict(first)
    assert told == {
        "temperature_max": 81.0,
        "temperature_min": 59.0,
        "wet_bulb_max": None,
        "wet_bulb_min": 0.0,
    }
    assert set(rows["issued_basis"]) == {"published"}
    actual = take("P-7A-ACTUAL", data, day=DAY).rows
    assert actual["stamp_utc"].unique().to_list() == [midnight - timedelta(days=1)]
    assert (actual.height, actual["value"].max()) == (4, 80.0)


def test_weather_whose_issue_is_not_told_is_refused(take: Take) -> None:
    single = weather(forecasts=1)
    mixed = weather().replace("07/03/2025,07/01/2025", "07/03/2025,07/02/2025")
    for text in (single, mixed):
        for code in ("P-7A", "P-7A-ACTUAL"):
            with pytest.raises(DriftFound, match="the day of issue is not known"):
                take(code, text.encode(), day=DAY)


def test_what_is_written_once_is_never_a_header_alone(take: Take) -> None:
    for code in ("P-2A", "P-2B", "P-5", "P-7", "P-7A", "P-30", "P-53B", "P-59", "P-70A", "P-71"):
        columns = [names[0] for names in report(code).printed_columns]
        with pytest.raises(EmptyAnswer, match="a header and no row"):
            take(code, (",".join(columns) + "\r\n").encode(), day=DAY)
    for code in ("P-24B", "P-34", "P-7A-ACTUAL", "P-511A", "P-63"):
        columns = [names[0] for names in report(code).printed_columns]
        assert take(code, ",".join(columns).encode(), day=DAY).rows_read == 0


def test_a_torn_line_of_weather_may_have_been_an_actual(take: Take) -> None:
    for code, rows in (("P-7A", 20), ("P-7A-ACTUAL", 4)):
        verdict = take(code, weather()[:-5].encode(), day=DAY)
        assert (verdict.rows.height, verdict.rejected.height, verdict.blind) == (rows, 4, True)


def test_weather_of_another_issue_is_refused(take: Take) -> None:
    data = weather(issue="06/29/2025").encode()
    with pytest.raises(WrongReport, match="issued on 2025-06-29, asked was 2025-07-01"):
        take("P-7A", data, day=DAY)
    assert take("P-7A", data, known=datetime(2025, 6, 29, 15, tzinfo=UTC)).rows.height == 24


def test_weather_of_a_day_that_is_none_rejects_its_line(take: Take) -> None:
    lines = weather().replace("07/02/2025,", "07/32/2025,").encode()
    many = lines + b"".join(
        line.replace(b"ALB", b"S%02d" % n) + b"\r\n"
        for n in range(20)
        for line in weather().encode().split(b"\r\n")[2:-1]
    )
    verdict = take("P-7A", many, day=DAY)
    assert verdict.rejected["text"].to_list() == ["07/32/2025"] * 4
    assert verdict.rows.height == 4 * 5 + 20 * 4 * 6
