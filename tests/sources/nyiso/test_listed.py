"""Odd input of the reports that are plain tables, in files written here in their format."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tieline.errors import (
    AmbiguousTime,
    DriftFound,
    ImpossibleTime,
    Unreadable,
    WrongReport,
)
from tieline.markettime import day_window
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
