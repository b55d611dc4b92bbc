"""Reports whose rows hold several numbers, runs or days: emissions, energy, neighbours, weather."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tests.sources.nyiso.test_listed import (
    AUTUMN,
    CTS,
    DAY,
    FIVE,
    HOUR,
    HOURLY,
    QUARTER,
    RATES,
    SPRING,
    Take,
    walls,
)
from tieline.errors import (
    AmbiguousTime,
    DriftFound,
    EmptyAnswer,
    ImpossibleTime,
    Truncated,
    WrongReport,
)
from tieline.markettime import day_window
from tieline.sources import report


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


def test_an_energy_report_that_breaks_off_is_refused(take: Take) -> None:
    lines = [f"{at},1.5,2.5" for at in HOURLY]
    data = energy("Date Hour", "Total Load Scheduled,B", lines)
    with pytest.raises(Truncated, match="breaks off inside its last line"):
        take("P-30", data[:-6], day=DAY)


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
